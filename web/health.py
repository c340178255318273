"""`GET /healthz`: this process answers. `GET /readyz`: everything it leans on answers, too.

A failing `/healthz` means: restart me. A failing `/readyz` means: send me no traffic, and look at what is named there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text

from ledger.database import is_current
from ledger.health import last_beat
from web.deps import WebDeps
from web.metrics import running_version


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `detail` says what to do about it, and holds no secret."""

    ok: bool
    detail: str

    def as_json(self) -> dict[str, Any]:
        """The check as it is shown."""
        return {"ok": self.ok, "detail": self.detail}


def health_routes(deps: WebDeps) -> APIRouter:
    """The routes."""
    router = APIRouter()
    readiness = Readiness(deps)

    @router.get("/healthz")
    async def healthz() -> Response:
        # On the event loop: while a slow database holds every thread of the pool, this process is still alive.
        return JSONResponse({"ok": True, "version": running_version()})

    @router.get("/readyz")
    def readyz() -> Response:
        checks = readiness.look()
        ready = all(check.ok for check in checks.values())
        shown = {name: check.as_json() for name, check in checks.items()}
        return JSONResponse({"ready": ready, "checks": shown}, 200 if ready else 503)

    return router


class Readiness:
    """Looks at what this deployment leans on. A check that breaks is a check that failed."""

    def __init__(self, deps: WebDeps) -> None:
        self._deps = deps
        self._schema_seen_current = False

    def look(self) -> dict[str, Check]:
        """Every check by its name."""
        checks = {"database": _checked(self._database, "does not answer; see AMICABLE_DATABASE_URL")}
        if checks["database"].ok:
            checks["schema"] = _checked(self._schema, "can't be read; run `amicable db upgrade`")
        else:
            checks["schema"] = Check(False, "not looked at: the database does not answer")
        if self._deps.broker_alive is not None:
            checks["broker"] = _checked(self._broker, "does not answer; see AMICABLE_AMQP_URL")
        if checks["schema"].ok:
            checks["scheduler"] = _checked(self._scheduler, "its heartbeat can't be read")
        else:
            checks["scheduler"] = Check(False, "not looked at: the ledger can't be read")
        return checks

    def _database(self) -> Check:
        with self._deps.ledger.read() as connection:
            connection.execute(text("SELECT 1"))
        return Check(True, "answers")

    def _schema(self) -> Check:
        # It only ever moves forward while we run, so one look that went well is enough.
        if not self._schema_seen_current:
            self._schema_seen_current = is_current(self._deps.ledger.engine)
        if self._schema_seen_current:
            return Check(True, "current")
        return Check(False, "not the version that this program needs; run `amicable db upgrade`")

    def _broker(self) -> Check:
        assert self._deps.broker_alive is not None
        if self._deps.broker_alive():
            return Check(True, "answers")
        return Check(False, "does not answer; see AMICABLE_AMQP_URL")

    def _scheduler(self) -> Check:
        with self._deps.ledger.read() as connection:
            at = last_beat(connection, self._deps.scheduler_role)
        if at is None:
            return Check(False, "never seen; is `amicable schedule` running?")
        age = (self._deps.clock.now() - at).total_seconds()
        if age > self._deps.scheduler_patience:
            return Check(False, f"last seen {age:.0f} seconds ago; is `amicable schedule` running?")
        return Check(True, f"seen {max(0.0, age):.0f} seconds ago")


def _checked(look: Callable[[], Check], otherwise: str) -> Check:
    try:
        return look()
    except Exception as error:  # whatever it is, its text may name hosts and users; its kind does not
        return Check(False, f"{otherwise} ({type(error).__name__})")
