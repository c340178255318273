"""The web role's objects."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from ledger.answers import Reading
from web.app import WebDeps, create_app
from web.page.words import Languages
from workers.briefing import brief_a_call
from workers.cli.compose import House


def web_app(house: House) -> FastAPI:
    """The web app of this house."""
    return create_app(
        WebDeps(
            ledger=house.ledger,
            clock=house.clock,
            wake=house.wake,
            public_url=house.settings.public_url,
            api_tokens=house.api_tokens,
            sendgrid_public_keys=house.sendgrid_keys,
            twilio_auth_token=house.twilio_token,
            tokens=house.tokens,
            reading=Reading(
                house.reader.classify,
                house.policy_of,
                house.creditors.default.creditor_id,
                house.reader.departed,
                partial(brief_a_call, house),
            ),
            opt_of=house.reader.opt,
            creditors=house.creditors,
            languages=Languages(house.template_folders),
            voices=house.voices,
            broker_alive=house.broker_alive if house.amqp_url else None,
        )
    )
