"""Whatever the client, the policy and the history: what the choice of a way never does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.addresses import same_key, usable_address
from channels.choice import choose
from channels.ports import NoRoute, Route
from channels.roles import Standing, standing_of
from config.policy import SHIPPED, By, Policy, Step, Tone, load_policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.consent import may_use, worth
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Consent, Contact, DebtorType, Suppression
from reminders.ways import Tried

STANDARD = load_policy(SHIPPED / "standard.yaml")
LAW = load_contact_law()
IDS = ("ann", "ben", "cleo", "dan")

CHANNELS = st.sampled_from(list(Channel))
MAILS = st.sampled_from(["ann@example.com", "ben@example.com", "BEN@example.com", "broken", None])
PHONES = st.sampled_from(["+447911123456", "+4915112345678", "+44 7911 123456", "+493023125101", "12", None])
ROLES = st.sampled_from([None, "ap", "Buchhaltung", "owner", "Geschäftsführer", "sales"])
CONTACTS = st.permutations(IDS).flatmap(
    lambda ids: st.tuples(
        *(
            st.builds(Contact, contact_id=st.just(key), role=ROLES, email=MAILS, phone=PHONES)
            for key in ids[: len(ids) - 1]
        )
    )
)
CLIENTS = st.builds(
    Client,
    client_id=st.just("c-1"),
    debtor_type=st.sampled_from([None, *DebtorType]),
    contacts=CONTACTS,
    preferred=st.lists(CHANNELS, max_size=4, unique=True).map(tuple),
    consents=st.lists(st.builds(Consent, channel=CHANNELS, granted=st.booleans()), max_size=4).map(tuple),
    gone=st.frozensets(st.sampled_from(IDS), max_size=2),
)
SUPPRESSIONS = st.lists(
    st.builds(
        Suppression,
        channel=CHANNELS,
        address=st.one_of(MAILS, PHONES).map(lambda address: address or "other@example.com"),
        reason=st.sampled_from([Reason.OPTED_OUT, Reason.SUPPRESSED_ADDRESS]),
    ),
    max_size=4,
)
TRIED = st.lists(
    st.builds(
        Tried,
        channel=CHANNELS,
        contact_id=st.sampled_from(["", *IDS]),
        reason=st.sampled_from(
            [Reason.BOUNCED, Reason.PROVIDER_REFUSED, Reason.FREQUENCY_CAP, Reason.CONTACT_LEFT]
        ),
    ),
    max_size=4,
).map(tuple)
POLICIES = st.builds(
    lambda channels, least: STANDARD.model_copy(update={"channels": channels, "minimum_for": least}),
    st.lists(st.sampled_from([channel.value for channel in Channel]), unique=True, min_size=1).map(tuple),
    st.dictionaries(st.sampled_from(["sms", "voice"]), st.just({"EUR": 2000}), max_size=2),
)
STEPS = st.builds(
    lambda by, tone, day: Step.model_validate(
        {"name": "a_step", "day": day, "by": by, "tone": tone, "task": "call" if by is By.PERSON else None}
    ),
    st.sampled_from([by for by in By if by is not By.ANSWERED]),
    st.sampled_from(list(Tone)),
    st.sampled_from([-3, 7]),
)


@given(
    who=CLIENTS,
    written=POLICIES,
    step=STEPS,
    tried=TRIED,
    last=st.one_of(st.none(), TRIED.filter(bool).map(lambda ways: ways[0])),
    suppressed=SUPPRESSIONS,
    providers=st.frozensets(CHANNELS),
    amount=st.sampled_from([500, 5000]),
)
def test_never_a_way_that_is_closed(
    who: Client,
    written: Policy,
    step: Step,
    tried: tuple[Tried, ...],
    last: Tried | None,
    suppressed: list[Suppression],
    providers: frozenset[Channel],
    amount: int,
) -> None:
    policy = narrow(written, LAW.rules_for(who.country, who.subdivision, who.debtor_type))
    enabled = tuple(Channel(name) for name in policy.channels if Channel(name) in providers)
    amounts = (Money(amount, "EUR"),)

    route = choose(who, policy, step, tried, last, suppressed, enabled, amounts)

    assert route == choose(who, policy, step, tried, last, suppressed[::-1], enabled, amounts)
    assert {way.channel for way in route.considered} >= {*map(Channel, policy.channels), *who.preferred}
    if isinstance(route, NoRoute):
        assert all(
            way.reason not in (None, Reason.LESS_PREFERRED, Reason.NOT_FOR_ROLE) for way in route.considered
        )
        assert {channel for channel, _ in route.reasons} >= set(enabled)
        return
    taken = [way for way in route.considered if way.reason is None]
    assert [(way.channel, way.contact_id) for way in taken] == [(route.channel, route.contact.contact_id)]
    assert route.channel in enabled
    assert route.contact in who.contacts
    assert route.contact.contact_id not in who.gone
    assert may_use(who, route.channel, policy) is None
    assert worth(route.channel, amounts, policy)
    assert usable_address(route.channel, route.contact.address(route.channel)) == route.address
    assert (route.channel, route.address.casefold()) not in {
        (one.channel, same_key(one.channel, one.address)) for one in suppressed
    }
    assert (route.channel, route.contact.contact_id) not in {(way.channel, way.contact_id) for way in tried}
    assert not any(way.channel is route.channel and way.reason is Reason.FREQUENCY_CAP for way in tried)
    _heads_come_last(who, route, step)


def _heads_come_last(who: Client, route: Route, step: Step) -> None:
    """Who is the head of the house hears a friendly word only where every other way is closed."""
    heads = {one.contact_id for one in who.contacts if standing_of(one.role) is Standing.HEAD}
    if (
        step.tone in (Tone.WARM, Tone.HELPFUL, Tone.FRIENDLY, Tone.POLITE)
        and route.contact.contact_id in heads
    ):
        left = {way.contact_id for way in route.considered if way.reason is Reason.LESS_PREFERRED}
        assert left <= heads
