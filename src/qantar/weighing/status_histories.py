"""Status histories: what bodies said became of one person, statement beside statement.

Nothing is resolved. Statements are put in order, those that cannot both be true are marked, and
none of them goes before another: a later statement does not replace an earlier one, nor an official
one a family's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from qantar.model.person_row import DaySpan
from qantar.model.vocabulary import Vocabulary

_NEVER: Final = DaySpan.of(date.max)
_DEAD, _LIVING = "dead", "living"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusStatement:
    """One body's statement of what became of somebody, as one row of a list has it.

    `number` counts the statements of the row from 1. `words` are the list's, `status` the word
    of the vocabulary person-status that they mean, if any. `source` is the id of whose list it
    is, `said_by` and `body` are who said it where the row names somebody else. `days` are those
    that it is about, `published` when it was said in public, `acquired` the day ("YYYY-MM-DD")
    on which the list was come by; each None where nobody said.
    """

    accession: str
    row: int
    number: int
    source: str
    words: str
    status: str | None = None
    said_by: str | None = None
    body: str | None = None
    days: DaySpan | None = None
    published: DaySpan | None = None
    acquired: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All statements about one person, in order of the days that they are about.

    `against` leads from the place of a statement to the places of those that cannot be true if it
    is. Where nothing stands there, statements may still disagree in ways that nobody could prove.
    """

    statements: tuple[StatusStatement, ...]
    against: Mapping[int, tuple[int, ...]]


def history_of(statements: Iterable[StatusStatement], words: Vocabulary) -> History:
    """Put statements about one person in order, and mark those that contradict each other.

    Those about no known day come last; what is equal stays in the order given.

    Args:
        statements: all of one person.
        words: the vocabulary person-status, with the case's own terms.
    """
    ordered = tuple(sorted(statements, key=_order))
    return History(statements=ordered, against=_contradictions(ordered, words))


def _order(one: StatusStatement) -> tuple[DaySpan, DaySpan, str]:
    return one.days or _NEVER, one.published or _NEVER, one.acquired or date.max.isoformat()


def _contradictions(
    statements: Sequence[StatusStatement], words: Vocabulary
) -> dict[int, tuple[int, ...]]:
    """Pair each death with what is said of the person as living on a later day.

    A body that says "killed" says so of a day not after it said so. Days of which somebody was not
    sure ("about 5 January") contradict nothing. On the day of a death itself all can be true: who
    was hurt, held or treated on it was alive for a part of it. Only what happens to the living
    contradicts (`living` in the vocabulary): nobody is hurt or released who was dead the day
    before; but marks of torture are seen on the dead, and lists date them by when they were seen.
    """
    dead = [(at, by) for at, one in enumerate(statements) if (by := _dead_by(one, words))]
    against: dict[int, list[int]] = {}
    for other, one in enumerate(statements):
        days = one.days
        if days is None or days.about or not _is(one, _LIVING, words):
            continue
        for at, by in dead:
            if days.first > by:
                against.setdefault(at, []).append(other)
                against.setdefault(other, []).append(at)
    return {at: tuple(sorted(others)) for at, others in sorted(against.items())}


def _dead_by(one: StatusStatement, words: Vocabulary) -> int | None:
    """The last day on which the person can have died, if this says that they did."""
    days = one.days or one.published
    if days is None or days.about or not _is(one, _DEAD, words):
        return None
    return days.last


def _is(one: StatusStatement, flag: str, words: Vocabulary) -> bool:
    term = words.terms.get(one.status or "")
    return term is not None and bool(term.flags.get(flag))
