"""What stands on the timeline, in which order, under which day, on which of its parts.

Every claim of the edition stands in exactly one entry: the reports of one event
share theirs, every other claim has its own. An entry is filed under the local day
on which its time starts. What is dated only to a month, a year or longer stands at
the end of it, as it counts for `--as-of`: before that, nobody can say it was so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from qantar.dossier.days import Span
from qantar.dossier.edition import Edition
from qantar.dossier.links import speaker_of
from qantar.dossier.pages.paging import Section
from qantar.model.claim import Claim
from qantar.model.place import Where
from qantar.model.when import Precision, When, display, local_end, local_start
from qantar.weighing.events import Happening

# Kinds that are filed under the time they are about; all others under the time of saying.
ABOUT_TIME = frozenset({"event", "outage", "demand", "response", "framing"})
_COARSE = frozenset(
    {
        Precision.MONTH,
        Precision.SEASON,
        Precision.YEAR,
        Precision.DECADE,
        Precision.CENTURY,
    }
)
_SHARPER = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR, Precision.PART_OF_DAY})
_ORDER = ("event", "outage", "demand", "response", "framing", "figure")
_INSTANT = timedelta(microseconds=1)


class Era(StrEnum):
    """Where a part of the timeline lies against the span of the case."""

    BEFORE = "before"
    SPAN = "span"
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What entries stand under: a local day, or the words of a time that is coarser than a day.

    `day` is the day, or the last day of the coarse time; None for entries without a
    date. `coarse` is "" for a day, else the time in words.
    """

    day: date | None
    coarse: str = ""
    days_long: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline: an event with all its reports, or any other claim."""

    kind: str
    claims: tuple[Claim, ...]
    when: When | None
    event: Happening | None = None

    @property
    def first(self) -> Claim:
        """The claim that is shown."""
        return self.claims[0]

    @property
    def places(self) -> tuple[Where, ...]:
        """The places of all its claims, none twice."""
        found = {(w.place or w.text): w for claim in self.claims for w in claim.where}
        return tuple(found.values())

    @property
    def voices(self) -> tuple[str, ...]:
        """Under whose names its claims are filed, none twice."""
        return tuple(dict.fromkeys(speaker_of(c) for c in self.claims if speaker_of(c)))


Part = list[Section[Heading, Entry]]


def entries(edition: Edition) -> Iterator[Entry]:
    """Give one entry for each event and for each claim that reports none, in no order."""
    reports: set[str] = set()
    for event in edition.events:
        reports.update(claim.id for claim in event.claims)
        yield Entry(kind="event", claims=event.claims, when=event.claims[0].when, event=event)
    for claim in edition.claims:
        if claim.id not in reports:
            about = claim.when if claim.kind in ABOUT_TIME else None
            yield Entry(kind=claim.kind, claims=(claim,), when=about or claim.said)


def heading(when: When | None) -> Heading:
    """Under what an entry of this time stands."""
    start, end = (local_start(when), local_end(when)) if when else (None, None)
    if when and end and when.precision in _COARSE:
        last = (end - _INSTANT).date()
        return Heading(
            day=last, coarse=display(when), days_long=(last - start.date()).days if start else 0
        )
    if start:
        return Heading(day=start.date())
    return Heading(day=(end - _INSTANT).date() if end else None)


def by_heading(
    listed: Iterable[Entry], also: Iterable[date] = ()
) -> list[tuple[Heading, list[Entry]]]:
    """Sort the entries and put them under their headings; days of `also` get one even if empty."""
    filed = sorted(((heading(entry.when), entry) for entry in listed), key=_order)
    groups = [(head, [entry for _, entry in some]) for head, some in groupby(filed, _head)]
    held = {head.day for head, _ in groups if not head.coarse}
    groups.extend((Heading(day=day), []) for day in sorted(set(also) - held))
    return sorted(groups, key=lambda group: _heading_order(group[0]))


def _head(filed: tuple[Heading, Entry]) -> Heading:
    return filed[0]


def _order(filed: tuple[Heading, Entry]) -> tuple[object, ...]:
    """What is known to the day only comes first, by kind; the rest by the instant it begins."""
    head, entry = filed
    kind = _ORDER.index(entry.kind) if entry.kind in _ORDER else len(_ORDER)
    return (*_heading_order(head), _instant(entry.when), kind, entry.first.id)


def _instant(when: When | None) -> str:
    edge = (when.earliest or when.latest) if when and when.precision in _SHARPER else None
    return edge.isoformat() if edge else ""


def _heading_order(head: Heading) -> tuple[bool, str, int, str]:
    day = head.day.isoformat() if head.day else ""
    return (head.day is None, day, head.days_long if head.coarse else 0, head.coarse)


def era_of(head: Heading, span: Span | None) -> Era:
    """Before, within or after the span; without a span all is within it.

    Entries without a date stand after all others.
    """
    if span is None:
        return Era.SPAN
    if head.day is None or head.day > span.last:
        return Era.AFTER
    return Era.BEFORE if head.day < span.first else Era.SPAN


def in_parts(groups: Sequence[tuple[Heading, list[Entry]]], most: int) -> list[Part]:
    """Cut between headings so that a part holds at most `most` entries.

    A heading with more entries than that is cut too, and goes on in the next part.
    """
    parts: list[Part] = []
    room = 0
    for head, listed in groups:
        pieces = [listed[at : at + most] for at in range(0, len(listed), most)] or [[]]
        for number, piece in enumerate(pieces):
            if not parts or len(piece) > room:
                parts.append([])
                room = most
            parts[-1].append(Section(head=head, items=tuple(piece), continued=number > 0))
            room -= len(piece)
    return parts
