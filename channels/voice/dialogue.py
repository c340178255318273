"""What follows from a key: what is said next, and what the client has answered by it. Pure.

    opening --1--> details and menu --1--> paid
       |2 wrong person         |2--> how many days? --n--> promise
       '9 no more calls        |3 call me   9 no more calls   0 once more

A key that means nothing there is asked for once more; then the call ends. The details are said to nobody who has not
pressed 1 at the opening.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from channels.voice.phrases import Voices
from channels.voice.script import Script
from channels.voice.speech import spoken_formats
from channels.voice.twiml import Asked, Stage, ask, say
from reminders.answers import Answer, AnswerKind
from reminders.feedback import OptWord


@dataclass(frozen=True, slots=True)
class Pressed:
    """An answer by a key."""

    text: str
    """What a person reads of it."""
    answer: Answer
    opt: OptWord | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """How the call goes on."""

    twiml: str
    confirmed: bool = False
    """Whether a person has just said that the call is for them: it was delivered."""
    pressed: Pressed | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call under way. `today` is the client's date."""

    script: Script
    answer_url: str
    today: date
    voices: Voices

    def open(self, language: str) -> str:
        """The beginning. A voicemail, and whoever presses nothing, hears who called and no more."""
        opening, asked = (self.script.opening,), Asked(Stage.OPENING, language)
        phrases = self.voices.of(language)
        return ask(phrases, asked, opening, opening, self.script.voicemail, self.answer_url)

    def turn(self, asked: Asked, digits: str) -> Turn:
        """What follows from these keys at that stage."""
        match asked.stage:
            case Stage.OPENING:
                return self._opened(asked, digits)
            case Stage.MENU:
                return self._chosen(asked, digits)
            case Stage.DAYS:
                return self._promised(asked, digits)

    def _opened(self, asked: Asked, digits: str) -> Turn:
        phrases = self.voices.of(asked.language)
        match digits:
            case "1":
                return Turn(self._tell(Asked(Stage.MENU, asked.language)), confirmed=True)
            case "2":
                # A number that is not theirs is not called again; who is in charge, a person finds out.
                wrong = Answer(AnswerKind.WRONG_PERSON, sure=True)
                pressed = Pressed("pressed 2: the wrong person", wrong, OptWord.OUT)
                return Turn(say(phrases, phrases.wrong_person), pressed=pressed)
            case "9":
                return self._stopped(asked)
        return self._once_more(asked, self.script.opening, self.script.voicemail)

    def _chosen(self, asked: Asked, digits: str) -> Turn:
        phrases = self.voices.of(asked.language)
        match digits:
            case "0":
                return Turn(self._tell(asked))
            case "1":
                pressed = Pressed("pressed 1: paid already", Answer(AnswerKind.PAID, sure=True))
                return Turn(say(phrases, phrases.paid, phrases.goodbye), pressed=pressed)
            case "2":
                question = (phrases.how_many_days,)
                days = Asked(Stage.DAYS, asked.language)
                return Turn(ask(phrases, days, question, question, phrases.goodbye, self.answer_url))
            case "3":
                pressed = Pressed("pressed 3: call me back", Answer(AnswerKind.CALL_ME, sure=True))
                return Turn(say(phrases, phrases.call_back, phrases.goodbye), pressed=pressed)
            case "9":
                return self._stopped(asked)
        return self._once_more(asked, self.script.menu, phrases.goodbye)

    def _promised(self, asked: Asked, digits: str) -> Turn:
        phrases = self.voices.of(asked.language)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 2):
            return self._once_more(asked, phrases.how_many_days, phrases.goodbye)
        days = int(digits)
        day = self.today + timedelta(days=days)
        pressed = Pressed(
            f"pressed 2: will pay within {days} days, by {day.isoformat()}",
            Answer(AnswerKind.PROMISE, promised_on=day, sure=True),
        )
        noted = phrases.promised.format(day=spoken_formats(phrases.language).long_date(day))
        return Turn(say(phrases, noted, phrases.goodbye), pressed=pressed)

    def _stopped(self, asked: Asked) -> Turn:
        phrases = self.voices.of(asked.language)
        stop = Pressed("pressed 9: no more calls", Answer(AnswerKind.STOP, sure=True), OptWord.OUT)
        return Turn(say(phrases, phrases.stopped, phrases.goodbye), pressed=stop)

    def _tell(self, asked: Asked) -> str:
        script, phrases = self.script, self.voices.of(asked.language)
        return ask(
            phrases, asked, (script.details, script.menu), (script.menu,), phrases.goodbye, self.answer_url
        )

    def _once_more(self, asked: Asked, question: str, end: str) -> Turn:
        phrases = self.voices.of(asked.language)
        if asked.again:
            return Turn(say(phrases, end))
        second = Asked(asked.stage, asked.language, again=True)
        said = (phrases.not_understood, question)
        return Turn(ask(phrases, second, said, said, end, self.answer_url))
