"""The private PostgreSQL: a database a test, copied from a template, gone afterwards."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.infra.postgresql import Databases, PostgresServer


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(urlsplit(url)._replace(scheme="postgresql").geturl(), autocommit=True)


def test_a_new_database_is_empty_and_alone(postgres: Databases) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    with connect(postgres.url(first)) as one, connect(postgres.url(second)) as other:
        one.execute("CREATE TABLE mine (id int)")

        with pytest.raises(psycopg.errors.UndefinedTable):
            other.execute("SELECT * FROM mine")

    postgres.drop_database(first)
    postgres.drop_database(second)


def test_a_copy_has_what_its_template_has(postgres: Databases) -> None:
    template = postgres.new_database()
    with connect(postgres.url(template)) as connection:
        connection.execute("CREATE TABLE schema (version int); INSERT INTO schema VALUES (7)")
        # Still connected, as a pool that nobody disposed of would be.
        copy = postgres.new_database(template)

    with connect(postgres.url(copy)) as connection:
        assert connection.execute("SELECT version FROM schema").fetchall() == [(7,)]

    postgres.drop_database(copy)
    postgres.drop_database(template)


def test_a_database_is_dropped_whoever_is_connected(postgres: Databases) -> None:
    name = postgres.new_database()
    connection = connect(postgres.url(name))

    postgres.drop_database(name)

    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


@pytest.mark.parametrize("ended", [PostgresServer.stop, PostgresServer.kill])
def test_what_was_committed_outlives_the_server(
    postgres: Databases, ended: Callable[[PostgresServer], None]
) -> None:
    if not isinstance(postgres, PostgresServer):
        pytest.skip("needs a server of our own")
    name = postgres.new_database()
    with connect(postgres.url(name)) as connection:
        connection.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)")

    ended(postgres)
    assert not postgres.running
    postgres.start()

    with connect(postgres.url(name)) as connection:
        assert connection.execute("SELECT id FROM kept").fetchall() == [(1,)]
    postgres.drop_database(name)


def test_urls_are_such_as_sqlalchemy_takes(postgres: Databases) -> None:
    assert postgres.url("some").startswith("postgresql+psycopg://")
    assert postgres.url("some").endswith("/some")


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_migrated_database_of_its_own(database_url: str, turn: int) -> None:
    with connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchall() == [(1,)]
        connection.execute("DELETE FROM alembic_version")
