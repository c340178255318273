"""Interest for late payment and the fixed sum for the trouble, country by country, as the laws say it.

One YAML file a country stands in `interest/`; `eu.yaml` holds the reference rate that several of them share. The
pack only says what holds; what a debt has gathered is worked out in `reminders.interest`. Facts to check with a lawyer,
not legal advice: every value names its source and the day on which it was last compared with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.currency import exponent
from config.rules.dated import Dated, Strict, flaws
from config.rules.packs import pack_files
from config.yaml_document import parse_yaml

SHIPPED = Path(__file__).parent / "interest"

Debtor = Literal["company", "sole_trader", "consumer", "public_body"]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class InterestLawError(ValueError):
    """A law pack that can't be used; the text names the file, the line, the field and what is wrong."""


class Percent(Dated):
    """A rate per year, or points above one, in percent. A reference rate may be negative."""

    value: Annotated[Decimal, Field(gt=-100, lt=1000)]


class Series(Strict):
    """A reference rate as its publisher announces it, value by value."""

    name: _Name
    title: str
    """What a reader of an interest sheet sees: publisher and rate."""
    values: Annotated[tuple[Percent, ...], Field(min_length=1)]


class Tier(Strict):
    """From this claim on (minor units), this sum (minor units)."""

    claim_from: Annotated[int, Field(ge=0)]
    amount: Annotated[int, Field(ge=0)]


class FixedSum(Dated):
    """The sum for the cost of recovery, by the size of the claim, in one currency."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _steps(self) -> Self:
        exponent(self.currency)
        claims = [tier.claim_from for tier in self.tiers]
        if claims[0] != 0 or claims != sorted(set(claims)):
            raise ValueError("tiers begin with claim_from 0 and rise")
        return self

    def amount_for(self, claim: int) -> int:
        """The sum for a claim of that size, in minor units."""
        return [tier.amount for tier in self.tiers if tier.claim_from <= claim][-1]


class DayCount(StrEnum):
    """How many days a year has for a day's interest."""

    ACTUAL_365 = "actual/365"
    ACTUAL_ACTUAL = "actual/actual"
    """A leap year has 366."""


class RateIsSet(StrEnum):
    """When a debt's rate is looked up in the reference series."""

    AT_START = "at_start"
    """Once, on the first day of interest; it stays for as long as the debt is late."""
    EACH_PERIOD = "each_period"
    """Anew whenever the reference rate changes."""


class Regime(Strict):
    """What one kind of debtor owes for paying late."""

    debtor_types: Annotated[tuple[Debtor, ...], Field(min_length=1)]
    law: Annotated[str, Field(min_length=3)]
    """The law's name, as a message quotes it."""
    begins: Annotated[str, Field(min_length=3)]
    """When interest begins, in a sentence with its article."""
    begins_after_days: Annotated[int, Field(ge=0, le=365)] = 0
    """Days after the due date that stay free of interest."""
    due_day_moves: bool = False
    """Whether a due date on a Saturday, a Sunday or a nationwide public holiday moves to the next working day."""
    conditions: str = ""
    """What must be true besides and can't be seen in a ledger; shown with every sheet."""
    reference: _Name | None = None
    """The reference series; without one, the points are the whole rate."""
    rate_is_set: RateIsSet = RateIsSet.EACH_PERIOD
    points: Annotated[tuple[Percent, ...], Field(min_length=1)]
    day_count: DayCount
    day_count_source: Annotated[str, Field(min_length=3)]
    fixed_sum_for: Literal["debt", "instalment"] = "debt"
    """Whether each late instalment brings its own fixed sum, or the debt as a whole one."""
    fixed_sums: tuple[FixedSum, ...] = ()


class _File(Strict):
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    series: tuple[Series, ...] = ()
    regimes: tuple[Regime, ...] = ()

    @model_validator(mode="after")
    def _one_regime_a_debtor(self) -> Self:
        named = [debtor for regime in self.regimes for debtor in regime.debtor_types]
        for debtor in named:
            if named.count(debtor) > 1:
                raise ValueError(f"two regimes are for {debtor}; each kind of debtor has one")
        return self


@dataclass(frozen=True, slots=True)
class InterestPack:
    """One country's law on late payment. `series` holds what its regimes refer to, shared series included."""

    country: str
    regimes: tuple[Regime, ...]
    series: Mapping[str, Series]

    def regime_for(self, debtor_type: str) -> Regime | None:
        """What holds for that kind of debtor; None where nothing may be charged by law."""
        return next((regime for regime in self.regimes if debtor_type in regime.debtor_types), None)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of dated values and where it stands: what the pack check looks through."""

    file: str
    name: str
    values: Sequence[Dated]


@dataclass(frozen=True, slots=True)
class InterestLaw:
    """All packs of a folder."""

    packs: Mapping[str, InterestPack]
    tables: tuple[Table, ...]

    def pack(self, country: str | None) -> InterestPack | None:
        """The pack of that country (ISO 3166 code), if there is one."""
        return self.packs.get(country or "")


def load_interest_law(folder: Path = SHIPPED, own: Path | None = None) -> InterestLaw:
    """Read every pack of a folder, with those of `own` in place of the ones of their name or beside them.

    Raises `InterestLawError` with file, line and field for what can't be used.

    A value that is missing for a day is no error here: `problems` says it, and a sheet that needs it is unavailable.
    """
    try:
        files = {path: path.read_text(encoding="utf-8") for path in pack_files(folder, own)}
    except OSError as error:
        raise InterestLawError(f"{error.filename}: can't be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise InterestLawError(
            f"{own or folder}: a law pack is no text file in UTF-8 ({error.reason})"
        ) from None
    if not files:
        raise InterestLawError(f"{folder}: no law pack in there; it holds one YAML file a country")
    read = {
        str(path): parse_yaml(text, str(path), _File, InterestLawError, "law pack")
        for path, text in files.items()
    }
    series: dict[str, Series] = {}
    packs: dict[str, InterestPack] = {}
    for name, file in read.items():
        for one in file.series:
            if one.name in series:
                raise InterestLawError(f"{name}:1: series: {one.name} stands in another file, too; keep one")
            series[one.name] = one
    for name, file in read.items():
        if file.country in packs:
            raise InterestLawError(f"{name}:1: country: {file.country} has another file, too; keep one")
        used = {regime.reference for regime in file.regimes if regime.reference}
        for missing in sorted(used - series.keys()):
            raise InterestLawError(f"{name}:1: regimes: no file holds a series named {missing}")
        packs[file.country] = InterestPack(file.country, file.regimes, {key: series[key] for key in used})
    tables = tuple(table for name, file in read.items() for table in _tables(name, file))
    return InterestLaw({code: pack for code, pack in packs.items() if pack.regimes}, tables)


def problems(law: InterestLaw, today: date) -> list[str]:
    """What a person must mend in the packs, a line each: days without a value, days with two, none for today."""
    return [
        f"{table.file}: {table.name}: {flaw}" for table in law.tables for flaw in flaws(table.values, today)
    ]


def _tables(name: str, file: _File) -> Iterator[Table]:
    for series in file.series:
        yield Table(name, f"series {series.name}", series.values)
    for regime in file.regimes:
        who = "/".join(regime.debtor_types)
        yield Table(name, f"points for {who}", regime.points)
        for currency in sorted({sums.currency for sums in regime.fixed_sums}):
            own = [sums for sums in regime.fixed_sums if sums.currency == currency]
            yield Table(name, f"fixed sums in {currency} for {who}", own)
