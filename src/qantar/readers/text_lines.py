"""The physical lines of a text file, with every byte that could not be decoded accounted for."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from qantar.model.finding import Locator
from qantar.readers.caps import MAX_DAMAGED_LINES_NAMED, MAX_LINE_BYTES, MIB
from qantar.readers.encoding import TextEncoding
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.text_codecs import spoken, unit_of

_RUNS_NAMED: Final = 8  # damaged places named of one line
_RUN_BYTES: Final = 16  # bytes shown of one damaged place
_ERRORS_A_LINE: Final = 64  # beyond these the rest of a line is decoded at once and only counted
_BEGINNING_BYTES: Final = 4096
_LINE_END: Final = re.compile(rb"\r\n|\n|\r(?!\Z)")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole lines as bytes; where `overlong` is not 0, the beginning of one line of that size."""

    data: bytes
    offset: int
    overlong: int = 0


@dataclass(slots=True)
class TextLines:
    """Iterate over a text's physical lines, ends included; lines end at LF, CR LF or CR.

    Attributes:
        damage: damaged lines not yet reported, line number → what was found
            there; the first 100 only.
        damaged: how many lines held bytes that are no text in the encoding;
            each such byte became U+FFFD.
        overlong: lines over the cap, line number → bytes; only their beginning
            is given, and without quotes, so that it cannot swallow what follows.
        number: physical lines given so far.
    """

    source: BinaryIO
    encoding: TextEncoding
    max_line_bytes: int = MAX_LINE_BYTES
    damage: dict[int, str] = field(default_factory=dict)
    damaged: int = 0
    overlong: dict[int, int] = field(default_factory=dict)
    number: int = 0

    def __iter__(self) -> Iterator[str]:
        """Decode the file from its start, piece by piece."""
        first = True
        for piece in self._pieces():
            if piece.overlong:
                self.number += 1
                self.overlong[self.number] = piece.overlong
                yield piece.data.decode(self.encoding.codec, "ignore").replace('"', "") + "\n"
                continue
            for text in self._decoded(piece):
                for line in io.StringIO(text.lstrip("\ufeff") if first else text, newline=""):
                    self.number += 1
                    yield line
                first = False

    def take_damage(self, first: int, last: int) -> list[tuple[int, str]]:
        """Damaged lines of a span that are not yet reported; they then count as reported."""
        lines = [line for line in self.damage if first <= line <= last]
        return [(line, self.damage.pop(line)) for line in lines]

    def report_damage(self, log: FindingLog) -> None:
        """Report damaged lines that belong to no row, and count those beyond the first 100."""
        for line, words in self.damage.items():
            log.loss("encoding-damage", words, Locator(line=line))
        self.damage.clear()
        more = self.damaged - MAX_DAMAGED_LINES_NAMED
        if more > 0:
            log.loss(
                "encoding-damage",
                f"{counted(more, 'more line')} ({self.damaged:,} in all) hold bytes that are no "
                f"text in {self.encoding.name}; only the first {MAX_DAMAGED_LINES_NAMED} are told "
                "one by one. The bytes were shown as U+FFFD. The file may be in another encoding: "
                "give `encoding` in the sheet.",
            )

    def _pieces(self) -> Iterator[_Piece]:
        """Cut the bytes after line ends, so that no character and no CR LF is cut."""
        codec, offset, held = self.encoding.codec, self.encoding.mark, b""
        self.source.seek(offset)
        while chunk := self.source.read(MIB):
            held += chunk
            if end := _end_of_lines(held, codec):
                yield _Piece(held[:end], offset)
                held, offset = held[end:], offset + end
            elif len(held) > self.max_line_bytes:
                size, rest = self._skip_line(held)
                yield _Piece(held[:_BEGINNING_BYTES], offset, size)
                held, offset = rest, offset + size
        if held:
            yield _Piece(held, offset)

    def _skip_line(self, held: bytes) -> tuple[int, bytes]:
        """Read to the end of an overlong line: its size in bytes, and what was read beyond it."""
        size, tail = len(held), _half_line_end(held, self.encoding.codec)
        while chunk := self.source.read(MIB):
            data = tail + chunk
            if end := _end_of_first_line(data, self.encoding.codec):
                return size - len(tail) + end, data[end:]
            size += len(chunk)
            tail = _half_line_end(data, self.encoding.codec)
        return size, b""

    def _decoded(self, piece: _Piece) -> Iterator[str]:
        """The text of a piece; where it is damaged, line by line."""
        try:
            text = piece.data.decode(self.encoding.codec)
        except UnicodeDecodeError:
            yield from self._decoded_by_line(piece)
        else:
            yield text

    def _decoded_by_line(self, piece: _Piece) -> Iterator[str]:
        offset = piece.offset
        for data in _byte_lines(piece.data, self.encoding.codec):
            text, words = _mended(data, offset, self.encoding.codec)
            if words:
                self.damaged += 1
                if self.damaged <= MAX_DAMAGED_LINES_NAMED:
                    self.damage[self.number + 1] = words
            yield text
            offset += len(data)


