"""One message as Telegram Desktop writes it into `result.json`, into what it says.

Formats: Telegram Desktop's own exporter, versions 1.3 (2018) to 6 (2026): ids of persons as
numbers or `user123`, times with and without `date_unixtime`, text as a string or a list.
"""

from __future__ import annotations

from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Media, MediaKind, Reaction, Segment, SegmentKind
from qantar.readers.chat_writer import (
    ChatWriter,
    Numbers,
    clock_time,
    instant,
    leads_elsewhere,
    place_of,
    zone_of,
)
from qantar.readers.finding_log import FindingLog, counted, shown
from qantar.readers.telegram_fields import (
    SKIPPED,
    Object,
    forwarded_in,
    id_in,
    other_content_in,
    place_in,
    reactions_in,
    reply_in,
    service_in,
    text_in,
    text_of,
    unknown_in,
    whole_in,
    with_list,
    with_poll,
)

UNRELIABLE: Final = (
    "Telegram also sets this when only reactions, buttons or the preview of a link changed, so "
    "that it does not prove a change of words."
)
_KINDS: Final = {
    "sticker": MediaKind.STICKER,
    "video_message": MediaKind.VIDEO,
    "video_file": MediaKind.VIDEO,
    "animation": MediaKind.VIDEO,
    "voice_message": MediaKind.VOICE,
    "audio_file": MediaKind.AUDIO,
}
_MEDIA_KEYS: Final = frozenset(
    {"photo", "file", "contact_information", "location_information", "place_name", "poll"}
)
_OTHER_KEYS: Final = frozenset({"game_title", "invoice_information"})
_NEVER: Final = ("1970-01-01", "1969-12-31")  # what old versions write for "not edited"
_NAMED: Final = 20


