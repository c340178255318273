"""Settings: environment variables with the prefix `AMICABLE_`, nested by `__`, or a YAML file.

The file is named by `AMICABLE_CONFIG`; variables win over it. A wrong or missing value raises `SettingsError`, one
line that names the variable. Secrets are `SecretStr`: they never show in a log, an error or a `repr`.
"""

from __future__ import annotations

import base64
import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import pika
import yaml
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettings

PREFIX = "AMICABLE_"
SENDGRID_HOSTS = ("https://api.sendgrid.com", "https://api.eu.sendgrid.com")
TWILIO_HOSTS = ("https://api.twilio.com",)


class SettingsError(ValueError):
    """A setting that is missing or wrong. The text is one line and names the variable."""


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SendGridSettings(_Group):
    """The email provider. `webhook_public_keys` are base64 SPKI keys; several while one is being rotated."""

    api_key: SecretStr | None = None
    base_url: str | None = None
    webhook_public_keys: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("webhook_public_keys", mode="before")
    @classmethod
    def _commas(cls, value: object) -> object:
        return _split(value)


class TwilioSettings(_Group):
    """The provider of SMS. `auth_token` is the primary one: it also signs the webhooks."""

    account_sid: str | None = None
    auth_token: SecretStr | None = None
    base_url: str | None = None
    messaging_service_sid: str | None = None


class SmtpSettings(_Group):
    """A mail server of one's own: the second way for mails, or the first, or the only one."""

    host: str | None = None
    """The server's name, as its certificate has it. With it, mails may go by SMTP."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Without it: 587 with `starttls`, 465 with `tls`, 25 with `none`."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; certificates are always checked. `none` is for a server on this machine."""
    username: str | None = None
    """Without it, nobody logs in."""
    password: SecretStr | None = None
    """Needed beside a `username`."""
    first: bool = False
    """Whether mails go by SMTP first, and by SendGrid where it fails; else it is the other way round."""


class PaceSettings(_Group):
    """How many messages a second each sender may hand to its provider; 0: as many as come. More wait their turn."""

    email: Annotated[float, Field(ge=0, le=10_000)] = 0
    """Mails a second."""
    sms: Annotated[float, Field(ge=0, le=10_000)] | None = None
    """SMS segments a second. Without it, by the kind of sender: a long number 1, a toll-free one 3, a short code 100,
    a name 10 (Twilio's help centre, "Understanding Twilio Rate Limits and Message Queues"). With a messaging
    service, say what its numbers may send together."""
    whatsapp: Annotated[float, Field(ge=0, le=10_000)] = 80
    """WhatsApp messages a second."""
    voice: Annotated[float, Field(ge=0, le=10_000)] = 1
    """Calls that begin in a second."""


class VolumeSettings(_Group):
    """How much may be said on one (UTC) day without a person's word."""

    first_contacts_per_day: Annotated[int, Field(ge=1)] = 200
    """At most so many clients of an old book hear from us for the first time on one day."""
    alarm_factor: Annotated[float, Field(ge=1, le=1000)] = 3
    """More than that many times the fullest day of the last four weeks waits for a person's yes."""
    alarm_floor: Annotated[int, Field(ge=1)] = 500
    """Up to that many messages a day, nobody is asked."""


class DocumentsSettings(_Group):
    """Which documents may be fetched and go with a mail."""

    fetch_from: Annotated[tuple[str, ...], NoDecode] = ()
    """The beginnings of URLs, separated by commas, like `https://billing.example/invoices/`: invoices that lie below
    one are attached where the policy says so. Empty: nothing is ever fetched, and mails link the invoice. Only https,
    and only hosts on the public internet, unless the URL names an address itself."""

    @field_validator("fetch_from", mode="before")
    @classmethod
    def _commas(cls, value: object) -> object:
        return _split(value)

    @field_validator("fetch_from")
    @classmethod
    def _prefixes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for prefix in value:
            if not is_prefix(prefix):
                raise ValueError("each must be like https://host/folder/, without a query or a user")
        return value


