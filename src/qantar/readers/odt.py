"""OpenDocument text, packed (ODT) or flat (FODT): the body in order, with changes and notes.

The canonical text is made as for DOCX: a line for each paragraph and row, notes and
comments after what refers to them, headers and footers at the end, deleted text in its
place. White space counts once, as the format has it.

Source: ODF 1.3 Parts 2 (packages) and 3 (schema).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MIB
from qantar.readers.document_findings import (
    report_dates,
    report_fetched,
    report_hidden,
    report_links,
    report_story,
    report_too_long,
    report_twice,
)
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.job import Job
from qantar.readers.media_type import ODT, report_extension
from qantar.readers.odt_beside import Seen
from qantar.readers.odt_body import OdtParts
from qantar.readers.odt_elements import DATES
from qantar.readers.office_package import (
    ENCRYPTED,
    Attributes,
    Elements,
    OfficePackage,
    UnreadableDocumentError,
    parse_file,
)
from qantar.readers.start import Start
from qantar.readers.story import Story, TooLongError

READER: Final = "odt"
VERSION: Final = 2
MAX_CHARS: Final = 100_000_000
MAX_FLAT_BYTES: Final = 512 * MIB
_TEXT: Final = b"application/vnd.oasis.opendocument.text"
_FLAT_MARKS: Final = (b"office:document", b"opendocument.text")
_HEAD_BYTES: Final = 4096
# What a package may hold beside text: beginning of a part's name, code, words.
_EXTRAS: Final = (
    ("basic/", "active-content", "macros. They were neither read nor run."),
    ("scripts/", "active-content", "scripts. They were neither read nor run."),
    ("versions/", "hidden-content", "earlier versions of itself, which were not read."),
    ("versionlist.xml", "hidden-content", "a list of earlier versions of itself."),
    ("pictures/", "needs-ocr", "pictures. What they show was not read."),
    ("objectreplacements/", "hidden-content", "pictures of embedded objects, which were not read."),
)


def knows(start: Start) -> bool:
    """Whether a file is an OpenDocument text, packed or flat."""
    if "content.xml" in start.members:
        said = _mimetype(start.source)
        return said.startswith(_TEXT) or (not said and start.extension in ODT.extensions)
    if start.head.startswith(b"PK\x03\x04"):
        is_named_so = _TEXT in start.head[:256] or start.extension in ODT.extensions
        return is_named_so and not start.members
    head = start.head[:_HEAD_BYTES]
    is_markup = head.lstrip(b"\xef\xbb\xbf\t\r\n ").startswith(b"<")
    return is_markup and all(mark in head for mark in _FLAT_MARKS)


def _mimetype(source: BinaryIO) -> bytes:
    try:
        with closing(OfficePackage(source)) as package:
            return package.beginning("mimetype", _HEAD_BYTES)
    except UnreadableDocumentError:
        return b""


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read an OpenDocument text; see `registry.read`."""
    log = FindingLog(job.name)
    report_extension(ODT, job.name, log)
    out.begin(reader=READER, version=VERSION, media_type=ODT.media_type)
    reading = _Reading(source, out, log)
    try:
        reading.read()
    except UnreadableDocumentError as fault:
        log.loss(fault.code, fault.text)
    facts = reading.parts.facts
    report_dates(facts, DATES, log)
    log.write_to(out)
    out.end(meta=facts)


class _Reading:
    """Reads one document."""

    def __init__(self, source: BinaryIO, out: DocumentWriter, log: FindingLog) -> None:
        self._source, self._out, self._log = source, out, log
        self._story = Story(out, most=MAX_CHARS)
        self.parts = OdtParts(self._story, log)

    def read(self) -> None:
        """Read it.

        Raises:
            UnreadableDocumentError: nothing of it can be read.
        """
        self._source.seek(0)
        if self._source.read(2) == b"PK":
            with closing(OfficePackage(self._source)) as package:
                if _is_encrypted(package):
                    raise UnreadableDocumentError(code="encrypted", text=ENCRYPTED)
                self._read(lambda: self._read_parts(package))
                _report_parts(package, self._log)
        elif self._source.seek(0, 2) > MAX_FLAT_BYTES:
            text = f"The file has more than {MAX_FLAT_BYTES // MIB} MiB. It was not read."
            raise UnreadableDocumentError(code="too-large", text=text)
        else:
            self._read(self._read_flat)
        _report_seen(self.parts.seen, self._log)

    def _read(self, tell: Callable[[], None]) -> None:
        try:
            tell()
            for flow in self.parts.page_parts:
                self._story.follow(flow)
        except TooLongError:
            report_too_long(self._story, MAX_CHARS, self._log)
        self._story.end()
        report_story(self._story, self._out, self._log)

    def _read_parts(self, package: OfficePackage) -> None:
        for name in ("meta.xml", "styles.xml", "content.xml"):
            if package.has(name) or name == "content.xml":
                self._parse(partial(package.parse, name))

    def _read_flat(self) -> None:
        self._parse(partial(parse_file, self._source))

    def _parse(self, feed: Callable[[Elements], None]) -> None:
        try:
            feed(self.parts.elements())
        except UnreadableDocumentError as fault:
            self.parts.end()
            self._log.loss(fault.code, fault.text)


def _is_encrypted(package: OfficePackage) -> bool:
    """Whether the manifest says that the content is encrypted."""
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name.endswith(" file-entry"):
            path = (v for k, v in attributes.items() if k.endswith(" full-path"))
            found.append(next(path, ""))
        elif name.endswith(" encryption-data") and found:
            found[-1] = _LOCKED

    if package.has(_MANIFEST):
        with suppress(UnreadableDocumentError):
            package.parse(_MANIFEST, Elements(start, _nothing, _nothing))
    return _LOCKED in found


_MANIFEST: Final = "META-INF/manifest.xml"
_LOCKED: Final = "\0"


def _nothing(_: str) -> None:
    return


def _report_seen(seen: Seen, log: FindingLog) -> None:
    report_hidden(seen.hidden, seen.hidden_in, log)
    if seen.objects:
        log.loss(
            "active-content",
            f"The document holds {counted(seen.objects, 'embedded object')} of other programs. "
            "They were neither read nor run.",
        )
    report_links(seen.links, log)
    report_fetched(((what, address) for address, what in seen.fetched.items()), log)


def _report_parts(package: OfficePackage, log: FindingLog) -> None:
    for prefix, code, words in _EXTRAS:
        if any(name.lower().startswith(prefix) for name in package.names):
            log.note(code, f"The document holds {words}")
    report_twice(package.twice, log)
