"""`evidence CLIENT_ID` and `evidence verify FILE`: the case as a lawyer takes it over, and the proof in it checked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
import typer
from typer._click import Context as ClickContext  # typer's copy of click has no public name
from typer.core import TyperGroup

from config.creditors import Creditor
from config.rules.contact import load_contact_law
from ledger.escalation import NoPersonError, person
from ledger.telling import money
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import clean, now_of, place_for
from workers.evidence import proof
from workers.evidence.as_json import to_json
from workers.evidence.collect import EvidenceError, Rules, collect, creditor_of, creditors_of, present
from workers.evidence.files import Drafts, name_of
from workers.evidence.pack import SCHEMA, Pack
from workers.evidence.pdf import to_pdf
from workers.evidence.pdf.words import count


class Purpose(StrEnum):
    """What a pack is written for. It stands in the pack and in the journal."""

    ATTORNEY = "attorney"
    COURT = "court"
    AGENCY = "agency"
    ACCESS = "access"
    AUDIT = "audit"


_HELP = "A case as a lawyer takes it over: `evidence CLIENT_ID --by NAME` writes the pack, `evidence verify` checks it."


class _Default(TyperGroup):
    """A group whose own work is one of its commands: `evidence CLIENT_ID` writes, `evidence verify FILE` checks."""

    default: ClassVar[str] = "write"

    def parse_args(self, ctx: ClickContext, args: list[str]) -> list[str]:
        """Put the default in front of what names no command. A client named like one is written behind `--`."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [self.default, *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer) -> None:
    """Add `evidence` and its commands."""
    group = typer.Typer(cls=_Default, no_args_is_help=True, help=_HELP)
    group.command(_Default.default)(write_command)
    group.command("verify")(verify_command)
    app.add_typer(group, name="evidence")


def write_command(
    context: typer.Context,
    client_id: Annotated[str, typer.Argument(metavar="CLIENT_ID")],
    by: Annotated[str, typer.Option("--by", help="Who writes the pack; it stands in it and in the journal.")],
    creditor: Annotated[
        str | None, typer.Option("--creditor", help="In whose name; needed where the client has several.")
    ] = None,
    purpose: Annotated[Purpose, typer.Option("--purpose", help="What it is written for.")] = Purpose.ATTORNEY,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            file_okay=False,
            help="The folder to write to; `evidence` in the data folder if not given.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", help="Count interest and days to this instant, or to the end of this day."),
    ] = None,
) -> None:
    """Write the evidence pack of a client: a PDF to read and a JSON to check, readable by you alone."""
    shared: Context = context.obj
    try:
        author = person(by)
    except NoPersonError as error:
        raise typer.BadParameter(str(error), param_hint="--by") from None
    shared.seal_if_alone()
    house = shared.house
    now = now_of(house)
    rules = Rules(house.policy_of, house.interest, house.rules.contact or load_contact_law())
    with house.ledger.read() as connection:
        try:
            owner = creditor_of(connection, client_id, house.creditors, creditor)
            pack = collect(
                connection,
                client_id,
                owner,
                house.creditors,
                _instant(at, owner) if at else present(connection, client_id, now),
                rules=rules,
                written_by=author,
                purpose=purpose.value,
            )
        except EvidenceError as error:
            raise CommandFailed(clean(str(error))) from None
        several = len(creditors_of(connection, client_id, house.creditors)) > 1
        place = place_for(connection, client_id)
    content = to_json(pack)
    digest = hashlib.sha256(content).hexdigest()
    name = name_of(pack, with_creditor=several)
    folder = out if out is not None else house.settings.data_dir / "evidence"
    drafts = Drafts(folder, {f"{name}.pdf": to_pdf(pack, digest, place), f"{name}.json": content})
    try:
        with house.ledger.begin(now) as unit:
            unit.note(
                "operator.acted",
                client_id=client_id,
                by=author,
                data={
                    "act": "evidence_pack",
                    "creditor_id": owner.creditor_id,
                    "purpose": purpose.value,
                    "as_of": pack.as_of,
                    "json_sha256": digest,
                },
            )
            drafts.publish()
    finally:
        drafts.discard()
    shared.seal_if_alone()
    if shared.json:
        shared.line(_plain(pack, drafts.paths, digest))
    else:
        for line in _told(pack, drafts.paths):
            shared.say(clean(line))


