"""The framings: who was blamed, in which word, by whom and when; changes are shown as changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from qantar.dossier.pages.paging import in_parts, part_paths
from qantar.dossier.site import Site
from qantar.model.text import unique_slugs
from qantar.model.when import CLOCK, Precision, When, local_start
from qantar.weighing.framings import Framed, SpeakersFramings, Word, by_speaker, by_word

FRAMINGS_A_PART = 300
CALENDAR_DAYS = 14
MOST_SPEAKERS = 10
MOST_A_CELL = 3
MOST_CHANGES = 40
_A_DAY_OR_SHARPER = CLOCK | {Precision.PART_OF_DAY, Precision.DAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRow:
    """One way of blaming in the summary.

    `sourced` counts uses that have a source, `voices` the known voices among them.
    """

    word: Word
    name: str
    anchor: str
    page: str
    sourced: int
    voices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """One speaker's words, day by day; a day's list may be empty."""

    speaker: SpeakersFramings
    cells: tuple[tuple[Framed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The two weeks in which most was said, by the speakers who said most in them."""

    days: tuple[date, ...]
    rows: tuple[CalendarRow, ...]


def write_framings(site: Site) -> None:
    """Write the page, in parts where it is long."""
    framings = site.edition.framings
    sourced = [framed for framed in framings if framed.claim.is_sourced]
    words = sorted(by_word(framings), key=lambda word: -_sourced(word))
    speakers = by_speaker(sourced)
    parts = in_parts([(word, word.framings) for word in words], FRAMINGS_A_PART)
    paths = part_paths("framings.html", len(parts))
    page_of = {
        section.head.key: paths[at]
        for at, sections in enumerate(parts)
        for section in sections
        if not section.continued
    }
    anchors = unique_slugs([word.key for word in words])
    rows = {word.key: _row(word, anchors[word.key], page_of[word.key]) for word in words}
    changes = [framed for framed in sourced if framed.contradicts]
    for at, sections in enumerate(parts):
        site.page(
            paths[at],
            "framings.html",
            title=site.text("Framings"),
            rows=rows,
            sections=sections,
            counted=sum(row.sourced > 0 for row in rows.values()),
            uses=len(sourced),
            speakers=sum(speaker.voice is not None for speaker in speakers),
            changes=changes[:MOST_CHANGES],
            changes_total=len(changes),
            calendar=calendar(speakers),
            most_a_cell=MOST_A_CELL,
            paths=paths,
            at=at,
        )


def word_name(word: Word) -> str:
    """Name a way of blaming for readers: whom, and the word, as the first who used it put it."""
    detail = word.framings[0].detail
    parts = [detail.blamed, f"“{detail.term}”" if detail.term else ""]
    return ": ".join(part for part in parts if part) or word.key


def _sourced(word: Word) -> int:
    return sum(framed.claim.is_sourced for framed in word.framings)


def _row(word: Word, slug: str, page: str) -> WordRow:
    sourced = [framed for framed in word.framings if framed.claim.is_sourced]
    return WordRow(
        word=word,
        name=word_name(word),
        anchor=f"word-{slug}",
        page=page,
        sourced=len(sourced),
        voices=len({framed.claim.voice for framed in sourced if framed.claim.voice}),
    )


def calendar(speakers: Iterable[SpeakersFramings]) -> Calendar | None:
    """Lay out the busiest two weeks; None when nobody spoke on two days of them."""
    by_day = {s: _by_day(s.framings) for s in speakers if s.voice is not None}
    said = sorted(day for days in by_day.values() for day, framed in days.items() for _ in framed)
    if not said:
        return None
    first = max(dict.fromkeys(said), key=lambda start: _from(said, start))
    days = tuple(first + timedelta(days=n) for n in range(CALENDAR_DAYS))
    rows = [
        CalendarRow(speaker=speaker, cells=tuple(tuple(found.get(day, ())) for day in days))
        for speaker, found in by_day.items()
        if sum(day in found for day in days) > 1
    ]
    rows.sort(key=lambda row: (-sum(map(len, row.cells)), row.speaker.voice or ""))
    return Calendar(days=days, rows=tuple(rows[:MOST_SPEAKERS])) if rows else None


def _from(said: list[date], start: date) -> int:
    """How many of these days, which are in order, lie in the two weeks from `start`."""
    end = start + timedelta(days=CALENDAR_DAYS)
    return bisect_left(said, end) - bisect_left(said, start)


def _by_day(framings: Iterable[Framed]) -> dict[date, list[Framed]]:
    days: dict[date, list[Framed]] = {}
    for framed in framings:
        if day := _day(framed.claim.said):
            days.setdefault(day, []).append(framed)
    return days


def _day(when: When | None) -> date | None:
    """The local day on which it was said; None where only the month or the year is known."""
    if when is None or when.precision not in _A_DAY_OR_SHARPER:
        return None
    start = local_start(when)
    return start.date() if start else None
