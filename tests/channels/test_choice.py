"""Which channel and which contact: every rule by its name, and what must never be chosen."""

from __future__ import annotations

from typing import Any

import pytest

from channels.addresses import usable_address
from channels.choice import choose
from channels.ports import NoRoute, Route
from config.policy import SHIPPED, By, Policy, Step, load_policy
from config.rules.contact import load_contact_law
from config.rules.narrowing import narrow
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel, Client, Consent, Contact, DebtorType, Suppression
from reminders.ways import Considered, Tried

STANDARD = load_policy(SHIPPED / "standard.yaml")
LAW = load_contact_law()
EMAIL, SMS, VOICE, WHATSAPP = Channel.EMAIL, Channel.SMS, Channel.VOICE, Channel.WHATSAPP
ANN = Contact("ann", "Ann", None, "ann@example.com", "+447911123456")
BEN = Contact("ben", "Ben", "Accounts Payable", "ben@example.com", "+447911123457")
CEO = Contact("ceo", "Cleo", "CEO", "cleo@example.com", "+447911123458")


def client(*contacts: Contact, **changes: Any) -> Client:
    changes.setdefault("debtor_type", DebtorType.COMPANY)
    return Client("c-1", contacts=contacts or (ANN,), **{"name": "Acme", "country": "GB", **changes})


def lived(who: Client) -> Policy:
    """The standard policy within the law of the client's place."""
    return narrow(STANDARD, LAW.rules_for(who.country, who.subdivision, who.debtor_type))


def a_step(by: By, day: int = -3, **fields: Any) -> Step:
    task = "call" if by is By.PERSON else None
    return Step.model_validate({"name": "a_step", "day": day, "by": by, "task": task, **fields})


def pick(
    by: By,
    who: Client | None = None,
    *,
    tried: tuple[Channel, ...] = (),
    undelivered: bool = False,
    suppressed: tuple[Suppression, ...] = (),
    enabled: tuple[Channel, ...] = (EMAIL, SMS),
) -> Route | NoRoute:
    who = who or client()
    policy = lived(who).model_copy(update={"channels": tuple(channel.value for channel in enabled)})
    ways = [Tried(channel, "ann", Reason.BOUNCED) for channel in tried]
    last = Tried(EMAIL, "ann", Reason.BOUNCED) if undelivered else None
    return choose(who, policy, a_step(by), ways, last, suppressed, enabled)


def test_where_a_step_can_not_be_said_the_next_contact_or_channel_follows() -> None:
    def unsayable(channel: Channel, address: str) -> Reason | None:
        return Reason.NO_APPROVED_TEMPLATE if channel is WHATSAPP and address == ANN.phone else None

    agreed = {"preferred": (WHATSAPP, EMAIL), "consents": (Consent(WHATSAPP, True),)}

    def way(*contacts: Contact) -> Route | NoRoute:
        who = client(*contacts, **agreed)
        policy = lived(who).model_copy(update={"channels": ("whatsapp", "email")})
        return choose(who, policy, a_step(By.PREFERRED), (), None, (), (WHATSAPP, EMAIL), (), unsayable)

    alone, two = way(ANN), way(ANN, CEO)
    assert isinstance(alone, Route)
    assert isinstance(two, Route)
    assert (alone.channel, alone.considered[0].reason) == (EMAIL, Reason.NO_APPROVED_TEMPLATE)
    assert (two.channel, two.address) == (WHATSAPP, CEO.phone), "a colleague has written to us"


def why_not(route: Route | NoRoute) -> tuple[tuple[Channel, Reason], ...]:
    assert isinstance(route, NoRoute)
    return route.reasons


PREFERS_SMS: dict[str, Any] = {"preferred": (SMS, EMAIL)}
ALL = (EMAIL, SMS, WHATSAPP)


