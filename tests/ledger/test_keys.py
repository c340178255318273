"""Reading by many keys: whatever stands in a key, it finds its own row and no other."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ledger import tables as t
from ledger.keys import among
from ledger.unit import Ledger

KEYS = [
    "plain",
    'a"b',
    "a\\b",
    '\\"',
    "{x,y}",
    "a,b",
    "",
    " ",
    "NULL",
    "null",
    "a\nb",
    "'; --",
    "%s",
    "é🧾",
    ":ids",
]


def found(ledger: Ledger, keys: list[str]) -> set[str]:
    with ledger.read() as connection:
        return set(connection.execute(select(t.about.c.name).where(among(t.about.c.name, keys))).scalars())


@pytest.mark.parametrize("wanted", [[], KEYS, *([key] for key in KEYS), ["nobody"], KEYS * 4000])
def test_each_key_finds_its_own_row(ledger: Ledger, wanted: list[str]) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(t.about.insert(), [{"name": key, "value": ""} for key in KEYS])

    assert found(ledger, wanted) == set(wanted) & set(KEYS)
