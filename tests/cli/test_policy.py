"""`amicable policy`: what is wrong, which policy is whose and why, and what another one would change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from channels.render import Renderer
from config.policy import SHIPPED, Tone, load_policy
from config.policy.schema import schema
from ledger.verdicts import close_task
from reminders.snapshot import Channel
from tests.cli.conftest import Book, Ran
from workers.cli.policy.compare import Change, Entry, Subject, compare, summary

Amicable = Callable[..., Ran]

STANDARD = (SHIPPED / "standard.yaml").read_text(encoding="utf-8")
LATER = STANDARD.replace("    day: 7\n", "    day: 12\n", 1)


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


# --- check


def test_the_shipped_policies_have_nothing_to_look_into(amicable: Amicable) -> None:
    ran = amicable("policy", "check", "--strict")
    assert (ran.code, ran.err) == (0, "")
    assert [part.split("@")[0] for part in ran.out.split(", ")] == ["consumer", "gentle", "standard"]
    assert ran.out.endswith("nothing to look into\n")


def test_all_errors_of_all_files_are_told(amicable: Amicable, tmp_path: Path) -> None:
    one = put(
        tmp_path, "one.yaml", STANDARD.replace("tone: warm", "tone: frm", 1).replace('"09:00"', "9:00", 1)
    )
    two = put(tmp_path, "two.yaml", "nam: x\nsteps: []")

    ran = amicable("policy", "check", one, two)

    assert (ran.code, ran.out) == (1, "")
    assert [line.split(": ")[1] for line in ran.err.splitlines()] == [
        "steps.0.tone", "windows.start", "nam", "name", "steps",
    ]  # fmt: skip
    assert all(line.startswith(str(tmp_path)) for line in ran.err.splitlines())
    first = amicable("--json", "policy", "check", two).json[0]
    assert first == {
        "severity": "error",
        "file": two,
        "line": 1,
        "text": "nam: is not known here; did you mean name?",
    }


def test_a_file_that_is_not_there_is_bad_usage(amicable: Amicable, tmp_path: Path) -> None:
    assert amicable("policy", "check", str(tmp_path / "none.yaml")).code == 2


def test_warnings_fail_only_where_one_is_strict(amicable: Amicable, tmp_path: Path) -> None:
    mine = put(tmp_path, "mine.yaml", STANDARD.replace("gap_days: 4 ", "gap_days: 6 "))

    ran = amicable("policy", "check", mine)

    assert ran.code == 0
    assert (
        "! standard: overdue_7 (day 7) is 4 days after overdue_3, and caps.gap_days is 6: it comes on day 9"
        in ran.out
    )
    assert amicable("policy", "check", mine, "--strict").code == 1


def test_hours_that_the_law_leaves_nothing_of_are_told(amicable: Amicable, tmp_path: Path) -> None:
    late = STANDARD.replace('"17:00"', '"23:00"', 1).replace('"09:00"', '"21:30"', 1)

    out = amicable("policy", "check", put(tmp_path, "late.yaml", late)).out

    assert "standard: the law leaves none of its hours for consumer in US; widen `windows`" in out
    assert "for a client of unknown kind in an unknown country" in out


def test_a_step_without_words_of_its_own_is_told(amicable: Amicable, tmp_path: Path) -> None:
    text = STANDARD.replace("- name: overdue_7 ", "- name: second_word ", 1)
    text = text.replace("- name: statement ", "- name: monthly ", 1).replace(
        "most: overdue_7", "most: overdue_3"
    )

    out = amicable("policy", "check", put(tmp_path, "mine.yaml", text)).out

    assert "second_word: no template second_word.email.j2; it speaks as every polite step does" in out
    assert "second_word: no template second_word.sms.j2" in out
    assert "monthly: no template monthly.email.j2; it speaks as every neutral step does" in out
    assert "monthly.sms" not in out
    renderer = Renderer()
    assert all(
        renderer.speaks("none", tone, channel) for tone in Tone for channel in (Channel.EMAIL, Channel.SMS)
    )


def test_a_folder_in_force_is_checked_with_its_files_that_nobody_reads(
    amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "policy"
    put(folder, "standard.yml", STANDARD)
    twin = put(folder, "twin.yaml", STANDARD.replace("name: standard", "name: twin", 1))
    monkeypatch.setenv("AMICABLE_POLICY_DIR", str(folder))

    for arguments in (("policy", "check"), ("policy", "check", twin)):
        out = amicable(*arguments).out
        assert "standard.yml: nothing reads it; a policy's file is named like standard.yaml" in out
        assert "! standard and twin claim everybody else with equal right; they get standard." in out


def test_clients_of_the_ledger_that_two_policies_claim_are_counted_and_named(
    amicable: Amicable, book: Book, tmp_path: Path
) -> None:
    for number in range(7):
        book.client(f"C{number}", segment="events", country="FR" if number else "DE")
    files = [
        put(tmp_path, f"{name}.yaml", STANDARD.replace("name: standard", f"name: {name}\nfor: [{kind}]", 1))
        for name, kind in (("french", "{countries: [FR]}"), ("events", "{segments: [events]}"))
    ]

    out = amicable("policy", "check", *files).out

    assert (
        "! events and french claim clients with country FR, segment events with equal right; they get events."
        in out
    )
    assert "! 6 of the ledger's clients are claimed by events and french alike: C1, C2, C3, C4, C5, …" in out


# --- show


def test_a_policy_is_shown_as_a_person_reads_it(amicable: Amicable) -> None:
    out = amicable("policy", "show", "--policy", "gentle").out

    assert (
        "for         in hardship; or 6 invoices or more settled in a year, 90 % in time; or segment key_account"
        in out
    )
    assert "hours       Monday to Friday 09:00 to 17:00, the client's own time; no public holiday" in out
    assert "overdue steps wait for a person's yes: segment key_account" in out
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line.startswith("  ")}
    assert rows["final_notice"][1:] == ["+45", "to", "+74", "due", "date", "formal", "email", "yes"]
    assert rows["call"][1:] == ["+21", "due", "date", "polite", "a", "person:", "call"]


def test_the_document_is_what_a_policy_can_be_read_from(amicable: Amicable, tmp_path: Path) -> None:
    shown = amicable("--json", "policy", "show").json
    assert [one["name"] for one in shown] == ["consumer", "gentle", "standard"]
    for one in shown:
        identity = one.pop("identity")
        ran = amicable("policy", "check", put(tmp_path, "again.yaml", json.dumps(one)))
        assert ran.out.startswith(f"{identity}: nothing"), ran


def test_a_clients_policy_is_shown_with_the_reason_and_the_law(amicable: Amicable, book: Book) -> None:
    book.client(debtor_type="consumer", country="US", subdivision="MA")

    out = amicable("policy", "show", "--client", "C1").out
    (shown,) = amicable("--json", "policy", "show", "--client", "C1").json

    assert (
        "Follows consumer, because it is for clients with debtor type consumer or sole_trader or unknown."
        in out
    )
    assert "Narrowed by the law of the client's place:" in out
    assert shown["claimed_by"] == ["consumer"]
    assert (shown["traits"]["debtor_type"], shown["traits"]["subdivision"]) == ("consumer", "MA")
    assert shown["policy"]["identity"].endswith("+" + shown["law"]["version"])
    assert all(source in out for source in shown["law"]["sources"])
    assert len(shown["policy"]["limits"]) > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--client", "nobody"), "the ledger knows no client nobody"),
        (("--policy", "none"), "there is no policy none; there are consumer, gentle, standard"),
    ],
)
def test_what_is_not_there_is_said(amicable: Amicable, arguments: tuple[str, str], said: str) -> None:
    ran = amicable("policy", "show", *arguments)
    assert ran.code == 1
    assert said in ran.err


# --- schema


def test_the_schema_is_printed(amicable: Amicable) -> None:
    assert amicable("policy", "schema").json == schema()


# --- diff

DAY = date(2026, 3, 9)


def entry(
    step: str = "overdue_7", day: int = 9, by: str = "email", about: str = "i1", waits: bool = False
) -> Entry:
    return Entry(Subject("C1", step, about, date(2026, 3, 2)), DAY.replace(day=day), by, waits)


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ([entry()], [entry()], []),
        ([entry()], [], [Change.GOES]),
        ([], [entry()], [Change.COMES]),
        ([entry()], [entry(day=11)], [Change.MOVES]),
        ([entry()], [entry(by="sms")], [Change.MOVES]),
        ([entry()], [entry(waits=True)], [Change.MOVES]),
        ([entry()], [entry("overdue_3")], [Change.MOVES]),
        ([entry()], [entry("overdue_3", day=10)], [Change.GOES, Change.COMES]),
        ([entry()], [entry("overdue_3", about="i2")], [Change.GOES, Change.COMES]),
        ([entry(), entry(by="sms")], [entry(by="sms"), entry()], []),
        ([entry(), entry(day=12)], [entry()], [Change.GOES]),
    ],
)
def test_what_comes_goes_and_moves(old: list[Entry], new: list[Entry], changes: list[Change]) -> None:
    found = compare(old, new)
    assert sorted(one.change for one in found) == sorted(changes)
    assert sum(sum(counts.values()) for counts in summary(found).values()) == len(changes)


def events(folder: Path) -> str:
    client = {
        "client_id": "C1", "name": "Ada Ltd", "debtor_type": "company", "country": "GB",
        "contacts": [{"contact_id": "ap", "email": "ap@ada.example"}],
    }  # fmt: skip
    invoice = {
        "client_id": "C1", "invoice_id": "i1", "number": "INV-1", "currency": "GBP", "total": "100.00",
        "issued_on": "2026-02-02", "due_on": "2026-03-04",
    }  # fmt: skip
    lines = [("client.updated", client), ("invoice.issued", invoice)]
    text = "\n".join(
        json.dumps(
            {
                "specversion": "1.0", "id": str(n), "source": "/erp", "type": kind,
                "time": "2026-02-02T08:00:00Z", "data": data,
            }
        )
        for n, (kind, data) in enumerate(lines)
    )  # fmt: skip
    return put(folder, "events.jsonl", text)


@pytest.mark.network
def test_another_day_moves_what_is_said_on_it(amicable: Amicable, tmp_path: Path) -> None:
    old, new = str(SHIPPED / "standard.yaml"), put(tmp_path, "new.yaml", LATER)
    arguments = ("--on", events(tmp_path), "--until", "2026-03-17")

    (one,) = amicable("--json", "policy", "diff", old, new, *arguments).json

    assert (one["change"], one["client_id"], one["about"]) == ("moves", "C1", "i1")
    assert one["old"] == {"step": "overdue_7", "on": "2026-03-13", "by": "email", "waits": False}
    assert one["new"] == {"step": "overdue_7", "on": "2026-03-16", "by": "email", "waits": False}
    assert not (tmp_path / "var").exists(), "a comparison leaves no ledger behind"
    same = amicable("policy", "diff", old, old, *arguments)
    assert "Nothing changes: the same 5 messages and tasks, on the same days." in same.out


@pytest.mark.network
def test_two_policies_of_different_names_are_compared_for_everybody(
    amicable: Amicable, tmp_path: Path
) -> None:
    gentle = (SHIPPED / "gentle.yaml").read_text(encoding="utf-8").replace("    day: 3\n", "    day: 6\n", 1)
    old, new = str(SHIPPED / "standard.yaml"), put(tmp_path, "gentle.yaml", gentle)

    ran = amicable("policy", "diff", old, new, "--on", events(tmp_path), "--until", "2026-03-26")

    assert ran.code == 0, ran.err
    told = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert told[told.index("Would go:") + 2 :][:2] == [
        "C1 i1 heads_up 2026-02-25 email",
        "C1 i1 overdue_7 2026-03-13 email",
    ]
    assert told[told.index("Would move:") + 2] == "C1 i1 overdue_3 2026-03-09 -> 2026-03-10 email"
    assert told[-1] == "7 messages and tasks before, 5 after: 0 come, 2 go, 1 move."


def test_a_file_and_a_folder_can_not_be_compared(amicable: Amicable, tmp_path: Path) -> None:
    ran = amicable("policy", "diff", str(SHIPPED), str(SHIPPED / "gentle.yaml"), "--on", events(tmp_path))
    assert (ran.code, ran.err) == (1, "amicable: compare two files, or two folders\n")


# --- a client under another policy


def test_who_moves_to_another_policy_is_told_nothing_twice(book: Book) -> None:
    book.client()
    book.invoice()
    for day in ("02-25", "03-02", "03-09", "03-13"):
        book.at(f"2026-{day}T09:00")
    book.event("client.hardship_declared", client_id="C1")
    book.at("2026-03-16T09:00")
    book.event("client.hardship_ended", client_id="C1")
    for march in range(17, 32):
        book.at(f"2026-03-{march}T09:00")
    [call] = [task for task in book.tasks() if task.kind == "call"]
    with book.house.ledger.begin(book.clock.now()) as unit:
        close_task(unit, call.task_id, "done", "Ruth Ellison", "They pay in April.")
    for april in range(1, 11):
        book.at(f"2026-04-{april:02}T09:00")

    told = [(row.step, row.policy.split("@")[0]) for row in book.messages()]

    assert [step for step, policy in told if policy == "standard"] == [
        "introduction", "heads_up", "due_soon", "overdue_3", "overdue_7",
    ]  # fmt: skip
    assert [step for step, policy in told if policy == "gentle"] == ["overdue_14"]


def test_a_changed_policy_takes_effect_at_the_next_look_and_sends_nothing_again(
    book: Book, tmp_path: Path
) -> None:
    book.client()
    book.invoice()
    for day in ("02-25", "03-02", "03-09"):
        book.at(f"2026-{day}T09:00")
    before = [row.message_id for row in book.messages()]
    changed = load_policy(Path(put(tmp_path, "standard.yaml", LATER)))
    book.office = replace(book.office, rules=book.house.rules.with_policies([changed]))
    for march in range(9, 17):
        book.at(f"2026-03-{march:02}T09:00")

    after = book.messages()

    assert [row.message_id for row in after][: len(before)] == before
    [new] = after[len(before) :]
    assert (new.step, new.sent_at.date()) == ("overdue_7", date(2026, 3, 16))
    assert new.policy.startswith(f"{changed.identity}+")
