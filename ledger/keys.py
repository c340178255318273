"""Reading by many keys: `among(column, ids)` is one statement for any number of ids.

An expanding IN list is another statement for every length: compiled, parsed and planned anew each time, and bounded by
the driver. Here the keys are one parameter: `column = ANY(array)` on PostgreSQL, a JSON array on SQLite.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

_json = msgspec.json.Encoder().encode


class Texts(TypeDecorator[Sequence[str]]):
    """Many texts in one parameter."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array, or text."""
        array: TypeEngine[Any] = postgresql.ARRAY(Text())
        return dialect.type_descriptor(array if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        """The texts as the driver takes them."""
        values = list(value or ())
        return values if dialect.name == "postgresql" else _json(values).decode()


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()
    name = "among"


@compiles(_Among)
def _sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, keys = [compiler.process(clause, **kw) for clause in element.clauses]
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - compiled clauses, values are bound


@compiles(_Among, "postgresql")
def _postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, keys = [compiler.process(clause, **kw) for clause in element.clauses]
    return f"{column} = ANY ({keys})"


def among(column: ColumnElement[Any], keys: Iterable[str] | str) -> ColumnElement[bool]:
    """Whether a text column is one of these keys; a plain string names the parameter that will hold them."""
    if isinstance(keys, str):
        return _Among(column, bindparam(keys, type_=Texts()))
    return _Among(column, bindparam(None, sorted(set(keys)), type_=Texts(), unique=True))
