"""A letter into words: subject, text and HTML of a mail, or the one line of an SMS.

A step's mail is one file, `templates/<language>/<step>.email.j2` or that of the template that the policy names, with
the blocks `subject`, `preheader` and `body`. The body is plain paragraphs with an empty line between them;
`{{ statement }}`, `{{ ways_to_pay }}` and the like, alone in a paragraph, stand for parts that are laid out. Text and
HTML are made from the same paragraphs, so they say the same. An SMS is `<step>.sms.j2`: one line, however it is broken
in the file. A WhatsApp message is `<step>.whatsapp.yaml` (`channels.whatsapp`). A call is `<step>.voice.j2`, or where
there is none `voice.j2`, which has words for every step; its blocks are the parts of a `channels.voice.script.Script`.

The language is the first of these that has words for the step: the client's tag as it stands (`de-AT`), its language
alone (`de`), the creditor's `language` in the same way, English. Numbers and dates are always the reader's country's. A
language is its files alone: `labels.yaml`, the steps, and beside them `names.yaml`, `tone.yaml` and `voice.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from jinja2 import TemplateError as JinjaError
from jinja2.environment import TemplateModule
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from channels.elision import il
from channels.formats import Formats, formats
from channels.labels import LABELS, LabelError, Labels
from channels.names import Names, capitalize_first
from channels.ports import Letter, Rendered
from channels.shelf import SHIPPED, Shelf
from channels.view import (
    Account,
    AnswerWords,
    ClaimLine,
    Claims,
    DiscountWords,
    Group,
    InstalmentWords,
    Link,
    PromiseWords,
    ReturnWords,
    Row,
    Sum,
    Table,
    View,
    view_of,
)
from channels.voice.phrases import Voices
from channels.voice.script import Script, ScriptError
from channels.voice.speech import spelled, spoken_formats
from channels.voice.telling import Nameless, Telling, telling
from channels.whatsapp import SUFFIX, WhatsAppError, WhatsAppTemplate, approved
from channels.wordings import LAST_LANGUAGE, languages, stems
from config.creditors import Creditors
from reminders.money import MoneyError
from reminders.snapshot import Channel

# What is laid out apart from the paragraphs. A template places one by its name; in the rendered paragraphs a marker
# stands for it, made of a character that no name or number can bring in, as all text from outside is cleaned.
_PARTS = ("statement", "account", "claimed", "ways_to_pay", "whom_to_ask", "answer")
_MARK = "\x00"
_STRONG, _WEAK, _BREAK = "\x01", "\x02", "\x03"
NAMES = frozenset({*View.__slots__, *_PARTS, "br"})
"""What a template may name."""
CALL_NAMES = NAMES | frozenset(Telling.__slots__)
"""What a call's may."""
CALL = "voice.j2"
"""The words of all steps that have no call of their own."""
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_GAPS = re.compile(r"\n{3,}")
# White space that is not one space already: a match for each gap between two words took twice the time.
_WHITE = re.compile(r"[\t\n][ \t\n]*| [ \t\n]+")
# French sets a space before these signs and within its quotation marks; no line may break there. What opens a quotation
# is not looked for in the same expression: each letter would be tried, for 26 µs a paragraph instead of 4.
_BEFORE_SIGN = re.compile(r" (?=[:;?!»])")


_OURS = frozenset(
    {
        View, Group, Table, Row, Sum, Link, Account, Labels, Claims, ClaimLine,
        PromiseWords, InstalmentWords, DiscountWords, ReturnWords, AnswerWords,
        TemplateModule,  # the parts of a layout: no more than a template's own macros
    }
)  # fmt: skip


class TemplateError(Exception):
    """A message that can't be put into words: its template or a variable is missing, or the template is wrong.

    The text names the step, the channel, the language and what is wrong; it holds no word of the message itself.
    """


class NoTemplate(TemplateError):
    """WhatsApp has approved no template that the reader understands, and no conversation is open."""


