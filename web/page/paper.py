"""What every page is printed on: the templates, the style, and headers that let nothing else in or out."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.view.web import readable_on
from web.page.words import Words

_FOLDER = Path(__file__).parent.parent / "templates"
PLAIN = "#1f4e5f"
"""The colour of a page that belongs to no creditor."""

_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def page(
    template: str, words: Words, status: int = 200, *, colour: str = PLAIN, path: str = "", **values: Any
) -> HTMLResponse:
    """A page in these words. `path` is where the links to its other languages lead; none: there are none."""
    style, allowed = _style(colour)
    names = {
        "w": words,
        "t": words.text,
        "labels": words.letters,
        "style": style,
        "languages": words.languages.items() if path else (),
        "path": path,
        **values,
    }
    html = _environment.get_template(f"{template}.html.j2").render(names)
    return HTMLResponse(html, status, headers={**_HEADERS, "Content-Security-Policy": _POLICY % allowed})


_POLICY = "default-src 'none'; style-src '%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # no script
_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@cache
def _style(colour: str) -> tuple[str, str]:
    """The style sheet with a creditor's colour, and the hash by which the browser lets it in."""
    sheet = (_FOLDER / "style.css").read_text(encoding="utf-8")
    style = f":root {{ --brand: {colour}; --on-brand: {readable_on(colour)}; }}\n{sheet}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return style, f"sha256-{digest}"
