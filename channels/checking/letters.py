"""Every template filled with every sample letter of its step: what fails, is too long, leads nowhere or is unkind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import TemplateSyntaxError
from jinja2.meta import find_undeclared_variables

from channels.checking.findings import Finding
from channels.checking.links import broken_in_mail, broken_in_source
from channels.ports import Letter, Rendered
from channels.render import CALL, CALL_NAMES, NAMES, Renderer, TemplateError
from channels.samples import SAMPLED, sample_letters
from channels.segments import Encoding, beyond_gsm, segments
from channels.shelf import Shelf
from channels.tone import TONE, ToneError, ToneWords
from channels.whatsapp import LONGEST, WhatsAppError, WhatsAppTemplate
from reminders.snapshot import Channel

MOST_SEGMENTS = {Encoding.GSM_7: 2, Encoding.UCS_2: 3}
"""SMS that one message may cost; an alphabet of 70 characters a segment may cost one more."""
_STEP = re.compile(r"(?P<stem>[a-z][a-z0-9_]*)\.(?P<channel>email|sms|voice|whatsapp)\.(?:j2|yaml)")
_LINKS = re.compile(r"https?://\S+|\S+@\S+|\S+\.example\b")
_NAMELESS = re.compile(r"'([^']+)' is undefined|has no attribute '([^']+)'")


def wrong(shelf: Shelf, renderer: Renderer, language: str) -> Iterator[Finding]:
    """What is wrong with the templates of a language."""
    tone = _tone(shelf.find(language, TONE))
    for name in sorted(shelf.files(language)):
        match = _STEP.fullmatch(name)
        if match is not None:
            channel, stems = Channel(match["channel"]), [match["stem"]]
        elif name == CALL:
            channel, stems = (
                Channel.VOICE,
                [one for one in SAMPLED if not shelf.find(language, f"{one}.{CALL}")],
            )
        else:
            continue
        file, source = f"{language}/{name}", shelf.read(language, name)
        yield from (Finding(file, what, todo) for what, todo in _source(renderer, channel, source))
        for letter in (one for stem in stems for one in _letters(renderer, stem, channel, language)):
            yield from (Finding(file, what, todo) for what, todo in _letter(renderer, letter, language, tone))


def own_words(letter: Letter, text: str) -> str:
    """The text without what others wrote: names, addresses, and the creditor's own terms."""
    creditor = letter.creditor
    theirs = [
        creditor.name, creditor.legal_name, *creditor.all_terms, ", ".join(creditor.address), creditor.sender_name,
        letter.client.name, letter.contact.name or "", *(account.bank for account in creditor.bank_accounts),
    ]  # fmt: skip
    for name in sorted((name.rstrip(".") for name in theirs if name), key=len, reverse=True):
        text = text.replace(name, " ")
    return _LINKS.sub(" ", text)


def _source(renderer: Renderer, channel: Channel, source: str) -> Iterator[tuple[str, str]]:
    """What can be seen in a template before it is filled."""
    yield from broken_in_source(source)
    try:
        texts = [source]
        if channel is Channel.WHATSAPP:
            template = WhatsAppTemplate.parse(source, renderer.words)
            texts = [f"{{{{ {expression} }}}}" for expression in template.variables.values()]
            for fault in template.faults():
                what, _, todo = fault.partition(": ")
                yield what, todo
        parsed = [renderer.words.parse(text) for text in texts]
    except WhatsAppError as error:
        yield str(error), "mend it"
    except TemplateSyntaxError as error:
        yield f"line {error.lineno}: {error.message}", "mend it"
    else:
        known = CALL_NAMES if channel is Channel.VOICE else NAMES
        named = {name for tree in parsed for name in find_undeclared_variables(tree)}
        yield from (_unknown(one) for one in sorted(named - known))


def _letters(renderer: Renderer, stem: str, channel: Channel, language: str) -> list[Letter]:
    """The sample letters of a template; for one of the deployment's own steps, those of a step whose facts fit it."""
    if stem in SAMPLED:
        return [_open(letter) for letter in sample_letters(stem, channel, language).values()]
    found: list[Letter] = []
    for step in SAMPLED:
        letters = [
            replace(_open(letter), words=stem) for letter in sample_letters(step, channel, language).values()
        ]
        if all(_renders(renderer, letter) for letter in letters):
            return letters
        found = found or letters
    return found


def _open(letter: Letter) -> Letter:
    """By WhatsApp, what is not approved yet is tried out as well."""
    return replace(letter, chat_open=True)


def _renders(renderer: Renderer, letter: Letter) -> bool:
    try:
        renderer.render(letter)
    except TemplateError:
        return False
    return True


def _letter(
    renderer: Renderer, letter: Letter, language: str, tone: ToneWords | None
) -> Iterator[tuple[str, str]]:
    try:
        rendered = renderer.render(letter)
    except TemplateError as error:
        yield _failed(error)
        return
    if rendered.language != language:
        return  # a phrase or a file is missing, which is told where it is missing
    if tone is not None:
        words = own_words(letter, f"{rendered.subject or ''} {rendered.text}")
        for found in tone.found(words, letter.tone, claims=bool(letter.interest)):
            yield f"says {found.word!r} ({found.why})", "say it another way"
    yield from _medium(letter, rendered)


def _medium(letter: Letter, rendered: Rendered) -> Iterator[tuple[str, str]]:
    if letter.channel is Channel.EMAIL:
        yield from broken_in_mail(rendered.text, rendered.html or "")
    elif letter.channel is Channel.SMS:
        yield from _too_long(letter, rendered.text)
    elif letter.channel is Channel.WHATSAPP and len(rendered.text) > LONGEST:
        yield f"comes to {len(rendered.text)} characters", f"shorten it to {LONGEST}"


def _too_long(letter: Letter, text: str) -> Iterator[tuple[str, str]]:
    counted = segments(text)
    most = MOST_SEGMENTS[counted.encoding]
    if counted.count > most:
        forced = "".join(beyond_gsm(own_words(letter, text)))
        instead = f", or do without {forced} to have 160 characters in one instead of 70" if forced else ""
        yield (
            f"takes {counted.count} SMS ({counted.encoding.value}, {counted.units} units)",
            f"shorten it to {most}{instead}",
        )


def _failed(error: TemplateError) -> tuple[str, str]:
    said = str(error).partition(": ")[2] or str(error)
    match = _NAMELESS.search(said)
    if match is not None:
        return _unknown(match[1] or match[2])
    return said, "mend it; no message goes with a hole in it"


def _unknown(name: str) -> tuple[str, str]:
    return f"names {name!r}, which no letter has", "name what the shipped template of that step names"


@cache
def _tone(path: Path | None) -> ToneWords | None:
    try:
        return ToneWords.read(path) if path is not None else None
    except ToneError:
        return None  # told as a fault of that file
