"""The JSON Schema of the policy document: editors check and complete a policy by it while it is written."""

from __future__ import annotations

from typing import Any

from config.policy.document import Policy


def schema() -> dict[str, Any]:
    """The schema, draft 2020-12. It can't say everything: that steps stand in order, `amicable policy check` says."""
    described = Policy.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **described,
        "title": "A policy of Amicable",
    }
