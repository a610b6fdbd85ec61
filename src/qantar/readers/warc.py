"""Web archives: WARC, packed or not, and WACZ, a ZIP archive of them with a list of its own.

An archive is a document without text, and each answer of a server in it that can be read
one more: with its address, its moment, its status, and its digest, which is checked. The
archive is gone through twice, so that what is said of the whole comes first; it is never
held whole. What is cut off or damaged costs no more than the records it touches.

Source: ISO 28500:2017 (WARC 1.1); WACZ 1.1.1 (specs.webrecorder.net).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from qantar.model.finding import Finding, Severity
from qantar.model.read_document import MetaValue
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_RECORD_BYTES, MIB
from qantar.readers.children import Children, Member, MemberRefusedError
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.gzip_members import MAGIC, GzipMembers
from qantar.readers.http_answer import (
    Answer,
    UndecodableError,
    decoded,
    parse_answer,
    without_chunks,
)
from qantar.readers.job import Job
from qantar.readers.mail_header import Header
from qantar.readers.media_type import TableFormat, report_extension
from qantar.readers.page_links import most_of
from qantar.readers.start import Start
from qantar.readers.warc_records import Archive, Digest, Record
from qantar.readers.web_page import page_reader

READER: Final = "warc"
VERSION: Final = 1
_FORMAT: Final = TableFormat(
    "application/warc", "a web archive (WARC)", frozenset({"warc", "gz", "warc.gz"})
)
_MARK: Final = re.compile(rb"WARC/\d\.\d")
_HEAD_BYTES: Final = 64 * 1024
_PIECE_BYTES: Final = MIB
_READ_KINDS: Final = frozenset({"response", "resource", "conversion"})
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
# What makes pages look and move as they do; programs talk to each other in JSON.
_DRESS: Final = re.compile(
    r"text/(?:css|javascript|ecmascript)|font/|application/(?:x-)?(?:javascript|ecmascript|font|json"
    r"|x-font|manifest\+json|wasm|vnd\.ms-fontobject|octet-stream)|image/(?:svg\+xml|x-icon|"
    r"vnd\.microsoft\.icon)|text/x-component"
)
_REDIRECTIONS: Final = range(300, 400)
_SOFTWARE: Final = re.compile(rb"^software:[ \t]*([^\r\n]{1,500})", re.MULTILINE | re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z)?)?)?")
_ENDINGS: Final = {
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
}


def knows(start: Start) -> bool:
    """Whether a file is a web archive, packed or not."""
    if not start.head.startswith(MAGIC):
        return bool(_MARK.match(start.head))
    return bool(_MARK.match(GzipMembers(start.source).read(_HEAD_BYTES)))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a web archive; see `registry.read`."""
    log = FindingLog(job.name)
    report_extension(_FORMAT, job.name, log)
    read_archive(source, job, out, log)


def read_archive(
    source: BinaryIO,
    job: Job,
    out: DocumentWriter,
    log: FindingLog,
    *,
    inside: tuple[str, Member] | None = None,
) -> None:
    """Write an archive and what is in it.

    Args:
        source: the archive.
        job: what is asked.
        out: receives the documents.
        log: what is known of it already.
        inside: the document that holds it, and which member of that it is.
    """
    survey = _Survey()
    survey.make(Archive(source))
    survey.report(log)
    parent, member = inside or (None, Member())
    document = out.begin(
        reader=READER,
        version=VERSION,
        media_type=_FORMAT.media_type,
        parent=parent,
        member=member.name,
        sha256=member.sha256,
        meta=survey.meta(),
    )
    log.write_to(out)
    out.end()
    children = Children(out, job, document)
    for record in Archive(source).records():
        if record.kind in _READ_KINDS:
            _take(record, children)
    children.close()


