"""Reading a mail that anybody may have written: its words, its subject, the files it carries.

Real mails lie: about their character set, their type, their encoding. Nothing here raises for that; what can't be read
as it claims is read as the next likely thing, and better a wrong accent than a lost word. The parser keeps headers as
they came (`compat32`), since the modern one raises on headers that mail programs do write.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256
from itertools import islice

from channels.quotes import text_of_html
from reminders.feedback import AttachedFile

MOST_TEXT = 200_000
"""Characters of a mail that are read, and bytes of each part: nobody writes more, and may quote megabytes."""
MOST_FILES = 50
"""Files of one mail that are told of."""
LONGEST_NAME = 200
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
# Western text is said to be all of these and is nearly always the last one: browsers read it so, too.
_WESTERN = frozenset({"ascii", "iso8859-1", "cp1252"})
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def words_of(message: Message) -> str:
    """What a mail says: its plain text, else its HTML without the tags; parts after an attachment included."""
    plain: list[str] = []
    html: list[str] = []
    for part in _shown(message):
        (html if part.get_content_subtype() == "html" else plain).append(_text_of(part))
    found = "\n\n".join(text.strip() for text in plain if text.strip())
    return found or "\n\n".join(text_of_html(page) for page in html).strip()


def attachments_of(message: Message) -> tuple[AttachedFile, ...]:
    """The files that a mail carries, at most `MOST_FILES`; pictures within its HTML and signatures are none."""
    attached = (part for part in _leaves(message) if _is_attached(part))
    return tuple(
        described(_name_of(part), part.get_content_type(), _bytes_of(part))
        for part in islice(attached, MOST_FILES)
    )


def described(name: str, content_type: str, content: bytes) -> AttachedFile:
    """A file as it is told of; its name may be anybody's, so it is one line, without a path, and not long."""
    plain = " ".join(_NO_TEXT.sub("", name.replace("\\", "/").rpartition("/")[2]).split())
    return AttachedFile(
        name=plain[:LONGEST_NAME] or "without a name",
        content_type=" ".join(_NO_TEXT.sub("", content_type).split())[:LONGEST_NAME],
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )


def header(message: Message, name: str) -> str:
    """A header as text, its encoded words (RFC 2047) decoded, on one line; empty without it."""
    value = message.get(name)
    if value is None:
        return ""
    try:
        text = str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):  # an encoded word that is none
        text = str(value)
    return " ".join(_NO_TEXT.sub("", text).split())


def address(message: Message, name: str) -> str:
    """The address in a header, without the name beside it; empty without one."""
    return parseaddr(str(message.get(name, "")))[1]


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in order. A mail within the mail is one part: it is somebody else's."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _shown(message: Message) -> Iterator[Message]:
    for part in _leaves(message):
        if _is_text(part) and part.get_content_disposition() != "attachment":
            yield part


def _is_text(part: Message) -> bool:
    return part.get_content_type() in ("text/plain", "text/html") and not part.is_multipart()


def _is_attached(part: Message) -> bool:
    kind = part.get_content_type()
    if part.get_content_disposition() == "attachment":
        return kind not in _SIGNATURES
    return not (_is_text(part) or part.get("Content-ID") or kind in _SIGNATURES)


def _name_of(part: Message) -> str:
    try:
        name = part.get_filename() or ""
        return str(make_header(decode_header(name)))
    except (HeaderParseError, LookupError, ValueError):  # an encoded name that is none
        return ""


def _bytes_of(part: Message) -> bytes:
    """A file's bytes; of a mail within the mail, the mail."""
    raw, inner = part.get_payload(decode=True), part.get_payload()
    if isinstance(raw, bytes):
        return raw
    try:
        return bytes(inner[0]) if isinstance(inner, list) and isinstance(inner[0], Message) else b""
    except (LookupError, ValueError):  # characters that its own encoding does not have
        return b""


def _text_of(part: Message) -> str:
    """A part's text, in the character set that it names if that is true, else in the likeliest one."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    return _decoded(raw[:MOST_TEXT], str(part.get_content_charset() or ""))


def _decoded(raw: bytes, charset: str) -> str:
    try:
        named = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        named = "utf-8"
    for name in ("utf-8", "cp1252") if named in _WESTERN or named == "utf-8" else (named, "utf-8", "cp1252"):
        try:
            return raw.decode(name)
        except UnicodeDecodeError as error:
            if error.start >= len(raw) - 3 and len(raw) == MOST_TEXT:  # cut within a character
                return raw[: error.start].decode(name)
        except (LookupError, ValueError):  # a codec that gives no text
            continue
    return raw.decode("cp1252", "replace")
