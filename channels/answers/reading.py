"""Reading a reply by rules: the phrases of all known languages, the longest first, and what stands beside them.

No model and no guess: each phrase is a line in a language's `answers.yaml`, and the answer shows the words that it
found. The rules lean to one side: what can be read in two ways is not sure, and goes to a person.

- The longest phrase wins where several overlap, so that "have not paid" is no "paid", and "will be paid" is a promise.
- A negation beside a phrase takes it back and leaves the whole answer unsure.
- In a question or under a condition nobody has paid and nobody promises; what is hoped for is no promise.
- A verb alone ("I transfer") promises where it names a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from channels.answers.amounts import Amounts
from channels.answers.dates import Day, days_in
from channels.answers.lexicon import Lexicon, Phrase
from channels.answers.normal import Sentence, sentences
from channels.folding import words
from reminders.answers import Answer, AnswerKind

LONGEST = 4000
"""Characters that are read. Who writes more has more to say than a class, and the answer is not sure."""
A_FEW_WORDS = 5
"""A text of no more words that names a day and nothing else ("Friday ok?") is likely a promise, but never surely."""
_ASIDE = frozenset({AnswerKind.CALL_ME, AnswerKind.OTHER})
"""What may stand beside another class without making it unsure."""
_OWN_WORD = frozenset({AnswerKind.PAID, AnswerKind.PROMISE})
"""What is only so where it is stated: not in a question, not under a condition."""
_BEFORE = 3
"""How many words before a phrase a negation may stand."""


@dataclass(frozen=True, slots=True)
class _Match:
    phrase: Phrase
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _Said:
    kind: AnswerKind
    strong: bool
    stated: bool
    """Said as it is: no question, no condition, no hope. True for all that may as well be asked ("could we pay in
    parts?")."""
    text: str
    sentence: Sentence


_DaysOf = Callable[[Sentence], tuple[Day, ...]]
"""The days that a sentence names, in the language of the text."""


def classify(
    text: str,
    language: str | None,
    received_on: date,
    known: Sequence[Lexicon],
    amounts: Amounts,
    stop: str | None,
) -> Answer:
    """The class of a reply, by what is `known` of all languages; `Reader.classify` says the rest.

    `stop` are its words that ask us to stop, if there are any.
    """
    read = tuple(sentences(text[:LONGEST]))
    lexicons = _languages(read, language, known)
    said: list[_Said] = []
    doubt = len(text) > LONGEST
    for sentence in read:
        for one in _said_in(sentence, lexicons):
            if one is None:
                doubt = True
            else:
                said.append(one)
    spoken = lexicons[0].language if lexicons else None
    locale = language if language and spoken and language.startswith(spoken) else spoken or language
    days_of = partial(_days_of, _spoken_in(locale, known), locale, received_on)
    said = _that_count(said, days_of, received_on)
    kinds = [kind for kind in AnswerKind if any(one.kind is kind for one in said)]
    if stop is not None:
        kinds.insert(0, AnswerKind.STOP)
    if not kinds or (kinds == [AnswerKind.OTHER] and not _strong(said, AnswerKind.OTHER)):
        return _nothing_said(text, read, said, days_of, spoken)
    sure_kinds = [kind for kind in kinds if kind is AnswerKind.STOP or _strong(said, kind)]
    kind = (sure_kinds or kinds)[0]
    also = tuple(other for other in kinds if other is not kind)
    deciding = [one for one in said if one.kind is kind]
    days = _days(read, deciding, days_of) if kind is AnswerKind.PROMISE else ()
    on, clear = _one(days)
    amount, one_sum = amounts.find(" ".join(sentence.raw for sentence in read))
    if kind is AnswerKind.PROMISE:
        doubt = doubt or not clear or not one_sum
    found = (stop,) if kind is AnswerKind.STOP and stop else tuple(one.text for one in deciding)
    return Answer(
        kind=kind,
        promised_on=on,
        amount=amount if kind in _OWN_WORD else None,
        words=tuple(dict.fromkeys((*found, *(day.words for day in days)))),
        sure=bool(sure_kinds)
        and not doubt
        and _ASIDE.issuperset(also)
        and all(one.stated for one in deciding),
        language=spoken,
        also=also,
    )


def _that_count(said: Sequence[_Said], days_of: _DaysOf, received_on: date) -> list[_Said]:
    """What was said without the weak words that mean nothing beside stronger ones.

    Those of a class that would go first stay: they leave the answer unsure. So does a verb of paying that names a day.
    """
    counting = []
    strongest = next((kind for kind in AnswerKind if _strong(said, kind)), None)
    order = list(AnswerKind)
    for one in said:
        if one.kind is AnswerKind.PROMISE and not one.strong and one.stated:
            days = days_of(one.sentence)
            one = replace(one, strong=_one(days)[0] is not None)
            if any(day.on for day in days):
                counting.append(one)
                continue
        if one.kind is AnswerKind.PAID:
            # "Paid by the 20th" that is still to come is no payment yet; a weekday may as well be the last one.
            days = days_of(one.sentence)
            one = replace(one, stated=one.stated and not any(day.comes_after(received_on) for day in days))
        if one.strong or strongest is None or order.index(one.kind) <= order.index(strongest):
            counting.append(one)
    return counting


def _strong(said: Iterable[_Said], kind: AnswerKind) -> bool:
    return any(one.kind is kind and one.strong and one.stated for one in said)


def _one(days: Iterable[Day]) -> tuple[date | None, bool]:
    """The one day that is meant; none, and not clear, where it may be several. No day at all is clear."""
    days = tuple(days)
    clear = all(day.sure for day in days) and len({day.on for day in days if day.on}) <= 1
    return next((day.on for day in days if day.on), None) if clear else None, clear


def _nothing_said(
    text: str,
    read: Sequence[Sentence],
    said: Sequence[_Said],
    days_of: _DaysOf,
    spoken: str | None,
) -> Answer:
    """A day and hardly a word beside it may be a promise; all else is for a person."""
    days = _days(read, (), days_of)
    if len(days) == 1 and len(words(text).split()) <= A_FEW_WORDS:
        return Answer(AnswerKind.PROMISE, _one(days)[0], words=(days[0].words,), language=spoken)
    return Answer(AnswerKind.OTHER, words=tuple(one.text for one in said), language=spoken)


def _languages(
    read: Sequence[Sentence], language: str | None, known: Sequence[Lexicon]
) -> tuple[Lexicon, ...]:
    """The languages that the text is most likely in, the likeliest first; none where no word tells."""
    told = (language or "").partition("-")[0].lower()
    seen = {word for sentence in read for clause in sentence.clauses for word in clause.split()}
    scores = {}
    for each in known:
        phrases = sum(len(list(_matches(clause, (each,)))) for one in read for clause in one.clauses)
        scores[each.language] = len(seen & each.common) + 2 * phrases
    best = max(scores.values(), default=0)
    if not best:
        return ()
    likely = [each for each in known if scores[each.language] == best]
    return tuple(sorted(likely, key=lambda each: each.language != told))


def _spoken_in(locale: str | None, known: Iterable[Lexicon]) -> Lexicon | None:
    language = (locale or "").partition("-")[0].lower()
    return next((each for each in known if each.language == language), None)


def _said_in(sentence: Sentence, lexicons: Iterable[Lexicon]) -> Iterator[_Said | None]:
    """What a sentence says; None for each phrase that a negation takes back."""
    lexicons = tuple(lexicons)
    conditional = any(known.conditions.search(f"{c} ") for known in lexicons for c in sentence.clauses)
    hoped = any(known.hedges.search(f"{c} ") for known in lexicons for c in sentence.clauses)
    for whole in sentence.clauses:
        for clause in _turned(whole, lexicons):
            found = sorted(_longest(_matches(clause, lexicons)), key=lambda match: match.start)
            for match in found:
                kind = match.phrase.kind
                if kind is None:
                    continue
                if _denied(clause, match, found, lexicons):
                    yield None
                    continue
                stated = kind not in _OWN_WORD or not (sentence.asks or conditional or hoped)
                # "Call me if you have questions" asks for nothing by itself.
                strong = match.phrase.strong and not (kind is AnswerKind.CALL_ME and conditional)
                yield _Said(kind, strong, stated, match.text, sentence)


def _turned(clause: str, lexicons: Iterable[Lexicon]) -> Iterator[str]:
    """The parts of a clause between words like "but": a negation does not reach over them."""
    parts = [f"{clause} "]
    for known in lexicons:
        parts = [piece for part in parts for piece in known.turns.split(part)]
    return (part for part in parts if part.strip())


def _matches(clause: str, lexicons: Iterable[Lexicon]) -> Iterator[_Match]:
    spaced = f"{clause.strip()} "
    for known in lexicons:
        for phrase in known.phrases:
            for found in phrase.pattern.finditer(spaced):
                yield _Match(phrase, found.start(), found[0].rstrip())


def _longest(matches: Iterable[_Match]) -> list[_Match]:
    """Those that are part of no longer one; among equals, words that only look like a class go first."""
    kept: list[_Match] = []
    for match in sorted(
        matches, key=lambda m: (-len(m.text), m.phrase.kind is not None, not m.phrase.strong)
    ):
        if all(match.end <= other.start or other.end <= match.start for other in kept):
            kept.append(match)
    return kept


def _denied(clause: str, match: _Match, found: Iterable[_Match], lexicons: Sequence[Lexicon]) -> bool:
    """Whether a negation stands beside a phrase, and not within another one."""
    if match.phrase.kind is AnswerKind.OTHER:
        return False
    clause = clause.strip()
    free = list(clause)
    for other in found:
        free[other.start : other.end] = "#" * len(other.text)
    rest = "".join(free)
    before = rest[: match.start].split()[-_BEFORE:]
    after = rest[match.end :].split()
    return any(
        known.negations.intersection(before) or known.negations.intersection(after[: known.denied_after])
        for known in lexicons
    )


def _days(read: Sequence[Sentence], deciding: Sequence[_Said], days_of: _DaysOf) -> tuple[Day, ...]:
    """The days of the sentences that decided; where they name none, those of the whole text."""
    theirs = [sentence for sentence in read if any(one.sentence is sentence for one in deciding)]
    for some in (theirs, read):
        days = tuple(day for sentence in some for day in days_of(sentence))
        if days:
            return days
    return ()


def _days_of(
    known: Lexicon | None, locale: str | None, received_on: date, sentence: Sentence
) -> tuple[Day, ...]:
    return days_in(sentence.raw, known, locale, received_on)
