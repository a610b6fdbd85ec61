"""Write measurements as documents: a series or a measurement each, events and alerts by the run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import BinaryIO, Final

from qantar.model.finding import Locator
from qantar.model.read_document import MetaValue
from qantar.model.segment import Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_NAME_CHARS
from qantar.readers.chat_writer import zone_of
from qantar.readers.finding_log import FindingLog, counted, shown, some_of
from qantar.readers.json_elements import Element
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.json_values import JsonObject, JsonValue, as_spelled
from qantar.readers.measurement_rows import (
    IODA,
    Kind,
    LeftOut,
    Row,
    entity_of,
    fields_of,
    flat,
    halves_in,
    is_timed,
    kind_of,
    ooni_member,
    ooni_meta,
    ooni_time,
    plain,
    probe_address,
    signal_meta,
    signal_rows,
    spelled,
    text_of,
    time_of,
)

READER: Final = "measurement"
VERSION: Final = 1
MAX_VALUES: Final = 1_000_000
MAX_COLUMNS: Final = 1_000
_ESCAPED_HALF: Final = re.compile(rb"\\u[dD][89a-fA-F]")


@dataclass(slots=True)
class _List:
    """The open document of events, of alerts, or of what is of no known kind."""

    kind: Kind
    log: FindingLog
    columns: dict[str, int] = field(default_factory=dict)
    entities: set[str] = field(default_factory=set)
    rows: int = 0

    def meta(self) -> dict[str, MetaValue]:
        """Its columns, and what all of its rows are about, if that is one thing."""
        said: dict[str, MetaValue] = {"measurement.columns": "\t".join(self.columns)}
        if len(self.entities) == 1 and (entity := next(iter(self.entities))):
            said["measurement.entity"] = entity
        return said


@dataclass(slots=True)
class _Piece:
    """An element that was decoded; `faults` are the codes and words of what was lost of it."""

    number: int
    data: bytes = b""
    value: JsonObject | None = None
    said: dict[str, JsonValue] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def tell(self, log: FindingLog, where: Locator | None = None) -> None:
        """Say what was lost."""
        for code, text in self.faults:
            log.loss(code, text, where)


@dataclass(slots=True)
class MeasurementWriter:
    """Writes the documents of one file, in its order."""

    source: BinaryIO
    name: str
    out: DocumentWriter
    parent: str
    media_type: str
    _list: _List | None = None

    def write(self, found: Iterable[Element]) -> None:
        """Write all elements: those of one kind that are only a row each share a document."""
        for element in found:
            piece = _read(self.source, element)
            kind = kind_of(piece.said)
            if piece.value is None:
                piece.tell(self._enter_list(Kind.OTHER).log)
            elif kind is Kind.SIGNAL:
                self._signal(piece)
            elif kind is Kind.MEASUREMENT:
                self._measurement(piece, piece.value)
            else:
                self._row(kind, piece, piece.value)
        self._end_list()

    def _signal(self, piece: _Piece) -> None:
        said, log = piece.said, FindingLog(self.name)
        piece.tell(log)
        entity, _ = entity_of(said)
        names = (entity, plain(said.get("datasource")), plain(said.get("subtype")))
        member = " ".join(name for name in names if name)[:MAX_NAME_CHARS]
        self._begin(member or None, signal_meta(said), piece.data)
        if not is_timed(said):
            text = "The series does not say when it begins and how far its values are apart."
            log.loss("impossible-date", f"{text} Its values have no times.")
        for number, row in enumerate(islice(signal_rows(said), MAX_VALUES), start=1):
            self._write_row(row, number)
        values = said.get("values")
        rest = len(values) - MAX_VALUES if isinstance(values, list) else 0
        if rest > 0:
            text = f"{counted(rest, 'value')} beyond the cap of {MAX_VALUES:,} were not read."
            log.loss("too-many", text)
        log.write_to(self.out)
        self.out.end()

    def _measurement(self, piece: _Piece, value: JsonObject) -> None:
        log = FindingLog(self.name)
        piece.tell(log)
        self._begin(ooni_member(piece.said), ooni_meta(piece.said), piece.data)
        said_time = piece.said.get("measurement_start_time")
        at = ooni_time(said_time)
        if at is None:
            when = shown(text_of(said_time))
            log.loss("impossible-date", f"The measurement has no time that can be: {when}.")
        left_out, number, hidden = LeftOut(), 0, 0
        address = probe_address(piece.said)
        for name, inner in flat(value, left_out):
            values = (name, *spelled(inner))
            if name == "probe_ip" or (address and any(address in one for one in values)):
                hidden += address is not None
                continue
            number += 1
            self._write_row(Row(values, at), number)
        if hidden:
            text = f"{counted(hidden, 'value')} with the address of the probe, where somebody is,"
            log.note("private-section", f"{text} not read. The address is a protected fact.")
        _tell_left_out(left_out, log)
        log.write_to(self.out)
        self.out.end()

    def _row(self, kind: Kind, piece: _Piece, value: JsonObject) -> None:
        into = self._enter_list(kind)
        left_out = LeftOut()
        cells: dict[int, str] = {}
        for name, inner in flat(value, left_out, whole_lists=True):
            if name not in into.columns and len(into.columns) >= MAX_COLUMNS:
                left_out.add(name)
            else:
                at = into.columns.setdefault(name, len(into.columns))
                cells.setdefault(at, text_of(inner))
        into.rows += 1
        into.entities.add(entity_of(piece.said)[0] or "")
        values = tuple(cells.get(at, "") for at in range(len(into.columns)))
        self._write_row(Row(values, time_of(kind, piece.said)), into.rows)
        where = Locator(row=into.rows)
        piece.tell(into.log, where)
        _tell_left_out(left_out, into.log, where)

    def _enter_list(self, kind: Kind) -> _List:
        """Go on with the open list, or begin one where there is none of this kind."""
        if self._list is not None and self._list.kind is kind:
            return self._list
        self._end_list()
        meta: dict[str, MetaValue] = {"measurement.kind": kind.value}
        if kind is not Kind.OTHER:
            meta["measurement.instrument"] = IODA
        self._begin(kind.value + "s", meta)
        self._list = _List(kind, FindingLog(self.name))
        return self._list

    def _end_list(self) -> None:
        if self._list is not None:
            self._list.log.write_to(self.out)
            self.out.end(meta=self._list.meta())
            self._list = None

    def _begin(
        self, member: str | None, meta: dict[str, MetaValue], data: bytes | None = None
    ) -> None:
        self._end_list()
        self.out.begin(
            reader=READER,
            version=VERSION,
            media_type=self.media_type,
            parent=self.parent,
            member=member,
            sha256=sha256(data).hexdigest() if data is not None else None,
            meta=meta,
        )

    def _write_row(self, row: Row, number: int) -> None:
        if number > 1:
            self.out.text("\n")
        start, end = self.out.text("\t".join(row.values))
        self.out.segment(
            Segment(
                kind=SegmentKind.ROW,
                start=start,
                end=end,
                locator=Locator(row=number),
                at=row.at,
                at_zone=zone_of(row.at),
                raw=row.values,
            )
        )
        self.out.close_block()


def _read(source: BinaryIO, element: Element) -> _Piece:
    """Read an element, as far as it can be."""
    piece = _Piece(element.number)
    try:
        piece.data = JsonStream(source, element.start, element.end).value()
    except BrokenJsonError as error:
        text = f"Element {element.number:,} cannot be read ({error.message}). It was left out."
        piece.faults.append((error.code, text))
        return piece
    text = piece.data.decode("utf-8", "replace")
    if "\ufffd" in text and "\ufffd".encode() not in piece.data:
        piece.faults.append(("encoding-damage", "Bytes that are no UTF-8 became U+FFFD."))
    value = as_spelled(text)
    if not isinstance(value, JsonObject):
        begins = shown(text[:200])
        text = f"Element {element.number:,} is no object: {begins}. It was left out."
        piece.faults.append(("broken-line", text))
        return piece
    piece.value, piece.said = value, fields_of(value)
    halves = halves_in(value) if _ESCAPED_HALF.search(piece.data) else 0
    if halves:
        text = f"{counted(halves, 'escape')} for half a character became U+FFFD."
        piece.faults.append(("invalid-escape", text))
    return piece


def _tell_left_out(left_out: LeftOut, log: FindingLog, where: Locator | None = None) -> None:
    if left_out.count:
        log.note(
            "hidden-content",
            f"{counted(left_out.count, 'part')} with details of how it was measured, or of more "
            f"than 2,000 values, not read: {some_of(left_out.names, left_out.count)}. The original "
            "keeps them.",
            where,
        )
