"""The new words of a mail: without the mail that it answers, and without tags."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# A line after which all is the mail that was answered, as mail programs write it in the languages that we write in.
_BEGINS = re.compile(
    r"""^\s*(?:
        -{2,}\s*(?:original\ message|forwarded\ message|ursprüngliche\ nachricht|message\ d['’]origine
            |mensaje\ original|messaggio\ originale|oorspronkelijk\ bericht)\s*-{2,}
      | _{10,}
      | (?:on|am|le|el|il|op)\ .{4,200}(?:wrote|schrieb|a\ écrit|escribió|ha\ scritto|schreef)[^:]{0,120}:
      | (?:from|von|de|da|van):\ .+@.+
    )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_TWO_LINES = re.compile(r"^\s*(?:on|am|le|el|il|op) .{4,200}$", re.IGNORECASE)


def unquoted(text: str) -> str:
    """What was written anew, stripped. Where nothing is left, the whole text: better too much than nothing."""
    lines = text.replace("\r\n", "\n").split("\n")
    kept: list[str] = []
    for number, line in enumerate(lines):
        # "On 5 March, somebody with a long name" / "<address> wrote:" is often broken over two lines.
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if _BEGINS.match(line) or (
            _TWO_LINES.match(line) and _BEGINS.match(f"{line.strip()} {following.strip()}")
        ):
            break
        if line.rstrip() == "--":  # the signature's mark
            break
        if not line.lstrip().startswith(">"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip() or text.strip()


def text_of_html(html: str) -> str:
    """The words of a page, a line for each block."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.words).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "blockquote", "table", "ul", "ol", "hr"}
)
_UNSEEN = frozenset({"style", "script", "head", "title"})


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._hidden = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._hidden += 1
        if tag == "blockquote" or (tag == "div" and "gmail_quote" in (dict(attrs).get("class") or "")):
            self._quoted += 1
            self.words.append("\n> ")
        if tag in _BLOCKS:
            self.words.append("\n> " if self._quoted else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in _BLOCKS:
            self.words.append("\n> " if self._quoted else "\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)
