"""The template folders as one: a folder named earlier overrides the later ones, file by file.

Whatever is read in a language comes from here: letters, calls, the client's page, phrases, greetings, the words that no
reminder uses. Which folders these are, the composition root says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

SHIPPED = Path(__file__).parent / "templates"
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Shelf:
    """All template files by language and name, as they are when it is made."""

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._files: dict[str, dict[str, Path]] = {}
        for folder in folders:
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

    def find(self, language: str, name: str) -> Path | None:
        """A file, if the language has it. The tag may come from outside: only a folder that is there is opened."""
        return self.files(language).get(name)

    def each(self, name: str) -> dict[str, Path]:
        """The files of that name by their languages."""
        return {language: files[name] for language, files in sorted(self._files.items()) if name in files}

    def read(self, language: str, name: str) -> str:
        """A file's text."""
        return self._files[language][name].read_text(encoding="utf-8")
