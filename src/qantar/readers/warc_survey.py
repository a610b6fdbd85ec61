"""What a web archive holds, record by record, and which of it is read.

Source: ISO 28500:2017 (WARC 1.1), 5.5 (types of records).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from qantar.model.read_document import MetaValue
from qantar.readers.caps import MIB
from qantar.readers.finding_log import FindingLog, counted
from qantar.readers.http_answer import Answer, parse_answer
from qantar.readers.mail_header import Header
from qantar.readers.page_links import most_of
from qantar.readers.warc_records import Archive, Record

HEAD_BYTES: Final = 64 * 1024
_PIECE_BYTES: Final = MIB
READ_KINDS: Final = frozenset({"response", "resource", "conversion"})
"""Records that hold what was found at an address."""
# What makes pages look and move as they do; programs talk to each other in JSON.
_DRESS: Final = re.compile(
    r"text/(?:css|javascript|ecmascript)|font/|application/(?:x-)?(?:javascript|ecmascript|font|json"
    r"|x-font|manifest\+json|wasm|vnd\.ms-fontobject)|image/(?:svg\+xml|x-icon|"
    r"vnd\.microsoft\.icon)|text/x-component"
)
_REDIRECTIONS: Final = range(300, 400)
_SOFTWARE: Final = re.compile(rb"^software:[ \t]*([^\r\n]{1,500})", re.MULTILINE | re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z)?)?)?")


@dataclass(slots=True)
class Survey:
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
            if date := date_of(record):
                first, last = self.dates
                self.dates = min(first or date, date), max(last, date)
            if record.kind == "warcinfo":
                found = _SOFTWARE.search(record.read(HEAD_BYTES))
                if found and not self.software:
                    self.software = found[1].decode("utf-8", "replace").strip()
            elif record.kind in READ_KINDS:
                self._content(record)

    def _content(self, record: Record) -> None:
        head = read_block(record, HEAD_BYTES)
        answer = answer_of(record, head)
        if answer.status in _REDIRECTIONS:
            self.redirections += 1
        elif not is_read(record, answer):
            self.unread[media_type_of(record, answer)] += 1

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


def answer_of(record: Record, block: bytes) -> Answer:
    """Give what a server sent; of other records all of the block."""
    if record.kind == "response" and block.startswith(b"HTTP/"):
        return parse_answer(block)
    return Answer(status=None, header=Header(), sent=block)


def media_type_of(record: Record, answer: Answer) -> str:
    """Give the type that the content is said to have."""
    said = answer.header if answer.status is not None else record.header
    return said.media_type if said.get("content-type") else "of no type"


def is_read(record: Record, answer: Answer) -> bool:
    """Whether what a record holds may say something to people."""
    if record.length == 0 or answer.status in _REDIRECTIONS:
        return False
    if record.kind == "response" and answer.status is None:  # of another protocol
        return False
    return not _DRESS.match(media_type_of(record, answer))


def read_block(record: Record, size: int) -> bytes:
    """Give the next bytes of a record's block: so many, fewer at its end."""
    pieces: list[bytes] = []
    while size > 0 and (piece := record.read(min(size, _PIECE_BYTES))):
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)


def date_of(record: Record) -> str:
    """Give the moment of a record; "" where it says none that can be."""
    said = record.get("warc-date").strip()
    return said if _DATE.fullmatch(said) else ""
