"""Whoever reads replies: by the words of all languages of the template folders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from channels.answers.amounts import Amounts
from channels.answers.leaving import departed
from channels.answers.lexicon import Lexicon
from channels.answers.phrases import pattern
from channels.answers.reading import classify
from channels.answers.wording import ANSWERS, AnswerWords
from channels.opt_words import Added, OptReader
from channels.shelf import SHIPPED, Shelf
from reminders.answers import Answer
from reminders.feedback import OptWord


class Reader:
    """What replies say, in every language that has an `answers.yaml`. A folder named earlier overrides the later ones.

    All files are read at once: raises `AnswersError` for one that can't be used, since it would be missed only when a
    client is misread. Thread-safe.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        files = Shelf(folders).each(ANSWERS)
        written = {language: AnswerWords.read(path) for language, path in files.items()}
        self._lexicons = tuple(Lexicon.of(language, each) for language, each in written.items())
        self._opt = OptReader(_added(each) for each in written.values())
        self._amounts = Amounts(
            {code: names for each in written.values() for code, names in each.money.items()}
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which answers are understood."""
        return tuple(lexicon.language for lexicon in self._lexicons)

    def classify(self, text: str, language: str | None, received_on: date) -> Answer:
        """The class of a reply from which quoted mail is cut off already (`channels.quotes`).

        `language` is the client's (`de`, `en-GB`, None); the words themselves tell more and go before it, but its
        region decides between day and month. `received_on` is the client's own day: no promised day is before it.
        """
        return classify(text, language, received_on, self._lexicons, self._amounts, self._opt.stop(text))

    def departed(self, text: str) -> tuple[str, ...]:
        """The words of a machine's answer which say that the owner of the mailbox has left; none if unsure."""
        return departed(text, self._lexicons)

    def opt(self, text: str) -> OptWord | None:
        """What the text says about being written to at all."""
        return self._opt.opt(text)


def _added(written: AnswerWords) -> Added:
    stop = written.stop
    return Added(
        out=stop.words,
        alone=stop.alone,
        opens=stop.start,
        help=stop.help,
        polite=stop.polite,
        sentences=tuple(pattern(text, written.parts) for text in stop.sentences),
    )
