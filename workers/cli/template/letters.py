"""The letter that a preview shows of a real client, as it would be drafted now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select

from channels.addresses import usable_address
from channels.ports import Letter
from channels.roles import standing_of
from channels.wordings import AFTER_HARDSHIP
from config.policy import Anchor, Policy, Step
from ledger import tables as t
from ledger.messages import MessageRow
from ledger.snapshots import load_snapshots
from reminders.account import asked_for, paid_on, read_account
from reminders.decision import Proceed
from reminders.occasions import occasions
from reminders.snapshot import Channel, Contact, Snapshot
from workers.cli.compose import House
from workers.cli.context import CommandFailed
from workers.cli.shown import now_of, steady
from workers.draft import letter_of


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a letter needs to know of a message that nobody has planned."""

    step: str
    tone: str
    channel: str
    creditor_id: str


def of_client(house: House, step_name: str, channel: Channel, client_id: str) -> Letter:
    """A real client's letter as it would be drafted now, whether or not it is due. Raises `CommandFailed`."""
    now = now_of(house)
    with steady(house) as connection:
        if connection.execute(select(t.client).where(t.client.c.client_id == client_id)).first() is None:
            raise CommandFailed(
                f"there is no client {client_id!r}; `amicable preview` names those with invoices"
            )
        default = house.creditors.default.creditor_id
        snapshot = load_snapshots(connection, [client_id], now, default)[client_id]
    policy = house.policy_of(snapshot, now)
    if step_name == AFTER_HARDSHIP:
        raise CommandFailed(
            f"{AFTER_HARDSHIP} takes the place of the first reminder after a hardship: with --client, name that step, "
            "and it is said in these words where they are due; without --client, a sample letter is shown"
        )
    step = policy.step(step_name) or next((one for one in policy.steps if one.words == step_name), None)
    if step is None:
        known = ", ".join(one.name for one in policy.steps)
        raise CommandFailed(f"{policy.name}, the client's policy, has no step {step_name!r}; it has {known}")
    creditor_id, verdict = _subject(snapshot, policy, step, now)
    creditor = house.creditors.get(creditor_id)
    if creditor is None:
        raise CommandFailed(f"the invoices name a creditor {creditor_id!r} that is not configured")
    wanted = _Wanted(step.name, step.tone.value, channel.value, creditor_id)
    links = f"{house.settings.public_url}/u/preview"
    return letter_of(
        cast(MessageRow, wanted),  # a row has these names and more
        snapshot,
        policy,
        house.interest,
        _contact(snapshot, channel),
        creditor,
        verdict,
        now,
        links,
        f"{house.settings.public_url}/r/preview",
    )


def _subject(snapshot: Snapshot, policy: Policy, step: Step, now: datetime) -> tuple[str, Proceed]:
    """The creditor and what the step would speak of now."""
    account = read_account(snapshot, policy, now)
    occasion = next(
        (one for one in occasions(account, snapshot, policy, [step.anchor]) if one.step == step), None
    )
    if occasion is not None:
        items = tuple(map(account.item, occasion.invoices))
        return occasion.creditor_id, Proceed(items, occasion.amounts, occasion.told)
    if step.anchor is Anchor.PAYMENT:
        settled = [invoice for invoice in account.invoices.values() if not invoice.open and invoice.paid]
        if settled:
            items = tuple(account.item(one) for one in settled if one.creditor_id == settled[0].creditor_id)
            return settled[0].creditor_id, Proceed(items, paid_on(items))
    elif step.anchor in (Anchor.DUE, Anchor.ISSUE):
        for creditor_id in sorted(account.live):
            items = tuple(map(account.item, account.live_of(creditor_id)))
            if items:
                return creditor_id, Proceed(items, asked_for(items))
    raise CommandFailed(
        f"nothing on the client's account fits {step.name} now; without --client, a sample letter is shown"
    )


def _contact(snapshot: Snapshot, channel: Channel) -> Contact:
    """Who deals with invoices, of those who have an address there."""
    reached = [c for c in snapshot.client.contacts if usable_address(channel, c.address(channel))]
    if not reached:
        raise CommandFailed(
            f"no contact of the client can be reached by {channel.value}; try another --channel"
        )
    return min(reached, key=lambda contact: standing_of(contact.role))
