from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]
KEYS = [
    "task_id", "kind", "client_id", "invoice_ids", "opened_at", "state", "brief",
    "due_on", "reason", "creditor_id", "step", "overdue",
]  # fmt: skip


def test_a_task_is_listed_with_the_keys_of_the_contract(late_book: Book, amicable: Amicable) -> None:
    [row] = amicable("--json", "tasks").json
    assert list(row) == KEYS
    assert (row["kind"], row["client_id"], row["invoice_ids"], row["state"]) == (
        "approval",
        "C1",
        ["i1"],
        "open",
    )
    assert (row["due_on"], row["reason"], row["overdue"]) == ("2026-04-10", "awaiting_approval", False)
    assert (row["creditor_id"], row["step"]) == ("northwind", "final_notice")


def test_an_approval_frees_the_message_and_the_next_sender_sends_it(
    late_book: Book, amicable: Amicable
) -> None:
    [task] = late_book.tasks()

    ran = amicable("task", task.task_id[:8], "--approve", "--by", "Ruth", "--note", "agreed with sales")

    assert ran.code == 0
    assert "final_notice" in ran.out
    assert "approved by Ruth" in ran.out
    assert late_book.messages()[-1].state == "queued"
    late_book.work()
    assert late_book.messages()[-1].state == "accepted"
    assert amicable("--json", "tasks").json == []
    listed = amicable("--json", "tasks", "--state", "all").json
    assert [(row["kind"], row["state"]) for row in listed] == [("call", "done"), ("approval", "approved")]
    assert amicable("journal", "export").out.count('"by":"Ruth"') == 2


def test_a_refusal_ends_the_message(late_book: Book, amicable: Amicable) -> None:
    [task] = late_book.tasks()
    ran = amicable("task", task.task_id, "--refuse", "--by", "Ruth")
    assert ran.code == 0
    assert "never sent" in ran.out
    assert (late_book.messages()[-1].state, late_book.messages()[-1].reason) == ("cancelled", "refused")


def test_a_decision_is_shown_as_json(late_book: Book, amicable: Amicable) -> None:
    [task] = late_book.tasks()
    found = amicable("--json", "task", task.task_id, "--refuse", "--by", "Ruth", "--note", "no").json
    assert (found["state"], found["by"], found["note"]) == ("refused", "Ruth", "no")


def test_a_task_without_a_decision_is_shown(late_book: Book, amicable: Amicable) -> None:
    [task] = late_book.tasks()
    ran = amicable("task", task.task_id)
    assert ran.code == 0
    assert "A final notice goes only with a person's yes." in ran.out
    assert "--approve or --refuse" in ran.out


def test_wrong_usage_ends_with_two(late_book: Book, amicable: Amicable) -> None:
    [task] = late_book.tasks()
    assert amicable("task", task.task_id, "--approve", "--refuse", "--by", "R").code == 2
    assert amicable("task", task.task_id, "--approve").code == 2
    assert amicable("task", task.task_id, "--note", "x").code == 2


def test_what_cannot_be_done_ends_with_one_line_and_one(late_book: Book, amicable: Amicable) -> None:
    [task] = late_book.tasks()
    wrong = amicable("task", task.task_id, "--done", "--by", "R")
    assert (wrong.code, wrong.err.count("\n")) == (1, 1)
    assert "--approve or --refuse" in wrong.err
    assert amicable("task", "unknown", "--done", "--by", "R").code == 1
    amicable("task", task.task_id, "--approve", "--by", "R")
    again = amicable("task", task.task_id, "--approve", "--by", "R")
    assert again.code == 1
    assert "already approved, by R" in again.err


def test_a_reply_is_done(late_book: Book, amicable: Amicable) -> None:
    late_book.reply("We will look into [b]it[/b].")
    task = next(task for task in late_book.tasks() if task.kind == "reply")
    assert "[b]it[/b]" in amicable("tasks").out
    ran = amicable("task", task.task_id, "--done", "--by", "Ruth")
    assert (ran.code, ran.out) == (0, "The reply task is done, by Ruth. Client C1 is looked at again.\n")


# --- past due, filters, and the end of the ladder -----------------------------------------------------------------


@pytest.fixture
def ended_book(late_book: Book) -> Book:
    """The ladder is at its end: somebody has to decide."""
    late_book.decide("refuse")
    late_book.at("2026-04-20T09:00")
    return late_book


def test_what_is_past_due_stands_first_and_is_marked(ended_book: Book, amicable: Amicable) -> None:
    ended_book.at("2026-04-24T09:00")
    ended_book.reply("When did you send that?")
    ended_book.at("2026-05-05T09:00")

    rows = amicable("--json", "tasks").json

    assert [(row["kind"], row["due_on"], row["overdue"]) for row in rows] == [
        ("decision", "2026-04-27", True),
        ("reply", None, False),
    ]
    table = amicable("tasks").out
    assert table.index("2026-04-27 past due") < table.index("reply")
    assert (table.count("15 d"), table.count("past due")) == (1, 1)
    assert "due       2026-04-27, past due" in amicable("task", rows[0]["task_id"]).out


def test_tasks_are_chosen_by_kind_and_client(ended_book: Book, amicable: Amicable) -> None:
    def kinds(*options: str) -> list[str]:
        return [row["kind"] for row in amicable("--json", "tasks", *options).json]

    assert kinds("--kind", "decision") == ["decision"]
    assert kinds("--kind", "approval") == []
    assert kinds("--kind", "approval", "--state", "all") == ["approval"]
    assert kinds("--client", "C1") == ["decision"]
    assert kinds("--client", "C2") == []
    assert amicable("tasks", "--kind", "party").code == 2


def test_a_yes_at_the_end_hands_the_case_over(ended_book: Book, amicable: Amicable) -> None:
    [task] = ended_book.tasks()
    assert "--approve, --refuse or --done" in amicable("task", task.task_id).out

    ran = amicable("task", task.task_id, "--approve", "--by", "Ruth", "--note", "Braun & Partner take it.")

    assert ran.code == 0
    assert "handed to an attorney by Ruth" in ran.out
    [entry] = [row for row in amicable("journal", "export").out.splitlines() if "case.escalated" in row]
    assert '"by":"Ruth"' in entry
    assert "Ruth handed the case to an attorney." in amicable("explain", "C1").out


def test_a_no_at_the_end_hands_nothing_over(ended_book: Book, amicable: Amicable) -> None:
    [task] = ended_book.tasks()

    ran = amicable("task", task.task_id, "--refuse", "--by", "Ruth")

    assert (ran.code, "is not handed over, by Ruth" in ran.out) == (0, True)
    assert "case.escalated" not in amicable("journal", "export").out


def test_the_program_itself_decides_nothing(ended_book: Book, amicable: Amicable) -> None:
    [task] = ended_book.tasks()
    ran = amicable("task", task.task_id, "--approve", "--by", "system")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "name the person" in ran.err
