"""Signal: chats as sigtop and signal-export write them, in JSON, text or Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from qantar.readers.answer import DocumentWriter
from qantar.readers.encoding import TextEncoding, choose_encoding
from qantar.readers.finding_log import FindingLog, shown
from qantar.readers.job import Job
from qantar.readers.json_mending import BrokenValueError, mended
from qantar.readers.json_stream import JsonStream
from qantar.readers.media_type import DELIMITED, JSON, report_extension
from qantar.readers.signal_json import Records, add_line, is_line
from qantar.readers.signal_message import READER, VERSION, SignalMessages
from qantar.readers.signal_text import (
    Lines,
    is_long,
    is_markdown,
    is_short,
    parted_by_blanks,
    read_long,
    read_markdown,
    read_short,
)
from qantar.readers.start import Start
from qantar.readers.text_lines import TextLines

__all__ = ["READER", "VERSION", "knows", "read", "read_chat"]

_RECORDS: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,64}\[\s{0,64}\{")
_RECORD_KEYS: Final = (b'"conversationId"', b'"sent_at"', b'"type"')
_HEAD_BYTES: Final = 64 * 1024
_LOOKED_AT: Final = 60

_MARKDOWN: Final = "signal-export Markdown"
_FORMS: Final[tuple[tuple[str, Callable[[list[str]], bool]], ...]] = (
    ("sigtop text", is_long),
    ("sigtop text-short", is_short),
    (_MARKDOWN, is_markdown),
)
_READ: Final = {
    "sigtop text": read_long,
    "sigtop text-short": read_short,
}


def knows(start: Start) -> bool:
    """Whether a file is an export of Signal, by how it begins."""
    if _RECORDS.match(start.head):
        return _is_records(start.head)
    return start.is_text and _form(start.text) is not None


def _is_records(head: bytes) -> bool:
    return all(key in head for key in _RECORD_KEYS)


def _form(beginning: str) -> str | None:
    """Which form a text has."""
    lines = [line for line in beginning[:_HEAD_BYTES].split("\n")[:_LOOKED_AT] if line.strip()]
    lines = [line.rstrip("\r") for line in lines]
    if not lines:
        return None
    if lines[0].startswith("{"):
        return "signal-export lines" if is_line(lines[0]) else None
    return next((name for name, fits in _FORMS if fits(lines)), None)


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read an export as a document of its own; see `registry.read`."""
    read_chat(source, job, FindingLog(job.name), out)


def read_chat(
    source: BinaryIO,
    job: Job,
    log: FindingLog,
    out: DocumentWriter,
    members: frozenset[str] | None = None,
) -> None:
    """Read one chat; `members` are the names of the files beside it, None if not known."""
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    if _RECORDS.match(head) and _is_records(head):
        report_extension(JSON, job.name, log)
        _begin(out, "application/json", "utf-8", "sigtop JSON")
        messages = SignalMessages(out, log, members)
        Records(messages).read(JsonStream(source), log)
    else:
        encoding = choose_encoding(source, declared=job.encoding, log=log)
        form = _form(head.decode(encoding.codec, "replace").lstrip("\ufeff"))
        is_json = form == "signal-export lines"
        report_extension(JSON if is_json else DELIMITED, job.name, log)
        media_type = "application/x-ndjson" if is_json else "text/plain"
        _begin(out, media_type, encoding.name, form or "unknown")
        messages = SignalMessages(out, log, members)
        _read_lines(source, encoding, form, messages, log)
    messages.finish()
    log.write_to(out)
    out.end()


def _begin(out: DocumentWriter, media_type: str, encoding: str, form: str) -> None:
    out.begin(
        reader=READER,
        version=VERSION,
        media_type=media_type,
        encoding=encoding,
        meta={"signal.form": form},
    )


def _read_lines(
    source: BinaryIO,
    encoding: TextEncoding,
    form: str | None,
    messages: SignalMessages,
    log: FindingLog,
) -> None:
    lines = TextLines(source, encoding)
    numbered = _numbered(lines)
    if form == "signal-export lines":
        _read_objects(numbered, messages, log)
    elif form == _MARKDOWN:
        by_blanks = parted_by_blanks(_numbered(TextLines(source, encoding)))
        read_markdown(numbered, messages, behind_blank=by_blanks)
    elif form is not None:
        _READ[form](numbered, messages)
    lines.report_damage(log)


def _numbered(lines: TextLines) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        yield number, line.rstrip("\r\n")


def _read_objects(lines: Lines, messages: SignalMessages, log: FindingLog) -> None:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            value, flaws = mended(line.encode(), 0)
        except BrokenValueError:
            value, flaws = None, []
        if not isinstance(value, dict):
            log.loss("broken-line", f"Line {number:,} is no message: {shown(line)}.")
            continue
        for flaw in flaws:
            say = log.loss if flaw.is_loss else log.note
            say(flaw.code, f"{flaw.text} (line {number:,}).")
        add_line(value, messages, number)
