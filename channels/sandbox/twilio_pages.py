"""How Twilio answers a list: one page, since nobody here asks for a second.

https://www.twilio.com/docs/usage/twilios-response#pagination
"""

from __future__ import annotations

from typing import Any

from channels.sandbox.wire import Answer, json_answer


def list_answer(account: str, resource: str, found: list[dict[str, Any]], size: int) -> Answer:
    """The page with what was found; `resource` is the name of its kind in the path, like `Messages`."""
    uri = f"/2010-04-01/Accounts/{account}/{resource}.json"
    return json_answer(
        200,
        {
            resource.lower(): found,
            "page": 0,
            "page_size": size,
            "start": 0,
            "end": max(0, len(found) - 1),
            "first_page_uri": uri,
            "next_page_uri": None,
            "previous_page_uri": None,
            "uri": uri,
        },
    )
