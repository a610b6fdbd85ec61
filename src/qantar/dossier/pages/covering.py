"""Which outages lay over an event: an event nobody could report is not an event that was not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from qantar.dossier.edition import Edition
from qantar.model.claim import Claim
from qantar.model.place import Gazetteer
from qantar.model.zones import zone
from qantar.weighing.events import Happening
from qantar.weighing.outages import WINDOW_STATES, Window

# A window or an event that lasts longer is looked at whenever anything is asked:
# filing it under each of its days would make a slip in a date costly.
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class _Spell:
    """An outage with the time it covers; one without a stated end covers the day it began on."""

    window: Window
    start: datetime
    until: datetime
    places: frozenset[str]


_Asked = tuple[datetime, datetime, frozenset[str]]


@dataclass(slots=True)
class Coverage:
    """Outages of an edition, found by time and place without looking at all of them."""

    gazetteer: Gazetteer
    by_day: dict[date, list[_Spell]]
    long: list[_Spell]
    _around: dict[str, frozenset[str]] = field(default_factory=dict)
    _known: dict[_Asked, tuple[Window, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, edition: Edition) -> Coverage:
        """File the outages that have a source, a start and a place under each day they touch."""
        coverage = cls(edition.gazetteer, {}, [])
        for spell in _spells(edition.windows):
            days = _days(spell.start, spell.until)
            if days is None:
                coverage.long.append(spell)
            for day in days or ():
                coverage.by_day.setdefault(day, []).append(spell)
        return coverage

    def can_tell(self, event: Happening) -> bool:
        """Whether any report gives a time and a place of the gazetteer."""
        return any(_window(claim) and self._places(claim) for claim in event.claims)

    def of_event(self, event: Happening) -> tuple[Window, ...]:
        """Outages that touch the time of any report, in a region in which its place lies."""
        found = (window for claim in event.claims for window in self._of_claim(claim))
        unique = {window.claim.id: window for window in found}
        return tuple(sorted(unique.values(), key=lambda w: (str(w.start), w.claim.id)))

    def _of_claim(self, claim: Claim) -> tuple[Window, ...]:
        window = _window(claim)
        if window is None:
            return ()
        asked = (*window, self._places(claim))
        if asked not in self._known:
            self._known[asked] = tuple(self._over(*asked))
        return self._known[asked]

    def _over(self, start: datetime, until: datetime, places: frozenset[str]) -> Iterator[Window]:
        for spell in self._near(start, until):
            if spell.start < until and spell.until > start and places & spell.places:
                yield spell.window

    def _near(self, start: datetime, until: datetime) -> Iterable[_Spell]:
        days = _days(start, until)
        listed = self.by_day.values() if days is None else (self.by_day.get(d, []) for d in days)
        return (*self.long, *(spell for spells in listed for spell in spells))

    def _places(self, claim: Claim) -> frozenset[str]:
        """The places of the claim, and all that these lie in."""
        around: set[str] = set()
        for where in claim.where:
            if where.place:
                around |= self._with_ancestors(where.place)
        return frozenset(around)

    def _with_ancestors(self, place: str) -> frozenset[str]:
        if place not in self._around:
            self._around[place] = frozenset((place, *self.gazetteer.ancestors(place)))
        return self._around[place]


def _spells(windows: Iterable[Window]) -> Iterator[_Spell]:
    for window in windows:
        places = frozenset(where.place for where in window.claim.where if where.place)
        if window.start is None or window.detail.state not in WINDOW_STATES:
            continue
        if places and window.claim.is_sourced:
            until = window.end or _end_of_day(window.start, window.claim)
            yield _Spell(window, window.start, until, places)


def _end_of_day(start: datetime, claim: Claim) -> datetime:
    """The end of the local day on which the window begins."""
    local = zone(claim.when.zone if claim.when else "UTC")
    following = start.astimezone(local).date() + timedelta(days=1)
    return datetime.combine(following, datetime.min.time(), tzinfo=local)


def _window(claim: Claim) -> tuple[datetime, datetime] | None:
    when = claim.when
    if when is None or when.earliest is None or when.latest is None:
        return None
    return when.earliest, when.latest


def _days(start: datetime, until: datetime) -> list[date] | None:
    """The UTC days that a window touches; None when they are too many to list."""
    first, last = start.astimezone(UTC).date(), until.astimezone(UTC).date()
    if (last - first).days > MOST_DAYS:
        return None
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
