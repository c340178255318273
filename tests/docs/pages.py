"""The pages of the documentation and the blocks of code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.docs.generate import DOCS, ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])
_BLOCK = re.compile(
    r"(?:^(?P<indent0>[ ]*)<!-- (?P<mark>[^>]*?) -->\n)?"
    r"^(?P<indent>[ ]*)```(?P<language>\w*)\n(?P<code>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block; `mark` is the comment on the line before it."""

    page: Path
    language: str
    code: str
    mark: str


def blocks(*languages: str, page: Path | None = None) -> Iterator[Block]:
    """The blocks in these languages, of all pages or of one."""
    for path in PAGES if page is None else [page]:
        for match in _BLOCK.finditer(path.read_text(encoding="utf-8")):
            if match["language"] in languages:
                indent = match["indent"]
                code = re.sub(rf"^{indent}", "", match["code"], flags=re.MULTILINE)
                yield Block(path, match["language"], code, match["mark"] or "")


def name(path: Path) -> str:
    """A page as it is named in a failing test."""
    return str(path.relative_to(ROOT))
