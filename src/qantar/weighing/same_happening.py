"""Whether two event claims may be about one happening: the rule.

All of these must hold; `docs/weighing.md` says the same in plain words.

1. Their kinds are of one family (a rally and a strike; a clash and a shooting).
2. Their place is the same entry of the gazetteer, or, when both are sharp to a
   part of a day or sharper, one lies within the other and neither is larger than a town.
3. Their time is compatible: two days are the same day; sharper windows overlap,
   or two clock times lie within an hour; a day is never joined with an hour,
   because it could belong to any of several.
4. Their words are compatible: at least a third of the words of the shorter one
   stand in the other too. Two clock times of the same kind at the same place need
   no shared word.
   Speech, decrees, courts and arrests also share a word of who acted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from qantar.model.claim import Claim, EventDetail
from qantar.model.place import ABOVE_TOWN, Gazetteer
from qantar.model.text import words
from qantar.model.when import Precision, When

CLOCK = frozenset({Precision.SECOND, Precision.MINUTE, Precision.HOUR})
NEAR_IN_TIME = timedelta(hours=1)
PART_OF_DAY = timedelta(hours=8)
SHARED_WORDS = 1 / 3
FAMILIES_BY_ACTOR = frozenset({"speech", "authority", "arrest"})
STOPWORDS = frozenset(
    """
    a an and are as at be by for from in is it its not of off on or out over that the their they
    this to up was were with after before during near about into against no some several said says
    """.split()  # noqa: SIM905  # a list of quoted words hides what it says
)


@dataclass(frozen=True, slots=True)
class Trace:
    """What the rule looks at; it cannot tell claims with equal traces apart."""

    family: str
    kind: str
    places: frozenset[str]
    when: When | None
    words: frozenset[str]
    actors: frozenset[str]

    def blocks(self, gazetteer: Gazetteer) -> list[tuple[str, str, str]]:
        """Where others may be found: the family, each place or one around it, each day."""
        around: set[str] = set(self.places)
        for place in self.places:
            above = gazetteer.ancestors(place)
            around.update(p for p in above if gazetteer.places[p].kind not in ABOVE_TOWN)
        days = _days(self.when)
        return sorted((self.family, place, day) for place in around for day in days)


def _days(when: When | None) -> list[str]:
    """The UTC days on which a sharp window may meet another; a coarse one meets its like only."""
    if when is None or when.earliest is None or when.latest is None:
        return [""]
    if not _is_sharp(when):
        return [f"{when.earliest.isoformat()}/{when.latest.isoformat()}"]
    first = (when.earliest - NEAR_IN_TIME).date()
    last = (when.latest + NEAR_IN_TIME).date()
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def trace_of(claim: Claim) -> Trace:
    """Take from an event claim what the rule looks at."""
    detail = claim.detail
    if not isinstance(detail, EventDetail):
        message = f"claim {claim.id} is no event"
        raise TypeError(message)
    return Trace(
        family=detail.family,
        kind=detail.event_kind,
        places=frozenset(where.place or f"?{where.text}" for where in claim.where),
        when=claim.when,
        words=_content(claim.statement),
        actors=_content(detail.actors),
    )


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if word not in STOPWORDS and not word.isdigit())


def may_be_one(left: Trace, right: Trace, gazetteer: Gazetteer) -> bool:
    """Whether the rule lets two claims be about one happening; the order does not matter."""
    if left == right:
        return True
    return (
        left.family == right.family
        and _time_fits(left.when, right.when)
        and _place_fits(left, right, gazetteer)
        and _words_fit(left, right)
    )


def _time_fits(left: When | None, right: When | None) -> bool:
    if left is None or right is None:
        return False
    if _is_clock(left) and _is_clock(right):
        return _starts_apart(left, right) <= NEAR_IN_TIME
    if _is_sharp(left) and _is_sharp(right):
        return _windows_meet(left, right)
    if _is_sharp(left) or _is_sharp(right):
        return False
    known = left.earliest is not None and left.latest is not None
    return known and (left.earliest, left.latest) == (right.earliest, right.latest)


def _starts_apart(left: When, right: When) -> timedelta:
    if left.earliest is None or right.earliest is None:
        return timedelta.max
    return abs(left.earliest - right.earliest)


def _windows_meet(left: When, right: When) -> bool:
    if left.earliest is None or right.earliest is None:
        return False
    if left.latest is None or right.latest is None:
        return False
    return left.earliest < right.latest and right.earliest < left.latest


def _is_clock(when: When) -> bool:
    return when.precision in CLOCK


def _is_sharp(when: When | None) -> bool:
    """Whether the window is a part of a day or sharper."""
    if when is None or when.earliest is None or when.latest is None:
        return False
    return _is_clock(when) or when.latest - when.earliest <= PART_OF_DAY


def _place_fits(left: Trace, right: Trace, gazetteer: Gazetteer) -> bool:
    if left.places == right.places:
        return bool(left.places)
    if not (_is_sharp(left.when) and _is_sharp(right.when)):
        return False
    if len(left.places) != 1 or len(right.places) != 1:
        return False
    (one,), (two,) = left.places, right.places
    if not (_is_local(one, gazetteer) and _is_local(two, gazetteer)):
        return False
    return gazetteer.within(one, two) or gazetteer.within(two, one)


def _is_local(place: str, gazetteer: Gazetteer) -> bool:
    entry = gazetteer.places.get(place)
    return entry is not None and entry.kind not in ABOVE_TOWN


def _words_fit(left: Trace, right: Trace) -> bool:
    by_actor = left.family in FAMILIES_BY_ACTOR and left.actors and right.actors
    if by_actor and not left.actors & right.actors:
        return False
    alike = left.kind == right.kind and left.places == right.places
    if alike and _both_clock(left.when, right.when):
        return True
    shorter = min(len(left.words), len(right.words))
    return bool(shorter) and len(left.words & right.words) / shorter >= SHARED_WORDS


def _both_clock(left: When | None, right: When | None) -> bool:
    return left is not None and right is not None and _is_clock(left) and _is_clock(right)
