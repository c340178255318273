"""A call in Twilio's own language: say something, wait for keys, and say something else where none comes.

The way through a call stands in the query of each action's URL: the attempt, the stage, and whether something was asked
for a second time. Twilio signs the whole URL with what it posts there, so only a URL that we gave comes back.

Keys: https://www.twilio.com/docs/voice/twiml/gather. Without an answer, Twilio goes on with the next verb and posts
nothing: that second asking is in the document already.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from channels.receipts import ATTEMPT_PARAMETER
from channels.voice.phrases import Phrases

KEY_WAIT = 6
"""Seconds of silence after which nothing is expected any more."""
PAUSE = 1
"""Seconds between the details and the menu."""


class Stage(StrEnum):
    """What was asked last."""

    OPENING = "opening"
    MENU = "menu"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a call stands when keys come in."""

    stage: Stage
    language: str
    again: bool = False
    """Whether it was asked a second time: what is not understood now ends the call."""

    def url(self, answer_url: str) -> str:
        """Where the keys go. `answer_url` has a query already, with the attempt's id."""
        said = {"s": self.stage.value, "l": self.language} | ({"n": "2"} if self.again else {})
        return f"{answer_url}&{urlencode(said)}"

    @classmethod
    def read(cls, query: str) -> tuple[str, Asked | None, str]:
        """The attempt's id, where the call stands (None: nowhere that we know) and the language of a call's URL."""
        fields = dict(parse_qsl(query))
        language = fields.get("l", "")
        try:
            asked = cls(Stage(fields.get("s", "")), language, fields.get("n") == "2")
        except ValueError:
            asked = None
        return fields.get(ATTEMPT_PARAMETER, ""), asked, language


def ask(
    phrases: Phrases, asked: Asked, first: tuple[str, ...], again: tuple[str, ...], end: str, answer_url: str
) -> str:
    """Say `first` and wait for keys; without any say `again` and wait once more; then say `end` and hang up.

    What was asked a second time already is not asked a third time.
    """
    response = VoiceResponse()
    response.append(_gather(asked, first, answer_url, phrases))
    if not asked.again:
        response.append(_gather(Asked(asked.stage, asked.language, again=True), again, answer_url, phrases))
    _say(response, end, phrases)
    response.hangup()
    return str(response)


def say(phrases: Phrases, *sentences: str) -> str:
    """Say something and hang up."""
    response = VoiceResponse()
    for sentence in sentences:
        _say(response, sentence, phrases)
    response.hangup()
    return str(response)


def _gather(asked: Asked, sentences: tuple[str, ...], answer_url: str, phrases: Phrases) -> Gather:
    # Up to two figures for a number of days, ended by a pause or by `#`; else one key, and on it goes.
    many = asked.stage is Stage.DAYS
    gather = Gather(
        input="dtmf",
        action=asked.url(answer_url),
        method="POST",
        num_digits=2 if many else 1,
        timeout=KEY_WAIT,
        finish_on_key="#" if many else "",
    )
    for index, sentence in enumerate(sentences):
        if index:
            gather.pause(length=PAUSE)
        _say(gather, sentence, phrases)
    return gather


def _say(verb: VoiceResponse | Gather, sentence: str, phrases: Phrases) -> None:
    verb.say(sentence, voice=phrases.voice, language=phrases.language)  # type: ignore[no-untyped-call]
