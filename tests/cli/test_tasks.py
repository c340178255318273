from __future__ import annotations

from collections.abc import Callable

from tests.cli.conftest import Book, Ran

Amicable = Callable[..., Ran]
KEYS = ["task_id", "kind", "client_id", "invoice_ids", "opened_at", "state", "brief"]


def test_a_task_is_listed_with_the_keys_of_the_contract(late_book: Book, amicable: Amicable) -> None:
    [row] = amicable("--json", "tasks").json
    assert list(row) == KEYS
    assert (row["kind"], row["client_id"], row["invoice_ids"], row["state"]) == (
        "approval",
        "C1",
        ["i1"],
        "open",
    )


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
    assert amicable("--json", "tasks", "--all").json[0]["state"] == "approved"
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
