"""What decides between the readings of a written time, and what becomes of it when nobody said.

"05.01.2022" is a day in January or in May, "night of 5 January" one of two nights. A
reading that needs a setting which nobody declared is tried under every choice: one
result that is possible is the reading, several are a problem that shows them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qantar.model.date_order import DateOrder
from qantar.model.when import When, WhenProblem
from qantar.model.zones import UnknownZoneError

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
    the evening of that day to six).
    """

    zone: str
    order: DateOrder = DateOrder.ISO
    night: str | None = None
    tail: YearTail | None = None
    hyphen: Hyphen | None = None


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
        """Keep what `decide` needs to try them all."""
        self.choices, self.doubt = choices, doubt
        super().__init__(doubt)


def decide(text: str, read: Callable[[Settings], When], settings: Settings) -> When | WhenProblem:
    """Read under the settings, and under every choice of those that are needed and not declared.

    Args:
        text: what is read, for the words of the problem.
        read: the reading; raises `UndeclaredError` where it cannot go on without a setting.
        settings: what is declared.
    """
    doubts: list[str] = []
    try:
        found = _readings(read, settings, doubts)
    except UnreadableError as fault:
        return WhenProblem(code=fault.code.value, text=fault.text)
    except UnknownZoneError as unknown:
        return WhenProblem(code=Fault.NO_ZONE.value, text=str(unknown))
    except OverflowError:
        message = f"{quoted(text)} reaches out of the years 1 to 9998, which are all that are kept"
        return WhenProblem(code=Fault.IMPOSSIBLE.value, text=message)
    if len(found) == 1:
        return found[0]
    message = f"{quoted(text)} {', and '.join(dict.fromkeys(doubts))}"
    return WhenProblem(code=Fault.AMBIGUOUS.value, text=message, readings=tuple(found))


def _readings(
    read: Callable[[Settings], When], settings: Settings, doubts: list[str]
) -> list[When]:
    """All that the text can mean; two readings with the same edges are one."""
    try:
        return [read(settings)]
    except UndeclaredError as undeclared:
        missing = undeclared
    doubts.append(missing.doubt)
    found: dict[tuple[datetime | None, datetime | None], When] = {}
    refused: list[UnreadableError] = []
    for choice in missing.choices:
        try:
            for when in _readings(read, choice, doubts):
                found.setdefault((when.earliest, when.latest), when)
        except UnreadableError as fault:
            refused.append(fault)
    if not found:
        raise refused[0]
    return list(found.values())


def quoted(text: str) -> str:
    """A text in quotes, cut where it is longer than a line."""
    return f'"{text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"}"'
