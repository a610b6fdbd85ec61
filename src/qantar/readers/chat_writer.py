"""Messages of any chat into a document: a line of text and a segment for each.

Text is written in pieces of many messages, because a chat may have millions of them.
What is the same for thousands of messages (no zone, marks of editing) is said once.
"""

from __future__ import annotations

from array import array
from dataclasses import fields
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from qantar.model.finding import Locator
from qantar.model.lookalikes import Lookalikes
from qantar.model.segment import MediaKind, Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.finding_log import FindingLog, counted, shown

_UTC: Final = "+00:00"
_MESSAGES_A_PIECE: Final = 64
_FIRST_SECOND: Final = -62_135_596_800  # the years 1 to 9999
_LAST_SECOND: Final = 253_402_300_799
_GAPS_NAMED: Final = 20
_MOST_SORTED: Final = 5_000_000
_LARGEST: Final = 2**62


_OF_MESSAGES: Final = ("message", "line", "author")
_SET_MESSAGE, _SET_LINE, _SET_AUTHOR = (getattr(Locator, name).__set__ for name in _OF_MESSAGES)
_SET_OTHERS: Final = tuple(
    getattr(Locator, each.name).__set__ for each in fields(Locator) if each.name not in _OF_MESSAGES
)


def place_of(message: str, *, line: int | None = None, author: str | None = None) -> Locator:
    """Give the place of a message.

    A chat has millions: filling the slots one by one takes half the time of the class's
    own way, which looks up each name again.
    """
    place = object.__new__(Locator)
    _SET_MESSAGE(place, message)
    _SET_LINE(place, line)
    _SET_AUTHOR(place, author)
    for fill in _SET_OTHERS:
        fill(place, None)
    return place


class ChatWriter:
    """Writes the messages of one chat, in their order, and counts what is to be said at the end."""

    def __init__(self, out: DocumentWriter, log: FindingLog) -> None:
        """Begin in a document that has begun."""
        self._out, self._log = out, log
        self._texts: list[str] = []
        self._chars = out.chars
        self._without_zone = 0
        self._edited = 0
        self._names = Lookalikes()
        self._last_speaker: str | None = None
        self.messages = 0

    def place(self, text: str) -> tuple[int, int]:
        """Add the text of the next message; gives the span of what it says."""
        if len(self._texts) >= _MESSAGES_A_PIECE:
            self.flush()
        start = self._chars
        end = start + len(text)
        self._texts.append(text)
        self._chars = end + 1
        if text and (text[0].isspace() or text[-1].isspace()):
            return _trimmed(text, start)
        return start, end

    def add(self, segment: Segment) -> None:
        """Add the segment of a message whose text has been placed."""
        at = segment.at
        if at is not None and segment.at_zone is None:
            self._without_zone += 1
        if segment.edited:
            self._edited += 1
        if segment.speaker is not None and segment.speaker != self._last_speaker:
            self._look_at(segment.speaker, segment.locator)
        self._out.segment(segment)
        self.messages += 1

    def _look_at(self, speaker: str, place: Locator) -> None:
        self._last_speaker = speaker
        if said := self._names.look_at(speaker):
            self._log.note("lookalike-name", f"The name {shown(speaker)} {said}", place)

    def quote(self, text: str, span: tuple[int, int], message: Segment) -> None:
        """Say that a span of the text just placed, that of `message`, is quoted."""
        base = self._chars - len(text) - 1
        first, last = max(message.start, base + span[0]), min(message.end, base + span[1])
        if first < last:
            place = message.locator
            self._out.segment(Segment(kind=SegmentKind.QUOTE, start=first, end=last, locator=place))

    def flush(self) -> None:
        """Write what has been collected."""
        if self._texts:
            self._texts.append("")
            self._out.text("\n".join(self._texts))
            self._texts.clear()
        self._out.close_block()

    def finish(self, *, edits_are_unreliable: str = "", zone_is_known: bool = False) -> None:
        """Write the rest, and say what is said once for a chat.

        Args:
            edits_are_unreliable: why a mark of editing proves nothing; "" for no word on it.
            zone_is_known: whether somebody else says in which zone the clock times are.
        """
        self.flush()
        if self._without_zone and not zone_is_known:
            self._log.note(
                "no-zone",
                f"Clock times without a zone in {counted(self._without_zone, 'message')} of "
                f"{self.messages:,}: they are those of the device that made the export. Nobody can "
                "tell the instant until `zone` in the sheet says which.",
            )
        if self._edited and edits_are_unreliable:
            self._log.note(
                "unreliable-edit",
                f"Marked as edited: {counted(self._edited, 'message')}. {edits_are_unreliable}",
            )


def _trimmed(text: str, start: int) -> tuple[int, int]:
    """The span of what a text says, without the white space around it."""
    said = text.strip()
    first = start + len(text) - len(text.lstrip()) if said else start
    return first, first + len(said)


