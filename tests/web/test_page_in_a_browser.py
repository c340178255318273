"""The page in a real browser: without scripts, on a desk and on a phone, by day and by night, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from channels.tokens import Purpose
from ledger import tables as t
from ledger.verdicts import close_task
from reminders.reasons import Reason
from tests.channels.languages import LANGUAGES
from tests.support.browser import DESKTOP, PHONE, barriers, browsing, overflows
from tests.support.http import running
from tests.web.guests import Guests, fields_of
from tests.web.world import CLIENT, NOW
from web.app import create_app
from web.page.limits import Buckets
from web.page.routes import ANSWERS


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with browsing(chromium) as found:
        yield found


@pytest.fixture
def served(guests: Guests, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The page's address. The account has something of everything."""
    monkeypatch.setattr(Buckets, "take", lambda *_: True)
    guests.tell(
        "payment.received", payment_id="p", client_id=CLIENT, currency="EUR", amount="200.00",
        received_on="2026-02-20", allocations=[{"invoice_id": "i-1", "amount": "200.00"}],
    )  # fmt: skip
    guests.tell("dispute.opened", dispute_id="d", invoice_id="i-1", amount="50.00", reason_code="price")
    guests.invoice("i-3", "2500.00", currency="USD", payment_url="https://pay.example/i-3")
    guests.answer("promise", on="2026-03-12", invoices="i-3")
    # Served at the root: a proxy would take the public prefix away.
    app = create_app(guests.world.deps(public_url="http://page.example.test"))
    with running(app) as url:
        yield url


