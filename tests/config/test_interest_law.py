"""The interest law packs: complete through today, honest about gaps, refused with file, line and field."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from config.rules.dated import Dated, flaws, value_on
from config.rules.interest import (
    SHIPPED,
    DayCount,
    InterestLawError,
    RateIsSet,
    load_interest_law,
    problems,
)

LAW = load_interest_law()
CHECKED = date(2026, 11, 22)
DAY = timedelta(days=1)

PACK = """\
country: XX
series:
  - name: base
    title: A bank, base rate
    values:
      - {value: "1.00", valid_from: 2026-01-01, valid_to: 2026-06-30, checked_on: 2026-07-01, source: a bank}
      - {value: "2.00", valid_from: 2026-07-01, valid_to: 2026-12-31, checked_on: 2026-07-01, source: a bank}
regimes:
  - debtor_types: [company]
    law: A law
    begins: The day after.
    reference: base
    points:
      - {value: "8", valid_from: 2026-01-01, checked_on: 2026-07-01, source: a law}
    day_count: actual/365
    day_count_source: a law
    fixed_sums:
      - currency: EUR
        tiers: [{claim_from: 0, amount: 4000}]
        valid_from: 2026-01-01
        checked_on: 2026-07-01
        source: a law
"""


def law_of(tmp_path: Path, text: str, name: str = "xx.yaml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def dated(valid_from: str, valid_to: str | None) -> Dated:
    return Dated.model_validate(
        {"valid_from": valid_from, "valid_to": valid_to, "source": "a law", "checked_on": "2026-07-01"}
    )


def test_the_shipped_packs_have_a_value_for_every_day_through_this_half_year() -> None:
    assert problems(LAW, CHECKED) == []
    assert problems(LAW, date(2026, 12, 31)) == []
    for table in LAW.tables:
        first = max(min(value.valid_from for value in table.values), date(2019, 1, 1))
        days = (CHECKED - first).days
        assert all(value_on(table.values, first + number * DAY) for number in range(days + 1)), table.name


def test_a_value_that_is_missing_for_today_is_a_finding_and_no_failure_to_load() -> None:
    found = problems(LAW, date(2027, 1, 1))
    assert [line.split(": ")[1] for line in found] == [
        "series oenb_base_rate",
        "series bundesbank_base_rate",
        "series ecb_main_refinancing",
        "series boe_bank_rate",
    ]
    for line in found:
        assert line.startswith(str(SHIPPED))
        assert "no value for today, 2027-01-01 (the last one ended on 2026-12-31): add" in line


@pytest.mark.parametrize(
    ("country", "debtor", "points", "reference", "is_set"),
    [
        ("GB", "company", "8", "boe_bank_rate", RateIsSet.AT_START),
        ("GB", "public_body", "8", "boe_bank_rate", RateIsSet.AT_START),
        ("DE", "company", "9", "bundesbank_base_rate", RateIsSet.EACH_PERIOD),
        ("DE", "consumer", "5", "bundesbank_base_rate", RateIsSet.EACH_PERIOD),
        ("AT", "sole_trader", "9.2", "oenb_base_rate", RateIsSet.EACH_PERIOD),
        ("AT", "consumer", "4", None, RateIsSet.EACH_PERIOD),
        ("FR", "company", "10", "ecb_main_refinancing", RateIsSet.EACH_PERIOD),
        ("FR", "public_body", "8", "ecb_main_refinancing", RateIsSet.AT_START),
        ("ES", "company", "8", "ecb_main_refinancing", RateIsSet.EACH_PERIOD),
        ("IT", "company", "8", "ecb_main_refinancing", RateIsSet.EACH_PERIOD),
        ("NL", "company", "8", "ecb_main_refinancing", RateIsSet.EACH_PERIOD),
    ],
)
def test_who_owes_how_much_above_what(
    country: str, debtor: str, points: str, reference: str | None, is_set: RateIsSet
) -> None:
    pack = LAW.pack(country)
    assert pack is not None
    regime = pack.regime_for(debtor)
    assert regime is not None
    now = value_on(regime.points, CHECKED)
    assert now is not None
    assert (now.value, regime.reference, regime.rate_is_set) == (Decimal(points), reference, is_set)
    assert (debtor == "consumer") == (not regime.fixed_sums)


@pytest.mark.parametrize("country", ["GB", "FR", "ES", "IT", "NL"])
def test_consumers_owe_nothing_where_the_law_is_for_business(country: str) -> None:
    pack = LAW.pack(country)
    assert pack is not None
    assert pack.regime_for("consumer") is None


def test_the_base_rates_move_with_the_central_banks_as_their_laws_say() -> None:
    """§ 247 BGB: by the points by which the ECB's rate moved; BGBl. I Nr. 125/1998: only in steps of half a point."""
    series = {name: one for pack in LAW.packs.values() for name, one in pack.series.items()}
    ecb = series["ecb_main_refinancing"].values
    for value in series["bundesbank_base_rate"].values:
        reference = value_on(ecb, value.valid_from)
        assert reference is not None
        assert reference.value - value.value == Decimal("0.88"), value.valid_from
    for value in series["oenb_base_rate"].values:
        reference = value_on(ecb, value.valid_from)
        assert reference is not None
        assert abs(reference.value - Decimal("0.62") - value.value) < Decimal("0.5"), value.valid_from