_TWO: Final = tuple(f"{number:02d}" for number in range(60))
_MINUTES: Final = tuple(f"{hour:02d}:{minute}:" for hour in range(24) for minute in _TWO)
_DAY: Final = 86_400


@lru_cache(maxsize=64)
def _date(day: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat() + "T"


def instant(seconds: int) -> str | None:
    """Spell an instant in UTC, given as seconds since 1970; None beyond the years 1 to 9999."""
    if not _FIRST_SECOND <= seconds <= _LAST_SECOND:
        return None
    day, rest = divmod(seconds, _DAY)
    return f"{_date(day)}{_MINUTES[rest // 60]}{_TWO[rest % 60]}{_UTC}"


def zone_of(at: str | None) -> str | None:
    """The zone of a time that `instant` spelt; None of a clock time."""
    return "UTC" if at is not None and at.endswith(_UTC) else None


def clock_time(untrusted_text: str) -> str | None:
    """Check a clock time without a zone, as in 2022-01-05T14:00:00; None where it is none."""
    try:
        found = datetime.fromisoformat(untrusted_text)
    except ValueError:
        return None
    return found.isoformat()


_BY_ENDING: Final = {
    **dict.fromkeys(("jpg", "jpeg", "png", "heic", "heif", "gif"), MediaKind.PHOTO),
    **dict.fromkeys(("mp4", "mov", "3gp", "mkv", "avi", "webm", "m4v"), MediaKind.VIDEO),
    **dict.fromkeys(("mp3", "m4a", "aac", "wav", "flac", "amr"), MediaKind.AUDIO),
    **dict.fromkeys(("opus", "ogg", "oga"), MediaKind.VOICE),
    **dict.fromkeys(("webp", "tgs", "was"), MediaKind.STICKER),
    "vcf": MediaKind.CONTACT,
}


def kind_of_file(name: str) -> MediaKind:
    """What a file is by the ending of its name."""
    return _BY_ENDING.get(name.rpartition(".")[2].lower(), MediaKind.FILE)


def leads_elsewhere(target: str, words: str) -> bool:
    """Whether a link leads to another address than its words show; a mention shows its name."""
    bare = target.partition("://")[2].rstrip("/")
    shown_as = words.strip().rstrip("/")
    if shown_as.startswith("@"):
        return not bare.endswith(f"/{shown_as[1:]}")
    return shown_as not in (target.rstrip("/"), bare)


class Numbers:
    """The numbers that a program gave its messages: which are missing, which come twice."""

    def __init__(self) -> None:
        """Begin with none."""
        self._all = array("q")

    def add(self, number: int) -> None:
        """Add the next one."""
        if -_LARGEST < number < _LARGEST:
            self._all.append(number)

    def report(self, log: FindingLog, *, shared: bool | None) -> None:
        """Tell the gaps, and numbers given twice.

        Args:
            log: where.
            shared: whether the program numbers the messages of several chats together,
                so that a gap in one of them need not be anything; None where it is not
                known.
        """
        remark = _REMARKS[shared]
        numbers = self._in_order(log)
        if numbers is None:
            return
        gaps = twice = missing = 0
        for before, after in pairwise(numbers):
            if after == before:
                twice += 1
                if twice <= _GAPS_NAMED:
                    self._tell_twice(before, log)
            elif after > before + 1:
                gaps += 1
                missing += after - before - 1
                if gaps <= _GAPS_NAMED:
                    self._tell_gap(before + 1, after - 1, log, remark)
        if gaps > _GAPS_NAMED:
            log.note(
                "id-gap",
                f"{gaps - _GAPS_NAMED:,} more gaps; {counted(missing, 'number')} in all are not "
                f"in the export, between {numbers[0]} and {numbers[-1]}.{remark}",
            )

    def _in_order(self, log: FindingLog) -> array[int] | list[int] | None:
        numbers = self._all
        if all(before <= after for before, after in pairwise(numbers)):
            return numbers
        if len(numbers) > _MOST_SORTED:
            log.note(
                "id-gap",
                "The messages are not in the order of their numbers, and too many to be put in "
                "order: gaps were not looked for.",
            )
            return None
        return sorted(numbers)

    @staticmethod
    def _tell_gap(first: int, last: int, log: FindingLog, remark: str) -> None:
        many = last - first + 1
        span = f"Number {first} is" if many == 1 else f"Numbers {first} to {last} ({many:,}) are"
        log.note(
            "id-gap",
            f"{span} missing from the export: deleted, or not exported.{remark}",
            Locator(message=str(last + 1)),
        )

    @staticmethod
    def _tell_twice(number: int, log: FindingLog) -> None:
        log.note(
            "duplicate-id",
            f"Two messages have the number {number}. Both were kept.",
            Locator(message=str(number)),
        )


_REMARKS: Final = {
    False: "",
    True: (
        " In chats of this kind all chats of the account are numbered together, so that this "
        "need not be anything."
    ),
    None: (
        " In private chats and small groups all chats of the account are numbered together; "
        "there this need not be anything."
    ),
}
