"""`policy check`: what is wrong with policies, and what a person should look into."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated

import typer

from channels.render import Renderer
from channels.whatsapp import SUFFIX
from config.policy import By, Policy, PolicyError, Traits, load_policy
from config.policy.findings import contested, never_coming
from config.rulebook import Rulebook, load_rulebook
from config.rules import contact, interest
from reminders.snapshot import Channel, DebtorType
from workers.cli.compose import House
from workers.cli.context import Context
from workers.cli.policy.clients import has_ledger, traits_in

_CAN_SEND = (Channel.EMAIL, Channel.SMS, Channel.WHATSAPP)
_NAMED = 5
"""Clients that are named where many are meant."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a check. An error makes a policy unusable; a warning is for a person to look into."""

    error: bool
    text: str

    def document(self) -> dict[str, str | int | None]:
        """As JSON; `file` and `line` where the finding has them."""
        place = re.match(r"(.+?):(\d+): ", self.text)
        return {
            "severity": "error" if self.error else "warning",
            "file": place[1] if place else None,
            "line": int(place[2]) if place else None,
            "text": self.text[place.end() :] if place else self.text,
        }


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check_command)


def check_command(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE...]", exists=True, dir_okay=False, help="Policies; none: those in force."
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail, too.")] = False,
) -> None:
    """Check policies: errors with file, line and field, then what to look into. Exit 1 if there is an error.

    Files are looked at together with the policies in force, in place of those of the same name.
    """
    shared: Context = context.obj
    try:
        rules = _rulebook(shared.settings.policy_dir, files or [])
    except PolicyError as error:
        _tell(shared, [Finding(True, flaw) for flaw in error.flaws])
        raise typer.Exit(1) from None
    looked_at = [policy for policy in rules.policies.policies if not files or policy.name in _names(files)]
    warnings = [Finding(False, text) for text in _warnings(shared, rules, looked_at)]
    _tell(shared, warnings)
    if not shared.json:
        listed = ", ".join(policy.identity for policy in looked_at)
        shared.say(f"{listed}: {f'{len(warnings)} to look into' if warnings else 'nothing to look into'}")
    if warnings and strict:
        raise typer.Exit(1)


def _rulebook(folder: Path | None, files: Sequence[Path]) -> Rulebook:
    """The rulebook with these files in it. Raises `PolicyError` with the flaws of all files."""
    flaws: list[str] = []
    rules, own = None, []
    try:
        rules = load_rulebook(folder)
    except PolicyError as error:
        flaws += error.flaws
    there = {path.resolve() for path in folder.glob("*.yaml")} if folder is not None else set()
    for path in files:
        try:
            if path.resolve() not in there:
                own.append(load_policy(path))
        except PolicyError as error:
            flaws += error.flaws
    if flaws or rules is None:
        raise PolicyError(*flaws)
    return rules.with_policies(own)


def _names(files: Sequence[Path]) -> set[str]:
    return {load_policy(path).name for path in files}


def _warnings(shared: Context, rules: Rulebook, policies: Sequence[Policy]) -> Iterator[str]:
    yield from rules.unread
    yield from map(str, contested(rules.policies))
    yield from _contested_clients(shared, rules)
    for policy in policies:
        for text in (*never_coming(policy), *_wordless(policy, shared.house.renderer)):
            yield f"{policy.name}: {text}"
    yield from _silent(rules, policies)
    yield from _law(shared.house, rules)


def _contested_clients(shared: Context, rules: Rulebook) -> Iterator[str]:
    """The ledger's clients of whom it is not clear which policy is theirs, counted, some named."""
    if not has_ledger(shared.house):
        return
    found: dict[tuple[str, ...], list[str]] = {}
    for client_id, traits in traits_in(shared.house, rules):
        claiming = tuple(policy.name for policy in rules.policies.claiming(traits))
        if len(claiming) != 1:
            found.setdefault(claiming, []).append(client_id)
    for claiming, ids in found.items():
        named = ", ".join(ids[:_NAMED]) + (", …" if len(ids) > _NAMED else "")
        who = f"claimed by {' and '.join(claiming)} alike" if claiming else "claimed by no policy"
        yield f"{len(ids)} of the ledger's clients are {who}: {named}"


def _wordless(policy: Policy, renderer: Renderer) -> Iterator[str]:
    """Steps that have no words of their own on a channel that they may go by."""
    for step in policy.steps:
        if step.by is By.PERSON:
            continue
        wanted = ("email",) if step.by is By.EMAIL else step.channels or policy.channels
        for channel in _CAN_SEND:
            if channel.value not in wanted or renderer.speaks(step.words, "", channel):
                continue
            missing = step.words + (SUFFIX if channel is Channel.WHATSAPP else f".{channel.value}.j2")
            yield f"{step.name}: no template {missing}; it speaks as every {step.tone.value} step does"


def _silent(rules: Rulebook, policies: Sequence[Policy]) -> Iterator[str]:
    """Places where the law leaves no hour of a policy: nobody there would ever be contacted."""
    packs = rules.contact.packs if rules.contact is not None else ()
    kinds = (*(kind.value for kind in DebtorType), None)
    for policy, pack, kind in product(policies, packs, kinds):
        if not rules.within_law(policy, Traits(pack.country, None, kind)).windows.iso_days:
            who, where = kind or "a client of unknown kind", pack.country or "an unknown country"
            yield f"{policy.name}: the law leaves none of its hours for {who} in {where}; widen `windows`"


def _law(house: House, rules: Rulebook) -> Iterator[str]:
    today = house.clock.now().date()
    yield from interest.problems(house.interest, today)
    if rules.contact is not None:
        yield from contact.problems(rules.contact, today)


def _tell(shared: Context, findings: Sequence[Finding]) -> None:
    if shared.json:
        shared.array([finding.document() for finding in findings])
        return
    for finding in findings:
        if finding.error:
            sys.stderr.write(f"{finding.text}\n")
        else:
            shared.say(f"! {finding.text}")
