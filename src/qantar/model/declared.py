"""What an accession sheet declares beside files: who speaks, places, and words of a vocabulary.

No file of the case says it; the one who wrote the sheet does. The records are written to
the case's journal, as accessions are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final

from qantar.model.recorded import Recorded
from qantar.model.vocabulary import NAMES

MAX_LATITUDE, MAX_LONGITUDE = 90, 180

_TERM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MOST_DEGREE_DIGITS: Final = 40


class SourceKind(StrEnum):
    """What kind of voice a source is."""

    WITNESS = "witness"
    OFFICIAL = "official"
    MEDIA = "media"
    NGO = "ngo"
    ANALYST = "analyst"
    SOCIAL_MEDIA = "social-media"
    LIST = "list"
    INSTRUMENT = "instrument"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredSource(Recorded):
    """Who speaks. A `protected` source goes by a pseudonym everywhere but the protected part."""

    id: str
    name: str
    kind: SourceKind = SourceKind.UNKNOWN
    protected: bool = False

    decoders: ClassVar = {"kind": SourceKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredPlace(Recorded):
    """A place that no table lists, such as the country itself.

    `lat` and `lon` are WGS 84 degrees, both or neither; `parent` is the id or the
    name of the place it lies in.

    Raises:
        ValueError: only one coordinate is given, or the point is not on Earth.
    """

    id: str
    name: str
    kind: str | None = None
    kk: str | None = None
    ru: str | None = None
    latin: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    lat: Decimal | None = None
    lon: Decimal | None = None
    parent: str | None = None

    decoders: ClassVar = {"latin": tuple, "former": tuple, "lat": Decimal, "lon": Decimal}

    def __post_init__(self) -> None:
        """Refuse half a point, and a point that is not on Earth."""
        if (self.lat is None) != (self.lon is None):
            message = f"{self.id} has one coordinate without the other"
            raise ValueError(message)
        if self.lat is not None and self.lon is not None and not on_earth(self.lat, self.lon):
            message = f"{self.id} lies at {self.lat}, {self.lon}, which is no point on Earth"
            raise ValueError(message)
        if any(number and not _is_short(number) for number in (self.lat, self.lon)):
            message = f"{self.id} has a coordinate of more digits than can be"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTerm(Recorded):
    """A word that the case adds to the vocabulary of that name; `en` is its label.

    Raises:
        ValueError: there is no such vocabulary, the word is spelt as none can be, or a
            label is empty.
    """

    vocabulary: str
    id: str
    en: str
    ru: str | None = None
    kk: str | None = None
    family: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse a word that no vocabulary can hold."""
        labels = (self.en, self.ru, self.kk)
        if self.vocabulary not in NAMES or not _TERM.fullmatch(self.id):
            message = f"{self.id!r} is no word of {self.vocabulary!r}"
            raise ValueError(message)
        if not all(label.strip() for label in labels if label is not None):
            message = f"{self.id} has an empty label"
            raise ValueError(message)


def on_earth(lat: Decimal, lon: Decimal) -> bool:
    """Whether two numbers can be degrees of latitude and longitude."""
    return within(lat, MAX_LATITUDE) and within(lon, MAX_LONGITUDE)


def within(degrees: Decimal, most: int) -> bool:
    """Whether a coordinate is a number from -`most` to `most`."""
    return degrees.is_finite() and abs(degrees) <= most


def _is_short(number: Decimal) -> bool:
    """Whether a number can be written out: 1E-999999999 would fill the memory with zeros."""
    return abs(number.adjusted()) + len(number.as_tuple().digits) <= _MOST_DEGREE_DIGITS