@pytest.mark.parametrize(
    ("rule", "by", "preferred", "given", "channel", "fallback"),
    [
        ("email means email, whatever is preferred", By.EMAIL, (SMS, EMAIL), {}, EMAIL, False),
        ("email, refused, goes on to the preferred", By.EMAIL, (SMS,), {"tried": (EMAIL,)}, SMS, True),
        ("email that the policy forbids is not used", By.EMAIL, (), {"enabled": (SMS,)}, SMS, False),
        ("preferred is the client's first", By.PREFERRED, (SMS, EMAIL), {}, SMS, False),
        (
            "without a preference the policy's order holds",
            By.PREFERRED,
            (),
            {"enabled": (SMS, EMAIL)},
            SMS,
            False,
        ),
        (
            "a preferred channel that is not enabled counts for nothing",
            By.PREFERRED,
            (VOICE, SMS),
            {},
            SMS,
            False,
        ),
        (
            "the other enabled channels follow the preferred",
            By.PREFERRED,
            (SMS,),
            {"tried": (SMS,)},
            EMAIL,
            True,
        ),
        ("second preferred is the second", By.SECOND_PREFERRED, (EMAIL, SMS), {}, SMS, False),
        (
            "second preferred of one is the first",
            By.SECOND_PREFERRED,
            (),
            {"enabled": (EMAIL,)},
            EMAIL,
            False,
        ),
        (
            "second preferred, refused, goes back to the first",
            By.SECOND_PREFERRED,
            (),
            {"tried": (SMS,)},
            EMAIL,
            True,
        ),
        ("delivered last time: the preferred again", By.NEXT_IF_UNDELIVERED, (EMAIL,), {}, EMAIL, False),
        (
            "undelivered last time: the next",
            By.NEXT_IF_UNDELIVERED,
            (EMAIL,),
            {"undelivered": True},
            SMS,
            True,
        ),
        (
            "undelivered, but there is only one",
            By.NEXT_IF_UNDELIVERED,
            (),
            {"undelivered": True, "enabled": (EMAIL,)},
            EMAIL,
            False,
        ),
        (
            "undelivered, and the next was refused: the preferred after all",
            By.NEXT_IF_UNDELIVERED,
            (),
            {"undelivered": True, "tried": (SMS,)},
            EMAIL,
            True,
        ),
    ],
)
def test_channel(
    rule: str, by: By, preferred: tuple[Channel, ...], given: dict[str, Any], channel: Channel, fallback: bool
) -> None:
    route = pick(by, client(preferred=preferred), **given)

    assert isinstance(route, Route), rule
    assert (route.channel, route.fallback) == (channel, fallback), rule


def test_everything_tried_leaves_no_route() -> None:
    route = pick(By.PREFERRED, tried=(EMAIL, SMS))

    assert why_not(route) == ((EMAIL, Reason.BOUNCED), (SMS, Reason.BOUNCED))


def test_no_route_says_why_for_each_channel_in_order() -> None:
    who = client(
        Contact("k", "Kim", None, "not an address", None),
        debtor_type=DebtorType.CONSUMER,
        consents=(Consent(SMS, granted=False),),
        preferred=(SMS,),
    )

    assert why_not(pick(By.EMAIL, who)) == ((EMAIL, Reason.ADDRESS_UNUSABLE), (SMS, Reason.NO_CONSENT))


@pytest.mark.parametrize("reason", [Reason.OPTED_OUT, Reason.SUPPRESSED_ADDRESS])
def test_a_suppressed_address_is_named_as_such(reason: Reason) -> None:
    route = pick(By.PREFERRED, suppressed=(Suppression(EMAIL, "ANN@example.com", reason),), enabled=(EMAIL,))

    assert why_not(route) == ((EMAIL, reason),)


def test_a_suppression_holds_for_its_own_channel_only() -> None:
    route = pick(
        By.PREFERRED, suppressed=(Suppression(WHATSAPP, "+447911123456", Reason.OPTED_OUT),), enabled=(SMS,)
    )

    assert isinstance(route, Route)


def test_another_contact_takes_over_from_a_suppressed_address() -> None:
    suppressed = (Suppression(EMAIL, "ben@example.com", Reason.SUPPRESSED_ADDRESS),)

    route = pick(By.EMAIL, client(ANN, BEN), suppressed=suppressed)

    assert isinstance(route, Route)
    assert route.contact is ANN


def test_a_channel_that_can_t_be_used_is_no_fallback() -> None:
    route = pick(By.PREFERRED, client(Contact("k", "Kim", None, None, "+447911123456")))

    assert isinstance(route, Route)
    assert (route.channel, route.address, route.fallback) == (SMS, "+447911123456", False)
    assert route.considered == (
        Considered(EMAIL, None, Reason.NO_REACHABLE_CONTACT),
        Considered(SMS, "k", None),
    )


def test_who_pays_invoices_is_asked_first_and_the_head_last() -> None:
    assert [_chosen(CEO, ANN, BEN), _chosen(CEO, ANN), _chosen(CEO)] == [BEN, ANN, CEO]


def test_a_landline_gets_no_text_and_another_contact_does() -> None:
    desk = Contact("desk", "Desk", "ap", None, "+493023125101")

    alone, beside = (pick(By.PREFERRED, client(*who), enabled=(SMS,)) for who in ([desk], [desk, ANN]))

    assert why_not(alone) == ((SMS, Reason.ADDRESS_UNUSABLE),)
    assert isinstance(beside, Route)
    assert beside.contact is ANN


