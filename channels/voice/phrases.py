"""What is the same in every call of a language: the voice, and short answers. One `voice.yaml` beside the templates."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_FOLDER = Path(__file__).parents[1] / "templates"
_LAST_LANGUAGE = "en"


class Phrases(BaseModel):
    """The phrases of one language. Those with a day have a place for it: `{day}`."""

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


@cache
def phrases_of(language: str) -> Phrases:
    """The phrases of a language tag, of its language alone, or of the last resort, English."""
    for name in (language, language.partition("-")[0].lower(), _LAST_LANGUAGE):
        # The tag may come from a URL: only a folder that is there is opened.
        if name in _spoken():
            return Phrases.model_validate(
                yaml.safe_load((_FOLDER / name / "voice.yaml").read_text(encoding="utf-8"))
            )
    raise LookupError("the templates have no voice.yaml in English")


def speaks(language: str) -> bool:
    """Whether there is a voice for a language tag, or for its language alone."""
    return not _spoken().isdisjoint({language, language.partition("-")[0].lower()})


@cache
def _spoken() -> frozenset[str]:
    return frozenset(path.parent.name for path in _FOLDER.glob("*/voice.yaml"))
