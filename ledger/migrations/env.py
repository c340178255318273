"""Alembic's environment: one transaction, under a lock, on the URL that the caller gave."""

from __future__ import annotations

from alembic import context

from ledger.database import open_engine
from ledger.tables import metadata

LOCK = 0x616D6963  # 'amic': two processes that upgrade at once take turns


def run() -> None:
    """Run the migrations on a connection of their own."""
    engine = open_engine(context.config.attributes["url"], pool_size=1)
    try:
        with engine.connect() as connection:
            context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
            with context.begin_transaction():
                if engine.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
                context.run_migrations()
    finally:
        engine.dispose()


run()
