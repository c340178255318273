"""What the source says about itself, and tables of it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table in Markdown."""
    return [
        f"| {' | '.join(head)} |",
        f"|{' --- |' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def attribute_docs(cls: type) -> dict[str, str]:
    """The docstrings under the attributes of a class."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for before, after in zip(tree.body, tree.body[1:], strict=False):
        name = getattr(before, "target", None) or getattr(before, "targets", [None])[0]
        if (
            isinstance(name, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[name.id] = " ".join(str(after.value.value).split())
    return found
