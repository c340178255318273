"""A language's words for reading answers, in a deployment's folder: a new one, another one, and a broken one."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from channels.answers import AnswerKind, AnswersError, Reader
from channels.checking import check
from channels.shelf import SHIPPED
from reminders.feedback import OptWord
from reminders.money import Money
from tests.channels.test_opt_words import KEYWORDS_OUT, NOT_OUT, SENTENCES_OUT
from tests.support.answers import READER
from tests.support.polish import add_polish

WEDNESDAY = date(2026, 3, 4)
FRIDAY = date(2026, 3, 6)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return add_polish(tmp_path_factory.mktemp("own") / "templates")


@pytest.fixture(scope="module")
def polish(folders: tuple[Path, Path]) -> Reader:
    return Reader(folders)


@pytest.mark.parametrize(
    ("text", "kind", "on"),
    [
        ("Dzień dobry, faktura została już zapłacona.", AnswerKind.PAID, None),
        ("Przelew został wysłany wczoraj", AnswerKind.PAID, None),
        ("Zapłacimy do piątku", AnswerKind.PROMISE, FRIDAY),
        ("zaplacimy do piatku", AnswerKind.PROMISE, FRIDAY),  # without a Polish keyboard
        ("Faktura zostanie opłacona 15 marca.", AnswerKind.PROMISE, date(2026, 3, 15)),
        ("Przelejemy to w ciągu 10 dni", AnswerKind.PROMISE, date(2026, 3, 14)),
        ("Przelew zrobimy do końca miesiąca", AnswerKind.PROMISE, date(2026, 3, 31)),
        ("Kwota się nie zgadza, proszę o korektę", AnswerKind.DISPUTE, None),
        ("Nigdy tego nie zamawialiśmy", AnswerKind.DISPUTE, None),
        ("Nie możemy teraz tego zapłacić, czy można na raty?", AnswerKind.HARDSHIP, None),
        ("Pomyłka, nie znam tej firmy", AnswerKind.WRONG_PERSON, None),
        ("Proszę zadzwonić", AnswerKind.CALL_ME, None),
    ],
)
def test_its_answers_are_read(polish: Reader, text: str, kind: AnswerKind, on: date | None) -> None:
    read = polish.classify(text, "pl", WEDNESDAY)
    assert (read.kind, read.promised_on, read.sure, read.language) == (kind, on, True, "pl")


@pytest.mark.parametrize(
    "text",
    [
        "Jeszcze nie zapłaciliśmy",
        "Czy zapłaciliśmy już tę fakturę?",
        "Zapłacimy, jeśli dostaniemy towar",
        "Postaram się, zapłacę w piątek",
    ],
)
def test_negations_questions_conditions_and_hopes_are_not_sure(polish: Reader, text: str) -> None:
    assert not polish.classify(text, "pl", WEDNESDAY).sure


def test_a_sum_in_its_money(polish: Reader) -> None:
    read = polish.classify("Zapłacimy 1 250,50 zł do piątku", "pl", WEDNESDAY)
    assert (read.amount, read.sure) == (Money(125050, "PLN"), True)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("KONIEC", OptWord.OUT),
        ("Rezygnuję, dziękuję", OptWord.OUT),
        ("Proszę nie pisać", OptWord.OUT),
        ("Nie wysyłajcie mi więcej SMSów", OptWord.OUT),
        ("Zapłaciłem. Przestańcie do mnie pisać!", OptWord.OUT),
        ("To koniec roku, zapłacimy w styczniu", None),
        ("Koniec proszę", None),  # as likely about something else
        ("Wznów", OptWord.IN),
        ("pomoc proszę", OptWord.HELP),
    ],
)
def test_its_stop_words(polish: Reader, text: str, means: OptWord | None) -> None:
    assert polish.opt(text) is means
    assert READER.opt(text) is None
    assert (polish.classify(text, "pl", WEDNESDAY).kind is AnswerKind.STOP) is (means is OptWord.OUT)


def test_who_has_left_in_its_words(polish: Reader) -> None:
    text = "Automatyczna odpowiedź: Jan Nowak nie pracuje już u nas."
    assert polish.departed(text)
    assert not READER.departed(text)


def test_the_shipped_languages_are_read_as_before(polish: Reader) -> None:
    for text in ("We will pay on Friday", "Wir zahlen am Freitag", "We have not paid yet", "Wrong number"):
        assert polish.classify(text, "en", WEDNESDAY) == READER.classify(text, "en", WEDNESDAY)


def test_what_is_added_takes_no_stop_away_and_makes_none_up(polish: Reader) -> None:
    stops = [word for line in KEYWORDS_OUT.strip().splitlines() for word in line.split("|")] + SENTENCES_OUT
    assert [text for text in stops if polish.opt(text) is not OptWord.OUT] == []
    assert [text for text in NOT_OUT if polish.opt(text) is not None] == []


def test_a_days_ending_is_no_expression(tmp_path: Path) -> None:
    folders = add_polish(tmp_path / "templates")
    path = folders[0] / "pl" / "answers.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  today: [", "  suffixes: [(go, c++]\n  today: [", 1), encoding="utf-8")

    read = Reader(folders).classify("Faktura zostanie opłacona 15go marca.", "pl", WEDNESDAY)
    assert read.promised_on == date(2026, 3, 15)


def test_an_own_file_is_read_instead_of_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "templates"
    (own / "en").mkdir(parents=True)
    shipped = (SHIPPED / "en" / "answers.yaml").read_text(encoding="utf-8")
    more = shipped.replace("\npaid:\n  sure:\n", "\npaid:\n  sure:\n    - squared (it) away\n")
    (own / "en" / "answers.yaml").write_text(more, encoding="utf-8")
    read = Reader((own, SHIPPED)).classify("We squared it away", "en", WEDNESDAY)
    assert (read.kind, read.sure) == (AnswerKind.PAID, True)
    assert Reader((own, SHIPPED)).languages == READER.languages


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("hedges:", "hedge:", "pl/answers.yaml:69: hedge: is not known here; did you mean hedges?"),
        ('["to", w', "[yes, w", 'common.0: YAML reads yes as true or false; put it in quotes: "yes"'),
        ("- <will> (to", "- <shall> (to", "names <shall>; write that part among `parts`, or its words here"),
        ("- <will> (to", "- (<will>) (to", "would be found in any text; write a word without brackets"),
        ("- na|w raty", "- na|w (raty", "'(raty|ratach' can't be read; write words as `one|other`"),
        ("pojutrze]", "pojutrze", "not valid YAML"),
        ("after: 0", "after: many", "negations.after: write a whole number, like 3, not many"),
        ("(?:go|tego)?", "(?:go|tego?", "days.day_of_month.0: '(?:do|dnia) #(?:go|tego?' is no regular expression"),
        (" #(?:go", " (?:go", "days.day_of_month.0: '(?:do|dnia) (?:go|tego)?' needs one # for the number"),
        ("PLN:", "zloty:", "money.zloty"),
        ("turns: [", "turns: ['*', ", "turns.0: '*' has neither a letter nor a digit"),
        ("- na|w raty", "- na|* raty", "'na|*' can't be read; write words as"),
        ("  today: [", "  suffixes: [go, '(']\n  today: [", "days.suffixes.1: '(' has neither a letter nor a digit"),
        ("stop:\n  words: [", "stop:\n  words: [🛑, ", "stop.words.0: '🛑' has neither a letter nor a digit"),
        ("alone: [koniec]", "alone: [dosyć]", "stop.alone.0: 'dosyć' is not among stop.words; add it there"),
        ("start: [wznów]", "start: [stop]", "stop.start.0: 'stop' has a word that stops messages by law or by habit"),
        ("polite: [", "polite: [stop now, ", "stop.polite.0: 'stop now' has a word that stops messages"),
        ("help: [pomoc]", "help: [quit]", "stop.help.0: 'quit' has a word that stops"),
        ("words: [koniec", "words: [start, koniec", "stop.words.0: 'start' asks for messages or for help; take it out"),
    ],
)  # fmt: skip
def test_a_broken_file_stops_the_start_and_says_where(tmp_path: Path, old: str, new: str, said: str) -> None:
    folders = add_polish(tmp_path / "templates")
    path = folders[0] / "pl" / "answers.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AnswersError) as error:
        Reader(folders)
    assert str(path) in str(error.value)
    assert said in str(error.value)
    assert re.search(r"answers\.yaml:\d+: ", str(error.value))
    assert "\n" not in str(error.value)
    (found,) = (one for one in check(folders, languages={"pl"}) if one.file == "pl/answers.yaml")
    assert found.todo == "mend it; until then, nothing starts"
    assert found.what in str(error.value).replace("yaml:", "yaml:line ")


def test_a_region_and_a_language_that_is_none(tmp_path: Path) -> None:
    for name, said in (("pl-PL", "move the file to pl/"), ("xq", "no language that CLDR knows")):
        folder, shipped = add_polish(tmp_path / name)
        (folder / "pl").rename(folder / name)
        with pytest.raises(AnswersError, match=said):
            Reader((folder, shipped))


def test_a_language_without_answers_is_told(tmp_path: Path) -> None:
    (tmp_path / "cs").mkdir()
    (tmp_path / "cs" / "labels.yaml").write_text("total: Celkem\n", encoding="utf-8")
    found = [
        str(one) for one in check((tmp_path, SHIPPED), languages={"cs"}) if one.file == "cs/answers.yaml"
    ]
    assert found == [
        "cs/answers.yaml: is missing: add it, with the words of clients' answers; until then, a person reads all that "
        "they write in it"
    ]
