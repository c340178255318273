"""The templates of several folders as one: a folder named earlier overrides the later ones, file by file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SHIPPED_ALONE = frozenset({"names.yaml", "page.yaml", "voice.yaml", "voice.j2"})
"""Files that are read from the package and nowhere else: what holds for all names, the client's page, and calls."""


class Shelf:
    """All template files by language and name."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = tuple(folders)
        self._files: dict[str, dict[str, Path]] = {}
        for folder in self.folders:
            for path in sorted(folder.glob("*/*")):
                if path.is_file() and _LANGUAGE.fullmatch(path.parent.name):
                    self._files.setdefault(path.parent.name, {}).setdefault(path.name, path)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have any file."""
        return tuple(sorted(self._files))

    def files(self, language: str) -> dict[str, Path]:
        """The files of a language by their names; empty where it has none."""
        return self._files.get(language, {})

    def read(self, language: str, name: str) -> str:
        """A file's text."""
        return self._files[language][name].read_text(encoding="utf-8")

    def wanted(self, last: str) -> frozenset[str]:
        """What a whole language has: every file that the last one has, but what only the package may have."""
        return frozenset(self.files(last)) - _SHIPPED_ALONE