class TelegramMessages:
    """Writes the messages of one chat; `members` are the names of the files beside the export.

    Where `members` is None nobody can tell here whether a file came with it.
    """

    def __init__(
        self, writer: ChatWriter, log: FindingLog, members: frozenset[str] | None = None
    ) -> None:
        """Begin with none."""
        self._writer, self._log, self._members = writer, log, members
        self._numbers = Numbers()
        self._unsupported = self._contacts = self._links = self._anonymous = self._unknown = 0

    def add(self, untrusted: Object) -> None:
        """Write one message."""
        get = untrusted.get
        number = get("id")
        if isinstance(number, int):
            self._numbers.add(number)
            name: str | None = str(number)
        else:
            name = number if isinstance(number, str) else None
        if not name:
            name = None
            self._anonymous += 1
        place = place_of(name or str(self._writer.messages + 1), author=text_in(get("author")))
        kind = get("type")
        if kind == "service":
            self._add_service(untrusted, name, place)
        elif kind == "unsupported":
            self._unsupported += 1
            self._add_unsupported(name, place)
        else:
            self._add_message(untrusted, name, place)

    def _add_message(self, untrusted: Object, name: str | None, place: Locator) -> None:
        get = untrusted.get
        text, quotes = self._said(untrusted, place)
        media: tuple[Media, ...] = ()
        reactions: tuple[Reaction, ...] = ()
        if not _MEDIA_KEYS.isdisjoint(untrusted):
            media = self._media(untrusted)
            poll = get("poll")
            if isinstance(poll, dict):
                text, reactions = with_poll(text, poll)
        if isinstance(todo := get("todo_list"), dict):
            text = with_list(text, todo)
        if "reactions" in untrusted:
            reactions += reactions_in(get("reactions"))
        says = text and _OTHER_KEYS.isdisjoint(untrusted)  # the most of them, and nothing else
        at = self._time(untrusted, "date", place)
        start, end = self._writer.place(text)
        segment = Segment(
            kind=SegmentKind.MESSAGE,
            start=start,
            end=end,
            locator=place,
            speaker=text_in(get("from")),
            speaker_id=id_in(get("from_id")),
            at=at,
            at_zone=zone_of(at),
            id=name,
            forwarded_from=forwarded_in(untrusted) if "forwarded_from" in untrusted else None,
            forwarded_at=(
                self._time(untrusted, "forwarded_date", place)
                if "forwarded_date" in untrusted
                else None
            ),
            reply_to=reply_in(untrusted) if "reply_to_message_id" in untrusted else None,
            edited=(
                self._edited(untrusted, place)
                if "edited" in untrusted or "edited_unixtime" in untrusted
                else None
            ),
            service=None if says else self._other_content(untrusted, place, not (text or media)),
            media=media,
            reactions=reactions,
        )
        self._writer.add(segment)
        for quoted in quotes:
            self._writer.quote(text, quoted, segment)

    def _other_content(self, untrusted: Object, place: Locator, is_empty: bool) -> str | None:  # noqa: FBT001  # one caller
        """What else a message carries; of an empty one, what nobody here knows is told."""
        known = other_content_in(untrusted)
        unknown = unknown_in(untrusted) if is_empty and known is None else None
        if unknown is not None:
            self._unknown += 1
            if self._unknown <= _NAMED:
                words = f"The message holds nothing that is read, but {shown(unknown)}."
                self._log.loss("unsupported", words, place)
        return known or unknown

    def _add_service(self, untrusted: Object, name: str | None, place: Locator) -> None:
        get = untrusted.get
        text, _ = self._said(untrusted, place)
        at = self._time(untrusted, "date", place)
        start, end = self._writer.place(text)
        self._writer.add(
            Segment(
                kind=SegmentKind.SYSTEM,
                start=start,
                end=end,
                locator=place,
                speaker=text_in(get("actor", get("from"))),
                speaker_id=id_in(get("actor_id", get("from_id"))),
                at=at,
                at_zone=zone_of(at),
                id=name,
                reply_to=id_in(get("message_id")),
                service=service_in(untrusted),
                media=() if _MEDIA_KEYS.isdisjoint(untrusted) else self._media(untrusted),
            )
        )

    def _add_unsupported(self, name: str | None, place: Locator) -> None:
        start, end = self._writer.place("")
        self._writer.add(
            Segment(
                kind=SegmentKind.MESSAGE,
                start=start,
                end=end,
                locator=place,
                id=name,
                service="unsupported",
            )
        )

    def _said(self, untrusted: Object, place: Locator) -> tuple[str, tuple[tuple[int, int], ...]]:
        """The text of a message, and what of it stands in block quotes."""
        said = untrusted.get("text")
        if said.__class__ is str:
            if said:
                return said, ()
            said = untrusted.get("text_entities")
        if not isinstance(said, list):
            return "", ()
        parts: list[str] = []
        quotes: list[tuple[int, int]] = []
        chars = 0
        for part in said:
            text = part if isinstance(part, str) else text_of(part)
            if isinstance(part, dict):
                if part.get("type") == "blockquote":
                    quotes.append((chars, chars + len(text)))
                self._look_at_link(part, text, place)
            parts.append(text)
            chars += len(text)
        return "".join(parts), tuple(quotes)

    def _look_at_link(self, part: Object, text: str, place: Locator) -> None:
        """Say where a link leads whose words are not its address."""
        target = part.get("href")
        if isinstance(target, str) and leads_elsewhere(target, text):
            self._links += 1
            if self._links <= _NAMED:
                words = f"The words {shown(text)} are a link to {shown(target)}. Not followed."
                self._log.note("external-reference", words, place)

    def _time(self, untrusted: Object, key: str, place: Locator) -> str | None:
        """The instant of a key if it is there, else its clock time."""
        seconds = untrusted.get(f"{key}_unixtime")
        if seconds is not None:
            number = whole_in(seconds)
            found = instant(number) if number is not None else None
            if found is not None:
                return found
            self._impossible(key, seconds, place)
        written = untrusted.get(key)
        if written is None:
            return None
        found = clock_time(written) if isinstance(written, str) else None
        if found is None:
            self._impossible(key, written, place)
        return found

    def _impossible(self, key: str, value: object, place: Locator) -> None:
        words = f"{shown(str(value))} is no time ({key}); it was left out."
        self._log.loss("impossible-date", words, place)

    def _edited(self, untrusted: Object, place: Locator) -> str | bool | None:
        written = untrusted.get("edited")
        if isinstance(written, str) and written.startswith(_NEVER):
            return None
        return self._time(untrusted, "edited", place) or True

    def _media(self, untrusted: Object) -> tuple[Media, ...]:
        get = untrusted.get
        found: list[Media] = []
        if isinstance(get("photo"), str):
            found.append(self._file(untrusted, "photo", MediaKind.PHOTO))
        if isinstance(get("file"), str):
            kind = _KINDS.get(str(get("media_type")), MediaKind.FILE)
            found.append(self._file(untrusted, "file", kind))
        if "contact_information" in untrusted:
            self._contacts += 1
            found.append(Media(kind=MediaKind.CONTACT))
        if "location_information" in untrusted or "place_name" in untrusted:
            found.append(Media(kind=MediaKind.LOCATION, name=place_in(untrusted)))
        poll = get("poll")
        if isinstance(poll, dict):
            found.append(Media(kind=MediaKind.POLL, name=text_of(poll, "question") or None))
        return tuple(found)

    def _file(self, untrusted: Object, key: str, kind: MediaKind) -> Media:
        path = str(untrusted[key])
        skipped = SKIPPED.fullmatch(path)
        if skipped:
            name = skipped["name"] or text_in(untrusted.get("file_name"))
            return Media(
                kind=kind, name=name or text_in(untrusted.get("sticker_emoji")), present=False
            )
        present = None if self._members is None else path in self._members
        return Media(kind=kind, name=path or None, present=present)

    def report(self, *, shared: bool | None) -> None:
        """Say what is said once for a chat; `shared` as in `Numbers.report`."""
        self._numbers.report(self._log, shared=shared)
        if self._anonymous:
            words = counted(self._anonymous, "message")
            self._log.note("missing-id", f"{words} without a number: the place is counted instead.")
        if self._contacts:
            words = counted(self._contacts, "message")
            self._log.note(
                "private-section",
                f"Contact cards in {words}: their names and telephone numbers were not read.",
            )
        if self._unsupported:
            words = counted(self._unsupported, "message")
            self._log.loss(
                "unsupported",
                f"{words} of a kind that the program which made the export was too old for: only "
                "the number is known.",
            )
        if self._unknown > _NAMED:
            words = counted(self._unknown - _NAMED, "more message")
            self._log.loss("unsupported", f"{words} that hold nothing that is read.")
        if self._links > _NAMED:
            words = counted(self._links - _NAMED, "more link")
            self._log.note("external-reference", f"{words} with other words than their address.")
