"""What a reply says about being written to at all: stop, go on, or help. The words are in `opt_words.yaml`.

Two readings. *Keywords* count when they are all that was written (a polite word or a full stop beside them is allowed):
those of the carriers and of 47 CFR 64.1200(a)(10), https://www.law.cornell.edu/cfr/text/47/64.1200, and the words that
people use in German, French, Spanish, Italian and Dutch. *Sentences* count when they ask us to stop writing: the same
rule takes any reasonable words, and the provider stops at its keywords only.

The price of the two mistakes is not the same. Writing on to somebody who said stop breaks the law and the relation; a
stop that was none costs one channel, and a person sees the reply anyway. So where a sentence can be read both ways and
is about our messages, it counts as a stop. But "stop" is also a word of payments, orders and deliveries, and those are
the mail of a bookkeeper: "please stop the direct debit" is no opt-out.

`IN` comes from the exact keyword alone. "YES" is one for the carriers, but may as well answer a question of ours:
whoever uses it should take it only as the end of an earlier stop, never as a consent that was not there before.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from reminders.feedback import OptWord

_DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def _words(lists: list[list[str]]) -> frozenset[str]:
    """Those of several words are joined by `_`, so that each is one."""
    return frozenset(word.replace(" ", "_") for word in chain.from_iterable(lists))


def _patterns(sentences: list[str]) -> tuple[re.Pattern[str], ...]:
    whole = []
    for sentence in sentences:
        for name, part in _DATA["parts"].items():
            sentence = sentence.replace(f"<{name}>", part)
        whole.append(re.compile(rf"\b(?:{sentence})(?!\w)"))
    return tuple(whole)


_MEANINGS = {
    word: meaning
    for meaning, name in ((OptWord.OUT, "out"), (OptWord.IN, "in"), (OptWord.HELP, "help"))
    for word in _words(_DATA["keywords"][name])
}
_POLITE = _words(_DATA["polite"])
_ALONE = _words([_DATA["alone"]])
_JOINED = sorted((word for word in {*_MEANINGS, *_POLITE} if "_" in word), key=len, reverse=True)
_GUARDED, _PLAIN = _patterns(_DATA["guarded"]), _patterns(_DATA["plain"])

_CLAUSES = re.compile(r"[.!?;:,\n\r()\"“”„–—]+|\s-\s")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`´"))
LONGEST_KEYWORD = 60
"""Characters; a longer clause is no keyword, however polite."""

_NOT = re.compile(r"\b(?:dont|do not|didnt|did not|doesnt|never|not|no need|without|wouldnt)(?: \w+){0,2} $")
# "You need to stop texting me", "how do I unsubscribe", "I want to opt out": asked of us.
_OF_US = re.compile(
    r"\b(?:(?:you|u|yall)(?: \w+){0,3}|(?:want|like|wish|how|need) to|how (?:do|can) (?:i|we)) $"
)
# Who ends something of their own is not asking us: "we will stop emailing purchase orders".
_OWN = re.compile(
    r"\b(?:i|we|they|he|she|it|to)(?: (?:will|ll|shall|would|d|can|cannot|cant|could|couldnt|had|have|ve|did|must|may"
    r"|might|need|not|never|wont|dont|do|also|soon|now|then))* $"
)


def read_opt(text: str) -> OptWord | None:
    """What the text says about being written to; None if it says nothing about that."""
    found = _read(text)
    return found[0] if found else None


def read_stop(text: str) -> str | None:
    """The words that ask us to stop, in lower case and without accents; None where `read_opt` finds no stop."""
    found = _read(text)
    return found[1] if found and found[0] is OptWord.OUT else None


def _read(text: str) -> tuple[OptWord, str] | None:
    """The meaning, and the clause that has it."""
    clauses = [words for part in _CLAUSES.split(text) if (words := _normal(part))]
    whole = " ".join(clauses)
    if word := _keyword(whole):
        return word, whole
    for clause in clauses:
        # "STOP. I have paid already": a stop that stands alone between two full stops is one.
        if _keyword(clause) is OptWord.OUT and not _bare(clause) & _ALONE:
            return OptWord.OUT, clause
        if _asks(clause):
            return OptWord.OUT, clause
    return None


def _normal(text: str) -> str:
    """Lower case, accents and apostrophes gone, everything but letters and digits a space."""
    text = unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    )
    text = "".join(ch for ch in text if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in text).split())


def _keyword(clause: str) -> OptWord | None:
    """The meaning of a clause that is nothing but a keyword and politeness."""
    if len(clause) > LONGEST_KEYWORD:
        return None
    if clause.replace(" ", "") == "stop":  # S T O P
        return OptWord.OUT
    said = _bare(clause)
    if len(said) != 1:
        return None
    (word,) = said
    if word in _ALONE and word.replace("_", " ") != clause:
        return None
    return _MEANINGS.get(word)


def _bare(clause: str) -> set[str]:
    """The distinct words of a clause without the polite ones; those of several words are joined by `_`."""
    padded = f" {clause} "
    for words in _JOINED:
        padded = padded.replace(f" {words.replace('_', ' ')} ", f" {words} ")
    return set(padded.split()) - _POLITE


def _asks(clause: str) -> bool:
    """Whether the clause is a sentence that asks us to stop."""
    if any(pattern.search(clause) for pattern in _PLAIN):
        return True
    return any(
        _asked_of_us(clause[: found.start()], found[0]) for p in _GUARDED if (found := p.search(clause))
    )


def _asked_of_us(before: str, words: str) -> bool:
    if _NOT.search(before):
        return False
    return bool(_OF_US.search(before)) or words.startswith(("unsub", "opt")) or not _OWN.search(before)
