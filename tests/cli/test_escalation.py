"""`amicable escalation`: which cases are with an attorney, and taking one back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ledger import tables as t
from ledger.escalation import escalate
from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]
SIGNED = ("--by", "Ruth", "--note", "They settled with us after all.")


def hand_over(book: Book, creditor_id: str = "northwind") -> None:
    with book.house.ledger.begin(book.clock.now()) as unit:
        escalate(unit, "C1", creditor_id, by="Ada", task_id=f"task-{creditor_id}", note="Nobody answered.")


@pytest.fixture
def handed_over(book: Book) -> Book:
    book.client()
    book.invoice()
    hand_over(book)
    return book


def test_nothing_is_with_an_attorney(amicable: Amicable) -> None:
    ran = amicable("escalation")
    assert (ran.code, ran.out) == (0, "No case is with an attorney.\n")
    assert amicable("--json", "escalation").json == []


def test_a_case_is_listed_with_who_handed_it_over(handed_over: Book, amicable: Amicable) -> None:
    [case] = amicable("--json", "escalation").json
    assert (case["client_id"], case["creditor_id"], case["by"], case["note"], case["lifted_at"]) == (
        "C1", "northwind", "Ada", "Nobody answered.", None,
    )  # fmt: skip
    table = amicable("escalation").out
    assert "C1" in table
    assert "Nobody answered." in table


def test_a_case_is_taken_back_and_the_journal_says_by_whom(handed_over: Book, amicable: Amicable) -> None:
    ran = amicable("escalation", "lift", "C1", *SIGNED)

    assert (ran.code, ran.out) == (0, "The case of C1 for northwind is back, by Ruth. Looked at again: C1.\n")
    assert amicable("--json", "escalation").json == []
    [case] = amicable("--json", "escalation", "--all").json
    assert (case["lifted_by"], case["lifted_note"]) == ("Ruth", "They settled with us after all.")
    assert "Ruth" in amicable("escalation", "--all").out
    with handed_over.house.ledger.read() as connection:
        acts = connection.execute(t.journal.select().where(t.journal.c.kind == "operator.acted")).all()
    assert [(row.client_id, row.by, json.loads(row.data)) for row in acts] == [
        ("C1", "Ruth", {"act": "lift escalation", "creditor_id": "northwind"})
    ]
    assert amicable("journal", "verify").code == 0


def test_of_several_creditors_the_one_that_is_named(handed_over: Book, amicable: Amicable) -> None:
    hand_over(handed_over, "northwind-de")

    ran = amicable("escalation", "lift", "C1", *SIGNED)
    assert ran.code == 1
    assert "add --creditor northwind or --creditor northwind-de" in ran.err
    assert amicable("escalation", "lift", "C1", "--creditor", "northwind-de", *SIGNED).code == 0
    assert [case["creditor_id"] for case in amicable("--json", "escalation").json] == ["northwind"]


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        (("C1", "--creditor", "acme", *SIGNED), 1, "no case of C1 for acme is with an attorney"),
        (("C9", *SIGNED), 1, "no case of C9 is with an attorney; `amicable escalation` lists them"),
        (("C1", "--by", "system", "--note", "x"), 2, "name the person who decides"),
        (("C1", "--by", "Ruth"), 2, "Missing option '--note'"),
    ],
)
def test_what_can_t_be_done_is_said(
    handed_over: Book, amicable: Amicable, asked: tuple[str, ...], code: int, says: str
) -> None:
    ran = amicable("escalation", "lift", *asked)

    assert (ran.code, ran.out) == (code, "")
    assert says in ran.err
    assert len(amicable("--json", "escalation").json) == 1