def test_no_country_has_a_pack_by_being_in_the_union_alone() -> None:
    assert LAW.pack("EU") is None
    assert LAW.pack("SE") is None
    assert LAW.pack(None) is None
    assert sorted(LAW.packs) == ["AT", "DE", "ES", "FR", "GB", "IT", "NL"]


@pytest.mark.parametrize(("claim", "sum_"), [(0, 4000), (99_999, 4000), (100_000, 7000), (10**9, 10000)])
def test_the_fixed_sum_follows_the_size_of_the_claim(claim: int, sum_: int) -> None:
    pack = LAW.pack("GB")
    assert pack is not None
    (table,) = pack.regimes[0].fixed_sums
    assert table.amount_for(claim) == sum_


def test_a_table_with_a_gap_or_an_overlap_says_where() -> None:
    gap = [dated("2026-01-01", "2026-03-31"), dated("2026-05-01", None)]
    assert flaws(gap, CHECKED) == ["no value for 2026-04-01 to 2026-04-30: add it"]
    assert value_on(gap, date(2026, 4, 15)) is None
    overlap = [dated("2026-01-01", "2026-06-30"), dated("2026-06-01", None)]
    assert flaws(overlap, CHECKED) == ["two values for 2026-06-01 to 2026-06-30: end the first one before"]
    assert value_on(overlap, date(2026, 6, 15)) is None
    assert value_on(overlap, date(2026, 7, 1)) is overlap[1]
    endless = [dated("2026-01-01", None), dated("2026-06-01", None)]
    assert flaws(endless, CHECKED) == ["two values for 2026-06-01 to no end: end the first one before"]


def test_a_pack_of_ones_own_is_read(tmp_path: Path) -> None:
    law = load_interest_law(law_of(tmp_path, PACK))
    assert problems(law, CHECKED) == []
    pack = law.pack("XX")
    assert pack is not None
    assert pack.regimes[0].day_count is DayCount.ACTUAL_365


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("source: a bank}", "source: }", 6, "series.0.values.0.source"),
        (
            "source: a law}\n    day_count",
            "}\n    day_count",
            14,
            "regimes.0.points.0.source: is missing",
        ),
        ("valid_to: 2026-06-30", "valid_to: 2025-06-30", 6, "valid_to 2025-06-30 is before valid_from"),
        ("2026-06-30", "2026-06-31", 6, "2026-06-31 is no date of the calendar"),
        ("[company]", "[company, firm]", 9, "regimes.0.debtor_types.1"),
        ("[company]", "[company, company]", 1, "two regimes are for company"),
        ("claim_from: 0", "claim_from: 5", 18, "tiers begin with claim_from 0"),
        ("currency: EUR", "currency: EUQ", 18, "currency 'EUQ' is not an ISO 4217 code"),
        ("reference: base", "reference: bass", 1, "no file holds a series named bass"),
        ("day_count: actual/365", "day_count: 30/360", 15, "regimes.0.day_count"),
        ("country: XX", "country: [", 3, "not valid YAML"),
        ("country: XX", "- country", 2, "not valid YAML"),
    ],
)
def test_an_error_names_file_line_and_field(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in PACK
    folder = law_of(tmp_path, PACK.replace(old, new, 1))
    with pytest.raises(InterestLawError) as caught:
        load_interest_law(folder)
    text = str(caught.value)
    assert text.startswith(f"{folder / 'xx.yaml'}:{line}: "), text
    assert says in text
    assert "\n" not in text


def test_one_country_and_one_series_stand_in_one_file(tmp_path: Path) -> None:
    law_of(tmp_path, PACK)
    law_of(tmp_path, PACK.replace("XX", "YY", 1), "yy.yaml")
    with pytest.raises(InterestLawError, match=r"yy\.yaml:1: series: base stands in another file, too"):
        load_interest_law(tmp_path)
    law_of(
        tmp_path,
        PACK.replace("name: base", "name: other").replace("reference: base", "reference: other"),
        "yy.yaml",
    )
    with pytest.raises(InterestLawError, match=r"yy\.yaml:1: country: XX has another file, too"):
        load_interest_law(tmp_path)


def test_a_folder_without_packs_is_named(tmp_path: Path) -> None:
    with pytest.raises(InterestLawError, match="no law pack in there"):
        load_interest_law(tmp_path)