@pytest.fixture
def told(served: str, guests: Guests) -> str:
    """The page's address, once the client has told us something of everything, and a person has answered some of it."""
    guests.answer("wrong", invoices="i-2", reason="amount", note="We agreed on 80")
    guests.answer("call", phone="+44 117 496 0999", when="morning")
    guests.answer("reach", channel="sms", channel_next="email", quiet_days=["1"], language="fr")
    guests.answer("promise", on="2026-04-30", invoices="i-2")
    (proposal,) = (row for row in guests.world.rows(t.task) if row.kind == "proposal")
    with guests.world.ledger.begin(NOW) as unit:
        close_task(unit, proposal.task_id, "refuse", "Ruth Ellison", "")
    shown = guests.answer("plan", number="6", first_on="2026-03-10", invoices="i-1")
    guests.post("plan", fields_of(shown.text))
    return served


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """A window of its own. What it complains about fails the test: a blocked style, a missing file."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if "127.0.0.1" in request.url else complaints.append(request.url))
    try:
        yield page
    finally:
        context.close()
    # That a form has faults, and that there is no icon, is no complaint of the page's.
    assert [one for one in complaints if not one.startswith("Failed to load resource")] == []


@pytest.mark.parametrize(
    ("language", "width", "night"),
    [("en", DESKTOP, False), ("de", PHONE, False), ("fr", PHONE, True), ("nl", DESKTOP, True)],
    ids=["desktop-day", "phone-day", "phone-night", "desktop-night"],
)
def test_nothing_keeps_anybody_from_using_a_page(
    browser: Browser, served: str, guests: Guests, width: dict[str, int], night: bool, language: str
) -> None:
    scheme: Any = "dark" if night else "light"
    with opened(browser, viewport=width, color_scheme=scheme) as page:
        for below in ("", *(f"/{name}" for name in ANSWERS)):
            page.goto(f"{served}/r/{guests.token}{below}?lang={language}&said=promise_done")
            assert barriers(page) == [], below
            assert not overflows(page), below


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_keeps_anybody_from_reading_what_they_told_and_what_stands_of_it(
    browser: Browser, told: str, guests: Guests, width: dict[str, int], language: str
) -> None:
    scheme: Any = "dark" if language in ("fr", "nl") else "light"
    with opened(browser, viewport=width, color_scheme=scheme) as page:
        for below in ("", "/promise", "/plan", "/call"):
            page.goto(f"{told}/r/{guests.token}{below}?lang={language}&said=plan_asked")
            assert barriers(page) == [], below
            assert not overflows(page), below


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_told_is_read_and_changed_without_a_script(
    browser: Browser, told: str, guests: Guests, language: str
) -> None:
    with opened(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(f"{told}/r/{guests.token}?lang={language}")
        assert page.locator(".told li").count() == 5
        assert page.locator(".told .stands").count() == 4  # but for what a person has refused
        page.locator("section[aria-labelledby=help] a[href*='/plan']").click()
        assert page.locator(".said").is_visible()
        page.locator("#first_on").fill("2026-03-10")
        page.locator("#number").select_option("5")
        page.locator("button").click()
        page.locator("button").first.click()
        assert page.locator("[role=status]").is_visible()
        assert page.locator(".told li").count() == 5
    proposals = [row.state for row in guests.world.rows(t.task) if row.kind == "proposal"]
    assert sorted(proposals) == ["done", "open", "refused"]


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_form_with_faults_can_be_used_too(
    browser: Browser, served: str, guests: Guests, width: dict[str, int]
) -> None:
    with opened(browser, viewport=width) as page:
        page.goto(f"{served}/r/{guests.token}/paid?lang=de")
        page.locator("button").click()
        assert page.locator("[role=alert]").is_visible()
        assert barriers(page) == []
        page.locator("[role=alert] a").first.click()
        field = page.locator("#paid_on")
        assert field.get_attribute("aria-invalid") == "true"
        described = field.get_attribute("aria-describedby")
        assert page.locator(f"#{described}").inner_text() == "Bitte füllen Sie dieses Feld aus."


def test_a_plan_is_made_by_keyboard_without_a_script(browser: Browser, served: str, guests: Guests) -> None:
    with opened(browser, viewport=PHONE, java_script_enabled=False, locale="en-GB") as page:
        page.goto(f"{served}/r/{guests.token}")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # to the content
        page.get_by_role("link", name="I would like to pay in instalments").press("Enter")
        page.get_by_label("How many parts?").select_option("2")
        page.get_by_label("The first part on").fill("2026-03-10")
        page.get_by_role("button", name="Send").press("Enter")
        assert page.get_by_text("475,00 € on 10 April 2026").is_visible()
        assert not guests.world.rows(t.plan)
        page.get_by_role("button", name="Change something").click()
        assert page.get_by_label("The first part on").input_value() == "2026-03-10"
        page.get_by_role("button", name="Send").click()
        page.get_by_role("button", name="Confirm").click()
        assert page.get_by_role("status").inner_text().startswith("Thank you, that is agreed.")
        # Loading the account again sends nothing again.
        page.reload()
        assert page.get_by_text("475,00 € on 10 March 2026").is_visible()
    assert len(guests.world.rows(t.plan)) == 1
    assert guests.why_not() is Reason.PLAN_ACTIVE


def test_messages_are_stopped_from_the_page_of_the_link_in_each_mail(
    browser: Browser, served: str, guests: Guests
) -> None:
    token = guests.world.token(guests.message_id, Purpose.UNSUBSCRIBE)
    with opened(browser, viewport=PHONE, java_script_enabled=False) as page:
        page.goto(f"{served}/u/{token}")
        page.get_by_role("link", name="Italiano").click()
        assert page.locator("h1").inner_text() == "Non ricevere più questi messaggi"
        page.locator("button").click()
        assert "Le fatture aperte restano aperte." in page.locator("main").inner_text()
    assert len(guests.world.rows(t.suppression)) == 1


def test_the_judge_finds_barriers(browser: Browser) -> None:
    with opened(browser, viewport=PHONE) as page:
        page.set_content("<main><h1>A</h1><input><p style='width: 2000px'>x</p></main>")
        assert any(one.startswith("label: ") for one in barriers(page))
        assert overflows(page)
