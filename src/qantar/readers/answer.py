"""What a reader answers, as bytes that cross from a confined process to one that trusts nothing.

    answer = frame*, then a frame of length 0
    frame  = u32 length | JSON list of records

A reader writes through `DocumentWriter`; `records` on the other side decodes strictly
and holds every span against the text that came before it. What ends without the last
frame, is larger than allowed, or says something impossible is refused; the records that
were sound until then stay.
"""

from __future__ import annotations

import math
import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Final, NoReturn, Protocol

import msgspec
from msgspec import Meta, Struct

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
from qantar.readers.caps import (
    MAX_ANSWER_BYTES,
    MAX_DOCUMENTS,
    MAX_FRAME_BYTES,
    MAX_RECORDS,
    MAX_SEEN_PIXELS,
)
from qantar.readers.nesting import Inside
from qantar.readers.picture import Picture

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

RESERVED: Final = "sight-"
"""How ids begin that are given outside of a reading."""
_LENGTH: Final = struct.Struct(">I")
# Controls but for tab and line ends, marks of writing direction and of no width.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_UNSEEN_NAMED: Final = 12
_LONGEST_FINDING: Final = 10_000  # what `Noted` may say
_SPARE_DOCUMENTS: Final = 1_000
_FLUSH_CHARS: Final = 64 * 1024
_FLUSH_RECORDS: Final = 512
_KEPT_CHARS: Final = 1024 * 1024


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Give so many bytes, fewer at the end."""


class Writable(Protocol):
    """What bytes go to."""

    def write(self, data: bytes, /) -> object:
        """Take them."""

    def flush(self) -> object:
        """Pass them on."""


class Span(Struct, frozen=True, tag="segment"):
    """A segment, whose text has come before it."""

    segment: Segment


class Refused(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="refused"):
    """Nothing of the file can be told, for the reason given; the only record of its answer."""

    message: Annotated[str, Meta(max_length=10_000)]
    next: Annotated[str, Meta(max_length=10_000)] | None = None


class Carried(Struct, frozen=True, tag="carried"):
    """The next bytes of a film that stands in a container, for the program that decodes films."""

    data: bytes


_Shown = Begin | Text | Span | Noted | End | Refused | Picture
_Record = Begin | Text | Span | Noted | End | Refused | Picture | Carried
Carry = Callable[[bytes], None]


class UnsoundAnswerError(Exception):
    """An answer that no sound reader gives; the message completes "the reader …"."""


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
        self._encode = msgspec.json.Encoder().encode
        self._documents = 0
        self._open: str | None = None
        self._records: list[_Record] = []
        self._texts: list[str] = []
        self._held = 0
        self._pending: list[Segment] = []
        self._unseen: Counter[str] | None = None
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
        self._unseen = Counter() if header is None else None  # tables tell of their cells
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
            self._unseen.update(_UNSEEN.findall(text))
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
        self._out.write(_LENGTH.pack(0))
        self._out.flush()

    def find(self, finding: Finding) -> None:
        """Pass a finding on; the name of the file is known to whoever asked."""
        self._find(finding.code, finding.text, finding.severity, finding.where)

    def _find(self, code: str, text: str, severity: Severity, where: Locator | None) -> None:
        cut = text[:_LONGEST_FINDING]
        self._records.append(Noted(code=code, text=cut, severity=severity, where=where))

    def _report_unseen(self) -> None:
        """Say which characters that cannot be seen stand in the text, which are kept."""
        if self._unseen:
            listed = sorted(self._unseen.items())[:_UNSEEN_NAMED]
            named = ", ".join(f"U+{ord(mark):04X} ×{count:,}" for mark, count in listed)
            self.note(
                "control-characters",
                f"The text holds characters that cannot be seen ({named}). They are kept, and "
                "shown as marks.",
            )

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
        if records:
            self._write(records)

    def _joined(self) -> Iterator[str]:
        whole = "".join(self._texts)
        for start in range(0, len(whole), _FLUSH_CHARS):
            yield whole[start : start + _FLUSH_CHARS]

    def _write(self, records: list[_Record]) -> None:
        data = self._encode(records)
        if len(data) > MAX_FRAME_BYTES and len(records) > 1:
            middle = len(records) // 2
            self._write(records[:middle])
            self._write(records[middle:])
            return
        self._out.write(_LENGTH.pack(len(data)) + data)


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
    check = _Check()
    for frame in _frames(answer):
        try:
            decoded = _DECODER.decode(frame)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            message = f"answered what is no answer ({error})"
            raise UnsoundAnswerError(message) from error
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


_DECODER: Final = msgspec.json.Decoder(list[_Record])


def _frames(answer: Readable) -> Iterator[bytes]:
    left = MAX_ANSWER_BYTES
    while True:
        head = answer.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            message = "stopped before it had finished"
            raise UnsoundAnswerError(message)
        (length,) = _LENGTH.unpack(head)
        if length == 0:
            return
        left -= length
        if length > MAX_FRAME_BYTES or left < 0:
            message = "answered more than any document gives"
            raise UnsoundAnswerError(message)
        data = answer.read(length)
        if len(data) < length:
            message = "stopped before it had finished"
            raise UnsoundAnswerError(message)
        yield data


class _Check:
    """Holds one record after another against what came before."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._is_open = False
        self._records = 0
        self._renew()

    def _renew(self) -> None:
        self._window, self._from = "", 0
        self._last = 0
        self._around: list[Segment] = []

    @property
    def begun(self) -> bool:
        """Whether a document has begun."""
        return bool(self._ids)

    def carried(self, *, asked: bool) -> None:
        """Refuse bytes that nobody asked for, or of no document."""
        if not asked or not self._is_open:
            self._refuse("gave bytes that nobody asked for")

    def sound(self, record: _Shown) -> Sound | Picture:
        """Give the record if it can be."""
        self._records += 1
        if self._records > MAX_RECORDS:
            self._refuse("answered more records than any document gives")
        if isinstance(record, Begin):
            self._begin(record)
            return record
        if not self._is_open:
            self._refuse("spoke of no document")
        if isinstance(record, Text):
            self._window += record.text
            return record
        if isinstance(record, Span):
            return self._quote(record.segment)
        if isinstance(record, Refused):
            self._refuse("refused a file that it had begun to read")
        if isinstance(record, Picture) and not record.is_sound:
            self._refuse("showed a picture that is not as it says")
        if isinstance(record, End):
            self._end(record)
        return record

    def at_end(self) -> None:
        """Refuse an answer that ends within a document, or has none."""
        if self._is_open or not self._ids:
            self._refuse("ended without ending a document")

    def _begin(self, begin: Begin) -> None:
        free = begin.id not in self._ids and not begin.id.startswith(RESERVED)
        if self._is_open or not free or len(self._ids) >= MAX_DOCUMENTS:
            self._refuse("began a document where none can begin")
        if begin.parent is not None and begin.parent not in self._ids:
            self._refuse("spoke of a document that is not there")
        self._ids.add(begin.id)
        self._is_open = True
        self._renew()

    def _end(self, end: End) -> None:
        if end.chars != self._from + len(self._window):
            self._refuse("miscounted its own text")
        self._is_open = False

    def _quote(self, segment: Segment) -> Quoted:
        start, end, around = segment.start, segment.end, self._around
        while around and around[-1].end <= start and (around[-1].end < start or end > start):
            around.pop()
        at, to = start - self._from, end - self._from
        if not self._last <= start <= end or at < 0 or to > len(self._window):
            self._refuse(f"quoted what is not there ({start} to {end})")
        if around:
            outer = around[-1]
            if end > outer.end and outer.end > start:
                self._refuse(f"crossed two spans ({start} to {end})")
            same = (outer.start, outer.end, outer.kind) == (start, end, segment.kind)
            if same and start < end and not segment.kind.may_nest:
                self._refuse(f"gave one span twice ({start} to {end})")
        if segment.words:
            self._look_at_words(segment)
        around.append(segment)
        self._last = start
        text = self._window[at:to]
        if len(self._window) > 2 * _KEPT_CHARS:
            self._forget(around[0].start)
        return Quoted(segment, text)

    def _look_at_words(self, segment: Segment) -> None:
        at = segment.start
        for word in segment.words:
            left, top, right, bottom = word.box
            placed = 0 <= left <= right < math.inf and 0 <= top <= bottom < math.inf
            if not at <= word.start < word.end <= segment.end or not placed:
                self._refuse(f"placed a word where none can be ({word.start} to {word.end})")
            at = word.end

    def _forget(self, before: int) -> None:
        """Let text go that no segment can quote any more."""
        before = min(before, self._from + len(self._window))
        if before - self._from > _KEPT_CHARS:
            self._window = self._window[before - self._from :]
            self._from = before

    def _refuse(self, why: str) -> NoReturn:
        raise UnsoundAnswerError(why)
