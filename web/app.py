"""The web role: one FastAPI application, put together from what the composition root hands in.

    app = create_app(WebDeps(ledger=..., clock=..., wake=..., tokens=..., public_url=...))

Run it with uvicorn's access log off: that log shows paths, and paths carry tokens. The role writes its own lines.
"""

from __future__ import annotations

import logging

from fastapi import FastAPI
from starlette.exceptions import HTTPException

from web.deps import WebDeps
from web.events import event_routes
from web.health import health_routes
from web.metrics import Requests, metrics_routes, new_registry
from web.middleware import AroundRequests
from web.page.guest import Desk
from web.page.routes import page_routes
from web.problems import Problem, on_http_exception, on_problem
from web.sendgrid import sendgrid_routes
from web.twilio import twilio_routes
from web.unsubscribe import unsubscribe_routes
from web.voice import voice_routes

__all__ = ["WebDeps", "create_app"]


def create_app(deps: WebDeps) -> FastAPI:
    """The application with all its routes. It starts nothing and asks the database nothing until a request comes."""
    # No documentation pages: they would load scripts from elsewhere. `docs/` describes the few routes there are.
    # No redirects: a POST that is redirected loses its body, and a signed URL is exact.
    # No telemetry of the framework's own: its spans carry paths, which carry tokens, and its logs the text of errors.
    app = FastAPI(
        title="Amicable",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    # The parser of forms quotes in its warnings what it stumbled over: a stranger's bytes, or a client's.
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)
    registry = new_registry(deps)
    app.add_middleware(
        AroundRequests, requests=Requests(registry), https=deps.public_url.startswith("https://")
    )
    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(HTTPException, on_http_exception)
    for router in (
        event_routes(deps),
        sendgrid_routes(deps),
        twilio_routes(deps),
        voice_routes(deps),
        unsubscribe_routes(deps),
        health_routes(deps),
        metrics_routes(registry),
    ):
        app.include_router(router)
    if deps.creditors is not None and deps.reading is not None:
        app.include_router(page_routes(deps, Desk(deps.creditors, deps.reading, deps.languages)))
    return app
