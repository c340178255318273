"""Words to use and words to avoid, with the reason why: data beside the templates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Word:
    """Something to say or not to say. `instead` is empty where there is nothing to put in its place."""

    say: str
    why: str
    instead: str = ""


class Wording(BaseModel):
    """The list of a language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    use: Annotated[tuple[Word, ...], Field(min_length=1)]
    avoid: Annotated[tuple[Word, ...], Field(min_length=1)]

    @classmethod
    def read(cls, path: Path) -> Wording:
        """Read a `wording.yaml`; what does not fit raises pydantic's `ValidationError`."""
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
