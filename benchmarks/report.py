"""The page that the figures are published on."""

from __future__ import annotations

from datetime import date
from typing import Any


def page(about: dict[str, str], results: dict[str, Any], day: date) -> str:
    """`docs/benchmarks.md`: what was measured, on what, beside what, and how it compares with what we aim at."""
    intake, deciding, sending, latency = (results[n] for n in ("intake", "deciding", "sending", "latency"))
    year = results["year"]
    spent = intake["spent"]
    spent_line = (
        f"In the last round {spent['batches']:,.0f} batches took {spent['wall']:.2f} s, of which decoding and storing "
        f"{spent['decoding_and_storing']:.2f} s;\nthe process itself used {spent['own_cpu']:.2f} s of CPU, the rest is "
        "PostgreSQL's and RabbitMQ's on the same cores."
    )
    rows = [
        ("intake, one process, whole effect", f"{intake['ours']:,.0f} events/s",
         f"{intake['to_bare']:.2f} of a consumer that only acks, in batches ({intake['bare']:,.0f}/s)",
         "0.20", intake["to_bare"] >= 0.2),
        ("", "", f"{intake['to_peer']:.1f} times a Celery task an event, same upserts ({intake['peer']:,.0f}/s)",
         "10", intake["to_peer"] >= 10),
        ("deciding, one process, a reminder due for each", f"{deciding['reminder_due']:,.0f} clients/s", "", "3,000",
         deciding["reminder_due"] >= 3000),
        ("deciding, one process, nothing due", f"{deciding['nothing_due']:,.0f} clients/s", "", "3,000",
         deciding["nothing_due"] >= 3000),
        ("sending, one process, instant sandbox", f"{sending['per_second']:,.0f} messages/s",
         f"{sending['own_cpu_ms']:.1f} ms of CPU a message", "300", sending["per_second"] >= 300),
        ("published event to accepted send, light load",
         f"p50 {latency['p50_ms']:,.0f} ms, p99 {latency['p99_ms']:,.0f} ms",
         f"worst {latency['worst_ms']:,.0f} ms of {latency['messages']} messages, {latency['missing']} missing",
         "p99 under 1,000 ms", latency["p99_ms"] < 1000 and not latency["missing"]),
        (f"a year of {year['clients']:,} clients through `amicable play`", f"{year['seconds'] / 60:,.1f} minutes",
         f"{year['events']:,} events, {year['messages']:,} messages, {year['cpu_seconds'] / 60:,.1f} minutes of CPU, "
         f"peak {year['peak_mib']:,} MiB", "15 minutes for 1,000", year["seconds"] * 1000 / year["clients"] < 15 * 60),
    ]  # fmt: skip
    table = "\n".join(f"| {a} | {b} | {c} | {d} | {_yes(e)} |" for a, b, c, d, e in rows)
    return f"""# Benchmarks

Written by `make bench` on {day.isoformat()}. Everything ran on one machine, servers, publishers and sandbox included:
{about["machine"]}; Python {about["python"]}, PostgreSQL {about["postgresql"]} (every commit waits for the disk),
RabbitMQ {about["rabbitmq"]} (quorum queues). Medians of {len(intake["rounds"])} rounds in turn; such a machine is noisy,
so read the ratios before the absolute numbers, and measure on your own with the same command.

| what | measured | beside it | aim | reached |
| --- | --- | --- | --- | --- |
{table}

## What each one does

- **Intake** works off a backlog of events (one in ten a profile, six an invoice, three a payment with its allocation) as
  the `intake` role does: decode and check against the contract, inbox, facts, journal, the clients' next look, one
  transaction a batch of 500, wake-ups to the deciders, one ack a batch. Beside it, on the same queue and events: a bare
  pika consumer that acks every 500 and does nothing else, and a plain Celery task per event (one process, late acks) with
  the same upserts in a transaction each.
- **Deciding** loads the snapshots of 100 clients with three invoices each, asks the core, chooses the channel, and commits
  messages, journal and the next look. The second look is at the same clients, of whom none has anything due any more.
- **Sending** takes queued emails in hands of sixteen, on two threads: last gate with fresh snapshots, rendering, `dispatching` committed
  with its attempt, then the calls through the SendGrid SDK over HTTP, each outcome committed as it comes.
- **Latency** is measured through the real processes (`intake`, `work`, `schedule`, the sandbox) at
  {latency["load"]}, each for a new client, and ends when the sandbox accepts the introduction.

- **A year** plays {year["invoices"]:,} invoices and their payments, promises, disputes and debits through the embedded
  default, one process with SQLite, the sandbox and its webhooks over HTTP: {year["messages_per_second"]:,.0f} messages and
  {year["events_per_second"]:,.0f} events a second of real time; the ledger is {year["ledger_mib"]:,} MiB in the end.

## Where the time of intake goes

{spent_line}
"""


def _yes(reached: bool) -> str:
    return "yes" if reached else "**no**"
