"""The fixed phrases of a language: table headings, counts, the footer. One `labels.yaml` beside the templates."""

from __future__ import annotations

from pathlib import Path

import yaml

LABELS, PAGE = "labels.yaml", "page.yaml"
"""Phrases that all messages of a language share, and those of the client's own page."""


class LabelError(LookupError):
    """A phrase that a language lacks; the text names the language and the phrase."""


class Labels:
    """The phrases of one language. A phrase with a count has one form for each plural category."""

    def __init__(self, language: str, phrases: dict[str, str | dict[str, str]]) -> None:
        self.language = language
        self._phrases = phrases
        # Attributes of its own: a template reads some 40 of them for a mail, and `__getattr__` takes ten times as long.
        taken = frozenset(dir(self))
        self.__dict__.update(
            (key, phrase) for key, phrase in phrases.items() if isinstance(phrase, str) and key not in taken
        )

    @classmethod
    def read(cls, path: Path, language: str) -> Labels:
        """Read a `labels.yaml`. Raises `LabelError`."""
        try:
            phrases = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise LabelError(f"not valid YAML: {error}".replace("\n", " ")) from None
        if not isinstance(phrases, dict):
            raise LabelError("holds no phrases; write one on each line, like `total: Total`")
        return cls(language, phrases)

    def __getattr__(self, key: str) -> str:
        """A phrase without places, as templates name it: `labels.total`. Asked only for what there is not."""
        raise AttributeError(key)

    def lacks(self, other: Labels) -> frozenset[str]:
        """The keys of the phrases that the other language has, and this one has not."""
        return frozenset(other._phrases.keys() - self._phrases.keys())

    def find(self, key: str) -> str | None:
        """A phrase without places, if the language has it."""
        phrase = self._phrases.get(key)
        return phrase if isinstance(phrase, str) else None

    def text(self, key: str, **values: object) -> str:
        """A phrase, with its `{places}` filled in."""
        phrase = self._phrases.get(key)
        if not isinstance(phrase, str):
            raise LabelError(f"labels of {self.language!r} have no phrase {key!r}")
        try:
            return phrase.format(**values) if values else phrase
        except (LookupError, ValueError):
            raise LabelError(
                f"labels of {self.language!r}: {key!r} has a place that can't be filled"
            ) from None

    def plural(self, key: str, number: int, category: str) -> str:
        """A phrase with a count, in the form for that plural category."""
        forms = self._phrases.get(key)
        if not isinstance(forms, dict) or "other" not in forms:
            raise LabelError(f"labels of {self.language!r} have no counted phrase {key!r}")
        try:
            return forms.get(category, forms["other"]).format(n=number)
        except (LookupError, ValueError):
            raise LabelError(
                f"labels of {self.language!r}: {key!r} has a place that can't be filled"
            ) from None