def test_contacts_of_one_standing_keep_their_order() -> None:
    assert _chosen(ANN, Contact("k", "Kim", "sales", "kim@example.com")) is ANN


def _chosen(*contacts: Contact) -> Contact:
    route = pick(By.EMAIL, client(*contacts))
    assert isinstance(route, Route)
    return route.contact


@pytest.mark.parametrize(
    ("channel", "written", "used"),
    [
        (EMAIL, "ann@example.com", "ann@example.com"),
        (EMAIL, " ann@example.com ", "ann@example.com"),
        (EMAIL, "ann+bills@mail.example.co.uk", "ann+bills@mail.example.co.uk"),
        (EMAIL, "ann@example", None),
        (EMAIL, "ann@@example.com", None),
        (EMAIL, "ann@example.com, ben@example.com", None),
        (EMAIL, "ann@example.com\nBcc: x@example.com", None),
        (EMAIL, "Ann <ann@example.com>", None),
        (EMAIL, "", None),
        (EMAIL, None, None),
        (SMS, "+447911123456", "+447911123456"),
        (SMS, "+44 7911 123456", "+447911123456"),
        (SMS, "07911123456", None),
        (SMS, "+44", None),
        (SMS, "+9991234567", None),
        (SMS, "call me", None),
        (SMS, "+493023125101", None),  # a landline in Berlin
        (WHATSAPP, "+33199001234", None),
        (VOICE, "+493023125101", "+493023125101"),
        (SMS, "+12125550143", "+12125550143"),  # in North America a number does not tell
        (SMS, "+447700900123", "+447700900123"),  # set aside for fiction: of no known kind
    ],
)
def test_address(channel: Channel, written: str | None, used: str | None) -> None:
    assert usable_address(channel, written) == used


@pytest.mark.parametrize(("day", "channel"), [(-3, WHATSAPP), (0, WHATSAPP), (1, EMAIL), (30, EMAIL)])
def test_whatsapp_carries_nothing_that_is_late(day: int, channel: Channel) -> None:
    who = client(preferred=(WHATSAPP, EMAIL), consents=(Consent(WHATSAPP, True),))
    route = choose(who, lived(who), a_step(By.PREFERRED, day), (), None, (), (EMAIL, WHATSAPP))
    assert isinstance(route, Route)
    assert (route.channel, route.fallback) == (channel, False)
    alone = choose(who, lived(who), a_step(By.PREFERRED, day), (), None, (), (WHATSAPP,))
    assert isinstance(alone, Route) is (channel is WHATSAPP)


def test_a_step_goes_on_its_own_channels_alone() -> None:
    step = a_step(By.PREFERRED, channels=["email"])
    route = choose(client(preferred=(SMS, EMAIL)), lived(client()), step, (), None, (), (EMAIL, SMS))
    assert isinstance(route, Route)
    assert route.channel is EMAIL
    nowhere = choose(client(), lived(client()), step, (), None, (), (SMS,))
    assert why_not(nowhere) == ((EMAIL, Reason.NO_PROVIDER), (SMS, Reason.NOT_FOR_STEP))


# --- several contacts

DAN = Contact("dan", "Dan", "billing", "dan@example.com", "+447911123459")
HOUSE = client(CEO, ANN, BEN)


def route_to(
    by: By = By.PREFERRED,
    who: Client = HOUSE,
    *tried: Tried,
    last: Tried | None = None,
    tone: str = "friendly",
    suppressed: tuple[Suppression, ...] = (),
    enabled: tuple[Channel, ...] = (EMAIL, SMS),
) -> Route | NoRoute:
    return choose(who, lived(who), a_step(by, tone=tone), tried, last, suppressed, enabled)


def went(route: Route | NoRoute) -> tuple[Channel, str, bool]:
    assert isinstance(route, Route)
    return route.channel, route.contact.contact_id, route.fallback


def bounced(channel: Channel, contact: Contact) -> Tried:
    return Tried(channel, contact.contact_id, Reason.BOUNCED)


def test_after_a_bounce_a_colleague_is_asked_before_the_channel_changes() -> None:
    ways = [bounced(EMAIL, BEN), bounced(EMAIL, ANN), bounced(SMS, BEN), bounced(SMS, ANN)]

    assert [went(route_to(By.PREFERRED, HOUSE, *ways[:n])) for n in range(5)] == [
        (EMAIL, "ben", False),
        (EMAIL, "ann", True),
        (SMS, "ben", True),
        (SMS, "ann", True),
        (EMAIL, "ceo", True),  # nobody else is left on any channel
    ]


