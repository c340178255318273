"""What the web role is made of: handed in by the composition root, read from nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from channels.opt_words import read_opt
from channels.replies import OptOf
from channels.tokens import Tokens
from channels.voice.phrases import Voices
from config.clock import Clock
from config.creditors import Creditors
from ledger.answers import Reading
from ledger.unit import Ledger
from ledger.wake import Wake
from web.page.words import Languages


@dataclass(frozen=True, slots=True)
class WebDeps:
    """The objects and the settings that the routes need. Secrets show in no `repr`."""

    ledger: Ledger
    clock: Clock
    wake: Wake
    tokens: Tokens = field(repr=False)
    public_url: str
    """Where the world reaches us, without a slash at the end: what Twilio signs, whatever a proxy makes of it."""
    api_tokens: tuple[str, ...] = field(default=(), repr=False)
    """Bearer tokens that may post events; none: nobody may."""
    sendgrid_public_keys: tuple[str, ...] = ()
    """Base64 SPKI; several while one is being rotated; none: every webhook of SendGrid's is refused."""
    twilio_auth_token: str | None = field(default=None, repr=False)
    """None: every webhook of Twilio's is refused."""
    broker_alive: Callable[[], bool] | None = None
    """Whether the broker answers; None where the queue lives in the process."""
    reading: Reading | None = None
    """How replies are read; None: each is for a person as it stands."""
    opt_of: OptOf = read_opt
    """Which replies ask us to stop, to go on, or for help."""
    creditors: Creditors | None = None
    """In whose name messages go; with them and a `reading`, clients have a page of their own."""
    languages: Languages = field(default_factory=Languages)
    """What the pages can be read in."""
    voices: Voices = field(default_factory=Voices)
    """What calls can be heard in."""
    scheduler_role: str = "schedule"
    """The role under which schedulers give their sign of life (`ledger.health.beat`)."""
    scheduler_patience: float = 120.0
    """Seconds without a sign of life of any scheduler after which this deployment is not ready."""
