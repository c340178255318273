"""Creditors: the legal entities in whose name messages go out. They are configuration, not events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SHIPPED = Path(__file__).parent / "creditors.yaml"


class CreditorError(ValueError):
    """A creditor file that can't be used; the text names the file, the field and what to write."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Strict):
    """Whom a client can talk to."""

    name: str
    email: str
    phone: str | None = None


class BankAccount(_Strict):
    """Where money may be sent; printed as it stands here and nowhere changed."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    holder: str
    bank: str
    iban: str | None = None
    bic: str | None = None
    account: str | None = None
    routing: str | None = None


class Brand(_Strict):
    """How a message looks: a colour for its heading and, if wanted, a logo."""

    colour: Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f3a5f"
    logo_url: str | None = None


class Creditor(_Strict):
    """One legal entity. `sms_from` is E.164 or an alphanumeric sender; `reply_domain` receives answers by mail."""

    creditor_id: Annotated[str, Field(min_length=1)]
    legal_name: str
    name: str
    """The name clients know."""
    address: tuple[str, ...]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    time_zone: str
    sender_email: str
    sender_name: str
    sms_from: str
    reply_domain: str
    website: str | None = None
    brand: Brand = Brand()
    bank_accounts: tuple[BankAccount, ...] = ()
    contact: Person
    terms: str | None = None
    """The payment terms in plain words, quoted in firmer messages."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    """BCP 47; what is written to clients whose own language is not known or has no templates."""
    law: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """The country by whose law late payment is judged; without a word, the creditor's own."""

    @property
    def law_country(self) -> str:
        """The country whose law pack on late payment holds for this creditor's invoices."""
        return self.law or self.country

    def bank_account(self, currency: str) -> BankAccount | None:
        """The account for that currency, if there is one."""
        return next((account for account in self.bank_accounts if account.currency == currency), None)


class Creditors(_Strict):
    """All creditors of a deployment; the first one owns invoices that name none."""

    creditors: Annotated[tuple[Creditor, ...], Field(min_length=1)]

    @property
    def default(self) -> Creditor:
        """The deployment's first creditor."""
        return self.creditors[0]

    def get(self, creditor_id: str) -> Creditor | None:
        """The creditor of that id, if it is configured."""
        return next((c for c in self.creditors if c.creditor_id == creditor_id), None)


def load_creditors(path: Path) -> Creditors:
    """Read `creditors.yaml`. Raises `CreditorError`."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Creditors.model_validate(data)
    except OSError as error:
        raise CreditorError(f"{path}: can't be read ({error.strerror})") from None
    except yaml.YAMLError as error:
        raise CreditorError(f"{path}: not valid YAML: {error}".replace("\n", " ")) from None
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise CreditorError(f"{path}: {field}: {first['msg'].removeprefix('Value error, ')}") from None