def _mended(data: bytes, offset: int, codec: str) -> tuple[str, str]:
    """Decode one line, each undecodable byte as U+FFFD, and say in words what was replaced."""
    parts: list[str] = []
    runs: list[tuple[int, int]] = []
    at = 0
    for _ in range(_ERRORS_A_LINE):
        try:
            parts.append(data[at:].decode(codec))
        except UnicodeDecodeError as error:
            start, end = at + error.start, at + error.end
        else:
            return "".join(parts), _damage_words(data, runs, offset, codec) if runs else ""
        parts.append(data[at:start].decode(codec) + "\ufffd")
        if runs and runs[-1][1] == start:
            start = runs.pop()[0]
        runs.append((start, end))
        at = end
    parts.append(data[at:].decode(codec, "replace"))
    return "".join(parts), _damage_words(data, runs, offset, codec, more=at < len(data))


def _damage_words(
    data: bytes, runs: list[tuple[int, int]], offset: int, codec: str, *, more: bool = False
) -> str:
    places = "; ".join(
        f"{data[start : min(end, start + _RUN_BYTES)].hex(' ')}"
        f"{' …' if end - start > _RUN_BYTES else ''} at byte {offset + start:,} of the file"
        for start, end in runs[:_RUNS_NAMED]
    )
    further = "; and further on in the line" if more or len(runs) > _RUNS_NAMED else ""
    return (
        f"Bytes that are no text in {spoken(codec)} (hexadecimal): {places}{further}. Each was "
        "replaced by U+FFFD; the rest of the line was read. Should much of the file be damaged, "
        "give another `encoding` in the sheet."
    )


def _end_of_lines(data: bytes, codec: str) -> int:
    """Where the last whole line in `data` ends; 0 if none does."""
    if unit_of(codec) > 1:
        return _last_aligned(data, "\n".encode(codec))
    # A CR at the very end may be half of a CR LF.
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, len(data) - 1) + 1


def _end_of_first_line(data: bytes, codec: str, start: int = 0) -> int:
    """Where the line that begins at `start` ends; 0 if it does not end in `data`."""
    if unit_of(codec) > 1:
        return _first_aligned(data, "\n".encode(codec), start)
    found = _LINE_END.search(data, start)
    return found.end() if found else 0


def _half_line_end(data: bytes, codec: str) -> bytes:
    return b"\r" if unit_of(codec) == 1 and data.endswith(b"\r") else b""


def _last_aligned(data: bytes, unit: bytes) -> int:
    """End of the last `unit` that stands on a code-unit boundary; 0 if there is none."""
    at = data.rfind(unit)
    while at >= 0 and at % len(unit):
        at = data.rfind(unit, 0, at + len(unit) - 1)
    return at + len(unit) if at >= 0 else 0


def _first_aligned(data: bytes, unit: bytes, start: int) -> int:
    """End of the first `unit` from `start` on a code-unit boundary; 0 if there is none."""
    at = data.find(unit, start)
    while at >= 0 and at % len(unit):
        at = data.find(unit, at + 1)
    return at + len(unit) if at >= 0 else 0


def _byte_lines(data: bytes, codec: str) -> Iterator[bytes]:
    """Split undecodable bytes into lines, ends included; UTF-16 and UTF-32 at LF only."""
    if unit_of(codec) == 1:
        yield from data.splitlines(keepends=True)
        return
    start = 0
    while start < len(data):
        end = _end_of_first_line(data, codec, start) or len(data)
        yield data[start:end]
        start = end
