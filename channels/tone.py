"""Words that letters do not use, and why: no threat, no blame, no pressure. Each language has its own in `tone.yaml`.

The file has three lists, by where its words have no place:

- `never`: in no message;
- `claims`: nowhere but in a letter that claims such sums and shows how they are made up;
- `gentle`: not in the gentle tones, those before the first firmer step.

A word counts whole and in any case; `*` stands for any letters, so that one entry holds a word's endings or compounds
(`*gebühr*`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

TONE = "tone.yaml"
FIRMER = frozenset({"polite", "firm", "formal"})
"""The tones in which the words of `gentle` may stand."""


class ToneError(ValueError):
    """A `tone.yaml` that can't be used; the text names the file, the entry and what is wrong."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Annotated[tuple[Annotated[str, Field(pattern=r"[^\s*]")], ...], Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    never: tuple[_Entry, ...]
    claims: tuple[_Entry, ...]
    gentle: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a letter that has no place in it."""

    word: str
    """As it stands in the letter."""
    why: str


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    why: str


@dataclass(frozen=True, slots=True)
class ToneWords:
    """The words of one language."""

    never: tuple[_Rule, ...]
    claims: tuple[_Rule, ...]
    gentle: tuple[_Rule, ...]

    @classmethod
    def read(cls, path: Path) -> ToneWords:
        """Read a `tone.yaml`. Raises `ToneError`."""
        try:
            file = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise ToneError(f"{path}: can't be read ({error.strerror})") from None
        except yaml.YAMLError as error:
            raise ToneError(f"{path}: not valid YAML: {error}".replace("\n", " ")) from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"]) or "the file"
            raise ToneError(f"{path}: {place}: {first['msg']}") from None
        return cls(_rules(file.never), _rules(file.claims), _rules(file.gentle))

    def found(self, text: str, tone: str, *, claims: bool = False) -> tuple[Found, ...]:
        """What has no place in a text of that tone; `claims` says that it claims interest or fixed sums."""
        return tuple(self._found(text, tone, claims=claims))

    def _found(self, text: str, tone: str, *, claims: bool) -> Iterator[Found]:
        here = (*self.never, *(() if claims else self.claims), *(() if tone in FIRMER else self.gentle))
        for rule in here:
            for match in rule.pattern.finditer(text):
                yield Found(match[0], rule.why)


def _rules(entries: tuple[_Entry, ...]) -> tuple[_Rule, ...]:
    return tuple(
        _Rule(re.compile(rf"(?<!\w)(?:{'|'.join(map(_regex, entry.words))})(?!\w)", re.IGNORECASE), entry.why)
        for entry in entries
    )


def _regex(word: str) -> str:
    return r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split())