@dataclass(slots=True)
class _Survey:
    """What an archive holds, record by record."""

    kinds: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    redirections: int = 0
    dates: tuple[str, str] = ("", "")
    software: str = ""
    archive: Archive | None = None

    def make(self, archive: Archive) -> None:
        """Go through the records, and leave what they hold."""
        self.archive = archive
        for record in archive.records():
            self.kinds[record.kind[:40] or "unnamed"] += 1
            if date := _date(record):
                first, last = self.dates
                self.dates = min(first or date, date), max(last, date)
            if record.kind == "warcinfo":
                found = _SOFTWARE.search(record.read(_HEAD_BYTES))
                if found and not self.software:
                    self.software = found[1].decode("utf-8", "replace").strip()
            elif record.kind in _READ_KINDS:
                self._content(record)

    def _content(self, record: Record) -> None:
        head = _read(record, _HEAD_BYTES)
        answer = _answer(record, head)
        if answer.status in _REDIRECTIONS:
            self.redirections += 1
        elif not _is_read(record, answer):
            self.unread[_media_type(record, answer)] += 1

    def meta(self) -> dict[str, MetaValue]:
        """Give what is claimed of the archive, as `warc.…`."""
        found: dict[str, MetaValue] = {"warc.records": sum(self.kinds.values())}
        if self.dates[0]:
            found |= {"warc.first": self.dates[0], "warc.last": self.dates[1]}
        return found | ({"warc.software": self.software} if self.software else {})

    def report(self, log: FindingLog) -> None:
        """Say what was read and what was not, and what is damaged."""
        said = ", ".join(f"{name} ×{count:,}" for name, count in most_of(self.kinds))
        text = f"The archive has {counted(sum(self.kinds.values()), 'record')}: {said}. "
        unread = sum(self.unread.values())
        if unread:
            types = ", ".join(f"{name} ×{count:,}" for name, count in most_of(self.unread))
            text += f"{counted(unread, 'answer')} of other kinds not read: {types}. "
        if self.redirections:
            text += f"{counted(self.redirections, 'answer')} that only led elsewhere. "
        if self.kinds["revisit"]:
            text += "What is marked as a revisit was the same as in an earlier record or archive. "
        log.note("archive-records", text.rstrip())
        self._report_damage(log)

    def _report_damage(self, log: FindingLog) -> None:
        archive = self.archive
        if archive is None:
            return
        packed = archive.gzip
        damages = archive.strays + (packed.damages if packed else 0)
        if damages:
            log.loss(
                "damaged",
                f"In {counted(damages, 'place')} the archive is damaged, or a record has another "
                "length than it says. Reading went on at the next record that was found.",
            )
        if archive.cut:
            log.loss("truncated", "The archive ends within a record. What stood before was read.")
        if packed and packed.bomb:
            log.loss("ratio", "A part unpacks as far as a bomb does. Reading stopped there.")
        if not self.kinds:
            log.loss("empty", "The archive holds no record that can be read.")


def _answer(record: Record, block: bytes) -> Answer:
    """Give what a server sent; of other records all of the block."""
    if record.kind == "response" and block.startswith(b"HTTP/"):
        return parse_answer(block)
    return Answer(status=None, header=Header(), sent=block)


def _media_type(record: Record, answer: Answer) -> str:
    said = answer.header if answer.status is not None else record.header
    return said.media_type if said.get("content-type") else "of no type"


def _is_read(record: Record, answer: Answer) -> bool:
    if record.length == 0 or answer.status in _REDIRECTIONS:
        return False
    if record.kind == "response" and answer.status is None:  # of another protocol
        return False
    return not _DRESS.match(_media_type(record, answer))


def _take(record: Record, children: Children) -> None:
    """Read one record, if it is one that is read."""
    head = _read(record, _HEAD_BYTES)
    answer = _answer(record, head)
    if not _is_read(record, answer):
        return
    media_type = _media_type(record, answer)
    meta = _meta(record, answer)
    if record.length > MAX_RECORD_BYTES:
        member = Member(name=record.address or None, media_type=media_type, meta=meta)
        text = f"The record has more than {MAX_RECORD_BYTES // MIB} MiB. It was not read."
        children.refuse(member, "too-large", text)
        return
    block = head + _read(record, record.left)
    answer = _answer(record, block)
    body, is_whole = without_chunks(answer)
    member = Member(
        name=record.address or None,
        reader_name=_reader_name(record.address, media_type),
        media_type=media_type,
        meta=meta,
        findings=tuple(_faults(record, block, (answer.sent, body), is_whole=is_whole)),
    )
    _add(body, answer, member, children)


