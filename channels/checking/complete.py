"""Whether a language is whole: its files, its phrases with their places, and a form for every count."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any

import yaml
from babel import Locale, UnknownLocaleError

from channels.answers.wording import ANSWERS, AnswersError, AnswerWords
from channels.checking.findings import Finding
from channels.labels import LABELS, PAGE, LabelError, Labels
from channels.names import NAMES, NamesError, NameWords
from channels.render import CALL
from channels.shelf import Shelf
from channels.tone import TONE, ToneError, ToneWords
from channels.voice.phrases import VOICE, Phrases, VoiceError
from channels.wordings import LAST_LANGUAGE

_NO_CALL = "until then, calls are in the creditor's language or in English"
_ADD = {
    ANSWERS: "add it, with the words of clients' answers; until then, a person reads all that they write in it",
    LABELS: f"add it, with every phrase of {LAST_LANGUAGE}/{LABELS}; without it, nothing is written in this language",
    TONE: "add it, so that hard words are found",
    NAMES: "add it, so that its titles and the names of its desks are known",
    PAGE: f"add it, with every phrase of {LAST_LANGUAGE}/{PAGE}; until then, the page is in another language",
    VOICE: f"add it, with one of Twilio's voices; {_NO_CALL}",
    CALL: f"add it; {_NO_CALL}",
}
_READ: Mapping[str, tuple[Callable[[Path], object], str]] = {
    ANSWERS: (AnswerWords.read, "; until then, nothing starts"),
    TONE: (ToneWords.read, ""),
    NAMES: (NameWords.read, "; until then, nothing starts"),
    VOICE: (Phrases.read, f"; {_NO_CALL}"),
}
"""What reads a file, and how things are until a wrong one is mended."""
_UNREAD = {LABELS: "nothing is written in this language", PAGE: "the page is in another language"}


def incomplete(shelf: Shelf, language: str) -> Iterator[Finding]:
    """What a language lacks."""
    own = shelf.files(language).keys()
    # Words for a region need only be those that differ there; its phrases are its own.
    same = shelf.files(language.partition("-")[0]).keys() if "-" in language else frozenset()
    for name in sorted(shelf.files(LAST_LANGUAGE).keys() - own):
        if name in same and name != LABELS:
            continue
        todo = _ADD.get(name, "add it; until then, that is said in the creditor's language or in English")
        yield Finding(f"{language}/{name}", "is missing", todo)
    for name in (LABELS, PAGE):
        if name in own:
            yield from _phrases(shelf, language, name)
    for name, (read, so_far) in _READ.items():
        try:
            if name in own:
                read(shelf.files(language)[name])
        except (ToneError, NamesError, VoiceError, AnswersError) as error:
            yield Finding(f"{language}/{name}", _after_path(error, name), f"mend it{so_far}")


def _phrases(shelf: Shelf, language: str, name: str) -> Iterator[Finding]:
    file = f"{language}/{name}"
    try:
        Labels.read(shelf.files(language)[name], language)
    except LabelError as error:
        yield Finding(file, str(error), f"mend it; until then, {_UNREAD[name]}")
        return
    english, own = (yaml.safe_load(shelf.read(one, name)) for one in (LAST_LANGUAGE, language))
    for key in english.keys() - own.keys():
        yield Finding(file, f"has no phrase {key!r}", f"add it; in English it is {_shown(english[key])}")
    for key in own.keys() - english.keys():
        yield Finding(file, f"has a phrase {key!r} that nothing uses", "take it out")
    needed = _plurals(language)
    for key in sorted(own.keys() & english.keys()):
        yield from _phrase(file, key, english[key], own[key], needed)


def _phrase(file: str, key: str, english: Any, own: Any, needed: frozenset[str]) -> Iterator[Finding]:
    if isinstance(english, Mapping) is not isinstance(own, Mapping):
        todo = (
            f"write its forms, like {_shown(english)}" if isinstance(english, Mapping) else "write one text"
        )
        yield Finding(file, f"the phrase {key!r} is of the wrong kind", todo)
        return
    forms = dict(own) if isinstance(own, Mapping) else {"other": own}
    if isinstance(own, Mapping) and needed - forms.keys():
        missing = ", ".join(sorted(needed - forms.keys()))
        yield Finding(file, f"the phrase {key!r} lacks the form for {missing}", "add it")
    meant = _places(english["other"] if isinstance(english, Mapping) else english)
    for form in forms.values():
        if _places(form) != meant:
            places = " and ".join(f"{{{place}}}" for place in sorted(meant)) or "no places"
            yield Finding(file, f"the phrase {key!r} has other places than in English", f"it needs {places}")


def _plurals(language: str) -> frozenset[str]:
    """The plural categories that a language's counts fall into."""
    try:
        form = Locale.parse(language.replace("-", "_")).plural_form
    except (UnknownLocaleError, ValueError):
        return frozenset({"other"})
    return frozenset({form(number) for number in range(200)} | {"other"})


def _places(text: object) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(str(text)) if name is not None)
    except ValueError:
        return frozenset({"a brace that is not closed"})


def _shown(phrase: object) -> str:
    return repr(phrase["other"] if isinstance(phrase, Mapping) else phrase)


def _after_path(error: ValueError, name: str) -> str:
    """What an error says, without the path of the file that stands before it anyhow."""
    said = str(error).partition(f"{name}:")[2].strip() or str(error)
    line, colon, rest = said.partition(": ")
    return f"line {line}: {rest}" if colon and line.isdigit() else said
