"""Mails: one (EML), or a file of many (MBOX), with what is enclosed in them.

A mail is a document: the lines of its header that a mail program shows, then its text. What
is enclosed follows as documents of its own, each read by the reader of its content. An mbox
is a document without text, and each mail in it one more; it is read mail by mail, however
large it is. A mail's `sha256` is of its bytes as they stand in the file.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, BinaryIO, Final

from qantar.model.finding import Finding, Severity
from qantar.readers.answer import DocumentWriter
from qantar.readers.caps import MAX_MEMBER_BYTES, MIB
from qantar.readers.charsets import decode
from qantar.readers.children import Children, Member
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.job import Job
from qantar.readers.mail_facts import header_facts, note_fields
from qantar.readers.mail_header import parse_header
from qantar.readers.mail_plan import Plan, is_message, plan
from qantar.readers.mail_text import write_header, write_plain
from qantar.readers.markup import words_of
from qantar.readers.mbox import begins_as_mbox, find_mails, unquoted
from qantar.readers.media_type import TableFormat, report_extension
from qantar.readers.mime_parts import Part, body_of, parse_mail
from qantar.readers.page import PageWriter
from qantar.readers.start import Start
from qantar.readers.web_page import is_mhtml, page_reader

if TYPE_CHECKING:
    from qantar.readers.registry import Read

READER: Final = "mail"
VERSION: Final = 1
_EML: Final = TableFormat("message/rfc822", "a mail", frozenset({"eml", "mht", "mhtml", "txt"}))
_MBOX: Final = TableFormat("application/mbox", "a file of mails (mbox)", frozenset({"mbox", "txt"}))
_BOM: Final = b"\xef\xbb\xbf"

_OF_MACHINES: Final = frozenset(
    {"message-id", "received", "return-path", "mime-version", "delivered-to", "dkim-signature"}
)
_OF_PEOPLE: Final = frozenset({"from", "to", "cc", "subject", "date", "reply-to", "sender"})
_LEAST_FIELDS: Final = 3
_WORD: Final = re.compile(r"\w{2,}")
_NEW_WORDS, _NEW_SHARE = 5, 0.2  # from which an HTML form says something else than the plain one
_ARMOUR: Final = re.compile(r"^-----BEGIN PGP MESSAGE-----\s*$", re.MULTILINE)


def knows(start: Start) -> bool:
    """Whether a file is a mail or an mbox: it begins with the header of one."""
    head = start.head.removeprefix(_BOM)
    if begins_as_mbox(head):
        return True
    if is_mhtml(head):
        return False
    header = parse_header(head, 0, len(head))
    names = {one.name.lower() for one in header.fields}
    if start.extension == "eml":
        return bool(names & (_OF_MACHINES | _OF_PEOPLE))
    return bool(names & _OF_MACHINES) and len(names & (_OF_MACHINES | _OF_PEOPLE)) >= _LEAST_FIELDS


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a mail or an mbox; see `registry.read`."""
    source.seek(0)
    if begins_as_mbox(source.read(4096).removeprefix(_BOM)):
        _read_mbox(source, job, out)
    else:
        _read_mail(source, job, out)


