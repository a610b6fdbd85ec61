"""Which films show the same, and which stills stand in a film, by the hashes of their seconds.

Two films are alike where at least half of the seconds of the shorter one, and at least
three of them (or all, where it has fewer), look like seconds of the other, or like their
mirror images. Seconds that show too little have no hash and do not count. A second stands for
what its first picture shows: a copy that was cut between two whole seconds, of a film in
which much moves, can be missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from qantar.reading.looks import Looks
from qantar.reading.pictures import Picture

LEAST_SECONDS: Final = 3
_SAME_SIGHT: Final = 6
"""Bits in which a second may differ from the one before and show the same: nothing moved."""

_MOST_ALIKE: Final = 32
"""Sights of one film that one second of another is held against, where it looks like more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """One second of a film, counted from 0, and how it looks (32 bytes each)."""

    number: int
    pdq: bytes
    mirrored: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film of the case: which document it is, and those of its seconds that show something."""

    key: str
    seconds: Sequence[Second]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmsAlike:
    """Two films, the later one second, and how many seconds of the shorter look alike.

    `first_at` and `second_at` are the earliest seconds that do.
    """

    first: str
    second: str
    seconds: int
    of: int
    mirrored: bool
    first_at: int
    second_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StillInFilm:
    """A still that looks like one second of a film; in how many bits they differ."""

    still: str
    film: str
    at: int
    bits: int
    mirrored: bool


@dataclass(frozen=True, slots=True)
class _Sight:
    """What stays in sight for some seconds of a film: where it begins, and for how long."""

    film: str
    at: int
    count: int
    pdq: bytes
    mirrored: bytes


@dataclass(slots=True)
class _Shared:
    """What two films share: the sights of each that look like some of the other."""

    ours: dict[int, int] = field(default_factory=dict)
    theirs: dict[int, int] = field(default_factory=dict)


def films_alike(films: Iterable[Film]) -> Iterator[FilmsAlike]:
    """Give, for each film, the earlier one that shares most with it, if one shares enough."""
    looks: Looks[_Sight] = Looks()
    lengths: dict[str, int] = {}
    for film in films:
        sights = list(_sights(film))
        lengths[film.key] = len(film.seconds)
        best = max(
            _enough(film.key, _shared(sights, looks), lengths),
            key=lambda one: (one.seconds / one.of, one.seconds, not one.mirrored),
            default=None,
        )
        if best is not None:
            yield best
        looks.begin_part()
        for sight in sights:
            looks.add(sight.pdq, sight)


def stills_in_films(pictures: Iterable[Picture], films: Iterable[Film]) -> Iterator[StillInFilm]:
    """Give, for each still, the second of a film that it looks most like, if there is any."""
    looks: Looks[_Sight] = Looks()
    for film in films:
        for sight in _sights(film):
            looks.add(sight.pdq, sight)
    for picture in pictures:
        found = [
            StillInFilm(
                still=picture.key, film=sight.film, at=sight.at, bits=bits, mirrored=mirrored
            )
            for mirrored, hashed in ((False, picture.pdq), (True, picture.mirrored))
            for sight, bits in looks.near(hashed)
        ]
        if found:
            yield min(found, key=lambda one: (one.bits, one.mirrored))


def _sights(film: Film) -> Iterator[_Sight]:
    """Put seconds together in which nothing moves: an hour of one view is one sight."""
    first: Second | None = None
    count = 0
    for second in film.seconds:
        if first is not None and _bits(first.pdq, second.pdq) <= _SAME_SIGHT:
            count += 1
            continue
        if first is not None:
            yield _Sight(film.key, first.number, count, first.pdq, first.mirrored)
        first, count = second, 1
    if first is not None:
        yield _Sight(film.key, first.number, count, first.pdq, first.mirrored)


def _bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


def _shared(sights: Iterable[_Sight], looks: Looks[_Sight]) -> dict[tuple[str, bool], _Shared]:
    """Gather what a film shares with each earlier one, as it is and mirrored."""
    shared: dict[tuple[str, bool], _Shared] = {}
    for sight in sights:
        for mirrored, hashed in ((False, sight.pdq), (True, sight.mirrored)):
            for other, _ in looks.some_near(hashed, _MOST_ALIKE):
                both = shared.setdefault((other.film, mirrored), _Shared())
                both.ours[sight.at] = sight.count
                both.theirs[other.at] = other.count
    return shared


def _enough(
    key: str, shared: dict[tuple[str, bool], _Shared], lengths: dict[str, int]
) -> Iterator[FilmsAlike]:
    for (other, mirrored), both in shared.items():
        is_shorter = lengths[key] < lengths[other]
        of = min(lengths[key], lengths[other])
        alike = sum((both.ours if is_shorter else both.theirs).values())
        if alike * 2 >= of and alike >= min(of, LEAST_SECONDS):
            yield FilmsAlike(
                first=other,
                second=key,
                seconds=alike,
                of=of,
                mirrored=mirrored,
                first_at=min(both.theirs),
                second_at=min(both.ours),
            )
