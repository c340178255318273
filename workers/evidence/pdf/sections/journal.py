"""The journal extract, what it proves, and how to check it."""

from __future__ import annotations

import msgspec
from reportlab.platypus import Flowable

from workers.evidence.extract import Entry
from workers.evidence.pack import Pack
from workers.evidence.pdf.blocks import Column, bullets, facts, heading, table, text
from workers.evidence.pdf.words import count, listed

_ENTRIES = (
    Column("Place", 4, right=True), Column("Written (UTC)", 10), Column("What happened", 9), Column("By", 5),
    Column("Invoices", 5), Column("Message", 5), Column("Why", 8), Column("Batch", 3, right=True),
)  # fmt: skip
_INTRODUCTION = (
    "Each step in this case was written to a journal when it happened. The journal is sealed in batches: a hash tree "
    "over the entries of a batch, and each batch chained to the one before. The JSON beside this document has, for "
    "each entry below, its exact text, its place, and the hashes that lead from it to its batch and from there to the "
    "end of the chain."
)
_PROVES = (
    "Anybody can check, from the JSON alone and with nothing but SHA-256, that each entry is exactly what was sealed "
    "at its place, and that no batch from there to the head was changed, removed, added or moved: "
    "amicable evidence verify FILE.",
    "A head that was noted elsewhere at its time, and that stands in this chain, shows that what was sealed up to it "
    "is as it was then (--head). Without such a note, whoever holds the whole database could have written a new chain.",
    "It does not prove that the extract is complete, nor the words of a message: the journal holds that, when, to "
    "which contact and with what result a message went, and neither addresses nor words.",
    "That the entries were written by this deployment, only the holder of its secret can check: "
    "amicable journal verify.",
)
_decode = msgspec.json.decode


def journal(pack: Pack, number: str) -> list[Flowable]:
    """What the chain proves, where it ends, and every entry with its place."""
    extract = pack.journal
    sealed = len(extract.entries) - extract.unsealed
    waiting = f"{extract.unsealed:,}: written too short a time ago" if extract.unsealed else None
    others = count(extract.elsewhere, "entry", "entries")
    return [
        *heading(f"{number} Journal extract and proof", 0),
        text(_INTRODUCTION),
        facts(
            [
                ("Entries", f"{len(extract.entries):,}, {sealed:,} of them sealed"),
                ("Not sealed yet", waiting),
                (
                    "Not in here",
                    f"{others} about other creditors' invoices alone" if extract.elsewhere else None,
                ),
                ("Chain in the JSON", count(len(extract.chain), "batch", "batches")),
                ("Ends with", f"batch {extract.head.batches:,}, entry {extract.head.entries:,}"),
                ("Head of the chain", extract.head.hash),
            ]
        ),
        *heading(f"{number}.1 What this proves", 1),
        *bullets(_PROVES),
        *heading(f"{number}.2 The entries", 1),
        table(_ENTRIES, [_entry(one, pack) for one in extract.entries]),
    ]


def _entry(one: Entry, pack: Pack) -> tuple[str | None, ...]:
    data = _decode(one.data)
    what = data["type"] if one.kind == "event.applied" else one.kind
    return (
        f"{one.position:,}" if one.position is not None else "not sealed",
        one.at[:19].replace("T", " "),
        str(what),
        one.by,
        listed(map(pack.number_of, _decode(one.invoice_ids))),
        one.message_id[:8] if one.message_id else None,
        listed(_decode(one.reasons)),
        str(one.batch) if one.batch is not None else None,
    )
