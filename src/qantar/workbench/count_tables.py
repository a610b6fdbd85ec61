"""Which persons a counting counts, by list and stratum: from rows and divisions to patterns.

A division says which rows are one person. Of each person the lists that name them make the
pattern, and what their rows say makes the stratum: the value that most of the lists give, of two
that as many give the one that comes first in the lists' order. Of whom no row says anything, the
value is "". Persons on none of the lists that are counted are not observed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from qantar.model.accession import Holds
from qantar.model.canonical import canonical
from qantar.model.counting_asked import Counting, Stratum
from qantar.model.finding import Finding, Severity
from qantar.model.person_row import PersonRow
from qantar.model.place import Gazetteer
from qantar.model.vocabulary import Vocabulary, load
from qantar.reading.patterns import lists_of, strata_of
from qantar.record.contents import AccessionRecord, Contents
from qantar.record.counts import CountTable, Patterns, Strata, StratumPatterns

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Ints = npt.NDArray[np.int64]
    Bools = npt.NDArray[np.bool_]

UNKNOWN_LIST: Final = "unknown-list"
_TAG: Final = b"qantar/v1/count-rows\0"
_COUNTRY: Final = "country"
_VOCABULARY: Final = "person-status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the rows say for one counting: one member of each for each row, in their order.

    `bits` has a bit for each list that is counted, 0 for rows of others; `values` what the row
    says in each stratum, "" where it says nothing; `kept` whether it states a status that was
    asked for.
    """

    counting: Counting
    lists: tuple[str, ...]
    accessions: tuple[str, ...]
    bits: tuple[int, ...]
    values: tuple[Strata, ...]
    kept: tuple[bool, ...]

    @property
    def mark(self) -> str:
        """One text for all of it: another for other rows, lists or words."""
        said = canonical(
            {
                "counting": self.counting.to_record(),  # type: ignore[dict-item]  # made for JSON
                "lists": list(self.lists),
                "accessions": list(self.accessions),
                "rows": [
                    [bit, kept, *(value for _, value in values)]
                    for bit, values, kept in zip(self.bits, self.values, self.kept, strict=True)
                ],
            }
        )
        return hashlib.sha256(_TAG + said).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Why a counting cannot be carried out, `why` without a full stop."""

    counting: Counting
    why: str

    @property
    def finding(self) -> Finding:
        """What is told of the case."""
        return Finding(
            code=UNKNOWN_LIST,
            text=f'The counting "{self.counting.id}" was not carried out: {self.why}.',
            severity=Severity.LOSS,
        )


def told_for(
    counting: Counting, rows: Sequence[PersonRow], contents: Contents, words: Vocabulary | None
) -> Told | Lacking:
    """Say what rows of persons say for a counting.

    Args:
        counting: one without a table of patterns.
        rows: each under the id of its accession as its list.
        contents: the accessions, and the places by which names of places are known.
        words: the vocabulary person-status with the case's own words, or None as shipped.
    """
    groups = _groups(contents.accessions)
    chosen = [_chosen(name, groups) for name in counting.lists]
    for name, of in zip(counting.lists, chosen, strict=True):
        if len(of) != 1:
            return Lacking(counting=counting, why=_no_list(name, of, groups))
    bit = {one: 1 << n for n, of in enumerate(chosen) for one in groups[of[0]]}
    readers = [(name, _reader(Stratum(name), counting, contents)) for name in counting.strata]
    statuses = _status_words(counting, words or load(_VOCABULARY))
    return Told(
        counting=counting,
        lists=counting.lists,
        accessions=tuple(one.id for one in contents.accessions if one.id in bit),
        bits=tuple(bit.get(row.list, 0) for row in rows),
        values=tuple(tuple((name, read(row)) for name, read in readers) for row in rows),
        kept=tuple(
            not statuses or any(one.term in statuses for one in row.statuses) for row in rows
        ),
    )


Group = tuple[str, str]
"""Source and name of a list."""


def _groups(accessions: Iterable[AccessionRecord]) -> dict[Group, tuple[str, ...]]:
    found: dict[Group, tuple[str, ...]] = {}
    for one in accessions:
        if one.in_use and one.accession.holds is Holds.PERSONS:
            key = (one.accession.source, one.accession.list_name)
            found[key] = (*found.get(key, ()), one.id)
    return found


def _chosen(name: str, groups: Iterable[Group]) -> list[Group]:
    """The lists that a name means: one where all is well."""
    return [one for one in groups if name in (one[1], f"{one[0]}/{one[1]}")]


def _no_list(name: str, found: Sequence[Group], groups: Iterable[Group]) -> str:
    known = ", ".join(f"{source}/{of}" for source, of in found or groups)
    return (
        f'several lists are called "{name}": {known}. Write which one is meant'
        if found
        else f'there is no list "{name}" in the case. There are: {known or "none"}'
    )


def _status_words(counting: Counting, words: Vocabulary) -> frozenset[str]:
    """The words that were asked for, and those of the case that are kinds of them."""
    asked = frozenset(counting.status)
    return asked | {term.id for term in words.terms.values() if term.family in asked}


def _reader(stratum: Stratum, counting: Counting, contents: Contents) -> Callable[[PersonRow], str]:
    match stratum:
        case Stratum.SEX:
            return lambda row: row.sex.value if row.sex else ""
        case Stratum.STATUS:
            return lambda row: next((s.term for s in reversed(row.statuses) if s.term), None) or ""
        case Stratum.PERIOD:
            return _Periods(counting.cuts).of
        case Stratum.PLACE | Stratum.REGION:
            return _Places(contents, is_region=stratum is Stratum.REGION).of


class _Periods:
    """Names the period in which what happened to somebody lies whole."""

    def __init__(self, cuts: Sequence[str]) -> None:
        days = [date.fromisoformat(cut) for cut in cuts]
        last = [(day - timedelta(days=1)).isoformat() for day in days]
        between = [f"{first} to {end}" for first, end in zip(cuts, last[1:], strict=False)]
        self._cuts = [day.toordinal() for day in days]
        self._names = [f"until {last[0]}", *between, f"from {cuts[-1]}"]

    def of(self, row: PersonRow) -> str:
        if row.event is None:
            return ""
        first, last = (sum(cut <= day for cut in self._cuts) for day in row.event[:2])
        return self._names[first] if first == last else ""


class _Places:
    """Names the place of a row, or the uppermost around it that is no country, where known."""

    def __init__(self, contents: Contents, *, is_region: bool) -> None:
        self._gazetteer, self._is_region = Gazetteer.of(contents.places), is_region
        self._known: dict[str, str] = {}

    def of(self, row: PersonRow) -> str:
        if not row.place:
            return ""
        if row.place not in self._known:
            self._known[row.place] = self._name(row.place)
        return self._known[row.place]

    def _name(self, text: str) -> str:
        ids = self._gazetteer.candidates(text)
        if len(ids) != 1:
            return ""
        places = self._gazetteer.places
        around = (ids[0], *(self._gazetteer.ancestors(ids[0]) if self._is_region else ()))
        within = [places[one] for one in around if one in places and places[one].kind != _COUNTRY]
        return within[-1].name if within else ""


def table_of(told: Told, division: Ints, drawn: Ints) -> CountTable:
    """Count the persons of a division, and of each drawn one.

    Args:
        told: what the rows say.
        division: shape (rows,), the number of each row's person.
        drawn: shape (draws, rows), the same of each draw.
    """
    counter = _Counter(told)
    whole, rest = counter.counted(division)
    draws = [counter.counted(one)[0] for one in drawn]
    keys = sorted({*whole, *(key for one in draws for key in one)}, key=counter.order)
    return CountTable(
        counting=told.counting,
        lists=told.lists,
        strata=tuple(
            StratumPatterns(
                stratum=counter.stratum(key),
                patterns=whole.get(key, {}),
                drawn=tuple(one.get(key, {}) for one in draws),
            )
            for key in keys
        ),
        accessions=told.accessions,
        rest=rest,
        mark=told.mark,
    )


Key = tuple[int, ...]
"""The place of the value of each stratum among those that occur; -1 where nobody says."""


class _Counter:
    """Counts the persons of a division by stratum and pattern."""

    def __init__(self, told: Told) -> None:
        import numpy as np  # noqa: PLC0415  # an extra

        self._told, self._np = told, np
        self._bits = np.array(told.bits, dtype=np.int64)
        self._at = np.array([max(0, bit.bit_length() - 1) for bit in told.bits], dtype=np.int64)
        self._kept = np.array(told.kept, dtype=np.bool_)
        self._names = told.counting.strata
        columns = [[values[at][1] for values in told.values] for at in range(len(self._names))]
        self._values = [sorted({one for one in column if one}) for column in columns]
        self._codes = [
            np.array([_place(names, one) for one in column], dtype=np.int64)
            for names, column in zip(map(_index, self._values), columns, strict=True)
        ]

    def counted(self, division: Ints) -> tuple[dict[Key, Patterns], Patterns]:
        """Give the patterns by stratum, and those of persons who were not asked for."""
        np = self._np
        _, person = np.unique(division, return_inverse=True)
        many = int(person.max()) + 1
        on = np.zeros(many, dtype=np.int64)
        np.bitwise_or.at(on, person, self._bits)
        kept = np.zeros(many, dtype=np.bool_)
        np.logical_or.at(kept, person, self._kept & (self._bits > 0))
        strata = [self._most_said(person, codes, many) for codes in self._codes]
        keys = np.stack([*strata, on], axis=1)
        rest = self._patterns(keys[(on > 0) & ~kept][:, -1:])
        found: dict[Key, dict[str, int]] = {}
        for (*key, word), persons in self._rows(keys[(on > 0) & kept]):
            found.setdefault(tuple(key), {})[self._word(word)] = persons
        return dict(found), rest

    def order(self, key: Key) -> tuple[tuple[bool, int], ...]:
        """Values in their order, those that nobody says last."""
        return tuple((one < 0, one) for one in key)

    def stratum(self, key: Key) -> Strata:
        """Name the values of a stratum."""
        return tuple(
            (name, values[one] if one >= 0 else "")
            for name, values, one in zip(self._names, self._values, key, strict=True)
        )

    def _patterns(self, words: Ints) -> Patterns:
        return {self._word(word): persons for (word,), persons in self._rows(words)}

    def _rows(self, keys: Ints) -> Iterator[tuple[tuple[int, ...], int]]:
        unique, counts = self._np.unique(keys, axis=0, return_counts=True)
        for row, persons in zip(unique.tolist(), counts.tolist(), strict=True):
            yield tuple(row), persons

    def _word(self, bits: int) -> str:
        return f"{bits:0{len(self._told.lists)}b}"[::-1]

    def _most_said(self, person: Ints, codes: Ints, many: int) -> Ints:
        """The value that most lists give a person; of two alike the one of the first list."""
        np, width = self._np, len(self._told.lists)
        chosen: Ints
        values = int(codes.max(initial=-1)) + 1
        chosen = np.full(many, -1, dtype=np.int64)
        says = (codes >= 0) & (self._bits > 0)
        if not says.any():
            return chosen
        of_person = person[says] * values + codes[says]
        each_list_once = np.unique(of_person * width + self._at[says])
        pairs, first, lists = np.unique(
            each_list_once // width, return_index=True, return_counts=True
        )
        # They are in the order of person, value, list: the first of a pair has its lowest list.
        order = np.lexsort((each_list_once[first] % width, -lists, pairs // values))
        who, at = np.unique(pairs[order] // values, return_index=True)
        chosen[who] = pairs[order][at] % values
        return chosen


def _index(values: Sequence[str]) -> Mapping[str, int]:
    return {value: at for at, value in enumerate(values)}


def _place(names: Mapping[str, int], value: str) -> int:
    return names.get(value, -1)


def table_of_patterns(counting: Counting, contents: Contents) -> CountTable | Lacking:
    """Give what a counting stands on that others counted: the rows of a table of patterns."""
    found = [
        one
        for one in contents.accessions
        if one.in_use
        and one.accession.holds is Holds.PATTERNS
        and one.accession.path == counting.table
    ]
    if len(found) != 1:
        why = f'there is no table of patterns "{counting.table}" in the case, or several'
        return Lacking(counting=counting, why=why)
    accession = found[0].accession
    for names, known, what in (
        (counting.lists, lists_of(accession), "list"),
        (counting.strata, strata_of(accession), "stratum"),
    ):
        strange = [name for name in names if name not in known]
        if strange:
            why = f'the table has no {what} "{strange[0]}". It has: {", ".join(known) or "none"}'
            return Lacking(counting=counting, why=why)
    if both := [name for name in counting.strata if name in counting.lists]:
        why = f'"{both[0]}" is counted as a list and makes strata too. Leave it out of one of them'
        return Lacking(counting=counting, why=why)
    return _summed(counting, found[0], contents)


def _summed(counting: Counting, one: AccessionRecord, contents: Contents) -> CountTable:
    """Add up the rows by stratum.

    Persons who are given as on no list are told of in the stratum that they are in. Where nobody
    else is in it, it is there all the same, and is refused: a sum without it would be no total.
    """
    sums: dict[Strata, dict[str, int]] = {}
    uncountable: dict[Strata, int] = {}
    repeated: dict[Strata, int] = {}
    whole: set[tuple[tuple[str, ...], Strata]] = set()
    for row in contents.patterns.get(one.id, ()):
        said = dict(row.strata)
        stratum = tuple((name, said[name]) for name in counting.strata)
        if not row.on:
            if row.count:
                sums.setdefault(stratum, {})
                uncountable[stratum] = uncountable.get(stratum, 0) + row.count
            continue
        comes_again = (row.on, row.strata) in whole
        whole.add((row.on, row.strata))
        word = "".join("1" if name in row.on else "0" for name in counting.lists)
        if "1" in word and row.count:
            of = sums.setdefault(stratum, {})
            of[word] = of.get(word, 0) + row.count
            repeated[stratum] = repeated.get(stratum, 0) + comes_again
    return CountTable(
        counting=counting,
        lists=counting.lists,
        strata=tuple(
            StratumPatterns(
                stratum=stratum,
                patterns=dict(sorted(of.items())),
                uncountable=uncountable.get(stratum, 0),
                repeated=repeated.get(stratum, 0),
            )
            for stratum, of in sums.items()
        ),
        accessions=(one.id,),
        is_own=False,
    )
