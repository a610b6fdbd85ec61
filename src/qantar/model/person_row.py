"""One row of a list of people, as the list has it: what linking compares.

Every text stays as found; nothing here is folded, corrected or guessed. What a list says
of days and ages comes as spans of days, so that "35 years old on 6 January" and "born in
1986" can be held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

MOST_ALIASES: Final = 12
"""Of a row those further names that are compared, the first: the work grows with their square."""


class Sex(StrEnum):
    """What a list states; no list need state any."""

    FEMALE = "female"
    MALE = "male"


class NameOrder(StrEnum):
    """In which order a list writes whole names, where its sheet says so."""

    SURNAME_FIRST = "surname-first"
    GIVEN_FIRST = "given-first"
    ANY = "any"


class DaySpan(NamedTuple):
    """Days from `first` to `last`, both included, as proleptic Gregorian ordinals.

    `about` is true where the source was not sure of them ("about 35", "around 5 January").
    """

    first: int
    last: int
    about: bool = False

    @classmethod
    def of(cls, first: date, last: date | None = None, *, about: bool = False) -> DaySpan:
        """Make a span of dates; of one day where no last one is given.

        Raises:
            ValueError: the last day is before the first.
        """
        end = first if last is None else last
        if end < first:
            message = f"the span from {first} to {end} holds no day"
            raise ValueError(message)
        return cls(first.toordinal(), end.toordinal(), about)

    @property
    def days(self) -> int:
        """How many days it has."""
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RowStatus:
    """One thing that a row says became of the person.

    `words` are the list's own, `term` is the word of the vocabulary person-status that they mean;
    None where it has none. `days` are those that it is about, None where nobody said.
    """

    words: str
    term: str | None = None
    days: DaySpan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One row of one list.

    `list` and `row` name it: `row` is its number among the data rows, from 1. `id` is what
    the list itself calls it, and need not be unique. A name stands whole in `name` or in
    parts in `given`, `surname` and `patronymic` (also a father's name), or both; `aliases` are
    further names. `birth` is a day, a year or what an age at a day leaves open. `statuses` are
    what the row states of the person, `said_by` who said it and `body` the institution behind
    them; None where that is the list itself. `published` is when it was said in public. All
    else is text as found; None where the list says nothing.

    Raises:
        ValueError: `row` is below 1, or `list` is empty.
    """

    list: str
    row: int
    id: str | None = None
    name: str | None = None
    given: str | None = None
    surname: str | None = None
    patronymic: str | None = None
    aliases: tuple[str, ...] = ()
    name_order: NameOrder = NameOrder.ANY
    birth: DaySpan | None = None
    sex: Sex | None = None
    place: str | None = None
    birth_place: str | None = None
    event: DaySpan | None = None
    status: str | None = None
    document_number: str | None = None
    phone: str | None = None
    address: str | None = None
    postcode: str | None = None
    email: str | None = None
    occupation: str | None = None
    note: str | None = None
    statuses: tuple[RowStatus, ...] = ()
    said_by: str | None = None
    body: str | None = None
    published: DaySpan | None = None

    def __post_init__(self) -> None:
        """Refuse a row that nobody could name."""
        if self.row < 1 or not self.list:
            message = (
                f"a row is named by its list and its number from 1, not {self.list!r} {self.row}"
            )
            raise ValueError(message)

    @property
    def key(self) -> tuple[str, int]:
        """List and row number."""
        return self.list, self.row
