"""Web archives: WARC, packed or not, and WACZ, a ZIP archive of them with a list of its own.

An archive is a document without text, and each answer of a server in it that can be read
one more: with its address, its moment, its status, and its digest, which is checked. The
archive is gone through twice, so that what is said of the whole comes first; it is never
held whole. What is cut off or damaged costs no more than the records it touches.

Source: ISO 28500:2017 (WARC 1.1); WACZ 1.1.1 (specs.webrecorder.net).
"""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from qantar.model.finding import Finding, Severity
from qantar.model.read_document import MetaValue
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_RECORD_BYTES, MIB
from qantar.readers.children import Children, Member, MemberRefusedError
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.gzip_members import MAGIC, GzipMembers
from qantar.readers.http_answer import Answer, UndecodableError, decoded, without_chunks
from qantar.readers.job import Job
from qantar.readers.media_type import TableFormat, report_extension
from qantar.readers.start import Start
from qantar.readers.warc_records import Archive, Digest, Record
from qantar.readers.warc_survey import (
    HEAD_BYTES,
    READ_KINDS,
    Survey,
    answer_of,
    date_of,
    is_read,
    media_type_of,
    read_block,
)
from qantar.readers.web_page import page_reader

READER: Final = "warc"
VERSION: Final = 1
_FORMAT: Final = TableFormat(
    "application/warc", "a web archive (WARC)", frozenset({"warc", "gz", "warc.gz"})
)
_MARK: Final = re.compile(rb"WARC/\d\.\d")
_PAGES: Final = frozenset({"text/html", "application/xhtml+xml"})
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
    return bool(_MARK.match(GzipMembers(start.source).read(HEAD_BYTES)))


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
    survey = Survey()
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
        if record.kind in READ_KINDS:
            _take(record, children)
    children.close()


def _take(record: Record, children: Children) -> None:
    """Read one record, if it is one that is read."""
    head = read_block(record, HEAD_BYTES)
    answer = answer_of(record, head)
    if not is_read(record, answer):
        return
    media_type = media_type_of(record, answer)
    meta = _meta(record, answer)
    if record.length > MAX_RECORD_BYTES:
        member = Member(name=record.address or None, media_type=media_type, meta=meta)
        text = f"The record has more than {MAX_RECORD_BYTES // MIB} MiB. It was not read."
        children.refuse(member, "too-large", text)
        return
    block = head + read_block(record, record.left)
    answer = answer_of(record, block)
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


def _meta(record: Record, answer: Answer) -> dict[str, MetaValue]:
    """Give what the archive says of a record."""
    digest = record.get("warc-payload-digest") or record.get("warc-block-digest")
    found: dict[str, MetaValue] = {
        "warc.type": record.kind,
        "warc.url": record.address,
        "warc.date": date_of(record),
        "warc.digest": digest,
        "warc.id": record.get("warc-record-id"),
        "warc.ip": record.get("warc-ip-address"),
        "warc.last_modified": answer.header.get("last-modified"),
    }
    known = {name: value for name, value in found.items() if value}
    return known | ({"warc.status": answer.status} if answer.status is not None else {})


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
    if said_date and not date_of(record):
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
