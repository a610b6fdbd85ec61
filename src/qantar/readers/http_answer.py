"""The answer of a web server as a web archive keeps it: its status, its header, what it sent.

Source: RFC 9112 (HTTP/1.1: status line, chunks), RFC 9110 8.4 (content codings), RFC 7932
(Brotli).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final

from qantar.readers.children import Stream
from qantar.readers.libraries import INSTALL
from qantar.readers.mail_header import Header, parse_header

try:
    import brotli
except ImportError:  # an extra
    brotli = None

_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})")
_SIZE: Final = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]{0,4096})?(\r?\n)")
_OUT_BYTES: Final = 1024 * 1024
_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15, "x-deflate": 15}
_CODINGS: Final = frozenset({*_WINDOWS, "br"})
_NONE: Final = frozenset({"", "identity", "none", "utf-8", "binary"})
MAX_CODINGS: Final = 3


class UndecodableError(Exception):
    """What was sent is packed in a way that cannot be undone; completes "what was sent …"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status (None where there is none), header, and what follows it, as it was sent."""

    status: int | None
    header: Header
    sent: bytes


def parse_answer(block: bytes) -> Answer:
    """Cut an answer after its header."""
    found = _STATUS.match(block)
    start = block.find(b"\n") + 1 if found else 0
    header = parse_header(block, start, len(block))
    return Answer(status=int(found[1]) if found else None, header=header, sent=block[header.end :])


def without_chunks(answer: Answer) -> tuple[bytes, bool]:
    """Put together what was sent in chunks; gives also whether it is whole.

    Some archivers keep the header that says so, and not the chunks: then nothing is done.
    """
    if "chunked" not in answer.header.get("transfer-encoding").lower():
        return answer.sent, True
    data, at = answer.sent, 0
    pieces: list[bytes] = []
    while found := _SIZE.match(data, at):
        size, start = int(found[1], 16), found.end()
        if size == 0:
            return b"".join(pieces), True
        pieces.append(data[start : start + size])
        at = start + size
        if data.startswith(b"\r\n", at):
            at += 2
        elif data.startswith(b"\n", at):
            at += 1
        elif at < len(data):
            break
    if not pieces:
        return data, True
    return b"".join(pieces), False


def decoded(data: bytes, header: Header) -> Stream | None:
    """Give a stream that undoes how the content was packed; None where it was not.

    Raises:
        UndecodableError: it is packed in a way that is not known here.
    """
    said = [one.strip().lower() for one in header.get("content-encoding").split(",")]
    codings = [one for one in said if one not in _NONE]
    if not codings:
        return None
    unknown = [one for one in codings if one not in _CODINGS]
    if unknown or len(codings) > MAX_CODINGS:
        message = f"is packed as {', '.join(codings)[:100]}, which this version cannot undo"
        raise UndecodableError(message)
    if "br" in codings and brotli is None:
        message = f"is packed with Brotli, which is not installed here: {INSTALL}"
        raise UndecodableError(message)
    stream: Stream = _Bytes(data)
    for coding in reversed(codings):
        stream = _Brotli(stream) if coding == "br" else _Zlib(stream, _WINDOWS[coding])
    return stream


class _Bytes:
    """Bytes as a stream."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def read(self, size: int, /) -> bytes:
        piece = self._data[self._at : self._at + size]
        self._at += len(piece)
        return piece


class _Zlib:
    """Undoes gzip and deflate; servers send the latter with its header and without."""

    def __init__(self, source: Stream, window: int) -> None:
        self._source, self._window = source, window
        self._unpacker = zlib.decompressobj(window)
        self._held, self._begun = b"", False

    def read(self, size: int, /) -> bytes:
        while not self._unpacker.eof:
            self._held = self._held or self._source.read(_OUT_BYTES)
            if not self._held and self._begun:
                message = "ends before its packed content does"
                raise UndecodableError(message)
            if not self._held:
                return b""
            if piece := self._unpack(min(size, _OUT_BYTES)):
                return piece
        return b""

    def _unpack(self, size: int) -> bytes:
        try:
            piece = self._unpacker.decompress(self._held, size)
        except zlib.error as error:
            if self._begun or self._window > zlib.MAX_WBITS:
                message = "is damaged where it is packed"
                raise UndecodableError(message) from error
            self._begun = True
            self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            return b""
        self._held, self._begun = self._unpacker.unconsumed_tail, True
        return piece


class _Brotli:
    """Undoes Brotli."""

    def __init__(self, source: Stream) -> None:
        self._source = source
        self._unpacker = brotli.Decompressor()

    def read(self, size: int, /) -> bytes:
        while not self._unpacker.is_finished():
            accepts = self._unpacker.can_accept_more_data()
            more = self._source.read(_OUT_BYTES) if accepts else b""
            try:
                piece = self._unpacker.process(more, output_buffer_limit=min(size, _OUT_BYTES))
            except brotli.error as error:
                message = "is damaged where it is packed"
                raise UndecodableError(message) from error
            if piece:
                return bytes(piece)
            if accepts and not more:
                message = "ends before its packed content does"
                raise UndecodableError(message)
        return b""
