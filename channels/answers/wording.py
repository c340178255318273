"""One language's words for reading answers: its `answers.yaml`, beside its templates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from channels.answers.phrases import pattern
from channels.folding import words
from channels.opt_words import SHIPPED as STOPS
from config.policy.part import Misplaced
from config.yaml_document import parse_yaml
from reminders.answers import AnswerKind
from reminders.feedback import OptWord

ANSWERS = "answers.yaml"


def _compared(text: str) -> str:
    """Signs alone are no part of a text as it is compared: they would be found nowhere, or everywhere."""
    if not words(text):
        raise ValueError(
            f"{text!r} has neither a letter nor a digit, and only those are compared; write a word"
        )
    return text


Word = Annotated[str, AfterValidator(_compared)]
"""A word or a phrase."""
Sign = Annotated[str, Field(pattern=r"\S")]
"""The sign or the name of a currency; or a regular expression."""
Words = tuple[Word, ...]


class AnswersError(ValueError):
    """An `answers.yaml` that can't be used; the text names the file, the line, the field and a way out."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Said(_Part):
    """The phrases of one class."""

    sure: Words = ()
    """What can't mean anything else."""
    maybe: Words = ()
    """What may mean it: alone, it leaves the answer unsure."""


class Negations(_Part):
    """Words that take back what stands beside them."""

    words: Annotated[Words, Field(min_length=1)]
    after: Annotated[int, Field(ge=0, le=5)] = 0
    """How many words after a phrase a negation may stand."""


class DayWords(_Part):
    """What stands around days. The names of months and weekdays are CLDR's; here are other ways to write them."""

    markers: Words = ()
    """Before a day for which something is promised: by, on, until."""
    about: Words = ()
    """Before the day of an invoice, which promises nothing: dated, invoice of."""
    last: Words = ()
    next: Words = ()
    end_of: Words = ()
    vague: Words = ()
    """Before a month, or alone: a time of which nobody can say the day."""
    today: Words = ()
    tomorrow: Words = ()
    day_after_tomorrow: Words = ()
    this_week: Words = ()
    next_week: Words = ()
    end_of_next_week: Words = ()
    end_of_month: Words = ()
    end_of_next_month: Words = ()
    next_month: Words = ()
    weeks_after: dict[Annotated[int, Field(ge=1, le=9)], Words] = {}
    """After a weekday: so many weeks after the next one, as in "Friday week" and "vendredi en huit"."""
    within: Words = ()
    """Before a number of days: in, within."""
    numbers: dict[Annotated[int, Field(ge=0, le=366)], Words] = {}
    units: dict[Literal["days", "working_days", "weeks", "months"], Words] = {}
    months: dict[Annotated[int, Field(ge=1, le=12)], Words] = {}
    weekdays: dict[Annotated[int, Field(ge=0, le=6)], Words] = {}
    """0 is Monday."""
    suffixes: Words = ()
    """After a number that is a day: st, nd, rd, th."""
    day_of_month: tuple[Sign, ...] = ()
    """Regular expressions, without accents, for a day that is a number alone; `#` stands for the number."""

    @model_validator(mode="after")
    def _expressions(self) -> Self:
        for number, text in enumerate(self.day_of_month):
            try:
                re.compile(text)
            except re.error as error:
                raise Misplaced(
                    f"{text!r} is no regular expression ({error})", "day_of_month", number
                ) from None
            if text.count("#") != 1:
                raise Misplaced(f"{text!r} needs one # for the number", "day_of_month", number)
        return self


