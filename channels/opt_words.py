"""What a reply says about being written to at all: stop, go on, or help. The words are in `opt_words.yaml`.

Two readings. *Keywords* count when they are all that was written (a polite word or a full stop beside them is allowed):
those of the carriers and of 47 CFR 64.1200(a)(10), https://www.law.cornell.edu/cfr/text/47/64.1200, and the words that
people use in German, French, Spanish, Italian and Dutch. *Sentences* count when they ask us to stop writing: the same
rule takes any reasonable words, and the provider stops at its keywords only.

The price of the two mistakes is not the same. Writing on to somebody who said stop breaks the law and the relation; a
stop that was none costs one channel, and a person sees the reply anyway. So where a sentence can be read both ways and
is about our messages, it counts as a stop. But "stop" is also a word of payments, orders and deliveries, and those are
the mail of a bookkeeper: "please stop the direct debit" is no opt-out.

A deployment's languages may add words (`answers.yaml`, field `stop`). They never take one away: what carriers and the
law name, and what is known of the shipped languages, is a stop whatever a file says.

`IN` comes from the exact keyword alone. "YES" is one for the carriers, but may as well answer a question of ours:
whoever uses it should take it only as the end of an earlier stop, never as a consent that was not there before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from channels.folding import words as normal
from reminders.feedback import OptWord

_DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))


def _patterns(sentences: list[str]) -> tuple[re.Pattern[str], ...]:
    whole = []
    for sentence in sentences:
        for name, part in _DATA["parts"].items():
            sentence = sentence.replace(f"<{name}>", part)
        whole.append(re.compile(rf"\b(?:{sentence})(?!\w)"))
    return tuple(whole)


_GUARDED, _PLAIN = _patterns(_DATA["guarded"]), _patterns(_DATA["plain"])

_CLAUSES = re.compile(r"[.!?;:,\n\r()\"“”„–—]+|\s-\s")
# "Hören Sie auf, Gebühren zu berechnen": what is to end stands behind the comma. A clause with a subject of its own is
# another thought: "Hören Sie auf, ich habe nichts zu zahlen".
_GOES_ON = re.compile(
    r"\bauf,(?!\s*(?:ich|wir|es|das|sonst)\b)(?=[^.!?;:,]*\bzu\s+\w+\s*(?:[.!?;:,]|$))", re.IGNORECASE
)
LONGEST_KEYWORD = 60
"""Characters; a longer clause is no keyword, however polite."""
MOST_CLAUSES = 1_000
"""More than that is no person's reply, and each is compared with a hundred sentences."""

# The foot of the client's own newsletter, and our own line quoted without a mark, tell their reader how to stop mails.
# A link's caption, a condition with the way, and the word that is to be sent ask nobody for anything.
_FOOTERS = re.compile(
    r"\b(?:unsubscribe|opt[ -]?out|abmelden|abbestellen|d[ée]sabonner|d[ée]sinscrire|d[ée]sinscription|darse de baja"
    r"|disiscriv\w+|cancella\w+|afmelden|uitschrijven)\b[ \w]{0,20}[ :|<(\[]*(?:https?://|www\.)\S+"
    r"|\bif you (?:no longer|do not|don['’]?t|would (?:like|prefer)|wish|want)\b[^.!?\n]{0,120}"
    r"\b(?:unsubscribe|click|opt[ -]?out|this link|the link)\b[^.!?\n]*"
    r"|(?:^|(?<=[\n.!?|]))\s*(?:to unsubscribe\b[^.!?\n]{0,60}\bclick|click\b[^.!?\n]{0,60}\bto unsubscribe)\b[^.!?\n]*"
    r"|\bunsubscribe here\b|\b(?:reply|text|send)(?: with)? [\"“]?stop[\"”]? (?:to|if)\b[^.!?\n]*",
    re.IGNORECASE,
)

_NOT = re.compile(r"\b(?:dont|do not|didnt|did not|doesnt|never|not|no need|without|wouldnt)(?: \w+){0,2} $")
# "If you don't stop texting me, I will see a lawyer" asks for it all the same.
_UNLESS = re.compile(r"\b(?:if|when) (?:you|u) (?:dont|do not|wont|will not) $")
# "You need to stop texting me", "how do I unsubscribe", "I want to opt out": asked of us.
_OF_US = re.compile(
    r"\b(?:(?:you|u|yall)(?: \w+){0,3}|(?:want|like|wish|how|need) to|how (?:do|can) (?:i|we)) $"
)
# Who ends something of their own is not asking us: "we will stop emailing purchase orders".
_OWN = re.compile(
    r"\b(?:i|we|they|he|she|it|to)(?: (?:will|ll|shall|would|d|can|cannot|cant|could|couldnt|had|have|ve|did|must|may"
    r"|might|need|not|never|wont|dont|do|also|soon|now|then))* $"
)


