"""Whether what a reader answers can be: each record is held against what came before it.

The reader may have been taken over by the file that it read. No order, no id, no offset and
no count of it is believed; the first record that cannot be refuses the rest of the answer.
"""

from __future__ import annotations

import math
from typing import Final, NoReturn

from qantar.model.read_document import Begin, End, Quoted, Sound, Text
from qantar.model.segment import Segment
from qantar.readers.answer_frames import Refused, Shown, Span, UnsoundAnswerError
from qantar.readers.caps import MAX_DOCUMENTS, MAX_RECORDS
from qantar.readers.picture import Picture

RESERVED: Final = "sight-"
"""How ids begin that are given outside of a reading."""
_KEPT_CHARS: Final = 1024 * 1024


class Soundness:
    """Holds one record after another against what came before."""

    def __init__(self) -> None:
        """Begin with nothing said."""
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

    def sound(self, record: Shown) -> Sound | Picture:
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
        if segment.boxes and len(segment.boxes) != end - start:
            self._refuse(f"placed other characters than there are ({start} to {end})")
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
