"""Write what people read of a mail: the lines of its header, its text, what it quotes."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.mail_header import Header
from qantar.readers.paragraphs import blocks

SHOWN_FIELDS: Final = frozenset(
    {
        *("from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "organization"),
        *("resent-from", "resent-to", "resent-date", "resent-cc"),
    }
)
_LONGEST_DATE: Final = 200
_QUOTED: Final = re.compile(r"^[ \t]{0,3}>", re.MULTILINE)
_MARKS: Final = re.compile(r"[ \t]{0,3}>[> \t]*")


@dataclass(slots=True)
class _Run:
    """Lines that stand together, quoted or not: their text without marks, and where each stands.

    `starts` are offsets into the run's own text, `places` those of the same letters in the
    text of the mail.
    """

    quoted: bool
    start: int
    end: int = 0
    lines: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    size: int = 0

    def add(self, line: str, place: int) -> None:
        self.lines.append(line)
        self.starts.append(self.size)
        self.places.append(place)
        self.size += len(line) + 1
        self.end = place + len(line.rstrip())

    def place_of(self, at: int) -> int:
        line = bisect_right(self.starts, at) - 1
        return self.places[line] + at - self.starts[line]


def write_header(header: Header, out: DocumentWriter) -> None:
    """Write the fields that a mail program shows, each as a segment."""
    for one in header.fields:
        if one.name.lower() not in SHOWN_FIELDS:
            continue
        start, end = out.text(f"{one.name}: {one.value}".rstrip())
        where = Locator(line=one.line)
        out.segment(Segment(kind=SegmentKind.HEADER, start=start, end=end, locator=where))
        out.text("\n")
        out.close_block()
    out.text("\n")


def write_plain(text: str, part: str, out: DocumentWriter) -> None:
    """Write a plain text: its paragraphs, and each run of quoted lines as a quote of them."""
    base, _ = out.text(text)
    if not _QUOTED.search(text):
        for number, block in enumerate(blocks(text), start=1):
            where = Locator(part=part, paragraph=number)
            out.segment(_segment(block.kind, base + block.start, base + block.end, where))
        out.close_block()
        return
    number = 0
    for run in _runs(text):
        said = "\n".join(run.lines)
        found = blocks(said)
        if run.quoted and found:
            start, end = run.start, run.place_of(found[-1].end - 1) + 1
            where = Locator(part=part, paragraph=number + 1)
            out.segment(_segment(SegmentKind.QUOTE, base + start, base + end, where))
        for block in found:
            number += 1
            start, end = run.place_of(block.start), run.place_of(block.end - 1) + 1
            where = Locator(part=part, paragraph=number)
            out.segment(_segment(block.kind, base + start, base + end, where))
        out.close_block()


def _segment(kind: SegmentKind, start: int, end: int, where: Locator) -> Segment:
    return Segment(kind=kind, start=start, end=end, locator=where)


def _runs(text: str) -> list[_Run]:
    """Part a text where quoting begins and ends; blank lines go with what stands before them."""
    runs: list[_Run] = []
    at = 0
    for line in text.split("\n"):
        marks = _MARKS.match(line)
        is_blank = not line.strip()
        quoted = marks is not None
        if not runs or (runs[-1].quoted != quoted and not is_blank):
            start = at + len(line) - len(line.lstrip())
            runs.append(_Run(quoted, start))
        cut = marks.end() if marks else 0
        runs[-1].add(line[cut:], at + cut)
        at += len(line) + 1
    return runs


def iso_date(untrusted_date: str) -> tuple[str, bool] | None:
    """Read the date of a mail: in ISO form, and whether its zone is known; None if it is none.

    "-0000" says that the zone is not known (RFC 5322, 3.3), as does a zone that has no name.
    """
    try:
        found: datetime = parsedate_to_datetime(untrusted_date[:_LONGEST_DATE])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found.isoformat(), found.tzinfo is not None
