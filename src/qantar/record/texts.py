"""Documents of text in the record: their canonical text in blocks, and the segments that quote it.

Both are written as they are read, piece by piece, and looked up by offset. What search
finds are passages: the smallest segments that say something by themselves, numbered in
the order of their time, so that the newest are found first without sorting.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from qantar.model.protected import open_facts
from qantar.model.read_document import Begin, End, Quoted, Text
from qantar.model.segment import Segment, SegmentKind
from qantar.model.text import exact, fold
from qantar.record.codec import plain
from qantar.record.contents import TextRecord
from qantar.record.database import Connection, opened
from qantar.record.protected import insert_protected
from qantar.record.schema import PASSAGES_A_PART, index_of_words, passages_part

# What holds others, or marks a part of them, is found by what stands in it.
_NO_PASSAGES: Final = frozenset(
    {
        SegmentKind.TURN,
        SegmentKind.PAGE,
        SegmentKind.INSERTED,
        SegmentKind.DELETED,
        SegmentKind.HIDDEN,
    }
)
_ZONED: Final = re.compile(r"T.*(?:Z|[+-]\d{2}:?\d{2})\Z")
_BLOCK: Final = """SELECT start, text FROM document_texts
    WHERE accession = ? AND document = ? AND start <= ? ORDER BY start DESC LIMIT 1"""
_BATCH: Final = 2000
"""Rows at a time; a part of the passages holds several of these whole."""
_KEPT_BLOCKS: Final = 256  # of 64 Ki characters
_ENCODE: Final = msgspec.json.Encoder().encode
_DECODE: Final = msgspec.json.Decoder(Segment).decode


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPassage:
    """A passage of a document: which, where, and what it says.

    `document` and `number` count from 1 within their accession and document; `member` is
    the name of the document within its file, where it has one; `reader` read it.
    """

    accession: str
    document: int
    number: int
    member: str | None
    reader: str
    segment: Segment
    text: str

    @property
    def id(self) -> str:
        """Its name in the record, as in `a3/1/17`."""
        return f"{self.accession}/{self.document}/{self.number}"


def insert_texts(connection: Connection, texts: Iterable[TextRecord]) -> None:
    """Write the documents of text; memory does not grow with their length."""
    for one in texts:
        _Inserting(connection, one).run()


class _Inserting:
    """The documents of one file on their way into the record."""

    def __init__(self, connection: Connection, record: TextRecord) -> None:
        self._connection, self._record = connection, record
        self._numbers: dict[str, int] = {}
        self._segments: list[tuple[object, ...]] = []

    def run(self) -> None:
        begun: Begin | None = None
        for record in self._record.records():
            if isinstance(record, Begin):
                begun = record
                self._numbers[record.id] = len(self._numbers) + 1
                self._chars = self._count = 0
            elif isinstance(record, Text):
                self._text(record.text)
            elif isinstance(record, Quoted):
                self._quoted(record.segment)
            elif isinstance(record, End) and begun is not None:
                self._end(begun, record)

    def _text(self, text: str) -> None:
        row = (self._record.accession, len(self._numbers), self._chars, text)
        self._connection.execute("INSERT INTO document_texts VALUES (?, ?, ?, ?)", row)
        self._chars += len(text)

    def _quoted(self, segment: Segment) -> None:
        self._count += 1
        self._segments.append(
            (
                self._record.accession,
                len(self._numbers),
                self._count,
                segment.kind.value,
                segment.start,
                segment.end,
                in_order(segment.at),
                segment.speaker,
                _ENCODE(segment).decode(),
            )
        )
        if len(self._segments) >= _BATCH:
            self._flush()

    def _end(self, begun: Begin, end: End) -> None:
        self._flush()
        facts = {**begun.meta, **end.meta}
        row = (
            self._record.accession,
            len(self._numbers),
            self._numbers.get(begun.parent or ""),
            begun.member,
            begun.reader,
            begun.version,
            begun.media_type,
            begun.encoding,
            begun.sha256,
            end.chars,
            self._count,
            plain(open_facts(facts)),
        )
        marks = ",".join("?" * len(row))
        self._connection.execute(f"INSERT INTO read_documents VALUES ({marks})", row)  # noqa: S608
        insert_protected(self._connection, self._record.accession, len(self._numbers), facts)

    def _flush(self) -> None:
        marks = ",".join("?" * 9)
        statement = f"INSERT INTO segments VALUES ({marks})"  # noqa: S608  # question marks only
        self._connection.executemany(statement, self._segments)
        self._segments.clear()


def in_order(at: str | None) -> str | None:
    """Spell a time so that sorting texts sorts times: in UTC where its zone is known."""
    if at is None or not _ZONED.search(at):
        return at
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, OverflowError):
        return at
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def index_passages(connection: Connection) -> None:
    """Fill the index of passages, in the order of their time; those without one come first.

    Each part of them has an index of its own.
    """
    marks = ",".join("?" * len(_NO_PASSAGES))
    asked = (
        "SELECT accession, document, number, start, end FROM segments "  # noqa: S608
        f"WHERE kind NOT IN ({marks}) AND end > start "
        "ORDER BY at IS NOT NULL, at, accession, document, number"
    )
    listed = connection.execute(asked, sorted(_NO_PASSAGES))
    texts = _Texts(connection)
    number = 0
    while rows := listed.fetchmany(_BATCH):
        name = passages_part(number // PASSAGES_A_PART + 1)
        if number % PASSAGES_A_PART == 0:
            connection.execute(index_of_words(name))
        order, indexed = [], []
        for accession, document, segment, start, end in rows:
            number += 1
            text = texts.span(accession, document, start, end)
            order.append((number, accession, document, segment))
            indexed.append((number, exact(text), fold(text)))
        connection.executemany("INSERT INTO passage_order VALUES (?, ?, ?, ?)", order)
        put = f"INSERT INTO {name} (rowid, exact, folded) VALUES (?, ?, ?)"  # noqa: S608
        connection.executemany(put, indexed)


class _Texts:
    """Spans of canonical texts, cut from their blocks; the last block of each document is kept."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._blocks: dict[tuple[str, int], tuple[int, str]] = {}

    def span(self, accession: str, document: int, start: int, end: int) -> str:
        """Give the text from one offset up to another."""
        parts, at = [], start
        while at < end:
            base, text = self._block(accession, document, at)
            part = text[at - base : end - base]
            if not part:
                break
            parts.append(part)
            at += len(part)
        return "".join(parts)

    def _block(self, accession: str, document: int, offset: int) -> tuple[int, str]:
        """Give the block that an offset lies in, with the offset that it begins at."""
        kept = self._blocks.get((accession, document))
        if kept is not None and kept[0] <= offset < kept[0] + len(kept[1]):
            return kept
        row = self._connection.execute(_BLOCK, (accession, document, offset)).fetchone()
        found = (int(row[0]), str(row[1])) if row else (offset, "")
        if len(self._blocks) >= _KEPT_BLOCKS:
            self._blocks.clear()
        self._blocks[accession, document] = found
        return found