def _add(body: bytes, answer: Answer, member: Member, children: Children) -> None:
    try:
        stream = decoded(body, answer.header)
        data = body if stream is None else children.unpacked(stream, packed=len(body))
    except UndecodableError as error:
        children.refuse(member, "unsupported", f"What the server sent {error}. It was not read.")
    except MemberRefusedError as error:
        children.refuse(member, error.code, error.text)
    else:
        is_page = member.media_type in _PAGES
        children.add(data, member, read=page_reader(answer.header.charset) if is_page else None)


def _read(record: Record, size: int) -> bytes:
    pieces: list[bytes] = []
    while size > 0 and (piece := record.read(min(size, _PIECE_BYTES))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def _meta(record: Record, answer: Answer) -> dict[str, MetaValue]:
    """Give what the archive says of a record."""
    digest = record.get("warc-payload-digest") or record.get("warc-block-digest")
    found: dict[str, MetaValue] = {
        "warc.type": record.kind,
        "warc.url": record.address,
        "warc.date": _date(record),
        "warc.digest": digest,
        "warc.id": record.get("warc-record-id"),
        "warc.ip": record.get("warc-ip-address"),
        "warc.last_modified": answer.header.get("last-modified"),
    }
    known = {name: value for name, value in found.items() if value}
    return known | ({"warc.status": answer.status} if answer.status is not None else {})


def _date(record: Record) -> str:
    said = record.get("warc-date").strip()
    return said if _DATE.fullmatch(said) else ""


def _faults(
    record: Record, block: bytes, payloads: tuple[bytes, ...], *, is_whole: bool
) -> list[Finding]:
    """Say what is wrong with a record: that it was cut, or is not what its digest says."""
    faults = []
    if record.is_cut or record.get("warc-truncated") or not is_whole:
        why = record.get("warc-truncated")
        said = f" (the archive says: {shown(why)})" if why else ""
        text = f"The record is not whole{said}. What there is was read."
        faults.append(_loss("truncated", text))
    said_date = record.get("warc-date")
    if said_date and not _date(record):
        text = f"The record's date, {shown(said_date)}, is none that can be read."
        faults.append(_loss("impossible-date", text))
    if not record.is_cut:
        faults += _digest_faults(record, block, payloads)
    return faults


def _digest_faults(record: Record, block: bytes, payloads: tuple[bytes, ...]) -> list[Finding]:
    """Compare with the digests claimed; a payload may have been hashed with its chunks or not."""
    faults = []
    for name, pieces in (("warc-block-digest", (block,)), ("warc-payload-digest", payloads)):
        claimed = record.get(name)
        if not claimed:
            continue
        fits = [_fits(claimed, piece) for piece in dict.fromkeys(pieces)]
        if None in fits:
            text = f"The record has a digest of a kind that is not known here: {shown(claimed)}."
            faults.append(Finding(code="digest-unchecked", text=text, severity=Severity.NOTE))
        elif True not in fits:
            text = f"What was stored does not have the digest that the record says ({name}: "
            faults.append(
                _loss("digest-mismatch", f"{text}{shown(claimed)}). It was changed or damaged.")
            )
    return faults


def _fits(claimed: str, data: bytes) -> bool | None:
    digest = Digest(claimed)
    digest.update(data)
    return digest.fits


def _loss(code: str, text: str) -> Finding:
    return Finding(code=code, text=text, severity=Severity.LOSS)


def _reader_name(address: str, media_type: str) -> str:
    """Give the name by whose ending a reader may judge what came from an address."""
    path = re.split(r"[?#]", address, maxsplit=1)[0].rpartition("/")[2]
    ending = ".html" if media_type in _PAGES else _ENDINGS.get(media_type, "")
    return f"{path or 'page'}{ending}" if ending else path
