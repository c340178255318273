"""A language that a deployment adds as files: its page is shown and its call is heard, and a page has no holes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from channels.answers import Reader
from channels.shelf import SHIPPED
from ledger import tables as t
from ledger.bulk import append
from reminders.snapshot import Channel
from tests.support.polish import add_polish
from tests.support.portuguese import GOODBYE, NOT_KNOWN, add_portuguese
from tests.web.guests import Guests, text_of
from tests.web.test_voice import SCRIPT, at, press
from tests.web.world import NOW, PHONE, sms_reply
from web.page.words import Languages


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return add_portuguese(tmp_path / "templates")


@pytest.fixture
def lisbon(migrated: Path, tmp_path: Path, folders: tuple[Path, Path]) -> Iterator[Guests]:
    """A client who reads Portuguese, in a deployment that has words for them."""
    found = Guests(migrated, tmp_path, folders=folders)
    found.profile(language="pt-PT", country="PT")
    found.invoice()
    yield found
    found.world.ledger.engine.dispose()


def test_its_page_is_shown_to_who_reads_it_and_offered_to_others(lisbon: Guests) -> None:
    own = lisbon.get()
    assert '<html lang="pt">' in own.text
    assert "A sua conta com" in text_of(own)
    assert 'lang="pt"' in lisbon.get(lang="de").text
    lisbon.profile(language="fr")
    assert '<html lang="pt">' in lisbon.get(lang="pt").text
    assert ">Português<" in lisbon.get("/reach").text


def test_a_stranger_is_told_in_it_that_a_link_leads_nowhere(lisbon: Guests) -> None:
    answer = lisbon.world.client.get("/r/nothing", headers={"accept-language": "pt-BR,en;q=0.5"})
    assert (answer.status_code, NOT_KNOWN in answer.text) == (404, True)


def test_its_call_is_heard_in_its_voice(lisbon: Guests) -> None:
    message_id = lisbon.world.plant("m-voice", channel=Channel.VOICE, address=PHONE)
    with lisbon.world.ledger.begin(NOW) as unit:
        body = {"message_id": message_id, "subject": None, "text": SCRIPT.text, "html": None}
        append(unit.connection, t.body, [body])
        unit.connection.execute(t.attempt.update().values(started_at=NOW))
    answer = press(lisbon.world, "1", at("menu", language="pt"))
    said = list(ElementTree.fromstring(answer.text).iter("Say"))
    assert said[-1].text == GOODBYE
    assert {(one.get("voice"), one.get("language")) for one in said} == {("Polly.Ines", "pt-PT")}


def test_its_stop_ends_the_channel_and_its_promise_counts(migrated: Path, tmp_path: Path) -> None:
    warsaw = Guests(migrated, tmp_path, reader=Reader(add_polish(tmp_path / "templates")))
    warsaw.profile(language="pl", country="PL")
    warsaw.invoice()
    world = warsaw.world
    world.plant("m-sms", channel=Channel.SMS, address=PHONE)
    world.post_twilio("inbound", sms_reply("Zapłacimy do piątku", "SM1"))
    world.post_twilio("inbound", sms_reply("Proszę nie pisać", "SM2"))
    assert [row.answer for row in world.rows(t.response)] == ["promise", "stop"]
    assert len(world.rows(t.promise)) == 1
    assert [(row.channel, row.reason) for row in world.rows(t.suppression)] == [("sms", "opted_out")]
    world.ledger.engine.dispose()


@pytest.mark.parametrize("name", ["page.yaml", "labels.yaml"])
def test_a_page_with_a_hole_is_in_another_language(folders: tuple[Path, Path], name: str) -> None:
    assert "pt" in Languages(folders).names
    path = folders[0] / "pt" / name
    phrases = yaml.safe_load(path.read_text(encoding="utf-8"))
    phrases.popitem()
    for text in (yaml.safe_dump(phrases), "title: ["):
        path.write_text(text, encoding="utf-8")
        languages = Languages(folders)
        assert languages.names == Languages((SHIPPED,)).names
        assert languages.words(("pt", "de"), "PT").language == "de"
    path.unlink()
    assert Languages(folders).words(("pt",), "PT").language == "en"
