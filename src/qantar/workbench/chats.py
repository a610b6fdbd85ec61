"""Findings about chats without ids of their own that stand in several files of a case.

An export of WhatsApp that was made again holds the messages of the one before it, and more, and
nothing in it names the chat. What tells is that both have the same words in the same minutes.
Names do not count: each telephone writes those of its own address book.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Final

from qantar.model.finding import Finding, Severity
from qantar.model.read_document import Begin, Quoted, Sound
from qantar.model.segment import SegmentKind
from qantar.readers.whatsapp import READER
from qantar.record.contents import AccessionRecord, TextRecord

Hours = Mapping[str, bytes]
"""For each hour of a chat, the mark of one of its messages: whichever has the lowest."""

_HOUR: Final = len("2022-01-05T14")
_MINUTE: Final = len("2022-01-05T14:03")
_MARK_BYTES: Final = 8
_NAMED: Final = 10


def chat_findings(
    texts: Sequence[TextRecord], accessions: Mapping[str, AccessionRecord]
) -> Iterator[Finding]:
    """Say of each export which of those taken in before it hold the same chat; the last ten."""
    exports = [text for text in texts if _is_export(text)]
    if len(exports) == 1:
        return
    before: list[tuple[str, tuple[Hours, ...]]] = []
    for text in exports:
        chats = tuple(hours_of(text.records()))
        same = (name for name, others in before if _share_one(chats, others))
        for name in deque(same, maxlen=_NAMED):
            yield _finding(accessions[text.accession], accessions[name])
        before.append((text.accession, chats))


def hours_of(records: Iterable[Sound]) -> Iterator[Hours]:
    """Give the hours of each chat among the documents of a file.

    One message an hour is enough to compare by, and a chat of many years has few hours. Both
    exports choose the same one, unless one of them begins or ends within that hour.
    """
    hours: dict[str, bytes] | None = None
    for record in records:
        if isinstance(record, Begin):
            if hours:
                yield hours
            hours = {} if record.reader == READER else None
        elif isinstance(record, Quoted) and hours is not None:
            segment = record.segment
            if segment.kind is SegmentKind.MESSAGE and segment.at and record.text:
                mark = _mark(segment.at, record.text)
                hour = segment.at[:_HOUR]
                hours[hour] = min(mark, hours.get(hour, mark))
    if hours:
        yield hours


def are_one(left: Hours, right: Hours) -> bool:
    """Whether two chats agree in at least half of the hours in which both have messages."""
    both = left.keys() & right.keys()
    same = sum(left[hour] == right[hour] for hour in both)
    return same > 0 and 2 * same >= len(both)


def _share_one(chats: Iterable[Hours], others: Sequence[Hours]) -> bool:
    return any(are_one(chat, other) for chat in chats for other in others)


def _is_export(text: TextRecord) -> bool:
    return any(begin.reader == READER for begin, _ in text.documents)


def _mark(at: str, text: str) -> bytes:
    said = f"{at[:_MINUTE]}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(said, digest_size=_MARK_BYTES).digest()


def _finding(one: AccessionRecord, before: AccessionRecord) -> Finding:
    return Finding(
        code="duplicate-chat",
        text=f'It seems to be the chat that stands in "{before.accession.path}" ({before.id}) '
        "too: both say the same in the same minutes. Messages that both hold were kept twice; a "
        "search finds each of them.",
        severity=Severity.NOTE,
        file=one.accession.path,
        original=one.original,
        accession=one.id,
    )
