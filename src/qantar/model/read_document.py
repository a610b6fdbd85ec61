"""What a reader makes of one file: documents, one after another, as records that can be streamed.

A document is its beginning, then pieces of its canonical text, each followed by the
segments that quote it, and findings, then its end. A file of a million messages is
never held whole.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct

from qantar.model.finding import Finding, Locator, Severity
from qantar.model.segment import Count, Segment

MetaValue: TypeAlias = "str | int | float | bool | dict[str, float]"
"""A claimed fact: text, a number, or a place as latitude and longitude."""

UNREAD: Final = "none"
"""The reader of what no reader could read."""
UNKNOWN_TYPE: Final = "application/octet-stream"


Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Begin(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="document"):
    """A document begins. `id` is new, `parent` the id of one that began before it.

    `sha256` is of the bytes of a member; of the file itself it is known outside.
    `header` is given for tables, whose rows follow as `row` segments.
    """

    id: str
    reader: str
    version: int
    media_type: str
    parent: str | None = None
    member: str | None = None
    encoding: str | None = None
    sha256: Sha256 | None = None
    meta: dict[str, MetaValue] = {}  # copied for each, by the library
    header: tuple[str, ...] | None = None


class Text(Struct, frozen=True, tag="text"):
    """The next piece of the document's canonical text."""

    text: str


class Noted(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="finding"):
    """Something noticed about the document."""

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{1,40}$")]
    text: Annotated[str, Meta(max_length=10_000)]
    severity: Severity
    where: Locator | None = None

    @property
    def finding(self) -> Finding:
        """The finding, of no file yet."""
        return Finding(code=self.code, text=self.text, severity=self.severity, where=self.where)


class End(Struct, frozen=True, kw_only=True, omit_defaults=True, tag="end"):
    """The document ends: how many code points it has, and what was learnt while reading."""

    chars: Count
    meta: dict[str, MetaValue] = {}
    unreadable: Count = 0


class Quoted(Struct, frozen=True, tag="quoted"):
    """A segment with its text, checked against the text that came before it."""

    segment: Segment
    text: str


Sound: TypeAlias = "Begin | Text | Quoted | Noted | End"
"""One record of a reading that was checked."""
