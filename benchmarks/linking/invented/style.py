"""What a list is: its columns, whom it reaches, and how its rows are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from benchmarks.linking.invented.land import Person
from benchmarks.linking.invented.pen import Dated, Entry, Pen, Words
from qantar.model.person_row import DaySpan, NameOrder, PersonRow, Sex

SEX_WORDS = {Sex.MALE: "м", Sex.FEMALE: "ж"}


class Writer(Protocol):
    """How a list writes a person; `copied` is the name as it stands in the list it copies."""

    def __call__(self, person: Person, pen: Pen, copied: Words | None) -> tuple[Entry, Words]:
        """Give the row and the name before it was put into columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One list.

    `columns` gives the header of each field, in order. `reach` is the mean share of people
    it names, `by_status` how that differs, `twice` how often it names somebody again.
    `settings` and `columns_as` are what its sheet says besides.
    """

    name: str
    source: str
    columns: Mapping[str, str]
    write: Writer
    reach: float
    twice: float
    by_status: Mapping[str, float]
    order: NameOrder = NameOrder.ANY
    reads_as: Mapping[str, str] = field(default_factory=dict)

    def row(self, number: int, entry: Entry) -> PersonRow:
        """Give the row as linking takes it."""
        aliases = entry.get("aliases")
        values: dict[str, Any] = {
            name: _value(one) for name, one in entry.items() if name not in APART
        }
        row = PersonRow(
            list=self.name,
            row=number,
            name_order=self.order,
            aliases=(str(aliases),) if aliases else (),
            birth=_span(entry.get("birth")),
            event=_span(entry.get("event")),
            sex=SEXES.get(str(entry.get("sex"))),
        )
        return replace(row, **values)

    def cells(self, entry: Entry) -> list[str]:
        """Give the row as the list has it."""
        return [_text(entry.get(name)) for name in self.columns]


APART = frozenset(("aliases", "birth", "event", "sex"))
SEXES = {word: sex for sex, word in SEX_WORDS.items()}


def sex_word(person: Person) -> str:
    """Give the letter of the sex."""
    return SEX_WORDS[Sex.FEMALE if person.female else Sex.MALE]


def _value(one: str | Dated | None) -> str | None:
    return one.text if isinstance(one, Dated) else one or None


def _span(one: str | Dated | None) -> DaySpan | None:
    return one.span if isinstance(one, Dated) else None


def _text(one: str | Dated | None) -> str:
    return one.text if isinstance(one, Dated) else one or ""
