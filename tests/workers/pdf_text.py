"""The text of a PDF, read with nothing of the library that wrote it: objects, fonts, streams."""

from __future__ import annotations

import base64
import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_SHOWN = re.compile(rb"/(F[\d+]+) [\d.]+ Tf|\(((?:[^()\\]|\\.)*)\) Tj|(T\*|ET)", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, in order."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    fonts = {
        name.group(1): _letters(_stream(objects[int(found.group(1))]))
        for body in objects.values()
        if (found := re.search(rb"/ToUnicode (\d+) 0 R", body))
        and (name := re.search(rb"/Name /(\S+)", body))
    }
    pages = [body for body in objects.values() if re.search(rb"/Type /Page\b(?!s)", body)]
    contents = [int(found.group(1)) for page in pages if (found := re.search(rb"/Contents (\d+) 0 R", page))]
    return [_text(_stream(objects[number]), fonts) for number in contents]


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    data = found.group(1).strip()
    if b"/ASCII85Decode" in body:
        data = base64.a85decode(data.removesuffix(b"~>"))
    return zlib.decompress(data) if b"/FlateDecode" in body else data


def _letters(cmap: bytes) -> dict[int, str]:
    """What each code of a font means."""
    lines = re.findall(rb"^<(\w{2})> <(\w{4})>$", cmap, re.MULTILINE)
    return {int(code, 16): chr(int(letter, 16)) for code, letter in lines}


def _text(content: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    shown, font = [], b""
    for name, string, end in _SHOWN.findall(content):
        if name:
            font = name
        elif end:
            shown.append("\n")
        else:
            shown.append("".join(fonts.get(font, {}).get(code, chr(code)) for code in _plain(string)))
    return "".join(shown)


def _plain(string: bytes) -> bytes:
    def escape(found: re.Match[bytes]) -> bytes:
        said = found.group(1)
        return bytes([int(said, 8)]) if said.isdigit() else _ESCAPES.get(said, said)

    return re.sub(rb"\\([0-7]{1,3}|.)", escape, string, flags=re.DOTALL)