@dataclass(frozen=True, slots=True)
class Added:
    """What one more language says. Words may be phrases of several."""

    out: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    """Those of `out` that count only quite alone."""
    opens: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    polite: tuple[str, ...] = ()
    sentences: tuple[re.Pattern[str], ...] = ()
    """Searched in the words of a clause, with one space after each."""


class OptReader:
    """Reads a text by the shipped words and those that were added."""

    def __init__(self, added: Iterable[Added] = ()) -> None:
        added = tuple(added)
        keywords = _DATA["keywords"]
        shipped = _joined(chain.from_iterable(keywords["out"]))
        self._out = shipped | _joined(word for one in added for word in one.out)
        others = (
            (OptWord.IN, keywords["in"], [one.opens for one in added]),
            (OptWord.HELP, keywords["help"], [one.help for one in added]),
        )
        self._meanings = {
            word: meaning
            for meaning, known, more in others
            for word in self._without_stops(chain(*known, *more))
        } | dict.fromkeys(self._out, OptWord.OUT)
        self._polite = self._without_stops(chain(*_DATA["polite"], *(one.polite for one in added)))
        self._alone = _joined(_DATA["alone"]) | (
            _joined(word for one in added for word in one.alone) - shipped
        )
        self._several = sorted(
            (word for word in {*self._meanings, *self._polite} if "_" in word), key=len, reverse=True
        )
        self._sentences = tuple(sentence for one in added for sentence in one.sentences)

    def opt(self, text: str) -> OptWord | None:
        """What the text says about being written to; None if it says nothing about that."""
        found = self._read(text)
        return found[0] if found else None

    def stop(self, text: str) -> str | None:
        """The words that ask us to stop, in lower case and without accents; None where `opt` finds no stop."""
        found = self._read(text)
        return found[1] if found and found[0] is OptWord.OUT else None

    def stops_within(self, text: str) -> bool:
        """Whether a word of the text stops by itself: nothing that is added may hide it."""
        return not self._out.isdisjoint(normal(text).split()) or self.opt(text) is OptWord.OUT

    def _without_stops(self, texts: Iterable[str]) -> frozenset[str]:
        """The words in which no stop hides: joined to another, it would be found no more."""
        return frozenset(word for word in _joined(texts) if self._out.isdisjoint({word, *word.split("_")}))

    def _read(self, text: str) -> tuple[OptWord, str] | None:
        """The meaning, and the clause that has it."""
        text = _GOES_ON.sub("auf ", _FOOTERS.sub("\n", text))
        clauses = [words for part in _CLAUSES.split(text)[:MOST_CLAUSES] if (words := normal(part))]
        whole = " ".join(clauses)
        if word := self._keyword(whole):
            return word, whole
        for clause in dict.fromkeys(clauses):
            # "STOP. I have paid already": a stop that stands alone between two full stops is one.
            if self._keyword(clause) is OptWord.OUT and not self._bare(clause) & self._alone:
                return OptWord.OUT, clause
            if _asks(clause) or any(sentence.search(f"{clause} ") for sentence in self._sentences):
                return OptWord.OUT, clause
        return None

    def _keyword(self, clause: str) -> OptWord | None:
        """The meaning of a clause that is nothing but keywords of one meaning (`STOP/ARRET`) and politeness."""
        if len(clause) > LONGEST_KEYWORD:
            return None
        if clause.replace(" ", "") == "stop":  # S T O P
            return OptWord.OUT
        said = self._bare(clause)
        if not said or any(word.replace("_", " ") != clause for word in said & self._alone):
            return None
        meanings = {self._meanings.get(word) for word in said}
        return meanings.pop() if len(meanings) == 1 else None

    def _bare(self, clause: str) -> set[str]:
        """The distinct words of a clause without the polite ones; those of several words are joined by `_`."""
        padded = f" {clause} "
        for words in self._several:
            padded = padded.replace(f" {words.replace('_', ' ')} ", f" {words} ")
        return set(padded.split()) - self._polite


def _joined(texts: Iterable[str]) -> frozenset[str]:
    """Those of several words are joined by `_`, so that each is one."""
    return frozenset(normal(text).replace(" ", "_") for text in texts)


SHIPPED = OptReader()
"""What carriers and the law name, and what is known of the shipped languages."""
read_opt = SHIPPED.opt


def _asks(clause: str) -> bool:
    """Whether the clause is a sentence that asks us to stop."""
    if any(pattern.search(clause) for pattern in _PLAIN):
        return True
    return any(
        _asked_of_us(clause[: found.start()], found[0]) for p in _GUARDED if (found := p.search(clause))
    )


def _asked_of_us(before: str, words: str) -> bool:
    if _NOT.search(before) and not _UNLESS.search(before):
        return False
    return bool(_OF_US.search(before)) or words.startswith(("unsub", "opt")) or not _OWN.search(before)
