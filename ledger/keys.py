"""Reading by many keys: `among(column, ids)` is one statement for any number of ids.

An expanding IN list is another statement for every length: compiled, parsed and planned anew each time, and bounded by
the driver. Here the keys are one parameter: `column = ANY(array)` on PostgreSQL, a JSON array on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import msgspec
from sqlalchemy import Boolean, ColumnElement, Dialect, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import UserDefinedType

_json = msgspec.json.Encoder().encode


class Texts(UserDefinedType[Sequence[str]]):
    """Many texts in one parameter: an array's literal for PostgreSQL (the driver's own is slow to write), else JSON.

    The literal goes without a type of its own, so that the cast beside it makes the parameter itself an array: a cast
    from text would be made again for every row that is looked at.
    """

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        """What writes the texts as the driver takes them."""
        return _array if dialect.name == "postgresql" else lambda value: _json(list(value)).decode()


def _array(values: Sequence[str]) -> str:
    if not values:
        return "{}"
    listed = "\n".join(values)
    if "\\" in listed or '"' in listed:
        values = [text.replace("\\", "\\\\").replace('"', '\\"') for text in values]
    return '{"' + '","'.join(values) + '"}'


class _Among(FunctionElement[bool]):
    inherit_cache = True
    type = Boolean()
    name = "among"

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - SQLAlchemy's signature
        """As it stands: it is a condition already. Else SQLite is asked whether it `= 1`, and no index can tell."""
        return self


@compiles(_Among)
def _sqlite(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, keys = [compiler.process(clause, **kw) for clause in element.clauses]
    return f"{column} IN (SELECT value FROM json_each({keys}))"  # noqa: S608 - compiled clauses, values are bound


@compiles(_Among, "postgresql")
def _postgresql(element: _Among, compiler: SQLCompiler, **kw: Any) -> str:
    column, keys = [compiler.process(clause, **kw) for clause in element.clauses]
    return f"{column} = ANY (CAST({keys} AS TEXT[]))"


def among(column: ColumnElement[Any], keys: Iterable[str] | str) -> ColumnElement[bool]:
    """Whether a text column is one of these keys; a plain string names the parameter that will hold them."""
    if isinstance(keys, str):
        return _Among(column, bindparam(keys, type_=Texts()))
    return _Among(column, bindparam(None, sorted(set(keys)), type_=Texts(), unique=True))
