"""What lies in a PDF beside its pages: scripts, files, earlier states, bytes of nothing.

The objects are looked at as bytes, those that are packed together too; nothing is followed
or run. What stands in the streams of pages is not looked at: they can only draw.

Source: ISO 32000-1, sections 7.3.5 (names), 7.5 (file structure), 12.6 (actions).
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

_ACTIVE: Final = MappingProxyType(
    {
        b"JS": "JavaScript",
        b"JavaScript": "JavaScript",
        b"Launch": "actions that start a program",
        b"EmbeddedFile": "embedded files",
        b"EmbeddedFiles": "embedded files",
        b"AcroForm": "a form to fill in",
        b"XFA": "an XFA form",
        b"SubmitForm": "actions that send a form",
        b"ImportData": "actions that read a file",
        b"GoToR": "jumps to other files",
        b"GoToE": "jumps to embedded files",
        b"RichMedia": "sound, film or models",
        b"Rendition": "sound, film or models",
        b"Movie": "sound, film or models",
        b"Sound": "sound, film or models",
        b"3D": "sound, film or models",
    }
)
_ENDS: Final = rb"(?=[\x00\s/<>\[\](){}%]|\Z)"
_TOKEN: Final = re.compile(
    rb"(?P<stream>(?<!end)stream\r?\n)|(?P<xref>startxref\s{1,8}(?!0\D))|/(?P<name>(?:"
    + b"|".join(re.escape(name) for name in (*_ACTIVE, b"ObjStm"))
    + rb")"
    + _ENDS
    + rb"|[A-Za-z0-9]{0,16}\#[A-Za-z0-9#]{2,64}"
    + rb")"
)
_OBJECT: Final = re.compile(rb"\b(\d{1,9}) 0 obj\b")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_MAX_TOKENS: Final = 2_000_000
_MAX_UNPACKED: Final = 64 * 1024 * 1024
_TAIL_BYTES: Final = 2048
_STRAY_BYTES: Final = 16


@dataclass(slots=True)
class PdfScan:
    """What was seen: how often each active thing is named, and how the file is put together.

    `states` is how many times the document was saved into this file. `before` and `after`
    are bytes that belong to no document; `whole` says that it ends as it should.
    """

    active: Counter[str] = field(default_factory=Counter)
    states: int = 0
    before: int = 0
    after: int = 0
    whole: bool = True
    complete: bool = True


def scan(data: bytes) -> PdfScan:
    """Look through a file; what is too much of it is left, and `complete` says so."""
    found = PdfScan(before=max(0, data.find(b"%PDF-", 0, _TAIL_BYTES)))
    _look_at_end(data, found)
    at, tokens, room = 0, 0, _MAX_UNPACKED
    packed = False
    while token := _TOKEN.search(data, at):
        at = token.end()
        tokens += 1
        if tokens > _MAX_TOKENS:
            found.complete = False
            break
        if token["stream"]:
            end = data.find(b"endstream", at)
            end = len(data) if end < 0 else end
            if packed:
                room -= _look_into(data[at:end], found, room)
            packed, at = False, end
        elif token["xref"]:
            found.states += 1
        elif token["name"] == b"ObjStm":
            packed = True
        else:
            _count(token["name"], found)
    return found


def catalog_number(data: bytes) -> int | None:
    """Give the number of the object that leads to all pages, as far as the bytes show it."""
    name = max(data.rfind(b"/Type/Catalog"), data.rfind(b"/Type /Catalog"))
    heads = list(_OBJECT.finditer(data, max(0, name - _TAIL_BYTES), max(0, name)))
    return int(heads[-1][1]) if heads else None


def _count(name: bytes, found: PdfScan) -> None:
    plain = _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name)
    if plain in _ACTIVE:
        found.active[_ACTIVE[plain]] += 1


def _look_into(stream: bytes, found: PdfScan, room: int) -> int:
    """Look at objects that are packed together; gives how many bytes they unpack to."""
    unpacker = zlib.decompressobj()
    try:
        objects = unpacker.decompress(stream, max(1, room))
    except zlib.error:
        objects = stream
    if unpacker.unconsumed_tail:
        found.complete = False
    for count, token in enumerate(_TOKEN.finditer(objects)):
        if count > _MAX_TOKENS:
            found.complete = False
            break
        if token["name"]:
            _count(token["name"], found)
    return len(objects)


def _look_at_end(data: bytes, found: PdfScan) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        found.whole = False
        return
    after = len(data[end + 5 :].strip(b"\x00\t\n\r\x0c "))
    found.after = after if after > _STRAY_BYTES else 0
