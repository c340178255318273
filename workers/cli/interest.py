"""`interest INVOICE`: what late payment has cost by a day, period by period, with the source of every rate."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from sqlalchemy import Connection

from config.creditors import Creditor
from config.currency import exponent
from ledger.snapshots import load_snapshots
from ledger.telling import day, money
from ledger.timeline import Subject, find
from reminders.interest.accrual import Period
from reminders.interest.of_invoice import invoice_sheet
from reminders.interest.sheet import Sheet, Unavailable
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Client, Invoice
from workers.cli.compose import House
from workers.cli.context import CommandFailed, Context
from workers.cli.shown import clean, now_of, steady

_COLUMNS = ("due", "from", "through", "days", "principal", "% a year", "interest", "rate")
_AHEAD = timedelta(days=731)
"""A settlement may be reckoned for a day to come, but not for a day that nobody here will see: every day is a step."""
_NUMBERS = {"days", "principal", "% a year", "interest"}


def register(app: typer.Typer) -> None:
    """Add `interest`."""
    app.command("interest")(interest_command)


def interest_command(
    context: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="INVOICE", help="An invoice, by id or number.")],
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on", formats=["%Y-%m-%d"], help="Through that day; today in the creditor's zone if not given."
        ),
    ] = None,
) -> None:
    """What late payment has cost by the law or the contract: rates, days, fixed sum, and whether it may be claimed."""
    shared: Context = context.obj
    house = shared.house
    now = now_of(house)
    with steady(house) as connection:
        invoice, client = _read(connection, house, identity, now)
    creditor = house.creditors.get(invoice.creditor_id)
    today = now.astimezone(ZoneInfo(creditor.time_zone)) if creditor else now
    through = (on or today).date()
    last = today.date() + _AHEAD
    if through > last:
        raise typer.BadParameter(
            f"{through} is more than two years ahead; take a day up to {last}", param_hint="--on"
        )
    sheet = _sheet(house, creditor, invoice, client, through)
    if shared.json:
        shared.line({"invoice_id": invoice.invoice_id, "number": invoice.number, **_plain(sheet, through)})
    elif isinstance(sheet, Unavailable):
        shared.say(clean(f"No interest on {invoice.number} through {day(through)}: {sheet.detail}"))
    else:
        _show(shared, sheet, invoice)


def _sheet(
    house: House, creditor: Creditor | None, invoice: Invoice, client: Client, through: date
) -> Sheet | Unavailable:
    if creditor is None:
        return Unavailable(Reason.CREDITOR_UNKNOWN, Reason.CREDITOR_UNKNOWN.sentence)
    return invoice_sheet(invoice, client, house.interest.pack(creditor.law_country), through)


def _read(connection: Connection, house: House, identity: str, now: datetime) -> tuple[Invoice, Client]:
    found = [
        subject for subject in find(connection, identity) if subject.invoice_ids and not subject.message_id
    ]
    subject = _one(found, identity)
    key = subject.invoice_ids[0]
    default = house.creditors.default.creditor_id
    snapshot = load_snapshots(connection, [subject.client_id], now, default, keep=(key,))[subject.client_id]
    return next(one for one in snapshot.invoices if one.invoice_id == key), snapshot.client


def _one(found: list[Subject], identity: str) -> Subject:
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandFailed(f"there is no invoice {clean(identity)}; give an invoice's id or its number")
    named = ", ".join(f"{subject.invoice_ids[0]} of client {subject.client_id}" for subject in found)
    raise CommandFailed(f"{clean(identity)} can mean several: {clean(named)}; give the id")


def _show(shared: Context, sheet: Sheet, invoice: Invoice) -> None:
    say, currency = shared.say, invoice.currency
    say(clean(f"Interest on {invoice.number} through {day(sheet.through)}, by {sheet.basis}\n"))
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in _COLUMNS:
        table.add_column(column, justify="right" if column in _NUMBERS else "left", overflow="fold")
    for period in sheet.periods:
        table.add_row(*_row(period, currency))
    shared.console.print(table)
    say(f"\ninterest            {money(sheet.interest.minor, currency)}")
    if sheet.fixed_sum is not None:
        say(f"fixed sum           {money(sheet.fixed_sum.minor, currency)}")
        say(f"together            {money(sheet.total.minor, currency)}")
    say(f"each further day    {money(sheet.daily.minor, currency)}")
    say(f"\n{_standing(sheet)}")
    say(f"Interest begins: {sheet.begins}")
    if sheet.conditions:
        say(f"Provided that: {sheet.conditions}")
    say("Sources:")
    for source in sheet.sources:
        say(f"  {source}")


def _standing(sheet: Sheet) -> str:
    if sheet.claimable:
        return "It may be claimed: the invoice's late terms say so."
    return "It is available and not claimed: the billing system has sent no late terms for this invoice."


def _row(period: Period, currency: str) -> tuple[str, ...]:
    return (
        period.due_on.isoformat(),
        period.start.isoformat(),
        period.end.isoformat(),
        str(period.days),
        money(period.principal, currency),
        str(period.rate.annual),
        _exact(period, currency),
        period.rate.named,
    )


def _exact(period: Period, currency: str) -> str:
    """A period's interest in major units, two places further than the currency: only the whole is rounded to pay."""
    places = exponent(currency)
    minor = Decimal(period.interest.numerator) / period.interest.denominator
    return str(minor.scaleb(-places).quantize(Decimal(1).scaleb(-places - 2), rounding=ROUND_HALF_UP))


def _plain(sheet: Sheet | Unavailable, through: date) -> dict[str, Any]:
    if isinstance(sheet, Unavailable):
        return {"through": through, "available": False, "reason": sheet.reason.value, "detail": sheet.detail}
    return {
        "through": through,
        "available": True,
        "claimable": sheet.claimable,
        "basis": sheet.basis,
        "begins": sheet.begins,
        "conditions": sheet.conditions,
        "currency": sheet.interest.currency,
        "interest": str(sheet.interest.decimal),
        "fixed_sum": str(sheet.fixed_sum.decimal) if sheet.fixed_sum else None,
        "total": str(sheet.total.decimal),
        "daily": str(sheet.daily.decimal),
        "periods": [_period(period, sheet.interest.currency) for period in sheet.periods],
        "sources": list(sheet.sources),
    }


def _period(period: Period, currency: str) -> dict[str, Any]:
    return {
        "due_on": period.due_on,
        "start": period.start,
        "end": period.end,
        "days": period.days,
        "principal": str(Money(period.principal, currency).decimal),
        "annual_percent": str(period.rate.annual),
        "year_days": period.year_days,
        "interest": _exact(period, currency),
        "rate": period.rate.named,
        "sources": list(period.rate.sources),
    }
