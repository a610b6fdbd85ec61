"""What the exports of Signal have in common, whichever program made them.

Signal itself exports nothing that can be read elsewhere; sigtop and signal-export read the
data of Signal Desktop. Neither names a zone in which it would not also give an offset.
"""

from __future__ import annotations

from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Media, MediaKind, Reaction, Segment, SegmentKind
from qantar.readers.answer import DocumentWriter
from qantar.readers.chat_writer import ChatWriter, zone_of
from qantar.readers.finding_log import FindingLog, counted, shown

READER: Final = "signal"
VERSION: Final = 2
_SORTS: Final = {"image": MediaKind.PHOTO, "video": MediaKind.VIDEO, "audio": MediaKind.AUDIO}


def kind_of_content(content_type: str) -> MediaKind:
    """What a file is by its media type, as in image/jpeg."""
    return _SORTS.get(content_type.partition("/")[0].strip().lower(), MediaKind.FILE)


class SignalMessages:
    """Writes the messages of one chat, and counts what is to be said at its end.

    `members` are the names of the files beside the export; None where they are not known.
    """

    def __init__(
        self, out: DocumentWriter, log: FindingLog, members: frozenset[str] | None = None
    ) -> None:
        """Begin with none."""
        self._log, self.members = log, members
        self._writer = ChatWriter(out, log)
        self.versions = self.contacts = self.headers_within = 0

    @property
    def ordinal(self) -> str:
        """The place of the next message, counted from 1."""
        return str(self._writer.messages + 1)

    def add(  # noqa: PLR0913  # each names itself where it is passed
        self,
        text: str,
        place: Locator,
        *,
        at: str | None,
        speaker: str | None = None,
        speaker_id: str | None = None,
        id: str | None = None,  # noqa: A002  # the contract's own word
        reply_to: str | None = None,
        edited: str | bool | None = None,
        deleted: bool = False,
        service: str | None = None,
        is_system: bool = False,
        media: tuple[Media, ...] = (),
        reactions: tuple[Reaction, ...] = (),
        quoted: tuple[int, int] | None = None,
    ) -> None:
        """Write one message; `quoted` is the span of its text that repeats another's words."""
        start, end = self._writer.place(text)
        segment = Segment(
            kind=SegmentKind.SYSTEM if is_system else SegmentKind.MESSAGE,
            start=start,
            end=end,
            locator=place,
            speaker=speaker,
            speaker_id=speaker_id,
            at=at,
            at_zone=zone_of(at),
            id=id,
            reply_to=reply_to,
            edited=edited,
            deleted=deleted,
            service=service,
            media=media,
            reactions=reactions,
        )
        self._writer.add(segment)
        if quoted is not None:
            self._writer.quote(text, quoted, segment)

    def file(self, name: str | None, kind: MediaKind) -> Media:
        """A file that a message names, and whether it is there."""
        known = None if name is None or self.members is None else name in self.members
        return Media(kind=kind, name=name, present=known)

    def no_time(self, written: object, place: Locator) -> None:
        """Say that a message has a time that is none."""
        words = f"{shown(str(written)[:200])} is no time; it was left out."
        self._log.loss("impossible-date", words, place)

    def finish(self) -> None:
        """Write the rest, and say what is said once for a chat."""
        if not self._writer.messages:
            self._log.loss("empty", "The export holds no message.")
        self._writer.finish()
        if self.versions:
            words = counted(self.versions, "message")
            self._log.loss(
                "hidden-content",
                f"Earlier versions of {words} stand in the export. Only the last was read.",
            )
        if self.headers_within:
            words = counted(self.headers_within, "line")
            self._log.note(
                "header-in-message",
                f"Within a message, as no blank line stands before: {words} that could begin one. "
                "They were left in it.",
            )
        if self.contacts:
            words = counted(self.contacts, "message")
            self._log.note(
                "private-section",
                f"Contact cards in {words}: their names and telephone numbers were not read.",
            )
