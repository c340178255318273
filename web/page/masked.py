"""Addresses as the page shows them: enough for their owner to know them again, too little for anybody else."""

from __future__ import annotations

_HIDDEN = "…"


def masked(address: str) -> str:
    """`a…@k….example` of an email address, `…42` of a phone number."""
    local, at, domain = address.strip().rpartition("@")
    if not at:
        return f"{_HIDDEN}{address.strip()[-2:]}"
    name, dot, top = domain.rpartition(".")
    return f"{local[:1]}{_HIDDEN}@{name[:1]}{_HIDDEN}{dot}{top}" if dot else f"{local[:1]}{_HIDDEN}@{_HIDDEN}"
