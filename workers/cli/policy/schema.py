"""`policy schema`: the JSON Schema, for editors."""

from __future__ import annotations

import json
import sys

import typer

from config.policy.schema import schema


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema")(schema_command)


def schema_command() -> None:
    """Print the JSON Schema of a policy."""
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
