"""`template preview` and `template check`, and a deployment's own folder of templates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from channels.shelf import SHIPPED
from config.settings import load_settings
from tests.cli.conftest import Book, Ran
from tests.support.portuguese import GOODBYE, NOT_KNOWN, add_portuguese
from workers.cli import as_read, picture
from workers.cli.compose import House
from workers.cli.picture import NoPicture, take_picture
from workers.cli.web import web_app

Amicable = Callable[..., Ran]


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser."""
    monkeypatch.setattr(as_read, "find_browser", lambda: None)


def test_a_mail_is_written_as_files(amicable: Amicable, tmp_path: Path, blind: None) -> None:
    ran = amicable("template", "preview", "overdue_7", "--language", "de", "--out", str(tmp_path / "out"))

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("A sample: client, invoices and sums are invented.")
    assert "No picture: there is no Chromium or Chrome on the path." in ran.out
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"overdue_7.de.html", "overdue_7.de.txt"}
    text = (tmp_path / "out" / "overdue_7.de.txt").read_text(encoding="utf-8")
    assert text.startswith("Subject: Wann dürfen wir")
    assert "/r/preview" in text, "the link to the client's own page, as in every mail that goes"
    assert "INV-2041" in (tmp_path / "out" / "overdue_7.de.html").read_text(encoding="utf-8")


def test_the_statement_that_goes_with_the_mail_is_written_beside_it(
    amicable: Amicable, tmp_path: Path, blind: None
) -> None:
    ran = amicable("template", "preview", "statement", "--language", "fr", "--out", str(tmp_path))

    assert (ran.code, ran.err) == (0, "")
    (document,) = tmp_path.glob("*.pdf")
    assert document.read_bytes().startswith(b"%PDF-")
    assert document.name.startswith("statement.fr.")
    assert str(document) in ran.out


def test_without_a_folder_the_files_go_below_the_data(
    amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blind: None
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    ran = amicable("template", "preview", "overdue_3", "--language", "nl")

    assert (ran.code, ran.err) == (0, "")
    assert not list((tmp_path / "here").iterdir())
    folder = tmp_path / "var" / "previews"
    assert {path.name for path in folder.iterdir()} == {"overdue_3.nl.html", "overdue_3.nl.txt"}
    assert str(folder / "overdue_3.nl.html") in ran.out


@pytest.mark.parametrize(
    ("language", "client", "country", "law"),
    [
        ("de", "Zahntechnik Lübeck GmbH", "Hamburg", "§ 288 Abs. 2 und 5 BGB"),
        ("es", "Talleres Sevilla S.L.", "Bristol", "Ley 3/2004, arts. 5 a 8"),
        ("fr", "Menuiserie de Lyon SARL", "Bristol", "Code de commerce, art. L441-10 et D441-5"),
        ("it", "Officine Bologna S.r.l.", "Bristol", "D.Lgs. 231/2002, artt. da 4 a 6"),
        ("nl", "Bouwbedrijf Utrecht B.V.", "Bristol", "BW 6:119a, 6:119b en 6:96 lid 4"),
        ("en", "Brightwater Dental Ltd", "Bristol", "Late Payment of Commercial Debts (Interest) Act 1998"),
    ],
)
def test_a_sample_is_at_home_where_its_language_is(
    amicable: Amicable, tmp_path: Path, blind: None, language: str, client: str, country: str, law: str
) -> None:
    amicable("template", "preview", "final_notice", "--language", language, "--out", str(tmp_path))
    text = (tmp_path / f"final_notice.{language}.txt").read_text(encoding="utf-8")

    assert client in text
    assert country in text.split("\n-- \n")[1]
    assert law in text
    assert ("€" in text, "£" in text) == (language != "en", language == "en")


def test_a_picture_of_the_whole_page(amicable: Amicable, tmp_path: Path, chromium: Path) -> None:
    ran = amicable("template", "preview", "introduction", "--out", str(tmp_path))

    assert (ran.code, ran.err) == (0, "")
    png = (tmp_path / "introduction.en.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    width, height = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
    assert width == picture.WIDTH
    assert 800 < height < 3000


def test_a_browser_that_fails_is_no_failure_of_the_command(
    amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_read, "find_browser", lambda: "/bin/false")
    ran = amicable("template", "preview", "introduction", "--out", str(tmp_path))
    assert ran.code == 0
    assert "No picture: /bin/false failed with exit 1." in ran.out
    with pytest.raises(NoPicture, match="did not run"):
        take_picture(str(tmp_path / "nothing"), "<p>", tmp_path / "x.png")


def test_an_sms_tells_its_segments(amicable: Amicable) -> None:
    out = amicable("template", "preview", "heads_up", "--channel", "sms").out
    assert "Northwind Studio: invoice INV-2041, £1,200.00, is due 18 Dec 2026." in out
    assert out.rstrip().endswith("1 SMS: 148 units of GSM-7")


def test_a_whatsapp_message_as_it_is_submitted(amicable: Amicable) -> None:
    out = amicable("template", "preview", "heads_up", "--channel", "whatsapp", "--language", "fr").out
    assert "Bonjour de la part de Northwind Studio" in out
    assert "Bonjour de la part de {{1}}" in out
    assert "{{2}} votre facture INV-2041" in out
    assert "No approved template" in out


def test_a_call_is_read_out(amicable: Amicable) -> None:
    out = amicable("template", "preview", "overdue_7", "--channel", "voice").out
    assert "this is an automated call from Northwind Studio" in out


def test_a_language_without_words_says_what_is_shown(amicable: Amicable) -> None:
    out = amicable("template", "preview", "heads_up", "--channel", "sms", "--language", "pt").out
    assert "There are no words for it in pt: this is en." in out


def test_a_step_that_nobody_knows(amicable: Amicable) -> None:
    ran = amicable("template", "preview", "nudge")
    assert ran.code == 1
    assert ran.err.startswith("amicable: there is no step 'nudge'; these are known: introduction, heads_up,")


# --- a real client


def test_a_real_clients_letter(amicable: Amicable, late_book: Book, tmp_path: Path, blind: None) -> None:
    ran = amicable("template", "preview", "overdue_7", "--client", "C1", "--out", str(tmp_path))

    assert (ran.code, ran.err) == (0, "")
    assert "invented" not in ran.out
    text = (tmp_path / "overdue_7.en.txt").read_text(encoding="utf-8")
    assert "INV-2003" in text
    assert "1.200,00" in text or "1,200.00" in text


def test_a_real_client_in_another_language(amicable: Amicable, late_book: Book) -> None:
    ran = amicable(
        "template", "preview", "overdue_7", "--client", "C1", "--channel", "sms", "--language", "it"
    )
    assert "fattura INV-2003" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("overdue_7", "--client", "C9"), "there is no client 'C9'"),
        (("nudge", "--client", "C1"), "the client's policy, has no step 'nudge'"),
        (("after_hardship", "--client", "C1"), "with --client, name that step"),
        (("promise_due", "--client", "C1"), "nothing on the client's account fits promise_due now"),
    ],
)
def test_what_can_not_be_shown(
    amicable: Amicable, late_book: Book, arguments: tuple[str, ...], said: str
) -> None:
    ran = amicable("template", "preview", *arguments)
    assert ran.code == 1
    assert said in ran.err
    assert ran.err.count("\n") == 1


