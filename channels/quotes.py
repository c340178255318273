"""The new words of a mail: without the mail that it answers, without a signature, and without tags.

Mail programs quote in four ways: an attribution (`On Monday, Billing wrote:`) and lines marked with `>`; the same
attribution and nothing marked; a rule like `-----Original Message-----`; the old mail's header in bare lines (`From:`,
`Sent:`). What is known here is how they say it in the languages that we write in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

_RULE = re.compile(
    r"""^\s*(?:
        -{2,}\s*(?:original\ message|forwarded\ message|ursprüngliche\ nachricht|weitergeleitete\ nachricht
            |message\ d['’]origine|message\ transféré|mensaje\ original|mensaje\ reenviado
            |messaggio\ originale|messaggio\ inoltrato|oorspronkelijk\ bericht|doorgestuurd\ bericht)\s*-{2,}
      | (?:begin\ forwarded\ message|anfang\ der\ weitergeleiteten\ nachricht|début\ du\ message\ transféré
            |inicio\ del\ mensaje\ reenviado|inizio\ messaggio\ inoltrato|begin\ doorgestuurd\ bericht)\s?:
      | _{10,}
      | -{20,}
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTION = re.compile(
    r"""^\s*(?:
        (?:on|am|le|el|il|op)\ .{4,300}(?:wrote|schrieb|a\ écrit|escribió|ha\ scritto|schreef)[^:]{0,120}:
      | \d{4}-\d\d-\d\d\ .{4,120}<[^<>\s]+@[^<>\s]+>:
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_OPENS = re.compile(r"^\s*(?:on|am|le|el|il|op) .{4,300}$", re.IGNORECASE)
_FROM = re.compile(r"^[\s*]*(?:from|von|de|da|van)\s?:[\s*]+\S.*$", re.IGNORECASE)
_FROM_ADDRESS = re.compile(r"^\s*(?:from|von|de|da|van)\s?:\ ?[^@]{0,200}@.*$", re.IGNORECASE)
_SENT = re.compile(
    r"^[\s*]*(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|inviato|data|verzonden"
    r"|subject|to|an|à|para|a|aan)\s?:[\s*]+\S.*$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"""^\s*(?:
        sent\ from\ my\ .{2,30} | (?:von\ meinem\ .{2,30}\ gesendet) | envoyé\ (?:de|depuis)\ mon\ .{2,30}
      | enviado\ desde\ mi\ .{2,30} | inviato\ (?:da|dal\ mio)\ .{2,30} | verstuurd\ vanaf\ mijn\ .{2,30}
      | get\ outlook\ for\ .{2,20} | outlook\ für\ .{2,20}\ beziehen
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_LINES_OF_AN_ATTRIBUTION = 3


def unquoted(text: str) -> str:
    """What was written anew, stripped. Where nothing is left, the whole text: better too much than nothing.

    An answer above the quoted mail ends with it. Below or between quoted lines, all is new that is not marked.
    """
    lines = text.replace("\r\n", "\n").replace("\u00a0", " ").split("\n")
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        length = _attribution(lines[number : number + _LINES_OF_AN_ATTRIBUTION])
        if length and not any(kept) and _marked(lines[number + length :]):
            number += length  # the answer comes below, or in between
            continue
        if length or _RULE.match(line) or _header_begins(lines[number : number + 3]):
            break
        if line.rstrip() == "--":  # the signature's mark
            break
        if not (line.lstrip().startswith(">") or _PHONE.match(line)):
            kept.append(line.rstrip())
        number += 1
    return "\n".join(kept).strip() or text.strip()


def _attribution(lines: Sequence[str]) -> int:
    """How many of these lines are an attribution; 0: it is none. Long ones are broken over two or three lines."""
    if not _OPENS.match(lines[0]):
        return 1 if _ATTRIBUTION.match(lines[0]) else 0
    for length in range(1, len(lines) + 1):
        if _ATTRIBUTION.match(" ".join(line.strip() for line in lines[:length])):
            return length
    return 0


def _marked(lines: Sequence[str]) -> bool:
    """Whether the next words are marked as quoted."""
    return next((line.lstrip().startswith(">") for line in lines if line.strip()), False)


def _header_begins(lines: Sequence[str]) -> bool:
    """Whether the header of a quoted mail begins here: who wrote it, and in the next lines when or to whom."""
    if _FROM_ADDRESS.match(lines[0]):
        return True
    return bool(_FROM.match(lines[0])) and any(_SENT.match(line) for line in lines[1:])


def text_of_html(html: str) -> str:
    """The words of a page, a line for each block; what a mail program marks as quoted begins with `>`."""
    reader = _Words()
    # The parser reads what follows a tag that never ends again and again, for each such tag.
    reader.feed(_ENDLESS.sub("&lt;", _without_comments(html)))
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_ENDLESS = re.compile(r"<(?=[^<>]*(?:<|\Z))")
"""A `<` that begins no tag, since another one comes before any `>`."""


def _without_comments(html: str) -> str:
    first, *others = html.split("<!--")
    return first + "".join(
        other[1:] if other.startswith(">") else other.partition("-->")[2] for other in others
    )


_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr"}
)
_UNSEEN = frozenset({"style", "script", "head", "title"})
# How Gmail, Yahoo, Proton and Outlook name the element that holds the quoted mail, by class or id.
_QUOTING = frozenset(
    {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"}
)
_QUOTING_IDS = frozenset({"mail-editor-reference-message-container"})
_REST_IS_QUOTED = frozenset({"divrplyfwdmsg", "appendonsend"})
"""Ids of an empty or short element of Outlook's, after which all is the quoted mail."""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0
        self._divs: list[bool] = []
        """Of each open `div`, whether it holds a quoted mail."""
        self._quotes = 0
        """Open elements that hold a quoted mail."""
        self._rest = False

    @property
    def _quoted(self) -> bool:
        return self._rest or self._quotes > 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in _UNSEEN:
            self._hidden += 1
        if tag == "blockquote":
            self._quotes += 1
        if tag == "div":
            classes = (named.get("class") or "").split()
            own = (named.get("id") or "").lower().removeprefix("x_")
            self._divs.append(not _QUOTING.isdisjoint(classes) or own in _QUOTING_IDS)
            self._quotes += self._divs[-1]
            self._rest = self._rest or own in _REST_IS_QUOTED
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        if tag == "div" and self._divs:
            self._quotes -= self._divs.pop()
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            # A line break within the text of a page is a space.
            self.words.append(" ".join(data.split("\n")))

    def _break(self) -> None:
        self.words.append("\n> " if self._quoted else "\n")