def _read_mail(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    log = FindingLog(job.name)
    report_extension(_EML, job.name, log)
    source.seek(0)
    data = source.read(MAX_MEMBER_BYTES + 1)
    if len(data) > MAX_MEMBER_BYTES:
        log.loss("too-large", f"The mail has more than {MAX_MEMBER_BYTES // MIB} MiB: cut there.")
        data = data[:MAX_MEMBER_BYTES]
    _write_mail(data.removeprefix(_BOM), job, out, log)


def _read_one(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a mail that stands in something else, whatever it begins with."""
    source.seek(0)
    _write_mail(source.read(), job, out, FindingLog(job.name))


def _write_mail(data: bytes, job: Job, out: DocumentWriter, log: FindingLog) -> None:
    root = parse_mail(data, log)
    sorted_parts = plan(root, data)
    texts = [_decoded(part, data, log) for part in sorted_parts.bodies]
    differing = _differing(sorted_parts, data, texts)
    note_fields(root.header, log)
    mail = out.begin(
        reader=READER,
        version=VERSION,
        media_type=_EML.media_type,
        encoding=texts[0][1] if texts else None,
        meta=header_facts(root.header, log),
    )
    write_header(root.header, out)
    for at, (part, (text, _)) in enumerate(zip(sorted_parts.bodies, texts, strict=True)):
        if at:
            out.text("\n\n")
        if part.media_type == "text/html":
            PageWriter(text, out, log, part=part.number).write()
        else:
            write_plain(text, part.number, out)
    if not data:
        log.loss("empty", "The mail is empty.")
    _note_parts(sorted_parts, texts, differing, log)
    log.write_to(out)
    out.end()
    _enclosed(sorted_parts, differing, data, Children(out, job, mail))


def _decoded(part: Part, data: bytes, log: FindingLog) -> tuple[str, str]:
    raw = body_of(data, part, log)
    found = decode(raw, part.header.charset, what="The mail", log=log, where=part.where)
    if part.media_type == "text/html":
        return found.text, found.encoding
    return found.text.replace("\r\n", "\n").replace("\r", "\n"), found.encoding


def _differing(found: Plan, data: bytes, texts: list[tuple[str, str]]) -> list[Part]:
    """Name the HTML forms of the text that say what the plain one does not."""
    if not found.other_forms:
        return []
    plain = {word for text, _ in texts for word in _WORD.findall(text.lower())}
    differing = []
    for part in found.other_forms:
        page, _ = _decoded(part, data, FindingLog(""))
        words = set(_WORD.findall(words_of(page).lower()))
        new = words - plain
        if len(new) >= _NEW_WORDS and len(new) > _NEW_SHARE * len(words):
            differing.append(part)
    return differing


def _enclosed(found: Plan, differing: list[Part], data: bytes, children: Children) -> None:
    """Read what is enclosed, each into documents of its own."""
    parts = (*found.enclosed, *found.encrypted, *differing)
    for part in sorted(parts, key=lambda one: one.start):
        own = FindingLog("")
        body = body_of(data, part, own)
        name = part.header.file_name
        member = Member(
            name=name or part.number,
            reader_name=name or f"part{_ENDINGS.get(part.media_type, '')}",
            media_type=part.media_type,
            meta={"mail.part": part.number},
            findings=own.findings(),
        )
        if part in found.encrypted:
            sha256 = hashlib.sha256(body).hexdigest()
            children.refuse(member, "encrypted", _ENCRYPTED, sha256=sha256)
        else:
            children.add(body, member, read=_reader_of(part))
    children.close()


def _reader_of(part: Part) -> Read | None:
    if is_message(part):
        return _read_one
    is_page = part.media_type == "text/html"
    return page_reader(part.header.charset) if is_page else None


_ENDINGS: Final = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/calendar": ".txt",
    "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
}
_ENCRYPTED: Final = (
    "This part is encrypted, or signed in a form that wraps what it signs (S/MIME or PGP). It was "
    "not read. Save the mail decrypted from the program of somebody who can read it, and add that "
    "too."
)


def _note_parts(
    found: Plan, texts: list[tuple[str, str]], differing: list[Part], log: FindingLog
) -> None:
    for part in found.bodies:
        if part.media_type == "text/html":
            log.note(
                "alternative-text",
                f"There is no plain text; part {part.number} (text/html) was read for it.",
                part.where,
            )
    read = ", ".join(part.number for part in found.bodies)
    for part in found.other_forms:
        log.note(
            "alternative-text",
            f"The mail gives its text twice: as plain text (part {read}) and as HTML (part "
            f"{part.number}). "
            + (
                "The HTML says more, and was read as a document of its own."
                if part in differing
                else "The plain text was read; the HTML has nearly the same words."
            ),
            part.where,
        )
    for part in found.signatures:
        text = "The mail is signed. The signature is kept with it, and was not checked."
        log.note("signature-unchecked", text, part.where)
    for part in found.encrypted:
        log.loss("encrypted", _ENCRYPTED, part.where)
    for part, (text, _) in zip(found.bodies, texts, strict=True):
        if _ARMOUR.search(text):
            log.loss("encrypted", _ENCRYPTED, part.where)
    for part in found.elsewhere:
        said = shown(part.header.get("content-type"))
        text = f"A part of the mail is kept elsewhere ({said}). It was not fetched."
        log.note("external-reference", text, part.where)


def _read_mbox(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a file of mails: first where they are, then one after another."""
    log = FindingLog(job.name)
    report_extension(_MBOX, job.name, log)
    places = list(find_mails(source))
    size = source.seek(0, 2)
    count = len(places)
    box = out.begin(
        reader=READER, version=VERSION, media_type=_MBOX.media_type, meta={"mail.count": count}
    )
    log.write_to(out)
    out.end()
    children = Children(out, job, box, flat=True)
    for at, (start, begin) in enumerate(places):
        end = places[at + 1][0] if at + 1 < count else size
        member = Member(name=str(at + 1), media_type=_EML.media_type)
        if end - begin > MAX_MEMBER_BYTES:
            text = f"The mail has more than {MAX_MEMBER_BYTES // MIB} MiB. It was not read."
            children.refuse(member, "too-large", text)
            continue
        source.seek(start)
        line = source.read(begin - start)
        _add_mail(_without_blank(source.read(end - begin)), line, member.name or "", children)
    children.close()


def _add_mail(raw: bytes, line: bytes, number: str, children: Children) -> None:
    mail, count = unquoted(raw)
    envelope = line[len(b"From ") :].decode("utf-8", "replace").strip()
    text = f"{counted(count, 'line')} had a mark put before “From ”, which was taken off again."
    note = Finding(code="unquoted", text=text, severity=Severity.NOTE)
    member = Member(
        name=number,
        media_type=_EML.media_type,
        sha256=hashlib.sha256(raw).hexdigest(),
        meta={"mail.envelope": envelope},
        findings=(note,) if count else (),
    )
    children.add(mail, member, read=_read_one)


def _without_blank(raw: bytes) -> bytes:
    """Leave out the empty line that parts a mail from the next one."""
    for blank in (b"\r\n\r\n", b"\n\n"):
        if raw.endswith(blank):
            return raw[: len(raw) - len(blank) // 2]
    return raw