class _Sandbox(ImmutableSandboxedEnvironment):
    """Templates may read our own values freely; for everything else jinja's rules hold.

    Those rules look at each value for a dozen ways out of the sandbox. Our frozen values of text have none, and the
    short way makes a mail three times as fast.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) in _OURS and not attribute.startswith("_"):
            try:
                return getattr(obj, attribute)
            except AttributeError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if type(obj) in _OURS and isinstance(argument, str):
            return self.getattr(obj, argument)
        return super().getitem(obj, argument)


class Renderer:
    """Renders letters from template folders; a folder named earlier overrides the later ones, file by file.

    Thread-safe. Templates are compiled once and never looked at again. Raises `NamesError` for a wrong `names.yaml`.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._shelf, self._names, self._voices = Shelf(folders), Names(folders), Voices(folders)
        # In a step's prose a line is a line: nothing is trimmed, so that an empty line always parts two paragraphs. In
        # the layouts a line with nothing but a tag on it leaves no trace.
        self._prose = _environment(folders, trim=False)
        self._layout = _environment(folders, trim=True)
        self._labels = cache(self._read_labels)
        self._find = cache(self._look_for)
        self._whatsapp_words = cache(self._read_whatsapp)

    @property
    def words(self) -> Environment:
        """The rules by which a step's words are read."""
        return self._prose

    def render(self, letter: Letter) -> Rendered:
        """The letter in the reader's language, or the nearest one there is. Raises `TemplateError`."""
        if letter.channel is Channel.WHATSAPP:
            return self._whatsapp(letter, (letter.client.language, letter.creditor.language))
        language, template = self._words_for(letter)
        with _told_where(letter, language):
            view = self._view(letter, language)
            if letter.channel is Channel.EMAIL:
                return self._email(template, view)
            if letter.channel is Channel.VOICE:
                return self._call(template, letter, view)
            return Rendered(None, _one_line(template.render(_names(view))), None, language)

    def laid_out(self, letter: Letter) -> tuple[View, tuple[str, ...]]:
        """A mail's view, and the parts that its template lays out apart, in order: what a document is made from.

        Raises `TemplateError`.
        """
        language, template = self._words_for(letter)
        with _told_where(letter, language):
            view = self._view(letter, language)
            body = "".join(template.blocks["body"](template.new_context(_names(view))))
            return view, tuple(kind for kind, _ in _body(body, view) if kind != "p")

    def speaks(self, step: str, tone: str, channel: Channel) -> bool:
        """Whether a template of that name, or one for the tone, has words for this channel in the last language."""
        if channel is Channel.WHATSAPP:
            return any(self._whatsapp_words(stem, LAST_LANGUAGE) for stem in stems(step, tone))
        return self._find(step, tone, channel, ()) is not None

    def whatsapp_body(self, step: str, tone: str, language: str) -> str | None:
        """The WhatsApp template of a step as it is submitted for approval, if that language has one."""
        found = (self._whatsapp_words(stem, language) for stem in stems(step, tone))
        return next((words.body for words in found if words is not None), None)

    def approved_bodies(self, creditors: Creditors) -> dict[str, str]:
        """The bodies of all approved WhatsApp templates, by the content's id, as far as there are words for them."""
        found: dict[str, str] = {}
        for creditor in creditors.creditors:
            for stem, approved_in in creditor.whatsapp_templates.items():
                for language, content_sid in approved_in.items():
                    words = self._whatsapp_words(stem, language)
                    if words is not None:
                        found[content_sid] = words.body
        return found

    def _whatsapp(self, letter: Letter, wanted: tuple[str | None, ...]) -> Rendered:
        """By the best template that WhatsApp has approved; in an open conversation, in the best words there are."""
        for stem in stems(letter.words or letter.step, letter.tone):
            for language in languages(wanted):
                template_id = approved(letter.creditor, stem, language)
                words = self._whatsapp_words(stem, language) if template_id or letter.chat_open else None
                if words is None:
                    continue
                with _told_where(letter, language):
                    text, variables = words.filled(_names(self._view(letter, language)))
                    return Rendered(None, text, None, language, variables, template_id)
        raise NoTemplate(f"{letter.step}/whatsapp: no approved template in any language that fits")

    def _view(self, letter: Letter, language: str) -> View:
        if letter.channel is Channel.VOICE:
            habits: Formats = spoken_formats(self._voices.of(language).language)
        else:
            habits = formats(language, _region(letter))
        return view_of(letter, habits, self._labels(language), language, self._names)

    def _read_whatsapp(self, stem: str, language: str) -> WhatsAppTemplate | None:
        path = self._shelf.find(language, f"{stem}{SUFFIX}")
        if path is None:
            return None
        try:
            return WhatsAppTemplate.parse(path.read_text(encoding="utf-8"), self._prose)
        except (WhatsAppError, JinjaError) as error:
            raise TemplateError(f"{stem}/whatsapp/{language}: {error}") from error

    def _words_for(self, letter: Letter) -> tuple[str, Template]:
        wanted = (letter.client.language, letter.creditor.language)
        found = self._find(letter.words or letter.step, letter.tone, letter.channel, wanted)
        if found is None:
            raise TemplateError(
                f"{letter.step}/{letter.channel}: no template in any language, nor one for its tone"
            )
        return found

    def _email(self, template: Template, view: View) -> Rendered:
        context = template.new_context(_names(view))

        def block(name: str) -> str:
            if name not in template.blocks:
                raise TemplateError(f"{view.step}/email/{view.language}: the template has no block {name!r}")
            return "".join(template.blocks[name](context))

        subject, preheader = _one_line(block("subject")), _one_line(block("preheader"))
        body = list(_body(block("body"), view))
        names = {"v": view, "subject": subject, "preheader": preheader, "body": body}
        text = self._layout.get_template("layout.txt.j2").render(names)
        html = self._layout.get_template("layout.html.j2").render(names)
        return Rendered(subject, _GAPS.sub("\n\n", text).strip() + "\n", html.strip() + "\n", view.language)

    def _call(self, template: Template, letter: Letter, view: View) -> Rendered:
        told = telling(letter, view)
        names = {name: getattr(told, name) for name in Telling.__slots__}
        context = template.new_context(_names(view) | names)
        said = {name: _one_line("".join(block(context))) for name, block in template.blocks.items()}
        try:
            script = Script(*(said[part] for part in Script.__slots__))
        except KeyError as error:
            raise TemplateError(f"{view.step}/voice/{view.language}: no block {error}") from None
        return Rendered(None, Script.read(script.text).text, None, view.language)

    def _look_for(
        self, step: str, tone: str, channel: Channel, wanted: tuple[str | None, ...]
    ) -> tuple[str, Template] | None:
        """The words for a step: its own in any acceptable language, before those of its tone."""
        names = [f"{stem}.{channel}.j2" for stem in stems(step, tone)]
        if channel is Channel.VOICE:
            names.append(CALL)
        for name in names:
            for candidate in languages(wanted):
                if channel is Channel.VOICE and not self._voices.speaks(candidate):
                    continue
                try:
                    return candidate, self._prose.get_template(f"{candidate}/{name}")
                except TemplateNotFound:
                    continue
                except JinjaError as error:
                    raise TemplateError(f"{step}/{channel}/{candidate}: {error}") from error
        return None

    def _read_labels(self, language: str) -> Labels:
        path = self._shelf.find(language, LABELS)
        if path is None:
            raise LabelError(f"language {language!r} has no {LABELS}")
        return Labels.read(path, language)


