"""Checking a journal extract from its JSON alone: no database, no secret, nothing but SHA-256.

For each sealed entry the leaf is

    SHA-256(0x00 || position as 8 bytes, big end first || the ten columns as a compact JSON array in UTF-8 || mark)

the root of its batch follows from the leaf, its index and its path (a node is SHA-256(0x01 || left || right), an odd
node is carried up unchanged), and the hash of a batch is

    SHA-256("previous|batch|first|count|root|sealed_at")

where `previous` is the hash of the batch before. So an entry that checks is exactly the one that was sealed, at that
place of that batch, and the chain from there to the head was not re-ordered, cut or filled in.

**What that can't show.** Who holds the whole database could have made a whole new chain: only a head that was noted
elsewhere at its time shows that this is the one, up to there (`head`). The marks are keyed with the deployment's secret
and can be checked by it alone. That no entry of the client was left out of an extract, the extract itself can't show.
The words of messages are in the pack, not in the journal, which holds that, when, how and with what result they went.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workers.evidence import merkle

COLUMNS = ("id", "at", "kind", "client_id", "invoice_ids", "message_id", "caused_by", "by", "reasons", "data")


def check(extract: Mapping[str, Any], head: str | None = None) -> list[str]:
    """What is wrong with an extract (the pack's `journal`), a line each; none: every sealed entry checks.

    `head` is a hash (hex) with which the journal ended once, as it was noted elsewhere: it must stand in the chain. An
    extract that is not built like one has a fault that says so.
    """
    try:
        return [*_chain_faults(extract, head), *_entry_faults(extract)]
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return [
            f"the extract can't be read ({type(error).__name__}: {error}); it is not built as a pack writes it"
        ]


def reaches(extract: Mapping[str, Any], head: str) -> int | None:
    """The last position that a head (hex) vouches for; None where it does not stand in the chain."""
    wanted, found = head.strip().lower(), extract["previous"]
    place = extract["chain"][0]["first"] - 1 if extract["chain"] else extract["head"]["entries"]
    for link in extract["chain"]:
        if found == wanted:
            break
        found = _batch_hash(found, link)
        place = link["first"] + link["count"] - 1
    return int(place) if found == wanted else None


def _chain_faults(extract: Mapping[str, Any], head: str | None) -> Iterator[str]:
    previous, chain, end = extract["previous"], extract["chain"], extract["head"]
    for before, link in zip([None, *chain], chain, strict=False):
        if before is not None and (
            link["batch"] != before["batch"] + 1 or link["first"] != before["first"] + before["count"]
        ):
            yield f"batch {link['batch']}: a batch before it was removed, added or moved"
        previous = _batch_hash(previous, link)
    if chain and chain[0]["batch"] == 1 and (extract["previous"] != "0" * 64 or chain[0]["first"] != 1):
        yield "batch 1: the journal does not begin with it"
    if previous != end["hash"]:
        yield "the chain of batches does not end at its head: a batch or the head was changed"
    if chain:
        last = chain[-1]
        if (end["batches"], end["entries"]) != (last["batch"], last["first"] + last["count"] - 1):
            yield "the head: it counts other batches or entries than the chain has"
    if head is not None and reaches(extract, head) is None:
        yield f"the head that was given does not stand in the chain, which ends at {end['hash']}"


def _entry_faults(extract: Mapping[str, Any]) -> Iterator[str]:
    batches = {link["batch"]: link for link in extract["chain"]}
    before = 0
    for entry in extract["entries"]:
        position = entry["position"]
        if position is None:
            continue
        name = f"entry {position} ({entry['id']}, {entry['kind']})"
        if position <= before:
            yield f"{name}: doubled or out of order"
        before = position
        link = batches.get(entry["batch"])
        if link is None:
            yield f"{name}: its batch {entry['batch']} is not in the chain"
            continue
        index = position - link["first"]
        if not 0 <= index < link["count"]:
            yield f"{name}: its place is not in batch {entry['batch']}"
        elif _root(entry, index, link["count"]) != link["root"]:
            yield f"{name}: changed, or not what was sealed there"


def _root(entry: Mapping[str, Any], index: int, count: int) -> str | None:
    neighbours: Sequence[bytes] = [bytes.fromhex(one) for one in entry["path"]]
    found = merkle.root(leaf(entry), index, count, neighbours)
    return found.hex() if found else None


def leaf(entry: Mapping[str, Any]) -> bytes:
    """The leaf of an entry at its place."""
    columns = json.dumps([entry[name] for name in COLUMNS], ensure_ascii=False, separators=(",", ":"))
    place = int(entry["position"]).to_bytes(8, "big")
    return hashlib.sha256(b"\x00" + place + columns.encode() + entry["mark"].encode()).digest()


def _batch_hash(previous: str, link: Mapping[str, Any]) -> str:
    said = (previous, link["batch"], link["first"], link["count"], link["root"], link["sealed_at"])
    return hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()
