"""What is the same in every call of a language: the voice, and short answers. One `voice.yaml` beside the templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Self

import yaml
from babel import Locale, UnknownLocaleError
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from channels.shelf import SHIPPED, Shelf
from channels.wordings import LAST_LANGUAGE

VOICE = "voice.yaml"
_WITH_DAY = frozenset({"promised"})


class VoiceError(ValueError):
    """A `voice.yaml` that can't be used; the text says which phrase and what is wrong."""


class Phrases(BaseModel):
    """The phrases of one language. The one with a day has a place for it: `{day}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    """Which accent speaks, as Twilio and CLDR name it: `de-DE`. Numbers and days are said as it says them."""
    voice: str
    """One of Twilio's voices for that language."""
    not_understood: str
    paid: str
    how_many_days: str
    promised: str
    call_back: str
    stopped: str
    wrong_person: str
    goodbye: str
    trouble: str
    """When an answer could not be taken down."""

    @field_validator("language")
    @classmethod
    def _of_cldr(cls, language: str) -> str:
        try:
            Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            raise ValueError(f"{language!r} is no language that CLDR knows, like de-DE") from None
        return language

    @model_validator(mode="after")
    def _places(self) -> Self:
        for name, phrase in self:
            meant = {"day"} if name in _WITH_DAY else set()
            if {place for _, place, _, _ in Formatter().parse(phrase) if place is not None} != meant:
                raise ValueError(f"{name!r} needs {'the place {day}' if meant else 'no places'}")
        return self

    @classmethod
    def read(cls, path: Path) -> Phrases:
        """Read a `voice.yaml`. Raises `VoiceError`."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except yaml.YAMLError as error:
            raise VoiceError(f"not valid YAML: {error}".replace("\n", " ")) from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            said = first["msg"].removeprefix("Value error, ")
            raise VoiceError(f"{place}: {said}" if place else said) from None


class Voices:
    """The voices of these folders. One that can't be used counts as none; `template check` says what is wrong with it.

    Thread-safe. A file is read once.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._shelf = Shelf(folders)
        self._read = cache(self._read_phrases)

    def of(self, language: str) -> Phrases:
        """The phrases of a language tag, of its language alone, or of the last resort, English."""
        found = next(self._found((*_tags(language), LAST_LANGUAGE)), None)
        if found is None:
            raise LookupError("the templates have no voice.yaml in English")
        return found

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for a language tag, or for its language alone."""
        return next(self._found(_tags(language)), None) is not None

    def _found(self, names: Sequence[str]) -> Iterator[Phrases]:
        paths = (self._shelf.find(name, VOICE) for name in names)
        return (phrases for path in paths if path is not None and (phrases := self._read(path)) is not None)

    def _read_phrases(self, path: Path) -> Phrases | None:
        try:
            return Phrases.read(path)
        except VoiceError:
            return None


def _tags(language: str) -> tuple[str, str]:
    return language, language.partition("-")[0].lower()
