"""Polish, of which nothing is shipped: the words of its clients' answers, as a file in a deployment's folder."""

from __future__ import annotations

import shutil
from pathlib import Path

from channels.answers.wording import ANSWERS
from channels.shelf import SHIPPED

_WORDS = Path(__file__).with_name("polish_answers.yaml")


def add_polish(folder: Path) -> tuple[Path, Path]:
    """Write its answers into a folder of templates. Returns that folder and the shipped one, as they are read."""
    (folder / "pl").mkdir(parents=True)
    shutil.copy(_WORDS, folder / "pl" / ANSWERS)
    return folder, SHIPPED
