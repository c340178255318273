"""Logging: structlog everywhere, JSON in production and pleasant on a terminal, ids bound once per unit of work."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

QUIET = (
    "alembic",
    "dramatiq",
    "httpcore",
    "httpx",
    "pika",
    "python_http_client",
    "twilio.http_client",
    "urllib3",
    "uvicorn",
    "uvicorn.access",
)
"""Libraries whose own log lines would show addresses, headers or bodies, or say nothing useful."""


class _NoValues(logging.Filter):
    """Takes the traceback of a database's error out of a record: the server quotes values in it, and they may be
    addresses. What failed is told by the error's name.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Never drops a record."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and type(error).__module__.partition(".")[0] in (
            "sqlalchemy",
            "psycopg",
            "sqlite3",
        ):
            record.exc_info = None
            record.exc_text = None
            record.msg, record.args = f"{record.getMessage()} ({type(error).__name__})", ()
        return True


def configure_logging(fmt: Literal["json", "console", "auto"] = "auto", level: str = "info") -> None:
    """Set up structlog and the standard library's logging, both to stderr. May be called again."""
    if fmt == "auto":
        fmt = "console" if sys.stderr.isatty() else "json"
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    last: list[structlog.typing.Processor] = (
        [
            # Never the frames' variables: they are passwords, addresses and bodies.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(),
        ]
        if fmt == "json"
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    handler.addFilter(_NoValues())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("pika").setLevel(
        logging.CRITICAL
    )  # every reconnect would print a traceback; we log our own line
