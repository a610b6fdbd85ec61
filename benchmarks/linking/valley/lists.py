"""Four lists of the valley: a court's, a monitor's abroad, a scanned one, one merged from others.

What each does to whom it names is written down here once, before anything was linked by it, and not
changed since: how often is said by the numbers in the code, all of them times the difficulty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from benchmarks.linking.spans import births_at_age, year_span
from benchmarks.linking.valley.mistakes import (
    half_latin,
    misread,
    mistyped,
    other_layout,
    wrong_day,
)
from benchmarks.linking.valley.people import FIRST_DAY, LAST_DAY, Person
from benchmarks.linking.valley.spellings import ABROAD, AT_HOME, by_a_clerk, in_latin
from qantar.model.person_row import DaySpan, NameOrder, PersonRow, Sex

EVENT: Final = DaySpan(FIRST_DAY, LAST_DAY)
COURT, WATCH, SCANS, MERGED = "court", "watch", "scans", "merged"
REACH: Final = {
    COURT: {"held": 0.42, "hurt": 0.10, "vanished": 0.04, "dead": 0.05},
    WATCH: {"held": 0.17, "hurt": 0.20, "vanished": 0.55, "dead": 0.60},
    SCANS: {"held": 0.30, "hurt": 0.42, "vanished": 0.25, "dead": 0.45},
    MERGED: {"held": 0.10, "hurt": 0.10, "vanished": 0.20, "dead": 0.10},
}
"""Which share of people a list names by itself; the merged one also copies."""
COPIED: Final = 0.22
"""Which share of the rows of court and scans the merged list takes over, whomever it has."""
_WORDS: Final = {"held": "задержан", "hurt": "травма", "vanished": "нет сведений", "dead": "погиб"}
_ENGLISH: Final = {
    "held": "arrested",
    "hurt": "wounded",
    "vanished": "disappeared",
    "dead": "killed",
}
Name = tuple[str, str, str]
"""Surname, given name, patronymic."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes: its chance, and how much more often than usual things go wrong."""

    chance: Random
    difficulty: float = 1.0

    def slips(self, share: float) -> bool:
        """Whether something goes wrong that does so in this share of cases."""
        return self.chance.random() < share * self.difficulty

    def does(self, share: float) -> bool:
        """Whether something is done that is no mistake."""
        return self.chance.random() < share


def court(person: Person, hand: Hand) -> PersonRow:
    """A clerk's register: Russian, parted, dated; fields are swapped now and then."""
    surname, given, patronymic = _typed(_in_russian(person, hand), hand, 0.015)
    if hand.slips(0.02):
        surname, given = given, surname
    if hand.slips(0.006):
        given, patronymic = patronymic or given, given
    if hand.slips(0.02):
        patronymic = ""
    capital = hand.does(0.3)
    words = (w.upper() if capital else w for w in (surname, given, patronymic))
    surname, given, patronymic = words
    return PersonRow(
        list=COURT,
        row=1,
        surname=surname or None,
        given=given or None,
        patronymic=patronymic or None,
        birth=None if hand.slips(0.03) else DaySpan.of(_born(person, hand)),
        sex=_sex(person, hand, wrong=0.02),
        place=_town(person, hand),
        event=_day(person, hand, silent=0.02, vague=0.0),
        status=_WORDS[person.status],
    )


def watch(person: Person, hand: Hand) -> PersonRow:
    """A monitor abroad: given name first, Latin by whichever table its reporter knows, ages."""
    table = hand.chance.choice(ABROAD)
    words = _in_russian(person, hand)
    surname, given, patronymic = _typed(_latin(words, table), hand, 0.02)
    if hand.slips(0.02):
        given = f"{given[0]}."
    parts = [given, surname] if not hand.does(0.12) else [given, patronymic, surname]
    if hand.slips(0.05):
        parts = [surname, given]
    event = _day(person, hand, silent=0.12, vague=0.25)
    return PersonRow(
        list=WATCH,
        row=1,
        name=" ".join(filter(None, parts)),
        name_order=NameOrder.ANY,
        birth=None if hand.slips(0.15) else _age(person, hand, event),
        place=None
        if hand.slips(0.08)
        else in_latin(by_a_clerk(_town(person, hand), hand.chance), table),
        event=event,
        status=_ENGLISH[person.status],
    )


def scans(person: Person, hand: Hand) -> PersonRow:
    """A committee's typed sheets, scanned and read by a program: home spelling or Russian."""
    at_home = hand.does(0.45)
    words = (
        (person.surname, person.given, person.patronymic) if at_home else _in_russian(person, hand)
    )
    if at_home and person.people in AT_HOME and hand.does(0.3):
        words = _latin(words, AT_HOME[person.people])
    surname, given, patronymic = (_scanned(word, hand) for word in words)
    if hand.slips(0.06):
        given, patronymic = f"{given[0]}.", f"{patronymic[0]}." if patronymic else ""
    elif hand.slips(0.3):
        patronymic = ""
    name = " ".join(filter(None, (surname, given, patronymic)))
    return PersonRow(
        list=SCANS,
        row=1,
        name=name.upper() if hand.does(0.25) else name,
        name_order=NameOrder.ANY,
        birth=_year_or_age(person, hand),
        sex=_sex(person, hand, wrong=0.03) if hand.does(0.5) else None,
        place=None if hand.slips(0.10) else _scanned(_town(person, hand), hand),
        event=_day(person, hand, silent=0.10, vague=0.15),
    )


