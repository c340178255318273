"""The briefs themselves: plain text for our own people, from `templates/<language>/briefs/*.txt.j2`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from channels.briefs import lines
from channels.briefs.facts import Awaiting, BriefFacts, Volume
from channels.briefs.view import brief_view
from channels.briefs.wording import Wording
from channels.formats import Formats, formats
from channels.labels import Labels
from channels.names import Names, capitalize_first, clean
from channels.shelf import SHIPPED
from channels.view.speech import Speech
from config.rules.contact.rules import HandOff
from reminders.money import Money
from reminders.reasons import Reason
from reminders.snapshot import Channel

_LANGUAGE = "en"
_FOLDER = SHIPPED / _LANGUAGE / "briefs"
_GAPS = re.compile(r"\n{3,}")


class Briefs:
    """Writes briefs. Thread-safe; templates are compiled once.

    Briefs are ours, in English; `folders` are those of the clients' words, by which people are greeted.
    """

    def __init__(self, folders: Sequence[Path] = (SHIPPED,)) -> None:
        self._names = Names(folders)
        self._labels = Labels.read(_FOLDER / "labels.yaml", _LANGUAGE)
        self._wording = Wording.read(_FOLDER / "wording.yaml")
        self._environment = Environment(
            loader=FileSystemLoader(_FOLDER),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=()),  # plain text: nothing reads it as HTML
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters["capitalize_first"] = capitalize_first

    def call(self, facts: BriefFacts) -> str:
        """Before a call: what to know, say, ask and offer, what not to say, and how to record what came of it."""
        return self._write("call", facts, wording=self._wording)

    def decision(self, facts: BriefFacts, hand_off: HandOff | None = None) -> str:
        """After the last automatic step: the case in numbers, what was tried, and the four ways on.

        `hand_off` is what the law wants before a case may leave the house; None: not known for the client's place.
        """
        return self._write("decision", facts, hand_off=hand_off)

    def approval(self, facts: BriefFacts, awaiting: Awaiting) -> str:
        """Before a yes to a message: what goes to whom, what it claims, why it waits, and until when."""
        speech = self._speech(facts)
        return self._write(
            "approval",
            facts,
            message=lines.step_named(awaiting.step, self._labels),
            channel=self._labels.text(awaiting.channel.value),
            to=lines.named(awaiting.to, speech),
            claims=tuple(lines.interest(awaiting.claims, speech)),
            message_id=awaiting.message_id,
            ends_on=speech.formats.long_date(awaiting.ends_on),
            large_or_key=facts.reason is Reason.LARGE_OR_KEY,
            final=bool(awaiting.claims) or awaiting.step == "final_notice",
        )

    def unreachable(
        self,
        facts: BriefFacts,
        reasons: Sequence[tuple[Channel, Reason]],
        flaws: Sequence[tuple[str, str]] = (),
    ) -> str:
        """A step that found no way to the client, and why not, channel by channel.

        `flaws` are the addresses that can't be any: a contact's id, and what is wrong.
        """
        if any(reason is Reason.CREDITOR_UNKNOWN for _, reason in reasons):
            return self._write("creditor_unknown", facts)
        channels: dict[Reason, list[str]] = {}
        for channel, reason in reasons:
            channels.setdefault(reason, []).append(self._labels.text(channel.value))
        listed = self._speech(facts).formats.list
        return self._write(
            "unreachable",
            facts,
            reasons=[(listed(on), reason.sentence) for reason, on in channels.items()],
            flaws=[(clean(contact_id), wrong) for contact_id, wrong in flaws],
        )

    def currency_doubt(self, number: str, currency: str) -> str:
        """An invoice, of that currency, to which money in another one was allocated."""
        return self._render("currency_doubt", number=clean(number), currency=currency)

    def discount_doubt(self, number: str, missing: Money, country: str) -> str:
        """An invoice that was paid with its discount in time, and whose credit note for it is missing."""
        amount = formats(_LANGUAGE, country or None).money(missing)
        return self._render("discount_doubt", number=clean(number), amount=amount)

    def volume(self, volume: Volume) -> str:
        """A stop because far more messages would go than usual."""
        planned = [(lines.step_named(step, self._labels), count) for step, count in volume.planned]
        return self._render("volume", volume=volume, planned=planned, total=sum(n for _, n in volume.planned))

    def _write(self, name: str, facts: BriefFacts, **names: object) -> str:
        return self._render(
            name, v=brief_view(facts, self._formats(facts), self._labels, self._names), **names
        )

    def _render(self, name: str, **names: object) -> str:
        text = self._environment.get_template(f"{name}.txt.j2").render(names)
        return _GAPS.sub("\n\n", text).strip() + "\n"

    def _formats(self, facts: BriefFacts) -> Formats:
        """Our own people read numbers as the creditor's country writes them."""
        return formats(_LANGUAGE, facts.creditor_country or facts.country)

    def _speech(self, facts: BriefFacts) -> Speech:
        return Speech(self._formats(facts), self._labels, facts.today)
