"""The first page: what is known, what is contested, what is not known, and where the lists are.

Its lists are cut at a dozen, each with a way to the whole, so that its weight does
not grow with the case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qantar.dossier.days import case_days, span_of
from qantar.dossier.pages.demands import DemandRow, demand_rows
from qantar.dossier.pages.events import difference_words, event_name
from qantar.dossier.pages.figures import FigureName, figure_name, state_words
from qantar.dossier.pages.files import published_files
from qantar.dossier.site import Site
from qantar.weighing.demands import NO_ANSWER
from qantar.weighing.fates import Fate, Point
from qantar.weighing.figures import Figure, State
from qantar.weighing.outages import Day

MOST = 12
MOST_VALUES = 8
MOST_FILES = 24

KNOWN = (State.AGREED, State.SUCCESSIVE, State.SINGLE_VOICE)
CONTESTED = (State.CONTESTED, State.WITHDRAWN, State.CHANGING)
NOT_KNOWN = (State.RELAYED_ONLY, State.NO_VOICE, State.NO_VALUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value that a voice gave, with the claim that stands for it."""

    point: Point
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One figure in a few words: what stands, and what was said besides."""

    figure: Figure
    name: FigureName
    standing: tuple[Value, ...]
    others: tuple[Value, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """The figures in one state: a dozen of them, and how many there are."""

    state: State
    shown: tuple[Summary, ...]
    total: int


def write_start(site: Site) -> None:
    """Write the first page."""
    edition = site.edition
    differing = [event for event in edition.events if event.disagreements and event.is_sourced]
    differing.sort(key=lambda event: -len(event.claims))
    files = published_files(site)
    dark = _dark_days(site)
    unanswered = _unanswered(site)
    site.page(
        "index.html",
        "start.html",
        title=site.text("What is known, what is contested, what is not known"),
        counts=_counts(site),
        known=_shortlists(site, KNOWN),
        contested=_shortlists(site, CONTESTED),
        not_known=_shortlists(site, NOT_KNOWN),
        state=state_words(site),
        differing=differing[:MOST],
        differing_total=len(differing),
        what=difference_words(site),
        name=lambda event: event_name(event, edition),
        dark=dark[:MOST],
        dark_total=len(dark),
        unanswered=unanswered[:MOST],
        unanswered_total=sum(count for _, count in unanswered),
        files=files[:MOST_FILES],
        files_total=len(files),
        withdrawn=Fate.WITHDRAWN,
        most=MOST,
    )


def _counts(site: Site) -> dict[str, int]:
    """How much there is of each thing that has a source."""
    edition = site.edition
    sourced = [claim for claim in edition.claims if claim.is_sourced]
    return {
        "claims": len(sourced),
        "unsourced": len(edition.claims) - len(sourced),
        "voices": len({claim.voice for claim in sourced if claim.voice}),
        "outlets": len({claim.outlet for claim in sourced if claim.outlet}),
        "figures": sum(figure.claims > 0 for figure in edition.figures),
        "events": sum(event.is_sourced for event in edition.events),
        "demands": sum(
            any(voiced.claim.is_sourced for voiced in demand.voiced) for demand in edition.demands
        ),
        "framings": len({f.detail.framing_key for f in edition.framings if f.claim.is_sourced}),
        "outages": sum(window.claim.is_sourced for window in edition.windows),
        "places": len({w.place for claim in sourced for w in claim.where if w.place}),
        "documents": len(edition.shown_texts),
        "findings": len(edition.findings),
    }


def _shortlists(site: Site, states: Iterable[State]) -> tuple[Shortlist, ...]:
    by_state: dict[State, list[Figure]] = {}
    for figure in site.edition.figures:
        if figure.claims:
            by_state.setdefault(figure.state, []).append(figure)
    return tuple(
        Shortlist(
            state=state,
            shown=tuple(_summary(figure, site) for figure in _foremost(by_state[state])),
            total=len(by_state[state]),
        )
        for state in states
        if state in by_state
    )


def _foremost(figures: list[Figure]) -> list[Figure]:
    """Those that most is said of, in a fixed order."""
    return sorted(figures, key=lambda figure: (-len(figure.points), figure.key))[:MOST]


def _summary(figure: Figure, site: Site) -> Summary:
    standing = _values(figure.current)
    others = _values(point for point in figure.points if point.fate is not Fate.CURRENT)
    room = max(0, MOST_VALUES - len(standing))
    return Summary(
        figure=figure,
        name=figure_name(figure, site.edition),
        standing=standing[:MOST_VALUES],
        others=others[:room],
        more=max(0, len(standing) - MOST_VALUES) + len(others[room:]),
    )


def _values(points: Iterable[Point]) -> tuple[Value, ...]:
    """One entry for the same words by the same voice; amounts only, in the order first said."""
    groups: dict[tuple[str, str | None, Fate], list[Point]] = {}
    for point in points:
        if point.quantity and point.quantity.words():
            key = (point.quantity.words(), point.utterance.voice, point.fate)
            groups.setdefault(key, []).append(point)
    return tuple(Value(point=group[0], times=len(group)) for group in groups.values())


def _unanswered(site: Site) -> list[tuple[DemandRow, int]]:
    """The demands to which no answer was found on some occasion, with how many of these."""
    rows = demand_rows(site.edition).values()
    found = [(row, row.outcomes[NO_ANSWER]) for row in rows if row.outcomes.get(NO_ANSWER)]
    return sorted(found, key=lambda pair: (-pair[1], pair[0].name))


def _dark_days(site: Site) -> list[Day]:
    """Days of the case on which an outage is reported; those with the fewest reports first."""
    span = span_of(site.edition)
    if span is None:
        return []
    dark = [day for day in case_days(site.edition, span) if day.reported_down]
    return sorted(dark, key=lambda day: (day.events, -day.reported_down, day.day))