def _environment(folders: Sequence[Path], *, trim: bool) -> ImmutableSandboxedEnvironment:
    environment = _Sandbox(
        loader=FileSystemLoader(list(folders)),
        undefined=StrictUndefined,
        # Steps are plain words; escaping happens where they are set into HTML.
        autoescape=lambda name: bool(name and name.endswith(".html.j2")),
        trim_blocks=trim,
        lstrip_blocks=trim,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters.update(
        strong=_strong,
        capitalize_first=capitalize_first,
        il=il,
        spelled=spelled,
        spoken=_spoken,
        marked_up=_marked_up,
    )
    return environment


@cache
def _shipped() -> Renderer:
    return Renderer()


def render(letter: Letter) -> Rendered:
    """The letter in words, from the shipped templates. Raises `TemplateError`."""
    return _shipped().render(letter)


@contextmanager
def _told_where(letter: Letter, language: str) -> Iterator[None]:
    """Whatever is wrong with a template or what it names becomes a `TemplateError` that says where."""
    where = f"{letter.step}/{letter.channel}/{language}"
    try:
        yield
    except (JinjaError, LabelError, MoneyError, WhatsAppError, ScriptError, Nameless) as error:
        raise TemplateError(f"{where}: {error}") from error
    except (TypeError, ValueError) as error:
        # A template that adds what can't be added; the error's text may hold words.
        raise TemplateError(f"{where}: {type(error).__name__}") from error


def _region(letter: Letter) -> str:
    """Whose numbers: the region of the reader's language tag, else their country, else the creditor's."""
    parts = (letter.client.language or "").replace("_", "-").split("-")[1:]
    region = next((part.upper() for part in parts if len(part) == 2 and part.isalpha()), None)
    return region or letter.client.country or letter.creditor.country


def _names(view: View) -> dict[str, object]:
    """What a template may name: the view's fields, and the parts that are laid out apart."""
    names: dict[str, object] = {name: getattr(view, name) for name in View.__slots__}
    names.update((part, f"{_MARK}{part}{_MARK}") for part in _PARTS)
    names["br"] = _BREAK
    return names


def _body(rendered: str, view: View) -> Iterator[tuple[str, str]]:
    """The body in order: (`p`, paragraph) or (part's name, nothing)."""
    for paragraph in _PARAGRAPHS.split(rendered):
        words = _one_line(paragraph)
        part = words.strip(_MARK)
        if words.startswith(_MARK) and part in _PARTS:
            yield part, ""
        elif _MARK in words:
            raise TemplateError(
                f"{view.step}/email/{view.language}: a part must stand alone in its paragraph"
            )
        elif words:
            yield "p", words


def _one_line(text: str) -> str:
    return _WHITE.sub(" ", text).strip()


def _strong(text: object) -> str:
    """Make it stand out, where the medium can."""
    return f"{_STRONG}{text}{_WEAK}"


def _spoken(text: str) -> str:
    """Plain text: what stands out in HTML stands as it is."""
    return text.replace(_STRONG, "").replace(_WEAK, "").replace(_BREAK, "\n")


def _marked_up(text: str) -> Markup:
    """HTML: escaped, what should stand out does, and what should stay on a line does."""
    html = (
        _BEFORE_SIGN.sub("\u00a0", str(escape(text)))
        .replace("« ", "«\u00a0")
        .replace(_STRONG, "<strong>")
        .replace(_WEAK, "</strong>")
        .replace(_BREAK, "<br>")
    )
    return Markup(html)  # noqa: S704 (what came from outside was escaped one line above)
