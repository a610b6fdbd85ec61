"""What Tesseract made out on pages, as a document: paragraphs, and each word with its place.

The file is our own: what the pages measure, as whoever ran the program knows it, and the
program's table (TSV) for each, which a hostile picture may have shaped and which is
therefore read here, confined, like any other stranger's file:

    qantar-sight 1
    {"page": 1, "width": 2480, "height": 3508, "wide": 595.0, "high": 842.0, "length": 812}
    … 812 bytes of TSV …

Where `second` bytes are named too, the table of a second reading follows (`ocr_kazakh.py`).

The canonical text has a line for each line of the page and pages in order. Words of which
the program was unsure are kept, with how sure it was. A page on which no word is sure
says nothing: marks made out in leaves and walls are no text, and that is told.

Source: tesseract(1) and its manual on output formats (TSV: level, page_num, block_num, par_num,
line_num, word_num, left, top, width, height, conf, text).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import fmean
from typing import Annotated, BinaryIO, Final

import msgspec
from msgspec import Meta, Struct

from qantar.model.finding import Locator
from qantar.model.segment import Box, Segment, SegmentKind, Word
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MIB
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.ocr_kazakh import with_kazakh
from qantar.readers.start import Start

READER: Final = "ocr"
VERSION: Final = 1
MAGIC: Final = b"qantar-sight 1\n"
MAX_TABLE_BYTES: Final = 64 * MIB
"""What the program may answer for one page."""

_MAX_HEAD_BYTES: Final = 1024
_MAX_WORDS: Final = 20_000  # on a page; a large newspaper page has ten thousand
_MAX_WORD_CHARS: Final = 1_000
_WORD_LEVEL: Final = b"5"
_CELLS: Final = 12
_WORD: Final = re.compile(r"[^\W_]{2,}")
SURE: Final = 0.6
"""From here on a word is taken to be sure; below it, it is kept and counted."""
_SURE_SHARE: Final = 0.8  # of a page's words, below which that is told
_LEAST_SURE: Final = 2  # words that are sure make a page that says something


class PageHead(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A page as it was shown to the program: its raster, its own measures, how much follows.

    `length` is the bytes of its table, `second` of the table of a second reading behind it.
    """

    page: Annotated[int, Meta(ge=1)]
    width: Annotated[int, Meta(ge=1)]
    height: Annotated[int, Meta(ge=1)]
    wide: Annotated[float, Meta(gt=0)]
    high: Annotated[float, Meta(gt=0)]
    length: Annotated[int, Meta(ge=0, le=MAX_TABLE_BYTES)]
    second: Annotated[int, Meta(ge=0, le=MAX_TABLE_BYTES)] = 0

    def to_line(self) -> bytes:
        """Spell it as the file has it."""
        return msgspec.json.encode(self) + b"\n"


class DamagedSightError(Exception):
    """The file ends early, or is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One word as the program gives it; `place` is its block, paragraph and line.

    `raster` is its box in points of the raster, `box` in the page's own measures.
    """

    place: tuple[int, int, int]
    text: str
    raster: tuple[int, int, int, int]
    box: Box
    confidence: float

    @property
    def is_sure(self) -> bool:
        """Whether it is a word, and the program was sure of it."""
        return self.confidence >= SURE and _WORD.search(self.text) is not None

    def reread(self, text: str, confidence: float) -> Seen:
        """Give it as another reading has it."""
        return replace(self, text=text, confidence=confidence)


def knows(start: Start) -> bool:
    """Whether a file is what was made out on pages."""
    return start.head.startswith(MAGIC)


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read what was made out on pages; see `registry.read`."""
    log = FindingLog(job.name)
    out.begin(reader=READER, version=VERSION, media_type="text/plain")
    words: list[float] = []
    reread = 0
    try:
        for head, table, second in _pages(source):
            seen = _words(table, head, log)
            if second:
                seen, changed = with_kazakh(seen, _words(second, head, log))
                reread += changed
            words += _write(seen, head, log, out)
    except DamagedSightError as error:
        log.loss("damaged", f"What was made out on the pages {error}. The rest is lost.")
    log.write_to(out)
    out.end(meta=_summary(words) | ({"ocr.reread": reread} if reread else {}))


def _pages(source: BinaryIO) -> Iterator[tuple[PageHead, bytes, bytes]]:
    source.seek(0)
    if source.read(len(MAGIC)) != MAGIC:
        message = "does not begin as it should"
        raise DamagedSightError(message)
    while line := source.readline(_MAX_HEAD_BYTES):
        try:
            head = msgspec.json.decode(line, type=PageHead)
        except (msgspec.DecodeError, UnicodeError) as error:
            message = "is not put together as it should be"
            raise DamagedSightError(message) from error
        table, second = source.read(head.length), source.read(head.second)
        if len(table) < head.length or len(second) < head.second:
            message = "ends early"
            raise DamagedSightError(message)
        yield head, table, second


def _words(table: bytes, head: PageHead, log: FindingLog) -> list[Seen]:
    """Give the words of a page in the program's order; what is no word of it is counted."""
    seen: list[Seen] = []
    odd = 0
    for line in table.split(b"\n"):
        cells = line.rstrip(b"\r").split(b"\t")
        if cells[0] != _WORD_LEVEL:
            continue
        word = _word(cells, head)
        odd += word is None
        if word is not None and word.text and len(seen) < _MAX_WORDS:
            seen.append(word)
    where = Locator(page=head.page)
    if odd:
        text = f"{counted(odd, 'word')} of the program's table: not as they should be, left out."
        log.loss("broken-line", text, where)
    if len(seen) == _MAX_WORDS:
        text = f"More than {_MAX_WORDS:,} words were made out on the page; the rest was left out."
        log.loss("too-many", text, where)
    return seen


