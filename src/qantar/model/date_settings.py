"""What decides between the readings of a written time, and how a reading ends without one.

"05.01.2022" is a day in January or in May, "night of 5 January" one of two nights.
What is done when nobody said which stands in `dates.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qantar.model.date_order import DateOrder

_SHOWN = 80


class Fault(StrEnum):
    """The codes of findings about times."""

    IMPOSSIBLE = "impossible-date"
    AMBIGUOUS = "ambiguous-date"
    UNPARSED = "unparsed-date"
    NO_ZONE = "no-zone"


class YearTail(StrEnum):
    """What the two digits of "2021-22" are, where they can be both."""

    SEASON = "season"
    YEAR = "year"


class Hyphen(StrEnum):
    """What the hyphen of "09:00-11:00" is."""

    OFFSET = "offset"
    UNTIL = "until"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How times are read: `zone` is an IANA name, all else None or `iso` where nobody said.

    `night` is "early" (from midnight to six of the day named) or "late" (from ten in
    the evening of that day to six). `span` are the first and last day that the case is
    about: a day that is written without a year lies in it, or nearest to it.
    """

    zone: str
    order: DateOrder = DateOrder.ISO
    night: str | None = None
    tail: YearTail | None = None
    hyphen: Hyphen | None = None
    span: tuple[date, date] | None = None


class UnreadableError(ValueError):
    """A text gave no time. Never leaves the functions of `dates.py`."""

    def __init__(self, code: Fault, text: str) -> None:
        """Keep what a finding says."""
        self.code, self.text = code, text
        super().__init__(text)


class UndeclaredError(ValueError):
    """A text has several readings, and a setting that would decide is not declared.

    Attributes:
        choices: the settings with each of the choices that there are.
        doubt: what the text may mean, to follow on the text itself.
    """

    def __init__(self, choices: tuple[Settings, ...], doubt: str) -> None:
        """Keep what is needed to try them all."""
        self.choices, self.doubt = choices, doubt
        super().__init__(doubt)


def quoted(text: str) -> str:
    """A text in quotes, cut where it is longer than a line."""
    return f'"{text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"}"'
