"""Whatever is written into a form of the page: an answer that says no fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import tables as t
from tests.web.guests import Guests, fields_of
from web.page.limits import Buckets
from web.page.routes import ANSWERS

FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
_NAMES = [
    "invoices", "paid_on", "amount_EUR", "how", "note", "on", "number", "first_on", "reason", "phone", "when", "who",
    "channel", "channel_next", "quiet_days", "quiet_start", "quiet_end", "language", "change", "state",
]  # fmt: skip
_WORDS = [
    "i-1", "2026-03-10", "2026-02-31", "0001-01-01", "9999-12-31", "99999999999999999999", "-1", "1e9",
    "NaN", "Infinity", "0", "1,2,3", "٣", "+", "+49", "25:00", "08:00", "any", "email", "voice", "3", "12", "1",
    "8", "\x00", "\u202e", "€",
]  # fmt: skip
_value = st.sampled_from(_WORDS) | st.text(max_size=30)
_form = st.dictionaries(st.sampled_from(_NAMES), st.lists(_value, max_size=3), max_size=10)


@pytest.fixture(scope="module")
def house(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guests]:
    found = Guests(migrated, tmp_path_factory.mktemp("page"))
    found.profile()
    found.invoice()
    found.invoice("i-2", "120000", currency="JPY")
    yield found
    found.world.ledger.engine.dispose()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests ask more often than any reader."""
    monkeypatch.setattr(Buckets, "take", lambda *_: True)


@FEW
@given(st.sampled_from(sorted(ANSWERS)), _form, st.booleans())
def test_any_form_is_answered(house: Guests, name: str, form: dict[str, list[str]], ours: bool) -> None:
    shown = fields_of(house.get(f"/{name}").text)
    state = shown.get("state", []) if ours else form.get("state", [])
    answer = house.post(name, {**shown, **form, "state": state})
    assert answer.status_code in {200, 303, 422}
    assert house.get().status_code == 200


@FEW
@given(st.sampled_from(sorted(ANSWERS)), st.binary(max_size=400))
def test_any_bytes_are_answered(house: Guests, name: str, body: bytes) -> None:
    before = len(house.world.rows(t.response))
    answer = house.world.client.post(f"/r/{house.token}/{name}", content=body, follow_redirects=False)
    assert answer.status_code in {303, 422}
    assert len(house.world.rows(t.response)) == before


@FEW
@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="/?#%\x7f."), min_size=1),
    st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="/?#%\x7f."), max_size=9),
)
def test_any_link_and_any_query_is_answered(house: Guests, word: str, other: str) -> None:
    assert house.get(token=word).status_code == 404
    assert house.get(f"/{word}").status_code in {200, 303}
    assert house.get(said=word, lang=other).status_code == 200
