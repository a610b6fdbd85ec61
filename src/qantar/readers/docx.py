"""DOCX: the body in order, with what stands beside it and what was changed or hidden in it.

The canonical text has a line for each paragraph and each row of a table (cells apart by
tabs), notes and comments after the paragraph or table that refers to them, headers and
footers at the end. Deleted text is in it, within `deleted` segments. Numbers that a
program counts (of lists, notes, pages) are not text of the file, and not in it.

Source: ECMA-376 (ISO/IEC 29500), Parts 1 to 4.
"""

from __future__ import annotations

from contextlib import closing
from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.document_findings import (
    report_dates,
    report_hidden,
    report_story,
    report_too_long,
)
from qantar.readers.docx_beside import report_beside
from qantar.readers.docx_body import Body, Notes, Seen
from qantar.readers.docx_parts import DATES, Relations, facts, main_part
from qantar.readers.docx_styles import Styles
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.job import Job
from qantar.readers.media_type import DOCX, report_extension
from qantar.readers.office_package import OfficePackage, UnreadableDocumentError
from qantar.readers.start import Start
from qantar.readers.story import Story, TooLongError

READER: Final = "docx"
VERSION: Final = 2
MAX_CHARS: Final = 100_000_000
_MOST_PARTS: Final = 1_000
"""Headers and footers that are read."""


def knows(start: Start) -> bool:
    """Whether a file is a DOCX, or is called one and is a package that cannot be looked into."""
    if "word/document.xml" in start.members or "word/document2.xml" in start.members:
        return True
    if "[Content_Types].xml" in start.members:
        return any(name.startswith("word/") for name in start.members)
    is_broken = start.head.startswith(b"PK\x03\x04") and not start.members
    return is_broken and start.extension in DOCX.extensions


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a DOCX; see `registry.read`."""
    log = FindingLog(job.name)
    report_extension(DOCX, job.name, log)
    try:
        package = OfficePackage(source)
    except UnreadableDocumentError as fault:
        out.begin(reader=READER, version=VERSION, media_type=DOCX.media_type)
        log.loss(fault.code, fault.text)
    else:
        with closing(package):
            meta = facts(package)
            out.begin(reader=READER, version=VERSION, media_type=DOCX.media_type, meta=meta)
            report_dates(meta, DATES, log)
            _Reading(package, out, log).read()
    log.write_to(out)
    out.end()


class _Reading:
    """Reads the parts of one document."""

    def __init__(self, package: OfficePackage, out: DocumentWriter, log: FindingLog) -> None:
        self._package, self._log, self._out = package, log, out
        self._story = Story(out, most=MAX_CHARS)
        self._styles, self._notes, self._seen = Styles(), Notes(), Seen()
        self._main = Relations(main_part(package))
        self._relations = [self._main]

    def read(self) -> None:
        """Read them all, and tell of what is beside them."""
        self._tell(self._main.read(self._package))
        try:
            self._read_text()
        except TooLongError:
            report_too_long(self._story, MAX_CHARS, self._log)
        self._story.end()
        report_story(self._story, self._out, self._log)
        report_hidden(self._seen.hidden.total(), self._seen.hidden, self._log)
        report_beside(self._package, self._relations, self._seen, self._log)

    def _read_text(self) -> None:
        for relation in self._main.of_kind("styles"):
            self._parse_styles(self._main.name(relation))
        for relation in self._main.of_kind("footnotes", "endnotes", "comments"):
            self._parse(self._main.name(relation))
        self._parse(self._main.part)
        for flow in self._notes.found.values():
            self._story.follow(flow)
        if self._notes.found:
            loose = counted(len(self._notes.found), "note or comment", "notes or comments")
            self._log.note(
                "hidden-content",
                f"{loose}: in the file, but nothing in its text refers to them. They stand after "
                "the text.",
            )
        names = [self._main.name(one) for one in self._main.of_kind("header", "footer")]
        for name in list(dict.fromkeys(names))[:_MOST_PARTS]:
            self._parse(name)

    def _parse_styles(self, name: str) -> None:
        try:
            self._package.parse(name, self._styles.elements())
        except UnreadableDocumentError as fault:
            self._log.loss(fault.code, fault.text)

    def _parse(self, name: str) -> None:
        if name != self._main.part:
            relations = Relations(name)
            self._tell(relations.read(self._package))
            self._relations.append(relations)
        body = Body(self._story, self._styles, self._notes, self._seen, self._log, part=name)
        try:
            self._package.parse(name, body.elements())
        except UnreadableDocumentError as fault:
            body.end()
            self._log.loss(fault.code, fault.text)

    def _tell(self, fault: UnreadableDocumentError | None) -> None:
        if fault is not None:
            self._log.loss(fault.code, fault.text)