def test_the_policy_that_names_the_next_channel_has_its_way() -> None:
    last = bounced(EMAIL, BEN)

    assert went(route_to(By.NEXT_IF_UNDELIVERED, HOUSE, last, last=last)) == (SMS, "ben", True)
    assert went(route_to(By.NEXT_IF_UNDELIVERED, HOUSE, last=last)) == (SMS, "ben", True)


def test_a_refused_address_leaves_the_colleagues_and_refused_words_nobody() -> None:
    refused = Tried(EMAIL, "ben", Reason.PROVIDER_REFUSED)
    barred = (Suppression(EMAIL, "Ben@example.com", Reason.SUPPRESSED_ADDRESS),)

    assert went(route_to(By.PREFERRED, HOUSE, refused, suppressed=barred)) == (EMAIL, "ann", True)
    assert went(route_to(By.PREFERRED, HOUSE, refused)) == (SMS, "ben", True)


@pytest.mark.parametrize("reason", [Reason.OPTED_OUT, Reason.FREQUENCY_CAP])
def test_who_said_stop_and_a_channel_that_had_its_share_end_the_channel(reason: Reason) -> None:
    assert went(route_to(By.PREFERRED, HOUSE, Tried(EMAIL, "ben", reason))) == (SMS, "ben", True)


def test_after_silence_an_equal_is_asked_and_nobody_of_another_standing() -> None:
    silent = Tried(EMAIL, "ben", Reason.NO_RECEIPT)

    assert went(route_to(who=client(ANN, BEN, DAN), last=silent)) == (EMAIL, "dan", False)
    assert went(route_to(who=client(ANN, BEN), last=silent)) == (EMAIL, "ben", False)


def test_the_head_of_the_house_hears_friendly_words_only_where_nobody_else_can_be_reached() -> None:
    desk = Contact("desk", "Desk", "ap", None, "+447911123457")
    mail_to_the_head = client(CEO, desk)

    assert went(route_to(who=mail_to_the_head)) == (SMS, "desk", False)
    assert went(route_to(who=mail_to_the_head, tone="firm")) == (EMAIL, "ceo", False)
    assert went(route_to(who=mail_to_the_head, enabled=(EMAIL,))) == (EMAIL, "ceo", False)
    assert went(route_to(tone="formal")) == (EMAIL, "ben", False)


def test_who_has_left_is_passed_over_on_every_channel() -> None:
    who = client(ANN, BEN, gone=frozenset({"ben"}))
    route = route_to(who=who)

    assert went(route) == (EMAIL, "ann", False)
    assert route.considered[0] == Considered(EMAIL, "ben", Reason.CONTACT_LEFT)
    assert why_not(route_to(who=client(BEN, gone=frozenset({"ben"})))) == (
        (EMAIL, Reason.CONTACT_LEFT),
        (SMS, Reason.CONTACT_LEFT),
    )


def test_a_dear_channel_is_passed_over_for_a_small_debt() -> None:
    policy = lived(HOUSE).model_copy(update={"minimum_for": {"sms": {"EUR": 2000}}})
    who = client(ANN, preferred=(SMS,))

    def channel(*owed: Money) -> Channel:
        route = choose(who, policy, a_step(By.PREFERRED), (), None, (), (EMAIL, SMS), owed)
        assert isinstance(route, Route)
        return route.channel

    assert channel(Money(1999, "EUR")) is EMAIL
    assert channel(Money(2000, "EUR")) is SMS
    assert channel(Money(1, "EUR"), Money(2500, "USD")) is SMS  # of dollars the policy says nothing


def test_each_way_is_told_in_the_order_in_which_it_would_be_tried() -> None:
    who = client(CEO, ANN, BEN, preferred=(VOICE, SMS), consents=(Consent(SMS, granted=False),))
    route = route_to(who=who, suppressed=(Suppression(EMAIL, "ben@example.com", Reason.SUPPRESSED_ADDRESS),))

    assert route.considered == (
        Considered(VOICE, None, Reason.NOT_IN_POLICY),
        Considered(SMS, None, Reason.NO_CONSENT),
        Considered(EMAIL, "ben", Reason.SUPPRESSED_ADDRESS),
        Considered(EMAIL, "ann", None),
        Considered(EMAIL, "ceo", Reason.NOT_FOR_ROLE),
    )
    assert isinstance(route, Route)
    assert route.passed_over == route.considered[:4]
