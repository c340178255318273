"""An invoice as a debt: its instalments, payments and credit notes, and what stops interest altogether."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from config.rules.interest import load_interest_law
from reminders.interest.debt import Part, Reduction, ReductionKind
from reminders.interest.of_invoice import debt_of, invoice_sheet
from reminders.interest.sheet import Sheet, Unavailable
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.reasons import Reason
from reminders.snapshot import Client, Credit, DebtorType, Hold, Instalment, Invoice, Payment

PACK = load_interest_law().pack("GB")
HEARD = datetime(2025, 5, 1, tzinfo=UTC)
ON = date(2025, 6, 30)
CLIENT = Client("kaya", debtor_type=DebtorType.COMPANY)


def an_invoice(**fields: Any) -> Invoice:
    invoice = Invoice(
        "i1", "INV-1", "acme", "GBP", 900_00, date(2025, 3, 1), date(2025, 3, 31), HEARD, "/erp"
    )
    return replace(invoice, **fields)


def test_an_invoice_is_a_debt_of_one_part() -> None:
    paid = Payment("p", date(2025, 4, 10), 200_00, HEARD)
    terms = LateTerms(LateTermsKind.STATUTORY)
    invoice = an_invoice(
        payments=(paid,), paid=200_00, credits=(Credit(date(2025, 4, 20), 50_00),), late_terms=terms
    )
    debt = debt_of(invoice, CLIENT)
    assert (debt.invoice_id, debt.currency, debt.debtor_type, debt.terms) == (
        "i1",
        "GBP",
        DebtorType.COMPANY,
        terms,
    )
    assert debt.parts == (Part(date(2025, 3, 31), 900_00),)
    assert debt.reductions == (
        Reduction(date(2025, 4, 10), 200_00),
        Reduction(date(2025, 4, 20), 50_00, ReductionKind.CREDIT),
    )


@pytest.mark.parametrize(
    ("amounts", "parts"),
    [
        ((300_00, 600_00), ((4, 300_00), (5, 600_00))),
        ((300_00, 300_00), ((4, 300_00), (5, 300_00), (5, 300_00))),
        ((300_00, 900_00), ((4, 300_00), (5, 600_00))),
        ((900_00, 100_00), ((4, 900_00),)),
    ],
)
def test_instalments_and_total_need_not_agree(
    amounts: tuple[int, ...], parts: tuple[tuple[int, int], ...]
) -> None:
    instalments = tuple(Instalment(date(2025, 4 + place, 30), amount) for place, amount in enumerate(amounts))
    debt = debt_of(an_invoice(instalments=instalments), CLIENT)
    assert [(part.due_on.month, part.amount) for part in debt.parts] == list(parts)


def test_what_the_instalments_leave_is_due_with_the_invoice() -> None:
    early = Instalment(date(2025, 3, 10), 300_00)
    debt = debt_of(an_invoice(instalments=(early,)), CLIENT)
    assert debt.parts == (Part(date(2025, 3, 10), 300_00), Part(date(2025, 3, 31), 600_00))


def test_a_disputed_part_bears_no_interest() -> None:
    disputed = invoice_sheet(an_invoice(disputed=400_00), CLIENT, PACK, ON)
    assert isinstance(disputed, Sheet)
    assert {period.principal for period in disputed.periods} == {500_00}
    instalments = (Instalment(date(2025, 3, 31), 500_00), Instalment(date(2025, 4, 30), 400_00))
    debt = debt_of(an_invoice(instalments=instalments, disputed=500_00), CLIENT)
    assert debt.parts == (Part(date(2025, 3, 31), 400_00),)


@pytest.mark.parametrize("reason", [Reason.VOIDED, Reason.DISPUTED, Reason.OTHER_CURRENCY, Reason.MORATORIUM])
def test_what_is_no_sure_debt_has_no_sheet(reason: Reason) -> None:
    held = an_invoice(holds=(Hold(reason),))
    assert invoice_sheet(held, CLIENT, PACK, ON) == Unavailable(reason, reason.sentence)
    over = an_invoice(holds=(Hold(reason, date(2025, 6, 29)),))
    stays_out = (
        reason is Reason.MORATORIUM
    )  # its days bore no interest, and nobody knows here which they were
    assert isinstance(invoice_sheet(over, CLIENT, PACK, ON), Unavailable) is stays_out


def test_what_protects_the_client_protects_every_invoice() -> None:
    protected = replace(CLIENT, holds=(Hold(Reason.MORATORIUM, ON),))
    found = invoice_sheet(an_invoice(), protected, PACK, ON)
    assert isinstance(found, Unavailable)
    assert found.reason is Reason.MORATORIUM


def test_a_pause_stops_reminders_and_not_interest() -> None:
    assert isinstance(
        invoice_sheet(an_invoice(holds=(Hold(Reason.INVOICE_PAUSED),)), CLIENT, PACK, ON), Sheet
    )
