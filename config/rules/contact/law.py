"""The law on contacting debtors, as it stands in the packs: reading them, asking them, and what is wrong with them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import get_args

from config.rules.contact.provision import DebtorTypeName, Pack
from config.rules.contact.resolve import CHANNELS, Debtor, rules_of
from config.rules.contact.rules import ContactRules
from config.rules.packs import pack_files
from config.yaml_document import parse_yaml

SHIPPED = Path(__file__).parent
CHECK_AGAIN_AFTER = timedelta(days=730)
"""Law that nobody has compared with its source for so long is no longer known."""

_ELSEWHERE = "elsewhere"
"""Any country without a pack: they all share the default's rules, and one value that holds them."""
_KINDS: tuple[str, ...] = get_args(DebtorTypeName)
_ASKED = (
    "hours",
    *(f"consent.{channel}" for channel in CHANNELS),
    "opt_out_line",
    "whatsapp",
    "waiting_days",
    "letter",
    "checklist",
)


class ContactLawError(ValueError):
    """Packs that can't be used. The text names the file, the line, the field and what to write instead."""


@dataclass(frozen=True, eq=False)
class ContactLaw:
    """All packs. The first is the default, the others are one country's each."""

    packs: tuple[Pack, ...]
    version: str = field(init=False)
    """First 12 hex digits of the SHA-256 of the content; the same content gives the same version."""

    def __post_init__(self) -> None:
        content = "\n".join(pack.model_dump_json() for pack in self.packs)
        object.__setattr__(self, "version", hashlib.sha256(content.encode()).hexdigest()[:12])

    def rules_for(
        self, country: str | None, subdivision: str | None, debtor_type: str | None
    ) -> ContactRules:
        """The rules for such a debtor: ISO 3166-1, ISO 3166-2 with or without its country, and the kind of debtor.

        None, and a code or a kind that nobody knows, mean unknown, and unknown means strictest. A country without a
        pack has the default's rules. Provisions count whatever their dates (`problems` names those that have ended).
        """
        return _rules_for(self, country, subdivision, debtor_type)


@lru_cache(maxsize=4096)
def _rules_for(
    law: ContactLaw, country: str | None, subdivision: str | None, debtor_type: str | None
) -> ContactRules:
    country = country.strip().upper() if country else None
    if country is None or country not in _countries():
        return _resolved(law, Debtor(None, None, None))
    kind = debtor_type if debtor_type in _KINDS else None
    pack = next((pack for pack in law.packs if pack.country == country), None)
    named = subdivision.strip().upper().removeprefix(f"{country}-") if subdivision else None
    part = named if pack is not None and named in pack.subdivisions else None
    return _resolved(law, Debtor(country if pack is not None else _ELSEWHERE, part, kind))


@lru_cache(maxsize=1024)
def _resolved(law: ContactLaw, debtor: Debtor) -> ContactRules:
    return rules_of(law.packs, debtor, law.version)


@cache
def _countries() -> frozenset[str]:
    """The countries of ISO 3166-1, from the time zone database that is installed with us."""
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in table.splitlines() if line and not line.startswith("#"))


def load_contact_law(folder: Path = SHIPPED, own: Path | None = None) -> ContactLaw:
    """Read `default.yaml` and the packs of countries (`us.yaml`, ...) of a folder, with those of `own` in place of the
    ones of their name or beside them. Raises `ContactLawError`.
    """
    paths = sorted(pack_files(folder, own), key=lambda path: (path.name != "default.yaml", path.name))
    if not paths or paths[0].name != "default.yaml":
        raise ContactLawError(f"{folder}: no default.yaml; it holds what is kept everywhere")
    law = ContactLaw(tuple(map(_load_pack, paths)))
    _check_default(law.packs[0], paths[0])
    return law


def problems(law: ContactLaw, today: date) -> list[str]:
    """What a person should look into: provisions that have ended, and those not compared with their source lately.

    That each has a source and the day it was checked is seen when the packs are read.
    """
    found = []
    for pack in law.packs:
        file = f"{pack.country.lower() if pack.country else 'default'}.yaml"
        for provision in pack.provisions:
            where = f"{file}: {provision.name}"
            if provision.valid_to is not None and provision.valid_to < today:
                found.append(
                    f"{where}: ended on {provision.valid_to}; replace it by what holds now, or remove it"
                )
            if provision.checked_on > today:
                found.append(f"{where}: checked_on {provision.checked_on} is still to come")
            elif provision.checked_on + CHECK_AGAIN_AFTER < today:
                found.append(
                    f"{where}: last checked on {provision.checked_on}; compare it with {provision.source}"
                )
    return found


def _load_pack(path: Path) -> Pack:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContactLawError(f"{path}: can't be read ({error}); it must be a text file in UTF-8") from None
    pack = parse_yaml(text, str(path), Pack, ContactLawError, "pack")
    expected = None if path.name == "default.yaml" else path.stem.upper()
    if pack.country != expected:
        raise ContactLawError(
            f"{path}:1: country: {pack.country or 'none'} stands in a file named {path.name}; "
            + (
                f"write `country: {expected}`"
                if expected
                else "leave it out, the default is for every country"
            )
        )
    if expected is not None and expected not in _countries():
        raise ContactLawError(f"{path}:1: country: {expected} is no country of ISO 3166-1; rename the file")
    return pack


def _check_default(pack: Pack, path: Path) -> None:
    """Whoever the debtor is, the default has an answer to everything."""
    for kind in _KINDS:
        said = [p for p in pack.provisions if not p.who or kind in p.who]
        answered = frozenset[str]().union(*(p.states for p in said))
        missing = [statement for statement in _ASKED if statement not in answered]
        if missing:
            raise ContactLawError(f"{path}: nothing says {', '.join(missing)} for a {kind}; add a provision")
