"""A segment: a span of a document's canonical text, with where it stands in the original.

Everything later quotes these offsets, so `text[start:end]` of a document is exactly what
the segment says. Segments are values that cross a process border a million at a time;
they are therefore `msgspec` structures, which are checked as they are decoded.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from qantar.model.finding import Locator

Count = Annotated[int, Meta(ge=0)]
Pdq = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Confidence = Annotated[float, Meta(ge=0, le=1)]


class SegmentKind(StrEnum):
    """What a span of a document is."""

    TURN = "turn"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    CAPTION = "caption"
    LIST_ITEM = "list-item"
    TABLE_CELL = "table-cell"
    FOOTNOTE = "footnote"
    COMMENT = "comment"
    HEADER = "header"
    FOOTER = "footer"
    INSERTED = "inserted"
    DELETED = "deleted"
    HIDDEN = "hidden"
    MESSAGE = "message"
    SYSTEM = "system"
    ROW = "row"
    PAGE = "page"
    FRAME = "frame"
    CUE = "cue"
    QUOTE = "quote"

    @property
    def may_nest(self) -> bool:
        """Whether one of this kind may stand within another of it, at the same place."""
        return self in _NESTING


_NESTING = frozenset(
    {
        SegmentKind.TABLE_CELL,
        SegmentKind.ROW,
        SegmentKind.FRAME,
        SegmentKind.PAGE,
        SegmentKind.LIST_ITEM,
    }
)


class Role(StrEnum):
    """Which side of an interview speaks."""

    QUESTION = "question"
    ANSWER = "answer"


class MediaKind(StrEnum):
    """What a message carries beside its text."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    VOICE = "voice"
    FILE = "file"
    STICKER = "sticker"
    CONTACT = "contact"
    LOCATION = "location"
    POLL = "poll"


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that a message names; `present` says whether it came with the export.

    `name` is as found, and is never made a path of. None where the export says only
    that there was one, or no longer can tell whether it is there.
    """

    kind: MediaKind
    name: str | None = None
    present: bool | None = None


class Reaction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What readers answered a message with, and how many did."""

    sign: str
    count: Count = 1


Box = tuple[float, float, float, float]


class Word(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One word that a program made out by sight: its span, place, and how sure it was.

    `start` and `end` are offsets as those of the segment it stands in; `box` is in the
    units of the segment's own; `line` counts the lines of the page.
    """

    start: Count
    end: Count
    box: Box
    confidence: Confidence
    line: Annotated[int, Meta(ge=1)]


class Segment(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One span of a document's canonical text.

    `start` and `end` are code-point offsets, `end` not included. `at` is an ISO time: with
    an offset where the zone is known, else naive, and `at_zone` None. `at_other` is the
    second reading of an ambiguous date. `role` is given for the turns of an interview,
    also where `speaker` is not named. `language` is a code as in `en`, `ru`, `kk`.

    Of messages: `id` is the export's own, `edited` an ISO time or true, `service` what a
    program said in its own name. A deleted message has no text. `raw` are the values of a
    row before they were joined. `pdq` is how a second of a film looks, and `pdq_mirrored`
    how its mirror image does: perceptual hashes, 64 hex digits each.

    Of what a program made out by sight or by ear: `confidence` is how sure it was, and
    `words` are those of a scan, in order, none over another. `boxes` are asked for and never
    kept: one for each code point of a PDF's paragraph, None for what has no place.
    """

    kind: SegmentKind
    start: Count
    end: Count
    locator: Locator
    speaker: str | None = None
    speaker_id: str | None = None
    role: Role | None = None
    language: str | None = None
    language_confidence: Confidence | None = None
    at: str | None = None
    at_zone: str | None = None
    at_other: str | None = None
    id: str | None = None
    forwarded_from: str | None = None
    forwarded_at: str | None = None
    reply_to: str | None = None
    edited: str | bool | None = None
    deleted: bool = False
    service: str | None = None
    media: tuple[Media, ...] = ()
    pdq: Pdq | None = None
    pdq_mirrored: Pdq | None = None
    reactions: tuple[Reaction, ...] = ()
    confidence: Confidence | None = None
    words: tuple[Word, ...] = ()
    boxes: tuple[Box | None, ...] = ()
    raw: tuple[str, ...] | None = None
