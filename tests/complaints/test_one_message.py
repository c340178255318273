"""Many invoices, one client, one message; and nothing hidden by what was chosen."""

from __future__ import annotations

from datetime import date, timedelta

from tests.complaints.life import Life


def ten_invoices(life: Life) -> Life:
    """Ten invoices of ten days, all late in the end."""
    life.client("02-01 09:00")
    for number in range(1, 11):
        issued = date(2026, 2, 3) + timedelta(days=number)
        life.invoice(f"{issued:%m-%d} 10:00", number, due_on=f"{issued + timedelta(days=14):%m-%d}")
    return life


def test_ten_late_invoices_are_one_message_with_a_table(life: Life) -> None:
    """It floods the mailbox: please one mail for each customer, with a table. (ERPNext #12429)"""
    ten_invoices(life).until("03-14")

    mail = life.letter("overdue_7")
    assert all(f"R-{number}" in mail.text for number in range(1, 11))
    assert "£12,000.00" in mail.text
    assert mail.html is not None
    assert mail.html.count("<tr") > 10


def test_many_invoices_bring_no_more_reminders_than_one(life: Life) -> None:
    """Several past-due notices for one client in the middle of a cycle. (Zuora)"""
    ten_invoices(life).until("03-31")

    asking = [step for step in life.steps() if step not in ("introduction", "statement")]
    assert asking == ["due_soon", "overdue_3", "overdue_7", "overdue_14"]


def test_reminding_of_one_invoice_does_not_silence_the_others(life: Life) -> None:
    """I reminded them of one invoice, and the interval guard kept the others quiet. (OCA credit-control #460)"""
    life.client("02-01 09:00").invoice("02-04 10:00").invoice("02-09 10:00", 2, total="300.00").until("03-14")
    assert "R-2" in life.letter("overdue_7").text

    life.pays("03-16 10:00").until("04-15")

    assert "overdue_7" in life.steps("03-16 12:00")
    assert all("R-2" in r.text and "R-1" not in r.text for r in life.taken()[-2:])


def test_each_currency_has_a_total_of_its_own(life: Life) -> None:
    """A reminder added dollars to euros."""
    life.client("02-01 09:00").invoice("02-04 10:00").invoice(
        "02-04 11:00", 2, currency="EUR", total="350.00"
    )

    text = life.until("03-14").letter("overdue_7").text
    assert "£1,200.00" in text
    assert "€350.00" in text
    assert "1,550" not in text
