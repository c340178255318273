"""A plain page that shows what clients would have got. For people who try the product, not for its operators."""

from __future__ import annotations

from html import escape

from channels.sandbox.store import StoredMessage

SHOWN = 200
"""Messages on the page, newest first."""

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
MAIL_HEADERS = {
    # A mail is foreign matter: it may look like itself and do nothing. Links open elsewhere.
    "Content-Security-Policy": (
        "sandbox allow-popups allow-popups-to-escape-sandbox;"
        " default-src 'none'; style-src 'unsafe-inline'; img-src data: https:"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fafafa}
article{background:#fff;border:1px solid #ddd;border-radius:6px;padding:.75rem 1rem;margin:0 0 1rem}
header{display:flex;gap:1rem;flex-wrap:wrap;color:#555;font-size:.9em}h2{font-size:1.05em;margin:.4rem 0}
pre{white-space:pre-wrap;font:inherit;margin:.5rem 0 0}b{color:#222}.state{margin-left:auto}
"""


def page(messages: list[StoredMessage], total: int) -> str:
    """The inbox in HTML. Everything that came from a message is escaped."""
    parts = [_article(message) for message in messages]
    shown = f"the newest {len(messages)} of {total}" if total > len(messages) else str(total)
    body = "".join(parts) or "<p>Nothing has been sent yet.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Sandbox inbox</title>'
        f"<style>{_STYLE}</style></head><body><h1>Sandbox inbox</h1>"
        f"<p>Accepted by the stand-in for the providers, and sent to nobody: {shown}.</p>{body}</body></html>"
    )


def text_page(message: StoredMessage) -> str:
    """A message without HTML of its own, as a page."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Message</title>'
        f"<style>{_STYLE}</style></head><body><pre>{escape(message.text)}</pre></body></html>"
    )


def _article(message: StoredMessage) -> str:
    to = f"{message.to_name} <{message.to}>" if message.to_name else message.to
    code = f" {message.error_code}" if message.error_code else ""
    subject = f"<h2>{escape(message.subject)}</h2>" if message.subject else ""
    link = (
        f'<p><a href="/sandbox/messages/{escape(message.id)}">as the client sees it</a></p>'
        if message.html
        else ""
    )
    return (
        f"<article><header><b>{escape(message.channel)}</b><span>to {escape(to)}</span>"
        f"<span>from {escape(message.sender)}</span><time>{message.at:%Y-%m-%d %H:%M:%S} UTC</time>"
        f'<span class="state">{escape(message.status)}{code}</span></header>'
        f"{subject}<pre>{escape(message.text)}</pre>{link}</article>"
    )
