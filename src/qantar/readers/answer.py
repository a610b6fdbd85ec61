"""What a reader answers, as bytes that cross from a confined process to one that trusts nothing.

A reader writes through `DocumentWriter`; `records` on the other side decodes strictly
(`answer_frames`) and holds every span against the text that came before it
(`answer_soundness`). What ends without the last frame, is larger than allowed, or says
something impossible is refused; the records that were sound until then stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from qantar.errors import InputRefusedError
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.read_document import (
    UNKNOWN_TYPE,
    UNREAD,
    Begin,
    End,
    MetaValue,
    Noted,
    Quoted,
    Sound,
    Text,
)
from qantar.model.segment import Segment
from qantar.readers.answer_frames import (
    LAST_FRAME,
    Carried,
    Readable,
    Record,
    Refused,
    Span,
    UnsoundAnswerError,
    Writable,
    framed,
    lists_of_records,
)
from qantar.readers.answer_soundness import Soundness
from qantar.readers.caps import MAX_DOCUMENTS, MAX_SEEN_PIXELS
from qantar.readers.nesting import Inside
from qantar.readers.picture import Picture
from qantar.readers.unseen_marks import UnseenMarks

__all__ = [
    "UNKNOWN_TYPE",
    "UNREAD",
    "Begin",
    "DocumentWriter",
    "End",
    "MetaValue",
    "Noted",
    "Picture",
    "Quoted",
    "Sound",
    "Text",
    "UnsoundAnswerError",
    "records",
    "records_and_pictures",
]

_LONGEST_FINDING: Final = 10_000  # what `Noted` may say
_SPARE_DOCUMENTS: Final = 1_000
_FLUSH_CHARS: Final = 64 * 1024
_FLUSH_RECORDS: Final = 512

Carry = Callable[[bytes], None]


class DocumentWriter:
    """Writes the answer of one reading, a document after another.

    Segments are collected and written in order when a block is closed, so that a reader
    may add an outer one after what stands in it.

    Attributes:
        chars: code points of the open document so far.
        inside: the container that a reader is reading a member of, which it need not know:
            a document that it begins without a parent becomes that member.
    """

    def __init__(self, out: Writable) -> None:
        """Begin an answer."""
        self._out = out
        self._documents = 0
        self._open: str | None = None
        self._records: list[Record] = []
        self._texts: list[str] = []
        self._held = 0
        self._pending: list[Segment] = []
        self._unseen: UnseenMarks | None = None
        self._sight_left = MAX_SEEN_PIXELS
        self.chars = 0
        self.inside: Inside | None = None

    def begin(  # noqa: PLR0913  # each names itself where it is passed
        self,
        *,
        reader: str,
        version: int,
        media_type: str,
        parent: str | None = None,
        member: str | None = None,
        encoding: str | None = None,
        sha256: str | None = None,
        meta: Mapping[str, MetaValue] | None = None,
        header: tuple[str, ...] | None = None,
    ) -> str:
        """Begin a document, and give its id."""
        if self._open is not None:
            message = "a document begins before the last one ended"
            raise RuntimeError(message)
        inside = self.inside if parent is None else None
        if inside is not None:
            parent, member = inside.parent, member or inside.member
            sha256, meta = sha256 or inside.sha256, {**inside.meta, **(meta or {})}
        self._documents += 1
        self._open, self.chars = str(self._documents), 0
        self._unseen = UnseenMarks() if header is None else None  # tables tell of their cells
        self._records.append(
            Begin(
                id=self._open,
                reader=reader,
                version=version,
                media_type=media_type,
                parent=parent,
                member=member,
                encoding=encoding,
                sha256=sha256,
                meta=dict(meta or {}),
                header=header,
            )
        )
        for finding in inside.findings if inside else ():
            self.find(finding)
        return self._open

    @property
    def documents(self) -> int:
        """How many documents have begun."""
        return self._documents

    def room(self, most: int) -> int:
        """Give how many of `most` documents may still begin.

        All that one file holds shares the cap; some are kept for those that say what was
        left out.
        """
        return max(0, min(most, MAX_DOCUMENTS - _SPARE_DOCUMENTS - self._documents))

    def text(self, text: str) -> tuple[int, int]:
        """Add to the canonical text; gives the span of what was added."""
        start = self.chars
        self._texts.append(text)
        self._held += len(text)
        if self._unseen is not None:
            self._unseen.look(text)
        self.chars = start + len(text)
        return start, self.chars

    def segment(self, segment: Segment) -> None:
        """Add a segment of the text so far; in any order until the block is closed."""
        self._pending.append(segment)

    def close_block(self) -> None:
        """Say that no segment that comes begins before the end of the text so far."""
        if len(self._pending) > 1:
            self._pending.sort(key=lambda one: (one.start, -one.end))
        self._records.extend(map(Span, self._pending))
        self._pending.clear()
        if len(self._records) > _FLUSH_RECORDS or self._held > _FLUSH_CHARS:
            self._flush()

    def may_show(self, pixels: float) -> bool:
        """Spend points of what this reading may decode for sight; false if too few are left."""
        if pixels > self._sight_left:
            return False
        self._sight_left -= int(pixels)
        return True

    def show(self, picture: Picture) -> None:
        """Show a page of the open document; only where the job asks for sight."""
        self.close_block()
        self._records.append(picture)
        self._flush()  # it may be large

    def carry(self, data: bytes) -> None:
        """Carry out the next bytes of the open document; only where the job asks for films."""
        self.close_block()
        self._records.append(Carried(data))
        self._flush()

    def pass_on(self) -> None:
        """Send on what is known so far: whatever becomes of the reader now, that stays."""
        self.close_block()
        self._flush()
        self._out.flush()

    def note(self, code: str, text: str, where: Locator | None = None) -> None:
        """Notice something; nothing of the material was lost."""
        self._find(code, text, Severity.NOTE, where)

    def loss(self, code: str, text: str, where: Locator | None = None) -> None:
        """Notice that something could not be taken over."""
        self._find(code, text, Severity.LOSS, where)

    def end(self, *, meta: Mapping[str, MetaValue] | None = None, unreadable: int = 0) -> None:
        """End the document."""
        self.close_block()
        self._report_unseen()
        self._flush()
        self._records.append(End(chars=self.chars, meta=dict(meta or {}), unreadable=unreadable))
        self._open = None

    def abandon(self, why: str) -> None:
        """End what was begun, if anything was, and say why no more of it is read."""
        self._pending.clear()
        if self._open is None:
            self.begin(reader=UNREAD, version=1, media_type=UNKNOWN_TYPE)
        self.loss("unparsed", f"Not all of it was read: {why}. The original is kept as it is.")
        self.end()

    def refuse(self, error: InputRefusedError) -> None:
        """Say that nothing of the file can be told; only before a document has begun."""
        if self._documents:
            self.abandon(error.message)
        else:
            self._records.append(Refused(message=error.message, next=error.next))

    def finish(self) -> None:
        """Say that the answer is whole."""
        self._flush()
        self._out.write(LAST_FRAME)
        self._out.flush()

    def find(self, finding: Finding) -> None:
        """Pass a finding on; the name of the file is known to whoever asked."""
        self._find(finding.code, finding.text, finding.severity, finding.where)

    def _find(self, code: str, text: str, severity: Severity, where: Locator | None) -> None:
        cut = text[:_LONGEST_FINDING]
        self._records.append(Noted(code=code, text=cut, severity=severity, where=where))

    def _report_unseen(self) -> None:
        told = self._unseen.in_words() if self._unseen is not None else None
        if told is not None:
            self.note("control-characters", told)

    def _flush(self) -> None:
        records, self._records = self._records, []
        if self._texts:
            # A document's beginning goes before its text, its segments behind it; what ended
            # before it goes first.
            begun = [at for at, one in enumerate(records) if isinstance(one, Begin)]
            cut = begun[-1] + 1 if begun else 0
            records = [*records[:cut], *(Text(one) for one in self._joined()), *records[cut:]]
            self._texts.clear()
            self._held = 0
        for frame in framed(records) if records else ():
            self._out.write(frame)

    def _joined(self) -> Iterator[str]:
        whole = "".join(self._texts)
        for start in range(0, len(whole), _FLUSH_CHARS):
            yield whole[start : start + _FLUSH_CHARS]


def records(answer: Readable, carry: Carry | None = None) -> Iterator[Sound]:
    """Decode an answer and check it; each segment comes with its text.

    Raises:
        UnsoundAnswerError: it is cut short, floods, or says what cannot be.
        InputRefusedError: it says that nothing can be told of the file.
    """
    for record in records_and_pictures(answer, carry):
        if isinstance(record, Picture):
            message = "showed a picture that nobody asked for"
            raise UnsoundAnswerError(message)
        yield record


def records_and_pictures(answer: Readable, carry: Carry | None = None) -> Iterator[Sound | Picture]:
    """Decode an answer that may show pictures too; else as `records`.

    `carry` takes the bytes of films that are carried out; None where nobody asked for them.
    """
    check = Soundness()
    for decoded in lists_of_records(answer):
        for record in decoded:
            if isinstance(record, Refused) and not check.begun:
                raise InputRefusedError(record.message, next=record.next)
            if isinstance(record, Carried):
                check.carried(asked=carry is not None)
                if carry is not None:
                    carry(record.data)
            else:
                yield check.sound(record)
    check.at_end()
