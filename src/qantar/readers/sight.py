"""Reading by sight: pages that a confined reader shows are given to Tesseract, page by page.

    confined reader → grey points → Tesseract, confined → its table → confined reader → document

What a stranger's file says of itself never reaches the program, and what the program says
is believed as little as the file. The result is a document of its own (reader `ocr`), whose
parent is the document that showed the pages; where nothing was made out, no document is
made, and that is told of the parent.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, Self

import msgspec

from qantar.model.finding import Locator, Severity
from qantar.model.read_document import Begin, End, MetaValue, Noted, Quoted, Sound
from qantar.model.segment import SegmentKind
from qantar.readers import ocr
from qantar.readers.answer_soundness import RESERVED
from qantar.readers.confined import Readers
from qantar.readers.finding_log import counted
from qantar.readers.job import Job
from qantar.readers.memory import file_in_memory, seal, write_whole
from qantar.readers.picture import Picture
from qantar.readers.tesseract import INSTALL, Tesseract, tesseract_here
from qantar.readers.tool import UnsafeToolError
from qantar.readers.tool_run import Ending

REGISTRY: Final = "qantar.readers.sight_registry"
MAX_PAGES_SEEN: Final = 2_000
"""Pages and pictures of one file that are read by sight; each takes seconds."""
MAX_SEEING: Final = 6 * 3600
"""Seconds by the clock, for all of them: a page that is made to can take minutes."""
_NEEDS: Final = "needs-ocr"
_SHOWING: Final = frozenset({"pdf", "photo"})
_PICTURE_HASH: Final = "pdq"  # a picture that could be decoded has one
_TABLE: Final = "table"
_WORDS: Final = {"kaz": "Kazakh", "rus": "Russian", "eng": "English"}


class Sight:
    """Reads files, and by sight what of them has to be seen.

    Args:
        readers: reads the files.
        tables: reads what the program answers; made with the registry `REGISTRY`.
        wanted: whether anything is to be read by sight.
        find: gives the program that does it, if there is one.
        patience: seconds by the clock for all pages and pictures of one file.
    """

    def __init__(
        self,
        readers: Readers,
        tables: Readers,
        *,
        wanted: bool = True,
        find: Callable[[], Tesseract | None] = tesseract_here,
        patience: float = MAX_SEEING,
    ) -> None:
        """Start nothing; both belong to whoever gave them."""
        self._patience = patience
        self._readers, self._tables, self._wanted = readers, tables, wanted
        self._find = find

    def read(self, file: int, job: Job) -> Iterator[Sound]:
        """Read a file as `Readers.read`, with a document more for each that was read by sight.

        Raises:
            DiskError: the system starts no process.
            InputRefusedError: as `Readers.read`.
        """
        if not self._wanted or job.reader == _TABLE:
            return self._readers.read(file, job)
        try:
            program = self._find()
        except UnsafeToolError as error:
            return _unseen(self._readers.read(file, job), f"Tesseract is not used: {error}.")
        if program is None:
            return _unseen(self._readers.read(file, job), _NOT_HERE)
        asked = msgspec.structs.replace(job, sight=True)
        return self._seen(self._readers.look(file, asked), program)

    def _seen(self, records: Iterator[Sound | Picture], program: Tesseract) -> Iterator[Sound]:
        shown = 0
        until = time.monotonic() + self._patience
        with ExitStack() as stack:
            for record in records:
                if isinstance(record, Begin):
                    stack.close()
                    document = _Document(record, program, shown, until)
                    stack.enter_context(document)
                if isinstance(record, Picture):
                    shown += 1
                    document.show(record)
                elif isinstance(record, Noted) and record.code == _NEEDS:
                    document.held.append(record)
                elif isinstance(record, End):
                    yield from document.ended(record, self._tables)
                else:
                    yield record


class _Document:
    """One document while it is read: the pages it showed, and what was made out on them.

    Attributes:
        held: its findings that pages have to be read by sight, until that is known.
    """

    def __init__(self, begin: Begin, program: Tesseract, shown: int, until: float) -> None:
        self._begin, self._program, self._shown, self._until = begin, program, shown, until
        self._is_late = False
        self._stack = ExitStack()
        self._table: int | None = None
        self._failed: list[Noted] = []
        self.held: list[Noted] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def show(self, picture: Picture) -> None:
        """Have the program read a page."""
        self._shown += 1
        where = Locator(page=picture.page)
        if self._shown > MAX_PAGES_SEEN:
            if self._shown == MAX_PAGES_SEEN + 1:
                self._failed.append(_loss("too-many", _TOO_MANY, where))
            return
        if time.monotonic() > self._until:
            if not self._is_late:
                self._failed.append(_loss("too-many", _TOO_LONG, where))
            self._is_late = True
            return
        ran = self._program.read(picture)
        if ran.ending is not Ending.DONE:
            text = (
                f"Tesseract {ran.ending.words}, so that this page is not read by sight. "
                "The original is kept. Read it yourself."
            )
            self._failed.append(_loss("ocr-failed", text, where))
            return
        if self._table is None:
            self._table = self._stack.enter_context(file_in_memory())
            write_whole(self._table, ocr.MAGIC)
        again = self._program.read_again(picture, ran)
        second = again.untrusted_output if again and again.ending is Ending.DONE else b""
        head = ocr.PageHead(
            page=picture.page,
            width=picture.width,
            height=picture.height,
            wide=picture.wide,
            high=picture.high,
            length=len(ran.untrusted_output),
            second=len(second),
        )
        for piece in (head.to_line(), ran.untrusted_output, second):
            write_whole(self._table, piece)

    def ended(self, end: End, tables: Readers) -> Iterator[Sound]:
        """End the document, and give what was made out on its pages, if anything was."""
        if self._table is None:
            yield from self.held
            yield from self._failed
            yield end
            return
        seal(self._table)
        pages, notes = _survey(tables.read(self._table, _JOB))
        yield from (one for one in self.held if not (one.where and one.where.page in pages))
        yield from self._failed
        yield from _languages_missing(self._program)
        if not pages:
            yield from notes
        yield end
        if pages:
            os.lseek(self._table, 0, os.SEEK_SET)
            yield from self._document(tables.read(self._table, _JOB), len(pages))

    def _document(self, records: Iterator[Sound], pages: int) -> Iterator[Sound]:
        """Give the document of what was made out; who made it out is known here, not there."""
        for record in records:
            if isinstance(record, Begin):
                yield Begin(
                    id=f"{RESERVED}{self._begin.id}",
                    parent=self._begin.id,
                    member=self._begin.member,
                    reader=ocr.READER,
                    version=ocr.VERSION,
                    media_type="text/plain",
                    sha256=self._begin.sha256,
                    meta=self._extractor(),
                )
                yield _note("read-by-sight", _read_by(self._program, pages))
            elif isinstance(record, End):
                said = {name: one for name, one in record.meta.items() if name in _SAID_THERE}
                yield End(chars=record.chars, meta=said)
            else:
                yield record

    def _extractor(self) -> dict[str, MetaValue]:
        data = ", ".join(f"{name} {sha256}" for name, sha256 in self._program.data.items())
        return {
            "ocr.program": f"tesseract {self._program.version()}".strip(),
            "ocr.languages": " ".join(self._program.languages),
            "ocr.data": data,
            "ocr.extractor": self._program.identity,
            "ocr.unit": "pixel" if self._begin.reader == "photo" else "point",
        }


_JOB: Final = Job(name="pages", reader=ocr.READER)
_SAID_THERE: Final = frozenset({"ocr.words", "ocr.unsure", "ocr.confidence", "ocr.reread"})
_NOT_HERE: Final = (
    "Tesseract, the program that reads pages and pictures by sight, is not installed, or none of "
    f"its languages is. The file is kept. Run `{INSTALL}`, then build again."
)
_TOO_MANY: Final = (
    f"More than {MAX_PAGES_SEEN:,} pages or pictures of this file would have to be read by sight. "
    "From here on none was. Split it into parts and add those."
)
_TOO_LONG: Final = (
    "The pages and pictures of this file took too long to be read by sight. From here on none was. "
    "Split it into parts and add those."
)


def _survey(records: Iterator[Sound]) -> tuple[set[int], list[Noted]]:
    """Give the pages on which something was made out, and what was noticed."""
    pages: set[int] = set()
    notes: list[Noted] = []
    for record in records:
        if isinstance(record, Quoted) and record.segment.kind is SegmentKind.PAGE:
            pages.add(record.segment.locator.page or 0)
        elif isinstance(record, Noted):
            notes.append(record)
    return pages, notes


def _unseen(records: Iterator[Sound], why: str) -> Iterator[Sound]:
    """Say of each document that has to be seen that nobody does."""
    wanted = False
    for record in records:
        if isinstance(record, Begin):
            wanted = record.reader == "photo" and _PICTURE_HASH in record.meta
            shows = record.reader in _SHOWING
        elif isinstance(record, Noted) and record.code == _NEEDS:
            wanted = wanted or shows
        elif isinstance(record, End) and wanted:
            yield _note("ocr-missing", why)
        yield record


def _languages_missing(program: Tesseract) -> Iterator[Noted]:
    if program.missing:
        names = " and ".join(_WORDS[name] for name in program.missing)
        text = (
            f"Tesseract has no data for {names} here, so that such text is misread. "
            f"Run `{INSTALL}`, then build again."
        )
        yield _note("ocr-missing", text)


def _read_by(program: Tesseract, pages: int) -> str:
    return (
        f"A program (Tesseract {program.version()}) made this out on {counted(pages, 'page')} by "
        "sight. It misreads letters, names and numbers. Compare it with the picture before you "
        "rely on a word of it."
    )


def _note(code: str, text: str) -> Noted:
    return Noted(code=code, text=text, severity=Severity.NOTE)


def _loss(code: str, text: str, where: Locator) -> Noted:
    return Noted(code=code, text=text, severity=Severity.LOSS, where=where)


__all__ = ["REGISTRY", "Sight"]