def merged(person: Person, hand: Hand) -> PersonRow:
    """What the merged list was told by callers: lower case, any order, an age by guess."""
    surname, given, patronymic = _typed(_in_russian(person, hand), hand, 0.03)
    parts = [surname, given] if hand.does(0.5) else [given, surname]
    if hand.does(0.25):
        parts.append(patronymic)
    event = _day(person, hand, silent=0.2, vague=0.3)
    return PersonRow(
        list=MERGED,
        row=1,
        name=" ".join(filter(None, parts)).lower(),
        birth=None if hand.slips(0.2) else _age(person, hand, event, step=5),
        place=None if hand.slips(0.15) else _town(person, hand),
        event=event,
    )


def copied(row: PersonRow, hand: Hand) -> PersonRow:
    """Take a row over into the merged list: as one name, perhaps in Latin, some of it lost."""
    name = row.name or " ".join(filter(None, (row.surname, row.given, row.patronymic)))
    if hand.does(0.25):
        name = in_latin(name, "telegraph")
    if hand.slips(0.04):
        name = mistyped(name, hand.chance)
    birth = row.birth
    if birth and birth.days == 1 and hand.does(0.3):
        birth = year_span(date.fromordinal(birth.first).year)
    return replace(
        row,
        list=MERGED,
        name=name,
        surname=None,
        given=None,
        patronymic=None,
        birth=None if hand.slips(0.08) else birth,
        sex=None,
        place=None if hand.slips(0.1) else row.place,
        event=None if hand.slips(0.1) else row.event,
        status=None,
    )


def _in_russian(person: Person, hand: Hand) -> Name:
    surname, given, patronymic = (
        by_a_clerk(word, hand.chance) for word in (person.surname, person.given, person.patronymic)
    )
    return surname, given, patronymic


def _latin(words: Name, table: str) -> Name:
    surname, given, patronymic = (in_latin(word, table) for word in words)
    return surname, given, patronymic


def _typed(words: Name, hand: Hand, share: float) -> Name:
    """Type each word, with slips; now and then all of them on the wrong keyboard."""
    made = [mistyped(word, hand.chance) if hand.slips(share) else word for word in words]
    if hand.slips(0.004):
        made = [other_layout(word) for word in made]
    if hand.slips(0.01):
        at = hand.chance.randrange(2)
        made[at] = half_latin(made[at], hand.chance)
    surname, given, patronymic = made
    return surname, given, patronymic


def _scanned(word: str, hand: Hand) -> str:
    for _ in range(2):
        if word and hand.slips(0.04):
            word = misread(word, hand.chance)
    return word


def _born(person: Person, hand: Hand) -> date:
    day = date.fromordinal(person.born)
    return wrong_day(day, hand.chance) if hand.slips(0.04) else day


def _year_or_age(person: Person, hand: Hand) -> DaySpan | None:
    if hand.slips(0.08):
        return None
    day = _born(person, hand)
    ways = (DaySpan.of(day), year_span(day.year), _age(person, hand, None))
    return hand.chance.choices(ways, (35, 40, 25))[0]


def _age(person: Person, hand: Hand, event: DaySpan | None, step: int = 1) -> DaySpan:
    """What an age at the event leaves open; one of twelve is off by a year."""
    born, on = date.fromordinal(person.born), date.fromordinal(person.event)
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if hand.slips(0.08):
        years += hand.chance.choice((-1, 1))
    return births_at_age(step * round(years / step), event or EVENT, about=step > 1)


def _day(person: Person, hand: Hand, *, silent: float, vague: float) -> DaySpan | None:
    if hand.slips(silent):
        return None
    day = date.fromordinal(person.event)
    if hand.slips(0.06):
        day += timedelta(days=hand.chance.choice((-2, -1, 1, 1, 2)))
    if not hand.slips(vague):
        return DaySpan.of(day)
    before, after = hand.chance.choice(((1, 1), (3, 3), (0, 6)))
    return DaySpan.of(day - timedelta(days=before), day + timedelta(days=after), about=True)


def _sex(person: Person, hand: Hand, *, wrong: float) -> Sex | None:
    if hand.slips(0.03):
        return None
    return Sex.FEMALE if person.female != hand.slips(wrong) else Sex.MALE


def _town(person: Person, hand: Hand) -> str:
    return person.town[1] if hand.does(0.3) else person.town[0]


WRITERS: Final = {COURT: court, WATCH: watch, SCANS: scans, MERGED: merged}
TWICE: Final = {COURT: 0.01, WATCH: 0.03, SCANS: 0.03, MERGED: 0.02}
LISTS: Final[Sequence[str]] = tuple(WRITERS)
