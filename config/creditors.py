"""Creditors: the legal entities in whose name messages go out. They are configuration, not events."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

SHIPPED = Path(__file__).parent / "creditors.yaml"


_TEMPLATE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CONTENT_SID = re.compile(r"HX[0-9a-f]{32}")


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
    whatsapp_from: Annotated[str | None, Field(pattern=r"^\+[1-9]\d{6,14}$")] = None
    """A phone number (E.164) that is a WhatsApp sender of the Twilio account; without it, nothing goes by WhatsApp."""
    whatsapp_templates: dict[str, dict[str, str]] = Field(default_factory=dict)
    """What WhatsApp has approved: per template and language, the content's id: `{heads_up: {de: HX…, en: HX…}}`."""
    voice_from: Annotated[str | None, Field(pattern=r"^\+[1-9]\d{6,14}$")] = None
    """A phone number (E.164) of the Twilio account, or verified there, that calls come from; else none are made."""
    reply_domain: str
    website: str | None = None
    brand: Brand = Brand()
    bank_accounts: tuple[BankAccount, ...] = ()
    contact: Person
    terms: str | dict[str, str] | None = None
    """The payment terms in plain words, quoted in firmer messages: as they were agreed, or in each language by its tag
    (`{de: …, en: …}`), and then to nobody who reads another."""
    language: Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None
    """BCP 47; what is written to clients whose own language is not known or has no templates."""
    law: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    """The country by whose law late payment is judged; without a word, the creditor's own."""

    @field_validator("terms")
    @classmethod
    def _by_language(cls, value: str | dict[str, str] | None) -> str | dict[str, str] | None:
        for language in value if isinstance(value, dict) else ():
            if not _LANGUAGE.fullmatch(language):
                raise ValueError(f"{language!r} is no language; write one like de or de-AT")
        return value

    @field_validator("whatsapp_templates")
    @classmethod
    def _approved(cls, value: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        for template, languages in value.items():
            if not _TEMPLATE.fullmatch(template):
                raise ValueError(f"{template!r} is no template's name; write one like heads_up")
            for language, content_sid in languages.items():
                if not _LANGUAGE.fullmatch(language):
                    raise ValueError(f"{template}: {language!r} is no language; write one like de or de-AT")
                if not _CONTENT_SID.fullmatch(content_sid):
                    raise ValueError(
                        f"{template}.{language}: {content_sid!r} is no content's id; write HX and 32 hexadecimal "
                        "digits, as Twilio's Content Template Builder shows it"
                    )
        return value

    @model_validator(mode="after")
    def _sends_what_is_approved(self) -> Creditor:
        if self.whatsapp_templates and self.whatsapp_from is None:
            raise ValueError(
                "whatsapp_templates need a sender: add whatsapp_from, a number like +447700900123"
            )
        return self

    @property
    def law_country(self) -> str:
        """The country whose law pack on late payment holds for this creditor's invoices."""
        return self.law or self.country

    @property
    def all_terms(self) -> tuple[str, ...]:
        """The payment terms in every language that they are written in, the creditor's own first, then English."""
        if not isinstance(self.terms, dict):
            return (self.terms,) if self.terms else ()
        first = [self.terms_in(language) for language in (self.language, "en") if language]
        return tuple(dict.fromkeys(text for text in (*first, *self.terms.values()) if text))

    def terms_in(self, language: str) -> str | None:
        """The payment terms as a reader of that language (BCP 47) is told them; None where there are none for them."""
        if not isinstance(self.terms, dict):
            return self.terms
        return self.terms.get(language) or self.terms.get(language.partition("-")[0])

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