def verify_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The JSON of a pack.")],
    head: Annotated[
        str | None, typer.Option("--head", help="A head of the journal's chain that was noted elsewhere.")
    ] = None,
) -> None:
    """Check every journal entry of a pack from its JSON alone; exit 1 and the faults if anything was changed."""
    shared: Context = context.obj
    content, extract = _read(file)
    faults = proof.check(extract, head)
    sealed = [entry for entry in extract.get("entries", ()) if faults or entry["position"] is not None]
    if shared.json:
        shared.line({"whole": not faults, "entries": len(sealed), "faults": faults})
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        if more and not shared.json:
            for fault in faults:
                shared.say(clean(fault))
        raise CommandFailed(f"the extract does not check: {clean(faults[0])}{more}")
    if not shared.json:
        for line in _verified(extract, len(sealed), head):
            shared.say(line)
        shared.say(
            f"SHA-256 of the file, as at the foot of each page of its PDF: {hashlib.sha256(content).hexdigest()}"
        )


def _instant(text: str, creditor: Creditor) -> datetime:
    """An instant (UTC where it names no zone); a date alone is the end of that day of the creditor's."""
    try:
        if len(text) == len("2026-03-04"):
            last = time(23, 59, 59)
            return datetime.combine(date.fromisoformat(text), last, ZoneInfo(creditor.time_zone)).astimezone(
                UTC
            )
        at = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no date or instant, like 2026-03-04 or 2026-03-04T09:00:00Z", param_hint="--at"
        ) from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _counts(pack: Pack) -> dict[str, int]:
    return {
        "invoices": len(pack.invoices),
        "messages": len(pack.messages),
        "sent": len(pack.sent),
        "receipts": pack.receipts,
        "replies": len(pack.replies),
        "promises": len(pack.promises),
        "plans": len(pack.plans),
        "tasks": len(pack.tasks),
        "entries": len(pack.journal.entries),
        "unsealed": pack.journal.unsealed,
    }


def _plain(pack: Pack, paths: Sequence[Path], digest: str) -> dict[str, Any]:
    sums = [{"currency": one.currency, "amount": str(one.decimal)} for one in pack.open]
    return {
        "client_id": pack.debtor.client_id,
        "creditor_id": pack.creditor.creditor_id,
        "as_of": pack.as_of,
        "files": [str(path) for path in paths],
        "json_sha256": digest,
        "counts": _counts(pack),
        "open": sums,
        "head": pack.journal.head.hash,
    }


def _told(pack: Pack, paths: Sequence[Path]) -> list[str]:
    n = _counts(pack)
    total = ", ".join(money(one.minor, one.currency) for one in pack.open) or "nothing"
    held = ", ".join(
        [
            count(n["invoices"], "invoice"),
            f"{count(n['messages'], 'message')} ({n['sent']} sent) with {count(n['receipts'], 'receipt')}",
            count(n["replies"], "reply", "replies"),
            count(n["promises"], "promise"),
            count(n["plans"], "plan"),
            count(n["tasks"], "task"),
            count(n["entries"], "journal entry", "journal entries"),
        ]
    )
    lines = [f"wrote {path}" for path in paths]
    lines += [f"in it: {held}", f"open: {total}", f"head of the journal: {pack.journal.head.hash}"]
    if n["unsealed"]:
        lines.append(
            f"{n['unsealed']} entries are not sealed yet and have no proof; write the pack again in a minute"
        )
    return [*lines, "It holds personal data: keep it where only those who act in the case can read it."]


def _read(file: Path) -> tuple[bytes, dict[str, Any]]:
    """The file, and the journal extract in it."""
    try:
        content = file.read_bytes()
        whole = msgspec.json.decode(content)
    except OSError as error:
        raise CommandFailed(f"{file}: can't be read ({error.strerror})") from None
    except msgspec.DecodeError as error:
        raise CommandFailed(f"{file}: not JSON ({error}); give the JSON of a pack") from None
    schema = whole.get("schema") if isinstance(whole, dict) else None
    if schema != SCHEMA or not isinstance(whole.get("journal"), dict):
        raise CommandFailed(
            f"{file}: no evidence pack of schema {SCHEMA}; give the JSON that stands beside the PDF"
        )
    return content, whole["journal"]


def _verified(extract: dict[str, Any], sealed: int, head: str | None) -> list[str]:
    end = extract["head"]
    waiting = len(extract["entries"]) - sealed
    lines = [
        f"every entry checks: {count(sealed, 'entry', 'entries')}, in a chain of "
        f"{count(len(extract['chain']), 'batch', 'batches')} that ends at {end['hash']}"
    ]
    if waiting:
        lines.append(
            f"not sealed yet when the pack was written, so without proof: {count(waiting, 'entry', 'entries')}"
        )
    if head is None:
        lines.append("Compare that head with one that was noted elsewhere: --head HASH")
        return lines
    last = proof.reaches(extract, head) or 0
    covered = sum(entry["position"] is not None and entry["position"] <= last for entry in extract["entries"])
    return [
        *lines,
        f"the head that was given vouches for {covered} of them, through place {last} of the journal",
    ]
