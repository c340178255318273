"""The composition root: settings become objects here, and nowhere else."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from dramatiq import Broker

from channels.answers import Reader
from channels.briefs import Briefs
from channels.documents.enclosures import Enclosures
from channels.documents.fetching import Fetch
from channels.ports import Adapter
from channels.providers import Providers
from channels.render import Renderer
from channels.sandbox import SandboxConfig, sandbox_keys
from channels.sendgrid_mail import SendGridMail
from channels.shelf import SHIPPED as SHIPPED_TEMPLATES
from channels.smtp_mail import SmtpMail
from channels.tokens import Tokens
from channels.transport import Transport
from channels.twilio_sms import TwilioSms
from channels.twilio_voice import TwilioVoice
from channels.twilio_whatsapp import TwilioWhatsApp
from channels.voice.phrases import Voices
from config.clock import Clock, SystemClock
from config.creditors import SHIPPED as SHIPPED_CREDITORS
from config.creditors import Creditors, load_creditors
from config.policy import Policy
from config.rulebook import Rulebook, load_rulebook
from config.rules.interest import InterestLaw, load_interest_law
from config.rules.packs import own_packs
from config.settings import Settings
from events.publisher import Publisher
from ledger.database import open_engine, upgrade
from ledger.unit import Ledger
from ledger.wake import Wake
from reminders.snapshot import Snapshot
from reminders.strategy import traits_of
from workers.actors import QueueWake, declare
from workers.broker import open_broker, reachable
from workers.office import Office
from workers.schedule import Scheduler
from workers.seal import Sealer

SANDBOX_SECRET = "the sandbox's own secret: a live deployment sets AMICABLE_SECRET_KEY"  # noqa: S105
SANDBOX_URL = "http://127.0.0.1:8026"
"""Where the sandbox listens when nothing else is said."""


@dataclass
class House:
    """The objects of one process, made when they are first asked for.

    The fields after `settings` are what a play sets differently.
    """

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    sandbox_url: str = SANDBOX_URL
    policy_file: Path | None = None
    calls: int | None = None
    threads: int = 4
    """Worker threads of this process; each may have as many calls under way as settings allow."""
    own_wake: Wake | None = None
    own_broker: Broker | None = None
    lasting: bool = True
    """Whether the ledger is to outlive the machine's next power cut; one that can be made again need not."""

    @property
    def secret(self) -> str:
        """What signs links and marks journal entries."""
        key = self.settings.secret_key
        return key.get_secret_value() if key else SANDBOX_SECRET

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger. The embedded one is brought up to date by itself; PostgreSQL by `amicable db upgrade`."""
        url = self.settings.effective_database_url
        if url.startswith("sqlite"):
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            upgrade(url)
        return Ledger(open_engine(url, lasting=self.lasting), self.secret.encode())

    @cached_property
    def rules(self) -> Rulebook:
        """The policies in force, and the law that narrows them."""
        return load_rulebook(self.settings.policy_dir, self.policy_file)

    @cached_property
    def interest(self) -> InterestLaw:
        """The law of interest for late payment."""
        return load_interest_law(own=own_packs(self.settings.policy_dir, "interest"))

    def policy_of(self, snapshot: Snapshot, now: datetime) -> Policy:
        """The client's policy at an instant."""
        return self.rules.policy_for(traits_of(snapshot, now, self.rules.after_hardship_days))

    @cached_property
    def creditors(self) -> Creditors:
        """In whose name messages go out."""
        return load_creditors(self._configured("creditors.yaml") or SHIPPED_CREDITORS)

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where words come from: the deployment's own, file by file, before the shipped ones."""
        own = self.settings.policy_dir / "templates" if self.settings.policy_dir else None
        return (own, SHIPPED_TEMPLATES) if own is not None and own.is_dir() else (SHIPPED_TEMPLATES,)

    @cached_property
    def renderer(self) -> Renderer:
        """What puts letters into words."""
        return Renderer(self.template_folders)

    @cached_property
    def briefs(self) -> Briefs:
        """What writes the briefs of tasks."""
        return Briefs(self.template_folders)

    @cached_property
    def reader(self) -> Reader:
        """What reads the clients' answers. Raises `AnswersError`."""
        return Reader(self.template_folders)

    @cached_property
    def voices(self) -> Voices:
        """What speaks in calls."""
        return Voices(self.template_folders)

    @cached_property
    def tokens(self) -> Tokens:
        """What signs links."""
        return Tokens(self.secret)

    @cached_property
    def api_tokens(self) -> tuple[str, ...]:
        """Who may post events. The embedded default in the sandbox makes a token of its own and keeps it."""
        tokens = tuple(token.get_secret_value() for token in self.settings.api_tokens)
        if tokens or self.settings.sending == "live" or self.settings.database_url:
            return tokens
        kept = self.settings.data_dir / "api-token"
        if not kept.is_file():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(24), encoding="ascii")
        return (kept.read_text(encoding="ascii"),)

    @property
    def shown_token(self) -> str:
        """The token that may be shown on the terminal: only the one that was made here."""
        return "(one of AMICABLE_API_TOKENS)" if self.settings.api_tokens else self.api_tokens[0]

    @cached_property
    def amqp_url(self) -> str | None:
        """The broker's URL, if there is a broker."""
        url = self.settings.amqp_url
        return url.get_secret_value() if url else None

    @cached_property
    def broker(self) -> Broker:
        """The dramatiq broker. Lanes are declared; actors only once `office` is asked for by `employ`."""
        broker = self.own_broker or open_broker(self.amqp_url)
        declare(broker, None)
        return broker

    def broker_alive(self) -> bool:
        """Whether RabbitMQ answers; asked on a connection of its own, so that no other one's heartbeat hides it."""
        return reachable(self.amqp_url or "")

    @cached_property
    def wake(self) -> Wake:
        """How work is woken."""
        return self.own_wake or QueueWake(self.broker)

    @cached_property
    def providers(self) -> Providers:
        """Who carries messages: the real ones when sending is live, else the sandbox that stands in for them."""
        s = self.settings
        live = s.sending == "live"
        stand_in = SandboxConfig()
        twilio_account = s.twilio.account_sid or stand_in.twilio_account_sid
        transport = Transport(pool_size=self._calls_at_once)
        adapters: list[Adapter] = [
            TwilioSms(
                twilio_account,
                self.twilio_token,
                transport,
                self.clock.now,
                s.twilio.base_url or (None if live else self.sandbox_url),
                s.twilio.messaging_service_sid,
            ),
            TwilioVoice(
                twilio_account,
                self.twilio_token,
                transport,
                self.clock.now,
                s.twilio.base_url or (None if live else self.sandbox_url),
                self.voices,
            ),
            TwilioWhatsApp(
                twilio_account,
                self.twilio_token,
                transport,
                self.clock.now,
                s.twilio.base_url or (None if live else self.sandbox_url),
            ),
        ]
        mail = [one for one in self._mail(transport) if one is not None]
        return Providers([*mail, *adapters], {"twilio": twilio_account, "smtp": s.smtp.host or ""})

    def _mail(self, transport: Transport) -> tuple[Adapter | None, ...]:
        """Who carries mails, the preferred one first."""
        sendgrid, smtp = self.settings.sendgrid, self.settings.smtp
        live = self.settings.sending == "live"
        by_sendgrid = by_smtp = None
        if sendgrid.api_key or not live:
            key = (
                sendgrid.api_key.get_secret_value() if sendgrid.api_key else SandboxConfig().sendgrid_api_key
            )
            base_url = sendgrid.base_url or (None if live else self.sandbox_url)
            by_sendgrid = SendGridMail(key, transport, self.clock.now, base_url)
        if smtp.host:
            by_smtp = SmtpMail(
                smtp.host,
                self.clock.now,
                port=smtp.port,
                security=smtp.security,
                login=(smtp.username, smtp.password.get_secret_value())
                if smtp.username and smtp.password
                else None,
            )
        return (by_smtp, by_sendgrid) if smtp.first else (by_sendgrid, by_smtp)

    @property
    def twilio_token(self) -> str:
        """What Twilio signs its webhooks with."""
        token = self.settings.twilio.auth_token
        return token.get_secret_value() if token else SandboxConfig().twilio_auth_token

    @property
    def sendgrid_keys(self) -> tuple[str, ...]:
        """The public keys that SendGrid's webhooks are checked with; the sandbox's own when it stands in."""
        keys = self.settings.sendgrid.webhook_public_keys
        return keys or (() if self.settings.sending == "live" else (sandbox_keys()[1],))

    @cached_property
    def office(self) -> Office:
        """What the workers share."""
        fetch_from = self.settings.documents.fetch_from
        return Office(
            ledger=self.ledger,
            clock=self.clock,
            rules=self.rules,
            interest=self.interest,
            creditors=self.creditors,
            providers=self.providers,
            render=self.renderer.render,
            briefs=self.briefs,
            tokens=self.tokens,
            public_url=self.settings.public_url,
            wake=self.wake,
            documents=Enclosures(self.renderer, Fetch(fetch_from) if fetch_from else None).of,
            calls=ThreadPoolExecutor(self._calls_at_once, thread_name_prefix="call"),
            hand=self.calls or self.settings.sender_threads,
            volume=self.settings.volume,
            pace=self.settings.pace,
        )

    @property
    def _calls_at_once(self) -> int:
        """Enough for every thread's hand: a message that was checked must not wait for another one's call."""
        return self.calls or self.threads * self.settings.sender_threads

    def employ(self) -> None:
        """Give the broker its actors."""
        declare(self.broker, self.office)

    @cached_property
    def scheduler(self) -> Scheduler:
        """The scheduler."""
        return Scheduler(self.office, timedelta(seconds=self.settings.sweep_patience))

    @cached_property
    def sealer(self) -> Sealer:
        """The sealer, which publishes where there is a broker."""
        publisher = Publisher(self.amqp_url, self.settings.events_exchange) if self.amqp_url else None
        return Sealer(self.ledger, self.clock, publisher)

    def sandbox_config(self, **changes: object) -> SandboxConfig:
        """How the sandbox of this deployment is set."""
        s = self.settings
        known: dict[str, object] = {
            "webhook_base": s.public_url,
            "twilio_auth_token": self.twilio_token,
            "whatsapp_templates": self.renderer.approved_bodies(self.creditors),
        }
        if s.sendgrid.api_key:
            known["sendgrid_api_key"] = s.sendgrid.api_key.get_secret_value()
        if s.twilio.account_sid:
            known["twilio_account_sid"] = s.twilio.account_sid
        return SandboxConfig(**{**known, **changes})  # type: ignore[arg-type]  # the dataclass names them

    def _configured(self, name: str) -> Path | None:
        """A file of the deployment's own policy folder, if it has it."""
        folder = self.settings.policy_dir
        path = folder / name if folder else None
        return path if path is not None and path.is_file() else None
