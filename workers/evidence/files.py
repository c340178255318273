"""Where a pack is written: two files that are whole or not there, readable by their owner alone."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from workers.evidence.pack import Pack

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 60
_OWNER_ONLY = 0o600


def name_of(pack: Pack, *, with_creditor: bool) -> str:
    """The files' name without its ending: `evidence-CLIENT-DATE`, with the creditor where the client has several."""
    parts = ["evidence", safe(pack.debtor.client_id)]
    if with_creditor:
        parts.append(safe(pack.creditor.creditor_id))
    return "-".join([*parts, pack.day.isoformat()])


def safe(identity: str) -> str:
    """An id as a part of a file's name. One that had to be changed ends with a hash, so that no two become the same."""
    kept = _UNSAFE.sub("_", identity)[:_LONGEST]
    return kept if kept == identity else f"{kept}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"


class Drafts:
    """Files that stand beside their places under other names until all of them are whole.

    Raises `OSError` where the folder can't be written to.
    """

    def __init__(self, folder: Path, contents: Mapping[str, bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [folder / name for name in contents]
        self._drafts = [folder / f".{name}.{os.getpid()}.part" for name in contents]
        try:
            for draft, content in zip(self._drafts, contents.values(), strict=True):
                _write(draft, content)
        except OSError:
            self.discard()
            raise

    def publish(self) -> None:
        """Give the files their names; what stood there before is replaced."""
        for draft, path in zip(self._drafts, self.paths, strict=True):
            draft.replace(path)

    def discard(self) -> None:
        """Leave nothing behind that was not published."""
        for draft in self._drafts:
            draft.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)  # one that a killed process left; it may have other rights
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
