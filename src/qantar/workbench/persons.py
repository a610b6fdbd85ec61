"""The persons of a case: rows of its lists of people, linked under the decisions that hold.

A person goes by the id of the first of their rows, in the order in which lists were taken in:
a later list or decision changes nobody's id who is not joined with somebody earlier or parted
from their first row. So ids follow from the journal alone (`docs/design/0007-persons.md`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from qantar.model.accession import Duplicates, Holds
from qantar.model.decision import Asked, Decision, Verdict
from qantar.model.finding import Finding, Locator, Severity
from qantar.model.name_table import NameForms
from qantar.model.person_row import PersonRow
from qantar.model.place import Place
from qantar.record.contents import AccessionRecord, Contents
from qantar.record.counts import CountTable
from qantar.record.facts import Facts
from qantar.record.persons import Linkage, Patterns, PeopleCount, PeopleList, PeopleTold
from qantar.workbench.count_tables import Lacking, Told, table_of, told_for
from qantar.workbench.folded import Folded
from qantar.workbench.made_with import LINKING
from qantar.workbench.names import row_id, row_in, row_of_id
from qantar.workbench.words import vocabularies

if TYPE_CHECKING:
    from qantar.linking.case_tables import Tables
    from qantar.linking.result import (
        Contradiction,
        Linked,
        LinkFinding,
        ListRules,
        PairDecision,
        RowKey,
    )

SEED: Final = 0
NOT_COMPARED: Final = "not-compared"
OF_ROWS: Final = frozenset({Verdict.SAME, Verdict.NOT_SAME, Verdict.UNSURE})
_TWO: Final = 2
_MOST_DRAWS, _FEWEST_DRAWS = 100, 20
_ROWS_DRAWN: Final = 1_600_000
"""Rows of all draws together: more lists are drawn less often, so that a build stays short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Who is who, and what was noticed; None where the part that links is not installed.

    `tables` are what the countings of persons stand on, by id.
    """

    linkage: Linkage | None = None
    findings: tuple[Finding, ...] = ()
    is_missing: bool = False
    tables: Mapping[str, CountTable | Lacking] = field(default_factory=dict)


def people_before(earlier: Facts | None, now: Linkage | None) -> PeopleTold | None:
    """What the last record that told something else of lists and persons told, if one did."""
    if earlier is None:
        return None
    is_as_it_was = earlier.people == (now and now.told)
    return earlier.people_before if is_as_it_was else earlier.people


def with_persons(contents: Contents, folded: Folded) -> tuple[Contents, People]:
    """Link the rows of all lists, and give the contents with who is who.

    Without the libraries that it takes, the contents are as they were.
    """
    people = people_of(contents, folded)
    findings = (*contents.findings, *people.findings)
    return replace(contents, linkage=people.linkage, findings=findings), people


def lists_in_use(
    accessions: Iterable[AccessionRecord],
) -> dict[tuple[str, str], tuple[str, ...]]:
    """Lead from source and name of each list to its accessions: editions, parts of one table."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in accessions:
        if one.in_use and one.accession.holds is Holds.PERSONS:
            key = (one.accession.source, one.accession.list_name)
            found[key] = (*found.get(key, ()), one.id)
    return found


def people_of(contents: Contents, folded: Folded) -> People:
    """Link the rows of all lists; no list, no persons."""
    accessions = [one for one in contents.accessions if contents.persons.get(one.id)]
    if not accessions:
        return People()
    try:
        import qantar.linking.link  # noqa: F401, PLC0415  # an extra
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in LINKING:
            raise
        return People(is_missing=True)
    rows = _rows_linked(accessions, contents)
    return _linked(rows, accessions, folded, contents)


def tables_in(names: Iterable[NameForms], places: Iterable[Place]) -> Tables:
    """Give the tables by which names and places are compared, with what the case adds."""
    from qantar.linking.case_tables import tables_of  # noqa: PLC0415  # an extra

    return tables_of(names, (one.forms for one in places))


def compared_by(contents: Contents) -> str:
    """Give one text for what a case adds to these tables: another one for other additions."""
    from qantar.linking.case_tables import mark_of  # noqa: PLC0415  # an extra

    return mark_of(contents.names, (one.forms for one in contents.places))


