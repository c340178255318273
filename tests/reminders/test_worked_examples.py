"""The table of worked examples: every row says where it comes from, and every row comes out to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.rules.interest import load_interest_law
from reminders.allocation import allocate
from reminders.discount import DiscountSum, discounted
from reminders.interest.debt import Debt, Part, Reduction, ReductionKind
from reminders.interest.sheet import Sheet, Unavailable, interest_sheet
from reminders.interest.terms import LateTerms, LateTermsKind
from reminders.snapshot import DebtorType

TABLE: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parent / "worked_examples.yaml").read_text(encoding="utf-8")
)
LAW = load_interest_law()


def rows(kind: str) -> list[Any]:
    return [pytest.param(row["with"], id=row["name"]) for row in TABLE[kind]]


def debt_of(row: dict[str, Any]) -> Debt:
    return Debt(
        "example",
        row["currency"],
        tuple(Part(due_on, amount) for due_on, amount in row["parts"]),
        tuple(Reduction(on, amount, ReductionKind(kind)) for on, amount, kind in row.get("cuts", ())),
        DebtorType(row["debtor"]),
        terms_of(row["terms"]) if "terms" in row else LateTerms(LateTermsKind.STATUTORY),
    )


def terms_of(terms: dict[str, Any]) -> LateTerms:
    if "none" in terms:
        return LateTerms(LateTermsKind.NONE)
    percent = Decimal(terms["percent"]) if "percent" in terms else None
    return LateTerms(LateTermsKind.CONTRACT, percent, terms.get("fee"))


def sheet_of(row: dict[str, Any]) -> Sheet | Unavailable:
    through: date = row["through"]
    return interest_sheet(debt_of(row), LAW.pack(row["country"]), through)


def test_every_row_names_its_source_and_there_are_enough_of_them() -> None:
    every = [row for table in TABLE.values() for row in table]
    assert all(len(row["source"]) > 5 for row in every)
    assert len({row["name"] for row in every}) == len(every)
    assert len(every) >= 40
    countries = {row["with"]["country"] for row in TABLE["interest"]}
    assert countries == set(LAW.packs)


@pytest.mark.parametrize("row", rows("interest"))
def test_interest(row: dict[str, Any]) -> None:
    sheet = sheet_of(row)
    assert isinstance(sheet, Sheet), sheet
    assert sheet.interest.minor == row["interest"]
    assert (sheet.fixed_sum.minor if sheet.fixed_sum else None) == row["fixed"]
    assert "daily" not in row or sheet.daily.minor == row["daily"]


@pytest.mark.parametrize("row", rows("unavailable"))
def test_no_interest_and_why(row: dict[str, Any]) -> None:
    sheet = sheet_of(row)
    assert isinstance(sheet, Unavailable)
    assert sheet.reason == row["reason"]
    assert sheet.detail.endswith(".")


@pytest.mark.parametrize("row", rows("discount"))
def test_discount(row: dict[str, Any]) -> None:
    found = discounted(row["total"], row["paid"], row["credited"], Decimal(row["percent"]))
    assert found == DiscountSum(row["discount"], row["to_pay"])


@pytest.mark.parametrize("row", rows("allocation"))
def test_allocation(row: dict[str, Any]) -> None:
    assert allocate(row["amount"], row["parts"]) == tuple(row["covered"])