# --- check, and the deployment's own folder


def test_findings_are_lines_and_the_exit_is_1(amicable: Amicable, tmp_path: Path) -> None:
    (tmp_path / "own" / "de").mkdir(parents=True)
    (tmp_path / "own" / "de" / "heads_up.sms.j2").write_text("{{ nobody }}", encoding="utf-8")
    given = ("--folder", str(tmp_path / "own"), "--language", "de")

    ran = amicable("template", "check", *given)
    assert ran.code == 1
    assert ran.out == (
        "de/heads_up.sms.j2: names 'nobody', which no letter has: name what the shipped template of that step names\n"
    )
    told = amicable("template", "check", *given, "--json")
    assert told.code == 1
    assert told.json == [
        {
            "file": "de/heads_up.sms.j2",
            "what": "names 'nobody', which no letter has",
            "todo": "name what the shipped template of that step names",
        }
    ]


def test_the_deployments_own_words_go_before_the_shipped_ones(
    amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = tmp_path / "policies" / "templates" / "pt"
    words.mkdir(parents=True)
    (words / "heads_up.sms.j2").write_text(
        "{{ us }}: {{ coming.invoices }} vence em breve.", encoding="utf-8"
    )
    (words / "labels.yaml").write_text(
        (SHIPPED / "es" / "labels.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    monkeypatch.setenv("AMICABLE_POLICY_DIR", str(tmp_path / "policies"))

    shown = amicable("template", "preview", "heads_up", "--channel", "sms", "--language", "pt")
    assert "vence em breve" in shown.out
    checked = amicable("template", "check", "--language", "pt")
    assert checked.code == 1
    assert "pt/overdue_7.email.j2: is missing: add it;" in checked.out


def test_a_language_that_a_deployment_adds_is_there_in_calls_and_on_the_page(
    amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_portuguese(tmp_path / "policies" / "templates")
    monkeypatch.setenv("AMICABLE_POLICY_DIR", str(tmp_path / "policies"))

    call = amicable("template", "preview", "overdue_7", "--channel", "voice", "--language", "pt")
    assert "esta é uma chamada automática de Northwind Studio" in call.out
    checked = amicable("template", "check", "--language", "pt")
    assert "pt/tone.yaml: is missing: add it" in checked.out
    assert "page.yaml" not in checked.out

    house = House(load_settings(data_dir=tmp_path / "var", policy_dir=tmp_path / "policies"))
    page = TestClient(web_app(house)).get("/r/nothing", headers={"accept-language": "pt"})
    house.ledger.engine.dispose()
    assert NOT_KNOWN in page.text
    assert house.voices.of("pt").goodbye == GOODBYE


def test_a_wrong_names_file_stops_the_command_with_one_line(
    amicable: Amicable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_portuguese(tmp_path / "templates")
    (tmp_path / "templates" / "pt" / "names.yaml").write_text("titles: [x]", encoding="utf-8")
    monkeypatch.setenv("AMICABLE_POLICY_DIR", str(tmp_path))
    ran = amicable("template", "preview", "heads_up", "--channel", "sms")
    assert ran.code != 0
    assert ran.err.count("\n") == 1
    assert "pt/names.yaml: desks: Field required" in ran.err


def test_nothing_to_mend(amicable: Amicable) -> None:
    ran = amicable("template", "check", "--language", "nl")
    assert (ran.code, ran.out) == (0, "All templates are in order.\n")
    assert amicable("--json", "template", "check", "--language", "nl").json == []
