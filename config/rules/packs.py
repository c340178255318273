"""Where the law packs lie: the shipped ones, and those of a deployment in their place or beside them, file by file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

RULES = "rules"
"""The folder within a deployment's own that holds its packs."""
KINDS = ("contact", "interest")
"""What there is law about: a folder for each within `rules`."""


def own_packs(deployment: Path | None, kind: str) -> Path | None:
    """The folder of a deployment's own packs of that kind, if it has one."""
    folder = deployment / RULES / kind if deployment is not None else None
    return folder if folder is not None and folder.is_dir() else None


def pack_files(shipped: Path, own: Path | None) -> list[Path]:
    """The files that count, in the order of their names: a file of one's own replaces the shipped one of its name."""
    files = {path.name: path for path in shipped.glob("*.yaml")}
    if own is not None:
        files |= {path.name: path for path in own.glob("*.yaml")}
    return [files[name] for name in sorted(files)]


def unread(deployment: Path) -> Iterator[str]:
    """What lies among a deployment's packs and nothing reads, a line each with a way out."""
    rules = deployment / RULES
    for path in sorted(rules.iterdir()) if rules.is_dir() else ():
        if path.name.startswith("."):
            continue
        if not path.is_dir() or path.name not in KINDS:
            yield f"{path}: nothing reads it; law packs lie in {RULES}/{f' and {RULES}/'.join(KINDS)}"
            continue
        for pack in sorted(path.iterdir()):
            if pack.suffix != ".yaml" and not pack.name.startswith("."):
                yield f"{pack}: nothing reads it; a law pack is named like de.yaml"
