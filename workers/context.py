"""Middleware: what an actor works on is bound to every log line it writes, and a failure is one line with its cause."""

from __future__ import annotations

from typing import Any

import structlog
from dramatiq import Broker, MessageProxy, Middleware
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger(__name__)


class LogContext(Middleware):
    """Binds the actor's name and the wake-up's id."""

    def before_process_message(self, broker: Broker, message: MessageProxy) -> None:
        """Bind the ids."""
        del broker
        structlog.contextvars.bind_contextvars(actor=message.actor_name, wake_id=message.message_id)

    def after_process_message(
        self,
        broker: Broker,
        message: MessageProxy,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Unbind them; a failed actor's work is still in the ledger, and will be woken again."""
        del broker, message, result
        if exception is not None:
            log.error("actor_failed", error=type(exception).__name__, detail=_detail(exception))
        structlog.contextvars.unbind_contextvars("actor", "wake_id")


def _detail(error: BaseException) -> str:
    """What a failure says, without the values of a statement: they may be addresses."""
    return type(error.orig).__name__ if isinstance(error, DBAPIError) else str(error)[:300]
