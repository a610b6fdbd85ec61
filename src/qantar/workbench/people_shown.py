"""What a dossier shows of people: made from the rows of published lists, and without any of them.

A person goes by a number that is drawn from the case's key and the name of their first row: the
same in every dossier of the case, and nothing to anybody without the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Final

from qantar.archive.case import Case
from qantar.archive.derive import keyed
from qantar.dossier.people import Overlap, ShownEdition, ShownList, ShownPeople
from qantar.errors import CaseKeyError, RecordFormatError, RecordMissingError
from qantar.model.person_row import PersonRow
from qantar.reading.persons import span_of_edition
from qantar.record.contents import AccessionRecord, Contents
from qantar.record.counts import CountTable, read_counts
from qantar.record.persons import Linkage, Patterns, read_linkage
from qantar.weighing.editions import changes
from qantar.weighing.status_counts import StatusCounts, counted
from qantar.workbench.count_tables import Told
from qantar.workbench.folded import Folded
from qantar.workbench.names import row_name, row_of_id
from qantar.workbench.persons import (
    People,
    compared_by,
    lists_in_use,
    people_of,
    told_by_countings,
)
from qantar.workbench.stores import RecordState, key_of_pseudonyms, record_of, record_state

_HALF: Final = 5
_DIGITS: Final = 2 * _HALF


def people_shown(
    case: Case,
    contents: Contents,
    folded: Folded,
    rows: Mapping[str, int],
    linkage: Linkage | None,
) -> ShownPeople | None:
    """Give what is shown of the lists of people among these contents; None where there are none.

    Args:
        case: the case, for its key.
        contents: what is published, with the rows of persons in it.
        folded: the journal.
        rows: how many rows each accession of people has.
        linkage: who is who among these rows.
    """
    lists = lists_in_use(contents.accessions)
    if not lists:
        return None
    listed = tuple(
        ShownList(
            name=name,
            source=source,
            editions=tuple(_editions(ids, contents, linkage, rows)),
            persons=_persons_on(linkage, ids),
        )
        for (source, name), ids in lists.items()
    )
    if linkage is None:
        return ShownPeople(lists=listed)
    order, width = list(_order(linkage, lists.values())), len(listed)
    return ShownPeople(
        lists=listed,
        count=linkage.count,
        overlaps=tuple(_overlaps(linkage, order, width)),
        persons=_numbered(case, folded, _on_lists(linkage, order, width)),
        statuses=tuple(_statuses(contents, linkage)),
    )


def _statuses(contents: Contents, linkage: Linkage) -> Iterator[StatusCounts]:
    """Count persons by what each source says became of them; of one that says nothing, nothing."""
    source = {one.id: one.accession.source for one in contents.accessions}
    stated: dict[str, dict[str, list[str | None]]] = {}
    for (accession, _), person in linkage.persons.items():
        stated.setdefault(source[accession], {}).setdefault(person, [])
    for one in contents.statuses:
        stated[one.source][linkage.persons[one.accession, one.row]].append(one.status)
    for name, of in stated.items():
        counts = counted(name, of) if any(of.values()) else None
        if counts is not None:
            yield counts


def _order(linkage: Linkage, lists: Iterable[tuple[str, ...]]) -> Iterator[int]:
    """Where each linked list stands among those shown; one without any row is not linked."""
    of = {accession: at for at, ids in enumerate(lists) for accession in ids}
    return (of[one.accessions[0]] for one in linkage.lists)


def people_published(case: Case, contents: Contents, folded: Folded) -> People:
    """Say who is who among what is published, and what countings of it stand on.

    As built, where that is all of the case's lists, and they say the same.
    """
    wanted = {(one, row.row) for one, rows in contents.persons.items() for row in rows}
    try:
        if record_state(case, folded.state, whole=False) is RecordState.CURRENT:
            built = read_linkage(*record_of(case))
            is_of_these = built is not None and built.persons.keys() == wanted
            # By tables that are not published, other rows may be one person.
            if built is not None and is_of_these and built.compared_by == compared_by(contents):
                tables = {one.counting.id: one.table for one in read_counts(*record_of(case))}
                if _stand_as_built(tables, contents, folded):
                    said = {name: one for name, one in tables.items() if one is not None}
                    return People(linkage=built, tables=said)
    except (CaseKeyError, RecordFormatError, RecordMissingError):
        pass  # it can be worked out anew, and is
    return people_of(contents, folded)


def _stand_as_built(
    tables: Mapping[str, CountTable | None], contents: Contents, folded: Folded
) -> bool:
    """Whether rows say the same to each counting as when the record was built.

    A place that is not published has no name here, and who is in it is then in no known one.
    """
    told = dict(told_by_countings(contents, folded))
    marks = {name: one.mark if isinstance(one, Told) else None for name, one in told.items()}
    built = {name: tables[name] for name in marks if name in tables}
    return marks == {name: one.mark if one else None for name, one in built.items()}


def _persons_on(linkage: Linkage | None, accessions: tuple[str, ...]) -> int | None:
    if linkage is None:
        return None
    return len({who for (one, _), who in linkage.persons.items() if one in accessions})


def _editions(
    accessions: Iterable[str], contents: Contents, linkage: Linkage | None, rows: Mapping[str, int]
) -> Iterator[ShownEdition]:
    """The editions of one list in their order, each with what changed since the one before."""
    by_id = {one.id: one for one in contents.accessions}
    groups: dict[str | None, list[str]] = {}
    for one in accessions:
        groups.setdefault(by_id[one].accession.edition, []).append(one)
    persons = linkage.persons if linkage else {}
    before: list[PersonRow] | None = None
    for name, ids in sorted(groups.items(), key=lambda item: _when(item[1], by_id)):
        # Named by its accession: editions may have one name for their list.
        after = [replace(r, list=one) for one in ids for r in contents.persons.get(one, ())]
        yield ShownEdition(
            name=name,
            accessions=tuple(ids),
            rows=sum(rows.get(one, 0) for one in ids),
            changes=None
            if before is None
            else changes(before, after, lambda row: persons.get((row.list, row.row))),
        )
        before = after


def _when(accessions: Sequence[str], by_id: Mapping[str, AccessionRecord]) -> tuple[int, int]:
    """Editions that are named by their dates go by these; others as they were taken in, before."""
    one = by_id[accessions[0]]
    span = span_of_edition(one.accession.edition, one.accession.zone or "UTC")
    return (span.first if span else 0, list(by_id).index(one.id))


def _overlaps(linkage: Linkage, order: Sequence[int], width: int) -> Iterator[Overlap]:
    """How many persons are on which lists, the most first; with what the draws leave open."""
    words = {*linkage.patterns, *(word for one in linkage.drawn for word in one)}
    made = [_overlap(linkage, word, order, width) for word in words]
    yield from sorted(
        (one for one in made if one.persons or one.high),
        key=lambda one: (-one.persons, sum(one.on), [not is_on for is_on in one.on]),
    )


def _overlap(linkage: Linkage, word: str, order: Sequence[int], width: int) -> Overlap:
    persons = linkage.patterns.get(word, 0)
    low, high = _interval(linkage.drawn, word, linkage.count.level)
    return Overlap(
        on=_on(word, order, width),
        persons=persons,
        low=None if low is None else min(low, persons),
        high=None if high is None else max(high, persons),
    )


def _interval(
    drawn: Sequence[Patterns], word: str, level: float
) -> tuple[int, int] | tuple[None, None]:
    """The equal-tailed interval of the draws."""
    if not drawn:
        return None, None
    counts = sorted(one.get(word, 0) for one in drawn)
    tail = (1 - level) / 2 * (len(counts) - 1)
    return counts[floor(tail)], counts[ceil(len(counts) - 1 - tail)]


def _on(word: str, order: Sequence[int], width: int) -> tuple[bool, ...]:
    on = [False] * width
    for sign, at in zip(word, order, strict=True):
        on[at] = sign == "1"
    return tuple(on)


def _on_lists(linkage: Linkage, order: Sequence[int], width: int) -> dict[str, tuple[bool, ...]]:
    at = {
        one: place for of, place in zip(linkage.lists, order, strict=True) for one in of.accessions
    }
    on: dict[str, list[bool]] = {}
    for (accession, _), person in linkage.persons.items():
        on.setdefault(person, [False] * width)[at[accession]] = True
    return {person: tuple(of) for person, of in on.items()}


def _numbered(
    case: Case, folded: Folded, on: Mapping[str, tuple[bool, ...]]
) -> dict[str, tuple[bool, ...]]:
    """Lead from a number to the lists on which a person stands, in order of the numbers."""
    key = key_of_pseudonyms(case)
    entries = {one.id: one.entry for one in folded.accessions}
    given: dict[str, tuple[bool, ...]] = {}
    for name, lists in sorted((_stable(folded, entries, one), of) for one, of in on.items()):
        number, again = "", 0
        while not number or number in given:
            number = _number(keyed(key, f"{name} {again}".encode()))
            again += 1
        given[number] = lists
    return dict(sorted(given.items()))


def _stable(folded: Folded, entries: Mapping[str, str], person: str) -> str:
    accession, row = row_of_id(person) or ("", 0)
    return folded.same_claim(row_name(entries[accession], row))


def _number(drawn: bytes) -> str:
    digits = f"{int.from_bytes(drawn, 'big') % 10**_DIGITS:0{_DIGITS}}"
    return f"{digits[:_HALF]}-{digits[_HALF:]}"
