"""Messages in a table, such as Viber's CSV: the sheet says what each column holds.

Nobody could tell such a table from any other by its content; it is read as messages only
where a sheet says `holds = "messages"`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO, Final

from qantar.errors import InputRefusedError
from qantar.model.accession import Accession, HiddenRows
from qantar.model.document import Document, Row
from qantar.model.finding import Locator
from qantar.model.phone_numbers import is_number
from qantar.model.place import Gazetteer
from qantar.model.segment import Media, Segment, SegmentKind
from qantar.model.speaker import Speakers
from qantar.model.table_settings import TableSettings
from qantar.readers.answer import DocumentWriter
from qantar.readers.chat_people import People
from qantar.readers.chat_writer import ChatWriter, kind_of_file, zone_of
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.start import Start
from qantar.readers.table import read_table
from qantar.reading.cells import Cells, Layout
from qantar.reading.choice import chosen
from qantar.reading.context import Context
from qantar.reading.message_times import message_time
from qantar.reading.table import missing_columns
from qantar.reading.times import as_time

READER: Final = "chat"
VERSION: Final = 2
_NO_HASH: Final = "0" * 64  # the reader is not told what the file is
_YES: Final = frozenset({"yes", "true", "1", "y"})
_NO: Final = frozenset({"no", "false", "0", "n", ""})
_UTC: Final = "UTC"
_NAMED: Final = 20
_NEEDS_A_SHEET: Final = (
    'Write a sheet that says holds = "messages" and what each column holds (docs/sheet.md).'
)


def knows(_: Start) -> bool:
    """Whether a file is a table of messages: no file says so by itself."""
    return False


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a table as messages; see `registry.read`.

    Raises:
        InputRefusedError: the job does not say what the columns hold, or asks for an encoding
            or a worksheet that is not there.
    """
    if job.sheet is None:
        message = "nobody says which column of the table holds what."
        raise InputRefusedError(message, where=job.name, next=_NEEDS_A_SHEET)
    accession = Accession.from_record({**job.sheet, "path": job.name or "chat"})
    settings = TableSettings(
        encoding=job.encoding,
        delimiter=job.delimiter,
        worksheet=job.worksheet,
        header_row=job.header_row,
    )
    table = read_table(source, name=job.name, sha256=_NO_HASH, settings=settings, size=job.size)
    if accession.only is not None:
        table, left = chosen(table, accession.only)
        table = table if left is None else replace(table, findings=(*table.findings, left))
    out.begin(
        reader=READER,
        version=VERSION,
        media_type=table.media_type,
        encoding=table.encoding,
        meta={"chat.columns": "\t".join(table.header)[:10_000]},
    )
    _Messages(table, accession, job, out).write()


class _Messages:
    """The messages of one table."""

    def __init__(
        self, table: Document, accession: Accession, job: Job, out: DocumentWriter
    ) -> None:
        self._table, self._job, self._out = table, job, out
        self._hidden_rows = accession.hidden_rows
        self._log = FindingLog(job.name)
        self._writer = ChatWriter(out, self._log)
        self._people = People()
        self._layout = Layout(table, accession)
        self._context = Context(
            accession=accession,
            accession_id="",
            original=_NO_HASH,
            zone=_UTC,
            gazetteer=Gazetteer.of(()),
            speakers=Speakers.of(()),
        )
        self._ids: set[str] = set()
        self._empty = 0

    def write(self) -> None:
        """Write all of them, and what was noticed."""
        for finding in (*self._table.findings, *missing_columns(self._layout, self._context)):
            self._out.find(finding)
        for row in self._table.rows:
            self._add(Cells(row, self._layout, self._context), row)
        self._writer.finish(
            edits_are_unreliable="The table does not say what they said before.",
            zone_is_known=self._job.zone is not None,
        )
        self._people.report(self._log)
        if self._empty > _NAMED:
            text = f"{counted(self._empty - _NAMED, 'more row')} without text, file or mark."
            self._log.loss("empty", text)
        self._log.write_to(self._out)
        self._out.end(
            meta={"chat.messages": self._writer.messages, **self._people.facts()},
            unreadable=self._table.unreadable + self._empty,
        )

    def _add(self, cells: Cells, row: Row) -> None:
        text, service = cells.text("text"), cells.text("service")
        media = tuple(Media(kind=kind_of_file(n), name=n) for n in cells.many("attachment"))
        deleted = self._is(cells, "deleted")
        if not (text or service or media or deleted):
            self._note_empty(row)
            return
        name = cells.optional("id")
        place = Locator(
            message=name or str(self._writer.messages + 1),
            sheet=row.sheet,
            row=row.number,
            line=row.line,
        )
        self._note_twice(name, place)
        if deleted and text:
            said = f"The table still has the text of a message marked as deleted: {shown(text)}."
            self._log.note("hidden-content", said, place)
        account, first = cells.text("author_id"), cells.text("forwarded_from")
        phone = cells.text("phone") or (account if is_number(account) else "")
        speaker, number = self._people.speaker(cells.text("author"), phone)
        start, end = self._writer.place("" if deleted else text or service)
        at = self._time(cells, "at", place)
        self._writer.add(
            Segment(
                kind=SegmentKind.SYSTEM if service and not text else SegmentKind.MESSAGE,
                start=start,
                end=end,
                locator=place,
                speaker=speaker,
                speaker_id=number if is_number(account) else account or number,
                at=at,
                at_zone=zone_of(at),
                id=name,
                reply_to=cells.optional("reply_to"),
                forwarded_from=self._people.known_as(first),
                edited=self._edited(cells, place),
                deleted=deleted,
                service=service or None,
                media=media,
            )
        )
        if row.hidden and start < end and self._hidden_rows is HiddenRows.KEEP:
            self._out.segment(Segment(kind=SegmentKind.HIDDEN, start=start, end=end, locator=place))

    def _note_empty(self, row: Row) -> None:
        self._empty += 1
        if self._empty <= _NAMED:
            text = "The row has neither text nor file nor mark: no message was made of it."
            self._log.loss("empty", text, row.locator(self._layout.header))

    def _note_twice(self, name: str | None, place: Locator) -> None:
        if name is None:
            return
        if name in self._ids:
            text = f"Two messages have the id {shown(name)}. Both were kept."
            self._log.note("duplicate-id", text, place)
        self._ids.add(name)

    def _time(self, cells: Cells, field: str, place: Locator) -> str | None:
        text = cells.text(field)
        if not text:
            return None
        column = self._layout.columns[field]
        at = message_time(as_time(text, column.as_), cells.order(field))
        if at is None:
            said = f"{shown(text)} is no time that the sheet lets one read; left empty."
            hint = "Say with `dates` in which order day, month and year stand."
            self._log.loss("impossible-date", f"{said} {hint}", place)
        return at

    def _edited(self, cells: Cells, place: Locator) -> str | bool | None:
        word = cells.text("edited").casefold()
        if word in _NO:
            return None
        return True if word in _YES else self._time(cells, "edited", place)

    def _is(self, cells: Cells, field: str) -> bool:
        word = cells.text(field).casefold()
        if word in _YES or word in _NO:
            return word in _YES
        text = f"{shown(word)} is neither yes nor no; taken for no. Map it with `values`."
        self._log.loss("unknown-word", text, cells.row.locator(self._layout.header))
        return False