def _word(cells: list[bytes], head: PageHead) -> Seen | None:
    """Read one row of the table; None where it places a word off the page, or is no row."""
    if len(cells) != _CELLS or len(cells[11]) > _MAX_WORD_CHARS:
        return None
    try:
        _, block, paragraph, line, _, left, top, width, height = (
            _whole(cell) for cell in cells[1:10]
        )
        confidence = float(cells[10])
        text = " ".join(cells[11].decode().split())
    except ValueError:
        return None
    right, bottom = left + width, top + height
    if not 0 <= confidence <= 100 or right > head.width or bottom > head.height:  # noqa: PLR2004
        return None
    across, down = head.wide / head.width, head.high / head.height
    box = (left * across, top * down, right * across, bottom * down)
    return Seen(
        place=(block, paragraph, line),
        text=text,
        raster=(left, top, right, bottom),
        box=(round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2)),
        confidence=round(confidence / 100, 3),
    )


def _whole(cell: bytes) -> int:
    """Read a number without sign, blanks or underlines.

    Raises:
        ValueError: it is none, or larger than any page has.
    """
    if not cell.isdigit() or len(cell) > 7:  # noqa: PLR2004  # digits
        message = "no number"
        raise ValueError(message)
    return int(cell)


def _write(
    seen: list[Seen], head: PageHead, log: FindingLog, out: DocumentWriter
) -> Iterable[float]:
    """Write a page with its paragraphs; gives how sure its words are, none if it says nothing."""
    where = Locator(page=head.page)
    sure = sum(word.is_sure for word in seen)
    if sure < min(_LEAST_SURE, max(1, len(seen))):
        log.note("no-text-seen", _nothing(seen), where)
        return ()
    start, line = out.chars, 0
    paragraphs: list[Segment] = []
    for _, group in groupby(seen, key=lambda word: word.place[:2]):
        paragraphs.append(_paragraph(list(group), head.page, line, out))
        line = paragraphs[-1].words[-1].line
    box = (0.0, 0.0, round(head.wide, 2), round(head.high, 2))
    out.segment(
        Segment(
            kind=SegmentKind.PAGE,
            start=start,
            end=out.chars - 1,
            locator=Locator(page=head.page, box=box),
            confidence=_mean(seen),
        )
    )
    for paragraph in paragraphs:
        out.segment(paragraph)
    out.close_block()
    if sure < _SURE_SHARE * len(seen):
        text = (
            f"{counted(len(seen) - sure, 'word')} of {len(seen):,} on this page are unsure. "
            "They are kept. Compare them with the picture before you rely on them."
        )
        log.note("low-confidence", text, where)
    return [word.confidence for word in seen]


def _nothing(seen: list[Seen]) -> str:
    if not seen:
        return "No text was made out."
    marks = " ".join(word.text for word in seen)
    return (
        f"No text was made out. {counted(len(seen), 'mark')} that might be words, too few of them "
        f"sure, were not taken for text: {shown(marks)}."
    )


def _paragraph(seen: list[Seen], page: int, line: int, out: DocumentWriter) -> Segment:
    """Write a paragraph, a line feed after each line; gives its segment."""
    words: list[Word] = []
    start = out.chars
    for _, group in groupby(seen, key=lambda word: word.place):
        line += 1
        for at, word in enumerate(group):
            if at:
                out.text(" ")
            begin, end = out.text(word.text)
            words.append(
                Word(start=begin, end=end, box=word.box, confidence=word.confidence, line=line)
            )
        out.text("\n")
    return Segment(
        kind=SegmentKind.PARAGRAPH,
        start=start,
        end=out.chars - 1,
        locator=Locator(page=page, box=_around([word.box for word in seen])),
        confidence=_mean(seen),
        words=tuple(words),
    )


def _around(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _mean(seen: list[Seen]) -> float:
    return round(fmean(word.confidence for word in seen), 3)


def _summary(confidences: list[float]) -> dict[str, int | float]:
    if not confidences:
        return {"ocr.words": 0}
    return {
        "ocr.words": len(confidences),
        "ocr.unsure": sum(one < SURE for one in confidences),
        "ocr.confidence": round(fmean(confidences), 3),
    }
