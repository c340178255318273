"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something to mend: in which file, what it is, and what to do."""

    file: str
    what: str
    todo: str

    def __str__(self) -> str:
        return " ".join(f"{self.file}: {self.what}: {self.todo}".split())
