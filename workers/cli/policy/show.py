"""`policy show`: policies as a person reads them, and which one a client follows, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from config.policy import By, Policy, Traits
from config.rulebook import Rulebook, load_rulebook
from workers.cli.context import CommandFailed, Context
from workers.cli.policy import words
from workers.cli.policy.clients import has_ledger, traits_in
from workers.cli.shown import amounts, clean


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show")(show_command)


def show_command(
    context: typer.Context,
    client: Annotated[
        str | None, typer.Option("--client", help="The policy of that client, and why.")
    ] = None,
    policy: Annotated[str | None, typer.Option("--policy", help="Only the policy of that name.")] = None,
) -> None:
    """Show the policies in force; or the one that a client follows, as the law of their place narrows it."""
    shared: Context = context.obj
    rules = load_rulebook(shared.settings.policy_dir)
    if client is not None:
        _of_client(shared, rules, client, policy)
        return
    chosen = [_named(rules, policy)] if policy is not None else rules.policies.policies
    if shared.json:
        shared.array([_document(one) for one in chosen])
        return
    for one in chosen:
        _show(shared, one)
    shared.say(
        "The law of a client's place narrows all of this further; `amicable policy show --client ID` shows it."
    )


def _named(rules: Rulebook, name: str) -> Policy:
    found = rules.policies.named(name)
    if found is None:
        names = ", ".join(one.name for one in rules.policies.policies)
        raise CommandFailed(f"there is no policy {clean(name)}; there are {names}")
    return found


def _of_client(shared: Context, rules: Rulebook, client_id: str, name: str | None) -> None:
    known = dict(traits_in(shared.house, rules, client_id)) if has_ledger(shared.house) else {}
    if client_id not in known:
        raise CommandFailed(f"the ledger knows no client {clean(client_id)}; `amicable messages` shows some")
    traits = known[client_id]
    own = rules.policies.choose(traits)
    claiming = tuple(one.name for one in rules.policies.claiming(traits))
    followed = rules.within_law(own if name is None else _named(rules, name), traits)
    law = None
    if rules.contact is not None:
        law = rules.contact.rules_for(traits.country, traits.subdivision, traits.debtor_type)
    if shared.json:
        shared.array(
            [
                {
                    "client_id": client_id,
                    "traits": asdict(traits) | {"owed": amounts(traits.owed)},
                    "claimed_by": claiming,
                    "policy": _document(followed),
                    "law": None if law is None else {"version": law.law, "sources": law.sources},
                }
            ]
        )
        return
    shared.say(f"{clean(client_id)}: {clean(words.traits(traits))}")
    shared.say(f"Follows {own.name}, because {_why(own, traits)}.")
    if len(claiming) != 1:
        shared.say(
            f"! {' and '.join(claiming) or 'No policy'} would claim this client; see `amicable policy check`"
        )
    shared.say("")
    _show(shared, followed)
    if law is not None:
        shared.say("Narrowed by the law of the client's place:")
        for source in law.sources:
            shared.say(f"  {source}")


def _why(policy: Policy, traits: Traits) -> str:
    fitting = [one for one in policy.claims if one.matches(traits)]
    if not fitting:
        return "no other policy claims this client"
    closest = max(fitting, key=lambda one: one.specificity)
    return f"it is for clients with {words.claim(closest)}"


def _document(policy: Policy) -> dict[str, Any]:
    return {"identity": policy.identity, **policy.model_dump(mode="json", by_alias=True)}


def _show(shared: Context, policy: Policy) -> None:
    shared.say(f"{policy.identity}  {policy.description}")
    facts = Table(box=None, pad_edge=False, show_header=False)
    facts.add_column()
    facts.add_column(overflow="fold")
    for name, said in _facts(policy):
        facts.add_row(Text(f"  {name}"), Text(said))
    shared.console.print(facts)
    steps = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("  step", "days", "counted from", "tone", "by", "approval", "only for"):
        steps.add_column(title, overflow="fold")
    for step in policy.steps:
        asked = step.overdue and step.by is not By.PERSON and policy.approval_when
        approval = "yes" if step.approval else "some" if asked else ""
        row = (
            f"  {step.name}",
            words.days(step),
            words.ANCHORS[step.anchor],
            step.tone.value,
            words.by(step),
        )
        steps.add_row(*map(Text, (*row, approval, words.condition(step.when))))
    shared.console.print(steps)
    shared.say("")


def _facts(policy: Policy) -> Iterator[tuple[str, str]]:
    yield "for", words.claims(policy)
    yield "hours", words.windows(policy)
    for number, said in enumerate(words.limits(policy)):
        yield "" if number else "limits", said
    yield "channels", words.consents(policy)
    if policy.approval_when:
        yield (
            "approval",
            "overdue steps wait for a person's yes: "
            + "; or ".join(map(words.condition, policy.approval_when)),
        )
    if policy.enter_at_most is not None:
        yield "late entry", f"at {policy.enter_at_most} at most"
    yield "interest", "in a final notice, where terms and law allow it" if policy.interest.claim else "never"
    if policy.minimum:
        smallest = ", ".join(f"{amount} {code}" for code, amount in policy.model_dump()["minimum"].items())
        yield "smallest", smallest
    for channel, least in policy.model_dump()["minimum_for"].items():
        yield f"smallest by {channel}", ", ".join(f"{amount} {code}" for code, amount in least.items())
