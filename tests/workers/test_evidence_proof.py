"""Proofs: a path leads to the root that the sealer made, and whatever is changed in an extract is found."""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.seal import GENESIS, merkle_root
from workers.evidence import merkle, proof


def leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(bytes([n])).digest() for n in range(count)]


@given(st.integers(1, 70), st.data())
def test_a_path_leads_to_the_sealers_root(count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, count - 1))
    tree = leaves(count)
    path = merkle.path(tree, index)

    assert merkle.root(tree[index], index, count, path) == bytes.fromhex(merkle_root(tree))


@given(st.integers(2, 70), st.data())
def test_a_path_fits_one_place_only(count: int, data: st.DataObject) -> None:
    index, other = data.draw(
        st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(
            lambda pair: pair[0] != pair[1]
        )
    )
    tree = leaves(count)
    found = merkle.root(tree[index], other, count, merkle.path(tree, index))

    assert found != bytes.fromhex(merkle_root(tree))


def entry(position: int, batch: int, **columns: Any) -> dict[str, Any]:
    known = dict.fromkeys(proof.COLUMNS) | {
        "id": f"e{position}", "at": "2026-03-04T09:00:00.000000+00:00", "kind": "decision.made", "by": "system",
        "invoice_ids": "[]", "reasons": "[]", "data": '{"say":"Żółć \\n ☃"}',
    }  # fmt: skip
    return {**known, **columns, "mark": "aa", "position": position, "batch": batch}


def extract(*sizes: int) -> dict[str, Any]:
    """An extract of a whole journal, sealed in batches of these sizes."""
    chain, entries, previous, first = [], [], GENESIS, 1
    for batch, size in enumerate(sizes, 1):
        made = [entry(first + n, batch) for n in range(size)]
        tree = [proof.leaf(one) for one in made]
        for n, one in enumerate(made):
            one["path"] = [hash_.hex() for hash_ in merkle.path(tree, n)]
        link = {
            "batch": batch,
            "first": first,
            "count": size,
            "root": merkle_root(tree),
            "sealed_at": f"t{batch}",
        }
        said = (previous, batch, first, size, link["root"], link["sealed_at"])
        previous = hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()
        chain.append(link)
        entries += made
        first += size
    head = {"batches": len(sizes), "entries": first - 1, "hash": previous}
    return {"entries": entries, "chain": chain, "previous": GENESIS, "head": head, "elsewhere": 0}


def test_a_whole_extract_has_no_faults() -> None:
    whole = extract(3, 1, 5)

    assert proof.check(whole) == []
    assert proof.check(whole, whole["head"]["hash"].upper()) == []


def test_an_extract_of_some_entries_has_no_faults() -> None:
    part = extract(3, 4, 5)
    part["entries"] = part["entries"][4:9:2]

    assert proof.check(part) == []


@pytest.mark.parametrize("column", [*proof.COLUMNS, "mark"])
def test_a_changed_column_names_its_entry(column: str) -> None:
    changed = extract(4, 4)
    changed["entries"][5][column] = f"{changed['entries'][5][column]} "

    (fault,) = proof.check(changed)
    assert fault.startswith(f"entry 6 ({changed['entries'][5]['id']}, ")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda x: x["chain"].pop(1), "a batch before it was removed"),
        (lambda x: x["chain"][1].update(root="00" * 32), "does not end at its head"),
        (lambda x: x["chain"][1].update(sealed_at="sooner"), "does not end at its head"),
        (lambda x: x["head"].update(entries=99), "the head: it counts other"),
        (lambda x: x["entries"][4].update(position=6), "doubled or out of order"),
        (lambda x: x["entries"][4].update(batch=1), "its place is not in batch 1"),
        (lambda x: x["entries"][4].update(batch=9), "its batch 9 is not in the chain"),
        (lambda x: x["entries"][4]["path"].pop(), "entry 5 "),
        (lambda x: x["entries"][4]["path"].append("00" * 32), "entry 5 "),
        (lambda x: x.pop("head"), "can't be read"),
        (lambda x: x["entries"][0].update(position="one"), "can't be read"),
    ],
)
def test_whatever_is_changed_is_found(change: Any, says: str) -> None:
    changed = copy.deepcopy(extract(3, 4, 2))
    change(changed)

    assert any(says in fault for fault in proof.check(changed))


def test_a_head_that_was_noted_on_the_way_reaches_so_far() -> None:
    whole = extract(3, 4, 2)
    shorter = extract(3, 4)["head"]["hash"]

    assert proof.reaches(whole, shorter) == 7
    assert proof.reaches(whole, whole["head"]["hash"]) == 9
    assert proof.reaches(whole, GENESIS) == 0
    assert proof.reaches(whole, "00" * 31) is None


def test_the_check_needs_nothing_that_json_does_not_keep() -> None:
    assert proof.check(json.loads(json.dumps(extract(2, 3)))) == []