class OptWords(_Part):
    """What stops messages, in a language of one's own. It is added to what is read as a stop in any case."""

    words: Words = ()
    """A text is a stop when nothing but one of these and polite words stands in it."""
    alone: Words = ()
    """Those of `words` that count only quite alone, since they are as likely about an order or a contract."""
    sentences: Words = ()
    """Phrases that ask us to stop, wherever they stand."""
    start: Words = ()
    """Written alone: messages may go again."""
    help: Words = ()
    polite: Words = ()
    """What may stand beside such a word without changing it."""

    @model_validator(mode="after")
    def _hides_no_stop(self) -> Self:
        for name, texts in (("start", self.start), ("help", self.help), ("polite", self.polite)):
            for number, word in enumerate(texts):
                if STOPS.stops_within(word):
                    raise Misplaced(
                        f"{word!r} has a word that stops messages by law or by habit, and no file changes that; "
                        "take it out",
                        name,
                        number,
                    )
        own = {words(word) for word in self.words}
        for number, word in enumerate(self.words):
            if STOPS.opt(word) in (OptWord.IN, OptWord.HELP):
                raise Misplaced(f"{word!r} asks for messages or for help; take it out", "words", number)
        for number, word in enumerate(self.alone):
            if words(word) not in own:
                raise Misplaced(f"{word!r} is not among stop.words; add it there", "alone", number)
        return self


class AnswerWords(_Part):
    """All that a language's `answers.yaml` says."""

    parts: dict[str, Word] = {}
    """Named parts of phrases: `<name>` in a phrase stands for them."""
    neither: Words = ()
    """What looks like a class and is none."""
    paid: Said = Said()
    promise: Said = Said()
    dispute: Said = Said()
    hardship: Said = Said()
    wrong_person: Said = Said()
    call_me: Said = Said()
    out_of_office: Said = Said()
    other: Said = Said()
    negations: Negations
    conditions: Annotated[Words, Field(min_length=1)]
    """If, as soon as: under a condition nobody has paid and nobody promises."""
    hedges: Words = ()
    """Maybe, hopefully: what is hoped for is no promise."""
    turns: Words = ()
    """But, however: a negation does not reach over them."""
    common: Annotated[Words, Field(min_length=1)]
    """Small words by which the language is known."""
    days: DayWords = DayWords()
    money: dict[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], tuple[Sign, ...]] = {}
    """How sums are written beside the ISO code: the signs and names of a currency."""
    left: Words = ()
    """In a machine's answer: its owner is gone for good, or nobody reads the address any more."""
    stop: OptWords = OptWords()

    @classmethod
    def read(cls, path: Path) -> AnswerWords:
        """Read a language's file, which stands in the folder of that language. Raises `AnswersError`."""
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise AnswersError(f"{path}: can't be read as UTF-8 text: {error}; save it as UTF-8") from None
        language = path.parent.name
        if "-" in language:
            raise AnswersError(
                f"{path}: answers are read by language, not by region; move the file to {language.partition('-')[0]}/"
            )
        try:
            Locale(language)
        except (UnknownLocaleError, ValueError):
            raise AnswersError(
                f"{path}: {language!r} is no language that CLDR knows; call the folder as ISO 639 does, like pl"
            ) from None
        return parse_yaml(text, str(path), cls, AnswersError, "answers")

    def said(self, kind: AnswerKind) -> Said | None:
        """The phrases of a class; None for a stop, which is read apart."""
        found: Said | None = None if kind is AnswerKind.STOP else getattr(self, kind.value)
        return found

    @model_validator(mode="after")
    def _phrases(self) -> Self:
        for at, text in self._written():
            try:
                pattern(text, self.parts)
            except ValueError as error:
                raise Misplaced(str(error), *at) from None
        return self

    def _written(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Every phrase and the way to it."""
        plain = {"neither": self.neither, "left": self.left, "conditions": self.conditions}
        plain |= {"hedges": self.hedges, "turns": self.turns}
        for name, texts in plain.items():
            yield from (((name, number), text) for number, text in enumerate(texts))
        yield from ((("stop", "sentences", number), text) for number, text in enumerate(self.stop.sentences))
        for kind in AnswerKind:
            said = self.said(kind)
            for strength in ("sure", "maybe") if said is not None else ():
                texts = getattr(said, strength)
                yield from (((kind.value, strength, number), text) for number, text in enumerate(texts))
