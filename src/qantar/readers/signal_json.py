"""Signal's messages as JSON: the database's own records (sigtop), or lines (signal-export)."""

from __future__ import annotations

import json
from typing import Final

from qantar.model.finding import Locator
from qantar.model.segment import Media, MediaKind, Reaction
from qantar.readers.chat_writer import clock_time, instant, kind_of_file
from qantar.readers.finding_log import FindingLog
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.signal_message import SignalMessages, kind_of_content
from qantar.readers.signal_text import with_quote
from qantar.readers.telegram_elements import elements, look_behind, tell_broken
from qantar.readers.telegram_fields import Object, id_in, text_in, whole_in

_SPOKEN: Final = frozenset({"incoming", "outgoing"})
_VOICE: Final = 1
_REMEMBERED: Final = 1_000_000


class Records:
    """The messages of sigtop's JSON, which are the records of Signal Desktop as they are."""

    def __init__(self, messages: SignalMessages) -> None:
        """Begin with none."""
        self._messages = messages
        self._sent: dict[int, str] = {}

    def read(self, stream: JsonStream, log: FindingLog) -> None:
        """Read the list of them."""
        try:
            stream.enter(b"[")
            for batch in elements(stream, log):
                for one in batch:
                    self.add(one)
            look_behind(stream, log)
        except BrokenJsonError as error:
            tell_broken(error, log, "Everything before it was read.")

    def add(self, untrusted: Object) -> None:
        """Write one message."""
        get = untrusted.get
        name = id_in(get("id"))
        place = Locator(message=name or self._messages.ordinal)
        sent = whole_in(get("sent_at"))
        at = self._time(untrusted, place)
        if sent is not None and name and len(self._sent) < _REMEMBERED:
            self._sent[sent] = name
        kind = text_in(get("type")) or "unknown"
        gone = get("deletedForEveryone") is True
        if get("editHistory"):
            self._messages.versions += 1
        self._messages.add(
            "" if gone else text_in(get("body")) or "",
            place,
            at=at,
            speaker="You" if kind == "outgoing" else None,
            speaker_id=_source(untrusted),
            id=name,
            reply_to=self._reply(get("quote")),
            edited=_edited(untrusted),
            deleted=gone,
            service=_service(untrusted, kind),
            is_system=kind not in _SPOKEN,
            media=tuple(self._media(untrusted)),
            reactions=_reactions(get("reactions")),
        )

    def _time(self, untrusted: Object, place: Locator) -> str | None:
        """When it was sent; of a notice, when it came."""
        for key in ("sent_at", "timestamp", "received_at_ms", "received_at"):
            value = untrusted.get(key)
            if value is None:
                continue
            number = whole_in(value)
            at = instant(number // 1000) if number is not None else None
            if at is not None:
                return at
            self._messages.no_time(value, place)
        return None

    def _reply(self, quote: object) -> str | None:
        """The message that is answered: its id where it came before, else when it was sent."""
        number = whole_in(quote.get("id")) if isinstance(quote, dict) else None
        return None if number is None else self._sent.get(number, str(number))

    def _media(self, untrusted: Object) -> list[Media]:
        found: list[Media] = []
        attachments = untrusted.get("attachments")
        for one in attachments if isinstance(attachments, list) else ():
            if isinstance(one, dict):
                kind = kind_of_content(text_in(one.get("contentType")) or "")
                if kind is MediaKind.AUDIO and one.get("flags") == _VOICE:
                    kind = MediaKind.VOICE
                found.append(self._messages.file(text_in(one.get("fileName")), kind))
        if isinstance(untrusted.get("sticker"), dict):
            found.append(Media(kind=MediaKind.STICKER))
        if untrusted.get("contact"):
            self._messages.contacts += 1
            found.append(Media(kind=MediaKind.CONTACT))
        return found


def _source(untrusted: Object) -> str | None:
    for key in ("sourceServiceId", "sourceUuid", "source"):
        if found := id_in(untrusted.get(key)):
            return found
    return None


def _edited(untrusted: Object) -> str | bool | None:
    number = whole_in(untrusted.get("editMessageTimestamp"))
    if number is not None:
        return instant(number // 1000) or True
    return True if untrusted.get("editHistory") else None


def _service(untrusted: Object, kind: str) -> str | None:
    if kind not in _SPOKEN:
        return kind
    return "erased after it was seen" if untrusted.get("isErased") is True else None


def _reactions(found: object) -> tuple[Reaction, ...]:
    """What others answered with, each sign once with how many gave it."""
    counts: dict[str, int] = {}
    for one in found if isinstance(found, list) else ():
        sign = text_in(one.get("emoji")) if isinstance(one, dict) else None
        if sign:
            counts[sign] = counts.get(sign, 0) + 1
    return tuple(Reaction(sign=sign, count=count) for sign, count in counts.items())


def add_line(untrusted: Object, messages: SignalMessages, line: int) -> None:
    """Write one line of signal-export's `data.json`."""
    get = untrusted.get
    place = Locator(message=messages.ordinal, line=line)
    written = text_in(get("date"))
    at = clock_time(written) if written else None
    if at is None:
        messages.no_time(written, place)
    gone = get("deleted") is True
    quote, body = (text_in(get(key)) or "" for key in ("quote", "body"))
    text, quoted = with_quote(f"{quote.strip()}\n\n{body.strip()}".split("\n"))
    is_call = get("call") is True
    messages.add(
        "" if gone else text,
        place,
        at=at,
        speaker=_sender(get("sender")),
        deleted=gone,
        service=("missed call" if get("missed") is True else "call") if is_call else None,
        is_system=is_call,
        media=tuple(_files(untrusted, messages)),
        reactions=_named_reactions(get("reactions")),
        quoted=None if gone else quoted,
    )


def _sender(name: object) -> str | None:
    said = text_in(name)
    return None if said == "No-Sender" else said


def _files(untrusted: Object, messages: SignalMessages) -> list[Media]:
    found: list[Media] = []
    attachments = untrusted.get("attachments")
    for one in attachments if isinstance(attachments, list) else ():
        name = text_in(one.get("name")) if isinstance(one, dict) else None
        found.append(messages.file(name, kind_of_file(name or "")))
    sticker = untrusted.get("sticker")
    if sticker:
        name = text_in(sticker.get("emoji")) if isinstance(sticker, dict) else text_in(sticker)
        found.append(Media(kind=MediaKind.STICKER, name=name))
    return found


def _named_reactions(found: object) -> tuple[Reaction, ...]:
    """Reactions as pairs of who gave them, and the sign."""
    pairs = [one for one in found if isinstance(one, list)] if isinstance(found, list) else []
    return _reactions([{"emoji": one[1]} for one in pairs if len(one) > 1])


def is_line(first: str) -> bool:
    """Whether a line is one of signal-export's `data.json`."""
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.keys() >= _LINE_KEYS


_LINE_KEYS: Final = frozenset({"date", "sender", "body", "reactions", "attachments"})