def read_passages(
    connection: Connection, wanted: Iterable[tuple[str, int, int]]
) -> Iterator[TextPassage]:
    """Give passages by accession, document and number, in the order asked for."""
    texts = _Texts(connection)
    asked = """SELECT d.member, d.reader, s.body FROM segments s
        JOIN read_documents d ON d.accession = s.accession AND d.document = s.document
        WHERE s.accession = ? AND s.document = ? AND s.number = ?"""
    for accession, document, number in wanted:
        row = connection.execute(asked, (accession, document, number)).fetchone()
        if row is None:
            continue
        member, reader, body = row
        segment = _DECODE(body)
        yield TextPassage(
            accession=accession,
            document=document,
            number=number,
            member=member,
            reader=reader,
            segment=segment,
            text=texts.span(accession, document, segment.start, segment.end),
        )


def passages_of(path: Path, key: bytes, accession: str) -> list[TextPassage]:
    """Give all segments of the documents of one accession, in order.

    Raises:
        RecordMissingError, CaseKeyError: as `opened`.
    """
    with opened(path, key) as connection:
        asked = "SELECT document, number FROM segments WHERE accession = ? ORDER BY 1, 2"
        rows = connection.execute(asked, (accession,)).fetchall()
        return list(read_passages(connection, ((accession, *row) for row in rows)))