def _linked(
    rows: Sequence[PersonRow],
    accessions: Sequence[AccessionRecord],
    folded: Folded,
    contents: Contents,
) -> People:
    from qantar.linking.link import link  # noqa: PLC0415  # an extra

    found = link(
        rows,
        lists=rules_of(accessions),
        tables=tables_in(contents.names, contents.places),
        decisions=tuple(decisions_on(folded, {row.key for row in rows})),
        draws=max(_FEWEST_DRAWS, min(_MOST_DRAWS, _ROWS_DRAWN // len(rows))),
        seed=SEED,
    )
    rows_of = Counter(row.list for row in rows)
    lists = tuple(
        PeopleList(name=name, source=source, accessions=ids, rows=sum(rows_of[a] for a in ids))
        for (source, name), ids in lists_in_use(accessions).items()
    )
    linkage = Linkage(
        lists=lists,
        persons=dict(_persons(found)),
        count=PeopleCount(
            point=int(found.persons.point),
            low=int(found.persons.low),
            high=int(found.persons.high),
            level=found.persons.level,
        ),
        seed=SEED,
        compared_by=compared_by(contents),
        patterns=_patterns(found.person.tolist(), rows, lists),
        drawn=tuple(_patterns(one.tolist(), rows, lists) for one in found.draws),
    )
    files = {one.id: one for one in accessions}
    contradictions = (_contradiction(one, files) for one in found.contradictions)
    crowds = (
        _crowd(one, files[one.row[0]])
        for one in found.findings
        if one.code == NOT_COMPARED and one.row
    )
    findings = (*contradictions, *crowds)
    return People(
        linkage=linkage,
        findings=findings,
        tables=dict(_count_tables(found, folded, contents)),
    )


def _count_tables(
    found: Linked, folded: Folded, contents: Contents
) -> Iterator[tuple[str, CountTable | Lacking]]:
    """Give what each counting of the case's own lists stands on."""
    for name, told in told_by_countings(contents, folded):
        if isinstance(told, Lacking):
            yield name, told
        else:
            yield name, table_of(told, found.person, found.draws)


def told_by_countings(contents: Contents, folded: Folded) -> Iterator[tuple[str, Told | Lacking]]:
    """Give what the rows of all lists say to each counting of them, by its id."""
    accessions = [one for one in contents.accessions if contents.persons.get(one.id)]
    rows = _rows_linked(accessions, contents)
    words = vocabularies(folded.vocabulary).get("person-status")
    for counting in folded.countings:
        if counting.table is None:
            yield counting.id, told_for(counting, rows, contents, words)


def _rows_linked(accessions: Iterable[AccessionRecord], contents: Contents) -> list[PersonRow]:
    """The rows in the order in which they are linked, each under the id of its accession."""
    return [replace(row, list=one.id) for one in accessions for row in contents.persons[one.id]]


def rules_of(accessions: Iterable[AccessionRecord]) -> dict[str, ListRules]:
    """What sheets guarantee of lists, by accession."""
    from qantar.linking.result import ListRules  # noqa: PLC0415  # an extra

    return {
        one.id: ListRules(one_row_a_person=one.accession.duplicates is Duplicates.NONE)
        for one in accessions
    }


def decisions_on(folded: Folded, here: Container[RowKey]) -> Iterator[PairDecision]:
    """The decisions in force on rows that are here, in the order of their names."""
    from qantar.linking import result  # noqa: PLC0415  # an extra

    shown = folded.rows_shown()
    origins = _origins(folded)
    for (left, right), verdict in folded.judged.rows.items():
        two = [row_of_id(shown.get(name, "")) for name in (left, right)]
        if two[0] in here and two[1] in here and two[0] and two[1]:
            origin = origins.get((left, right))
            yield result.PairDecision(
                two[0],
                two[1],
                result.Verdict(verdict.value),
                None if origin is None else result.Origin(origin.value),
            )


def _origins(folded: Folded) -> dict[tuple[str, str], Asked]:
    """How pairs came to be asked, by their stable names; a second opinion does not say it."""
    return {
        pair: one.asked
        for pair, one in decided_pairs(folded)
        if one.asked is not None and one.asked is not Asked.BLIND
    }


def decided_pairs(folded: Folded) -> Iterator[tuple[tuple[str, str], Decision]]:
    """The decisions in force on two rows, each with the stable names of the two, in order."""
    for one in folded.standing:
        if one.verdict in OF_ROWS:
            names = sorted(set(map(folded.same_claim, one.targets)))
            if len(names) == _TWO and all(map(row_in, names)):
                yield (names[0], names[1]), one


def _persons(found: Linked) -> Iterator[tuple[tuple[str, int], str]]:
    first: dict[int, str] = {}
    for row, person in zip(found.rows, found.person.tolist(), strict=True):
        yield row.key, first.setdefault(person, row_id(*row.key))


def _patterns(
    person: Sequence[int], rows: Sequence[PersonRow], lists: Sequence[PeopleList]
) -> Patterns:
    """Count persons by the lists that name them."""
    bit = {one: 1 << n for n, of in enumerate(lists) for one in of.accessions}
    on: dict[int, int] = {}
    for row, who in zip(rows, person, strict=True):
        on[who] = on.get(who, 0) | bit[row.list]
    width = len(lists)
    counted = Counter(on.values())
    return {f"{bits:0{width}b}"[::-1]: many for bits, many in sorted(counted.items())}


def _contradiction(one: Contradiction, files: Mapping[str, AccessionRecord]) -> Finding:
    """Tell of a decision that others, taken together, say the opposite of."""
    said = "; ".join(_said(other) for other in one.conflicts_with)
    accession = files[one.decision.left[0]]
    return Finding(
        code="contradictory-decisions",
        text=(
            f"{_said(one.decision)} was decided, and taken together these say the opposite: "
            f"{said}. None of them counts until one is undone or decided anew."
        ),
        severity=Severity.NOTE,
        file=accession.accession.path,
        original=accession.original,
        accession=accession.id,
        where=Locator(row=one.decision.left[1]),
    )


def _crowd(one: LinkFinding, accession: AccessionRecord) -> Finding:
    """Tell of rows that so many are like that they were compared with nobody."""
    return Finding(
        code=one.code,
        text=f"{one.text[0].upper()}{one.text[1:]}.",
        severity=Severity.NOTE,
        file=accession.accession.path,
        original=accession.original,
        accession=accession.id,
        where=Locator(row=one.row[1]) if one.row else None,
    )


def _said(one: PairDecision) -> str:
    return f"{row_id(*one.left)} and {row_id(*one.right)} {_WORDS[Verdict(one.verdict.value)]}"


_WORDS: Final = {
    Verdict.SAME: "the same",
    Verdict.NOT_SAME: "not the same",
    Verdict.UNSURE: "unsure",
}
