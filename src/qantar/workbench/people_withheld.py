"""Lists of people in a publication: until a release policy exists, none of their rows leave.

What is told of a list is that it is there: its file, its name, its source, how many rows it
has. No row, cell, header or name of it leaves, nor what a finding quotes of them; neither by
the list itself, nor by another reading of its bytes, nor by an archive or a mail that holds
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from qantar.model.accession import Accession, Holds
from qantar.model.column import RowChoice
from qantar.model.finding import Finding, Locator
from qantar.model.read_document import Begin, Sound
from qantar.model.text import exact
from qantar.record.contents import AccessionRecord, Contents, TextRecord
from qantar.workbench.folded import Folded
from qantar.workbench.open_part import TOLD_IN_THE_CASE, open_rows

Lists: TypeAlias = Mapping[str, tuple[Accession, ...]]
"""By the SHA-256 of their bytes: the accessions that say that rows are people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutPeople:
    """Contents without rows of people.

    `rows` counts those of each list, by accession; `in_part` the other files of which a
    member stays behind, because it is such a list.
    """

    contents: Contents
    rows: Mapping[str, int]
    in_part: int


def lists_of_people(folded: Folded) -> Lists:
    """Give all lists of people that were taken in, of any consent; withdrawn accessions not.

    One that a later accession replaces still counts: that a sheet calls the same rows
    something else does not change who stands in them. To withdraw it does.
    """
    found: dict[str, tuple[Accession, ...]] = {}
    for one in folded.accessions:
        if one.accession.holds is Holds.PERSONS and one.name not in folded.judged.set_aside:
            found[one.original] = (*found.get(one.original, ()), one.accession)
    return found


def is_list_of_people(one: AccessionRecord) -> bool:
    """Whether the rows of an accession are people."""
    return one.accession.holds is Holds.PERSONS


def may_show_people(one: AccessionRecord, lists: Lists) -> bool:
    """Whether an accession of other things may read rows that another one says are people.

    It may not where both name worksheets, and different ones, or choose rows of one table
    by different values of one column.
    """
    return not is_list_of_people(one) and not all(
        _are_apart(one.accession, people) for people in lists.get(one.original, ())
    )


def _are_apart(other: Accession, people: Accession) -> bool:
    if other.worksheet is not None and people.worksheet is not None:
        if exact(other.worksheet) != exact(people.worksheet):
            return True
    elif other.worksheet != people.worksheet:
        return False
    if other.only is None or people.only is None or other.header_row != people.header_row:
        return False
    is_one_column = exact(other.only.header.strip()) == exact(people.only.header.strip())
    return is_one_column and _values(other.only).isdisjoint(_values(people.only))


def _values(only: RowChoice) -> frozenset[str]:
    """The values that a choice of rows means, as `reading.choice` compares them."""
    return frozenset(exact(value.strip()) for value in only.values)


def mixed_with_people(contents: Contents, lists: Lists) -> frozenset[str]:
    """Give the accessions that turned out, once read, to have read rows of a list of people.

    What names a worksheet that the file does not have, as no CSV has any, is read whole:
    that another worksheet holds the people keeps nothing apart then.
    """
    texts = {text.accession for text in contents.texts}
    sheets = {d.accession: {row.sheet for row in d.rows} for d in contents.documents}
    return frozenset(
        one.id
        for one in contents.accessions
        if one.original in lists and not is_list_of_people(one)
        if one.id in texts or not _is_of(one.accession.worksheet, sheets.get(one.id, set()))
    )


def _is_of(worksheet: str | None, found: set[str | None]) -> bool:
    return worksheet is None or found <= {worksheet}


def without_people(contents: Contents, lists: Lists) -> WithoutPeople:
    """Take all that stands in rows of people off what a dossier is made from."""
    people = {one.id for one in contents.accessions if is_list_of_people(one)}
    beside = {one.id for one in contents.accessions if one.original in lists} - people
    left = tuple(_without(text, lists) for text in contents.texts)
    return WithoutPeople(
        contents=replace(
            contents,
            accessions=tuple(_told(a) if a.id in people else a for a in contents.accessions),
            documents=tuple(d for d in contents.documents if d.accession not in people),
            texts=left,
            findings=tuple(_finding(f, people, beside) for f in contents.findings),
            persons={},
            statuses=(),
        ),
        rows={one.id: _rows(one, contents) for one in contents.accessions if one.id in people},
        in_part=sum(one is not before for one, before in zip(left, contents.texts, strict=True)),
    )


def _rows(one: AccessionRecord, contents: Contents) -> int:
    tables = (d for d in contents.documents if d.accession == one.id)
    return sum(len(open_rows(d.rows, one.accession)) for d in tables)


def _told(one: AccessionRecord) -> AccessionRecord:
    """Give an accession without what its sheet says of columns and values."""
    return replace(one, accession=replace(one.accession, columns=(), only=None))


def _without(text: TextRecord, held: Lists) -> TextRecord:
    """Give documents without those whose bytes are a list of people, and what these hold."""
    gone: set[str] = set()
    for begin, _ in text.documents:
        if begin.sha256 in held or begin.parent in gone:
            gone.add(begin.id)
    if not gone:
        return text

    def records() -> Iterator[Sound]:
        is_gone = False
        for record in text.records():
            if isinstance(record, Begin):
                is_gone = record.id in gone
            if not is_gone:
                yield record

    documents = tuple(pair for pair in text.documents if pair[0].id not in gone)
    return replace(text, documents=documents, records=records)


def _finding(finding: Finding, people: set[str], beside: set[str]) -> Finding:
    """What may be told of a finding on a list of people: its kind. On its neighbour: its row."""
    if finding.accession in people:
        return replace(finding, text=TOLD_IN_THE_CASE, where=None)
    if finding.accession in beside:
        where = finding.where and Locator(row=finding.where.row)
        return replace(finding, text=TOLD_IN_THE_CASE, where=where)
    return finding
