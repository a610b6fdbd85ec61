"""Cut a mail into its parts: where each begins and ends, what its header says, its bytes.

Parts are found by their boundaries alone, without recursion, so that a mail nested a
thousand deep costs no more than its length. What is broken (a boundary that never comes,
or is not named) is read as far as it goes, and told.

Source: RFC 2045 and 2046 (MIME), RFC 2045 6.7 and 6.8 (encodings for transfer).
"""

from __future__ import annotations

import binascii
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from qantar.model.finding import Locator
from qantar.readers.caps import MAX_PARTS
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.mail_header import Header, parameters, parse_header

MAX_MULTIPART_DEPTH: Final = 20
_GUESSED: Final = re.compile(rb"(?:\A|\n)--([!-~]{1,200})[ \t]*\r?\n[!-9;-~]{1,80}:")
_BASE64: Final = string.ascii_letters.encode() + b"0123456789+/="
_NOT_BASE64: Final = bytes(set(range(256)) - set(_BASE64))
_PLAIN: Final = frozenset({"", "7bit", "8bit", "binary"})


@dataclass(slots=True)
class Part:
    """One part: `start` to `end` of the mail's bytes is its body; `number` as in 1.2."""

    number: str
    header: Header
    start: int
    end: int
    parts: list[Part] = field(default_factory=list)

    @property
    def media_type(self) -> str:
        """What it says it is."""
        return self.header.media_type

    @property
    def where(self) -> Locator:
        """Its place, for findings."""
        return Locator(part=self.number or None)

    def walk(self) -> Iterator[Part]:
        """Give it and all within it, in the order of the mail."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.parts))


def parse_mail(data: bytes, log: FindingLog) -> Part:
    """Cut a mail into parts; what is broken goes to the log."""
    header = parse_header(data, 0, len(data))
    root = Part("", header, header.end, len(data))
    _report_header(header, root.where, log)
    waiting, count = [(root, 0)], 1
    while waiting:
        part, depth = waiting.pop()
        if not part.media_type.startswith("multipart/"):
            continue
        if depth >= MAX_MULTIPART_DEPTH:
            text = f"Parts nested more than {MAX_MULTIPART_DEPTH} deep; these were not read."
            log.loss("too-deep", text, part.where)
            continue
        for start, end in _cut(data, part, log):
            count += 1
            if count > MAX_PARTS:
                text = f"The mail has more than {MAX_PARTS:,} parts; the rest was not read."
                log.loss("too-many", text, part.where)
                return root
            header = parse_header(data, start, end)
            number = f"{part.number}.{len(part.parts) + 1}".removeprefix(".")
            inner = Part(number, header, header.end, max(end, header.end))
            _report_header(header, inner.where, log)
            part.parts.append(inner)
        waiting.extend((inner, depth + 1) for inner in reversed(part.parts))
    if not root.parts:
        root.number = "1"
    return root


def body_of(data: bytes, part: Part, log: FindingLog) -> bytes:
    """Give the bytes of a part, its encoding for transfer undone."""
    raw = data[part.start : part.end]
    how = part.header.get("content-transfer-encoding").split(";")[0].strip().lower()
    if how in _PLAIN:
        return raw
    if how == "base64":
        return _from_base64(raw, part, log)
    if how == "quoted-printable":
        return binascii.a2b_qp(raw)
    if how in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _from_uu(raw, part, log)
    text = f"The part names the transfer encoding {shown(how)}, which does not exist. It was taken "
    log.note("damaged", f"{text}as it stands.", part.where)
    return raw


def _from_base64(raw: bytes, part: Part, log: FindingLog) -> bytes:
    kept = raw.translate(None, _NOT_BASE64)
    strays = len(raw.translate(None, b"\r\n \t")) - len(kept)
    body = kept.rstrip(b"=")
    if b"=" in body or strays or len(body) % 4 == 1:
        log.loss(
            "damaged",
            "The part is encoded as base64 and damaged: "
            f"{strays:,} characters that do not belong there, or its end is missing. What could "
            "be decoded was.",
            part.where,
        )
    pieces = []
    for piece in body.split(b"=") if b"=" in body else [body]:
        whole = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
        pieces.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(pieces)


def _from_uu(raw: bytes, part: Part, log: FindingLog) -> bytes:
    pieces, bad = [], 0
    for line in raw.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            bad += 1
    if bad:
        log.loss("damaged", f"{bad:,} lines that are no uuencoded text were left out.", part.where)
    return b"".join(pieces)


def _cut(data: bytes, part: Part, log: FindingLog) -> list[tuple[int, int]]:
    """Give the spans of the parts in a multipart one."""
    said = parameters(part.header.get("content-type")).get("boundary", "")
    boundary = said.encode("utf-8", "replace").rstrip()
    if not boundary:
        guessed = _GUESSED.search(data, part.start, part.end)
        boundary = guessed[1] if guessed else b""
        log.note("damaged", _NO_BOUNDARY, part.where)
        if not boundary:
            return []
    spans: list[tuple[int, int]] = []
    open_at: int | None = None
    first = last = None
    for start, after, closes in _delimiters(data, part.start, part.end, boundary):
        first = start if first is None else first
        if open_at is not None:
            spans.append((open_at, start))
        open_at, last = (None if closes else after), after
        if closes:
            break
    if open_at is not None:
        spans.append((open_at, part.end))
        log.loss("truncated", _NO_END, part.where)
    if first is None or last is None:
        log.note("damaged", _NO_PARTS, part.where)
        return []
    outside = data[part.start : first], (data[last : part.end] if open_at is None else b"")
    _report_outside(outside, part, log)
    return spans


_NO_BOUNDARY: Final = (
    "The part says that it has parts, and not by which line they are parted. They were looked for "
    "by their form."
)
_NO_END: Final = "The last part has no end: the mail was cut off, or is damaged."
_NO_PARTS: Final = (
    "The part says that it has parts, and none was found. What it holds was taken for text."
)


def _delimiters(data: bytes, start: int, end: int, name: bytes) -> Iterator[tuple[int, int, bool]]:
    """Give each line that parts: where what stands before it ends, where it ends, if it closes."""
    mark, at = b"--" + name, start
    while (at := data.find(mark, at, end)) >= 0:
        after = at + len(mark)
        closes = data.startswith(b"--", after, end)
        after += 2 * closes
        while after < end and data[after] in b" \t":
            after += 1
        is_line = after >= end or data[after] in b"\r\n"
        if is_line and (at == start or data[at - 1] in b"\r\n"):
            if data.startswith(b"\r\n", after):
                after += 1
            yield _before(data, start, at), min(after + 1, end), closes
        at = max(after, at + 1)


def _before(data: bytes, start: int, at: int) -> int:
    """Where a part ends: the line end before the boundary belongs to that."""
    if at > start and data[at - 1 : at] == b"\n":
        at -= 1
    if at > start and data[at - 1 : at] == b"\r":
        at -= 1
    return at


def _report_outside(outside: tuple[bytes, bytes], part: Part, log: FindingLog) -> None:
    for said, place in zip(outside, ("before", "behind"), strict=True):
        text = said[:4096].decode("utf-8", "replace").strip()
        if text and not ("mime" in text.lower() and len(text) < 400):  # noqa: PLR2004
            log.note(
                "hidden-content",
                f"Text {place} the parts of the mail, which no mail program shows: {shown(text)}",
                part.where,
            )


def _report_header(header: Header, where: Locator, log: FindingLog) -> None:
    if header.stray:
        log.note(
            "damaged",
            f"{shown(header.stray)} stands in the header and is no field of one. What follows "
            "was taken for text.",
            where,
        )
    if header.left_out or header.cut:
        log.loss("too-many", "The header has more fields than are read; the rest was not.", where)