class Settings(BaseSettings):
    """How this deployment is set. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    config: Path | None = None
    """A YAML file with the same names in lower case; `AMICABLE_CONFIG` names it."""
    data_dir: Path = Path("var")
    """Folder of the embedded ledger; `--data` on the command line."""
    database_url: str | None = None
    """`postgresql+psycopg://user:password@host/db`; without it, SQLite in the data folder."""
    amqp_url: SecretStr | None = None
    """`amqp://user:password@host:5672/vhost`; without it, the queue lives in the process."""
    sending: Literal["sandbox", "live"] = "sandbox"
    """Only `live` ever contacts a real provider's host."""
    public_url: str = "http://localhost:8080"
    """Where the world reaches the web role: webhooks are signed over it and links in messages begin with it."""
    sendgrid: SendGridSettings = SendGridSettings()
    twilio: TwilioSettings = TwilioSettings()
    smtp: SmtpSettings = SmtpSettings()
    pace: PaceSettings = PaceSettings()
    volume: VolumeSettings = VolumeSettings()
    documents: DocumentsSettings = DocumentsSettings()
    policy_dir: Path | None = None
    """Folder with `standard.yaml` and `creditors.yaml`; what is missing there comes from the shipped defaults."""
    api_tokens: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Bearer tokens that may post events, separated by commas."""
    secret_key: SecretStr | None = None
    """Signs the tokens in links and the journal's entries. Needed when sending is live."""
    intake_exchange: str = "billing"
    intake_queue: str = "amicable.intake"
    intake_batch: Annotated[int, Field(ge=1, le=5000)] = 500
    """Most events in one transaction."""
    intake_linger_ms: Annotated[int, Field(ge=0, le=5000)] = 20
    """How long an incomplete batch waits for more."""
    events_exchange: str = "amicable.events"
    sender_threads: Annotated[int, Field(ge=1, le=64)] = 16
    """Messages that a worker's thread has under way at a provider at the same time."""
    sweep_patience: Annotated[int, Field(ge=1, le=3600)] = 60
    """How long woken work may lie before the scheduler wakes somebody again."""
    log_format: Literal["json", "console", "auto"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("api_tokens", mode="before")
    @classmethod
    def _tokens(cls, value: object) -> object:
        return _split(value)

    @field_validator("amqp_url")
    @classmethod
    def _broker(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not all(
            part.strip().startswith(("amqp://", "amqps://")) for part in value.get_secret_value().split(",")
        ):
            raise ValueError("must begin with amqp:// or amqps://")
        for part in value.get_secret_value().split(",") if value else ():
            try:
                pika.URLParameters(part.strip())
            except Exception:  # whatever the parser raises quotes what it read, and that is a password
                raise ValueError(
                    "can't be read; write it like amqp://user:password@host:5672/vhost, with %2F for a / in a password"
                ) from None
        return value

    @field_validator("policy_dir")
    @classmethod
    def _folder(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_dir():
            raise ValueError("is not a folder")
        return value

    @field_validator("public_url")
    @classmethod
    def _base(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line first, then the environment, then the file."""
        del dotenv_settings, file_secret_settings
        return (init_settings, env_settings, _FileSource(settings_cls))

    @property
    def effective_database_url(self) -> str:
        """The ledger's URL, the embedded default included."""
        return self.database_url or f"sqlite:///{self.data_dir / 'ledger.sqlite3'}"

    @property
    def embedded(self) -> bool:
        """Whether everything lives in this process: no broker is set."""
        return self.amqp_url is None


class _FileSource(PydanticBaseSettingsSource):
    """The YAML file named by `AMICABLE_CONFIG`."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Asked by the base class for sources that read field by field; this one reads a whole file."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        name = os.environ.get(f"{PREFIX}CONFIG")
        if not name:
            return {}
        try:
            data = yaml.safe_load(Path(name).read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"{PREFIX}CONFIG: {name} can't be read ({error.strerror})") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{PREFIX}CONFIG: {name} is not valid YAML: {error}".replace("\n", " ")
            ) from None
        if not isinstance(data, dict):
            raise SettingsError(f"{PREFIX}CONFIG: {name} must be a mapping of settings")
        return data


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` come from the command line. Raises `SettingsError`."""
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]  # checked by pydantic itself
    except UnreadableSettings as error:
        raise SettingsError(
            f"{PREFIX}…: {error}; nested settings are named one by one, like {PREFIX}TWILIO__BASE_URL"
        ) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = PREFIX + "__".join(str(part) for part in first["loc"] if not isinstance(part, int)).upper()
        raise SettingsError(f"{variable}: {first['msg'].removeprefix('Value error, ')}") from None
    _check(settings)
    return settings


def unknown_variables() -> tuple[str, ...]:
    """Variables of the environment that look like settings and are none: a slip would otherwise go unseen."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return tuple(
        name
        for name in sorted(os.environ)
        if name.startswith(PREFIX)
        and name.split("__")[0] not in known
        and not name.startswith(f"{PREFIX}TEST_")
    )


def _check(settings: Settings) -> None:
    for name, url in (
        ("PUBLIC_URL", settings.public_url),
        ("SENDGRID__BASE_URL", settings.sendgrid.base_url),
        ("TWILIO__BASE_URL", settings.twilio.base_url),
    ):
        if url is not None and not _is_http(url):
            raise SettingsError(f"{PREFIX}{name}: must be a URL like https://host")
    _check_smtp(settings)
    if settings.sending == "sandbox":
        for name, url in (("SENDGRID", settings.sendgrid.base_url), ("TWILIO", settings.twilio.base_url)):
            host = (urlsplit(url).hostname or "").lower() if url else ""
            if any(host == real or host.endswith(f".{real}") for real in ("sendgrid.com", "twilio.com")):
                raise SettingsError(
                    f"{PREFIX}{name}__BASE_URL: names a real provider; set {PREFIX}SENDING=live to mean it"
                )
        return
    needed: dict[str, object] = {
        "SECRET_KEY": settings.secret_key,
        "TWILIO__ACCOUNT_SID": settings.twilio.account_sid,
        "TWILIO__AUTH_TOKEN": settings.twilio.auth_token,
    }
    if settings.smtp.host is None or settings.sendgrid.api_key:  # one way for mails will do
        needed |= {
            "SENDGRID__API_KEY": settings.sendgrid.api_key,
            "SENDGRID__WEBHOOK_PUBLIC_KEYS": settings.sendgrid.webhook_public_keys,
        }
    for name, value in needed.items():
        if not value:
            raise SettingsError(f"{PREFIX}{name}: needed when {PREFIX}SENDING=live")
    for key in settings.sendgrid.webhook_public_keys:
        try:
            load_der_public_key(base64.b64decode(key, validate=True))
        except ValueError:
            raise SettingsError(
                f"{PREFIX}SENDGRID__WEBHOOK_PUBLIC_KEYS: a key can't be read; copy it from SendGrid"
            ) from None
    if not settings.public_url.startswith("https://"):
        raise SettingsError(f"{PREFIX}PUBLIC_URL: must begin with https:// when {PREFIX}SENDING=live")


def _check_smtp(settings: Settings) -> None:
    smtp = settings.smtp
    if smtp.host is None:
        if smtp.username or smtp.password:
            raise SettingsError(f"{PREFIX}SMTP__HOST: needed beside a username or a password")
        return
    here = _is_here(smtp.host)
    if settings.sending == "sandbox" and not here:
        raise SettingsError(f"{PREFIX}SMTP__HOST: names a real server; set {PREFIX}SENDING=live to mean it")
    if bool(smtp.username) != bool(smtp.password):
        missing = "PASSWORD" if smtp.username else "USERNAME"
        raise SettingsError(f"{PREFIX}SMTP__{missing}: needed beside the other one of username and password")
    if smtp.security == "none" and not here:
        raise SettingsError(
            f"{PREFIX}SMTP__SECURITY: none is for a server on this machine; use starttls or tls"
        )


def _is_here(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_http(url: str) -> bool:
    """Whether the text is an http or https URL with a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def is_prefix(url: str) -> bool:
    """Whether a URL can be the beginning of others: https, a host, and perhaps a folder."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and not (parts.query or parts.fragment)
    )


def _split(value: object) -> object:
    """A comma-separated string as a tuple; anything else as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value
