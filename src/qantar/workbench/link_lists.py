"""The lists of people that a sheet describes, read without a case: what is to be linked."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePosixPath

from qantar.errors import InputRefusedError, MissingPathError, SheetError, SheetFault
from qantar.model.accession import Accession, Duplicates, Holds, Sheet, read_span
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.name_table import NameForms
from qantar.model.person_row import PersonRow
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speakers
from qantar.model.vocabulary import Vocabulary
from qantar.readers.caps import MAX_FILE_BYTES
from qantar.readers.job import Job
from qantar.readers.table_answer import table_of
from qantar.reading.choice import chosen
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.places import declared_entry
from qantar.reading.table import read_rows
from qantar.weighing.status_histories import StatusStatement
from qantar.workbench.lending import readers_here
from qantar.workbench.material import from_sheet
from qantar.workbench.sheet_file import sheet_bytes, sheet_of
from qantar.workbench.statuses import of_list
from qantar.workbench.words import vocabularies, words_of_statuses

UTC = "UTC"
_NO_HASH = "0" * 64  # nothing is sealed, so nobody asks for it

_BESIDE = frozenset({Holds.NAMES, Holds.PLACES})
"""Tables by which rows are compared, beside those that ship."""

Told = Callable[[str], None]
"""Hears what is being done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """One list as read; `one_row_a_person` where its sheet guarantees it."""

    name: str
    rows: int
    unreadable: int
    one_row_a_person: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """All lists of a sheet: their rows one after the other, and what was noticed of them.

    `statuses` are what the rows state; `sources` leads from the ids of sources to their names.
    `names` and `places` are what the sheet adds to the tables by which rows are compared;
    `words` is the vocabulary of statuses, with the sheet's own.
    """

    lists: tuple[ReadList, ...]
    rows: tuple[PersonRow, ...]
    statuses: tuple[StatusStatement, ...]
    sources: Mapping[str, str]
    words: Vocabulary
    names: tuple[NameForms, ...] = ()
    places: tuple[Place, ...] = ()
    findings: tuple[Finding, ...]


def read_lists(path: Path, *, told: Told = lambda _: None) -> Lists:
    """Read all lists of people that the sheet at `path` describes; what else it has is passed over.

    Raises:
        MissingPathError: the sheet, or a file that it names, is not there.
        SheetError: the sheet is not as it must be, or two files of it are one list.
        InputRefusedError: it describes no list of people, or nothing can be told of a file.
    """
    sheet = sheet_of(sheet_bytes(path), path.name)
    lists = _named(_persons(sheet), sheet)
    beside = tuple(one for one in sheet.accessions if one.holds in _BESIDE)
    files = _files(replace(sheet, accessions=(*lists, *beside)), path.resolve().parent)
    read, others = [], []
    for accession, file in zip((*lists, *beside), files, strict=True):
        told(f"reading {accession.path}")
        if accession.holds in _BESIDE:
            others.append(_rows(accession, file, sheet))
        else:
            read.append(_read(accession, file, sheet))
    zone = sheet.case.zone or UTC
    return Lists(
        lists=tuple(one for one, _, _ in read),
        rows=tuple(chain.from_iterable(rows for _, rows, _ in read)),
        statuses=tuple(
            said
            for accession, (one, rows, _) in zip(lists, read, strict=True)
            for said in of_list(rows, accession, zone, one.name)
        ),
        sources={one.id: one.name for one in sheet.sources},
        words=words_of_statuses(sheet.vocabulary),
        names=tuple(chain.from_iterable(rows.names for rows in others)),
        places=(
            *map(declared_entry, sheet.places),
            *chain.from_iterable(rows.places for rows in others),
        ),
        findings=tuple(
            chain(
                chain.from_iterable(findings for _, _, findings in read),
                chain.from_iterable(rows.findings for rows in others),
            )
        ),
    )


def _persons(sheet: Sheet) -> tuple[Accession, ...]:
    found = tuple(one for one in sheet.accessions if one.holds is Holds.PERSONS)
    if not found:
        message = "it describes no list of people."
        hint = 'Say holds = "persons" of each list, and which columns it has.'
        raise InputRefusedError(message, where=sheet.name, next=hint)
    return found


def _named(lists: Sequence[Accession], sheet: Sheet) -> tuple[Accession, ...]:
    """Give each list a name of its own: editions of one list are told apart by their edition.

    Parts of one table are one list: their rows keep the numbers that they have there.

    Raises:
        SheetError: two files have one name, and rows could not be told apart.
    """
    editions = {(one.list_name, one.edition) for one in lists}
    several = Counter(name for name, _ in editions)
    named = []
    first: dict[str, Accession] = {}
    faults = []
    for number, one in enumerate(sheet.accessions, start=1):
        if one not in lists:
            continue
        name = one.list_name
        if several[name] > 1 and one.edition:
            name = f"{name} ({one.edition})"
        other = first.setdefault(name, one)
        if not _are_parts_of_one_table(other, one):
            faults.append(
                SheetFault(
                    line=one.line,
                    path=f"accession {number} › list",
                    message=f'"{name}" is the name of {other.path} too, and the rows of both '
                    'could not be told apart; give each a name of its own: list = "court"',
                )
            )
        named.append(replace(one, list=name))
    if faults:
        raise SheetError.of(name=sheet.name, faults=tuple(faults))
    return tuple(named)


def _are_parts_of_one_table(first: Accession, other: Accession) -> bool:
    """Whether they are one accession, or choose different rows of one table by one column."""
    if first is other:
        return True
    if (first.path, first.worksheet) != (other.path, other.worksheet):
        return False
    if first.only is None or other.only is None or first.only.header != other.only.header:
        return False
    return not set(first.only.values) & set(other.only.values)


def _files(sheet: Sheet, folder: Path) -> list[Path]:
    """Find the file of each list.

    Raises:
        MissingPathError: it names all that are not there.
    """
    found = from_sheet(sheet, folder, paths=(), case_root=None)
    if found.refused:
        message = f"{'; '.join(one.words() for one in found.refused)}."
        hint = "Put the files beside the sheet, or take their accessions out of it."
        raise MissingPathError(message, where=sheet.name, next=hint)
    files = {item.accession.path: item.file for item in found.items}
    missing = [one.path for one in sheet.accessions if one.path not in files]
    if missing:
        message = f"{', '.join(missing)}: a list is a file, and no folder."
        raise MissingPathError(message, where=sheet.name, next="Name each file of the folder.")
    return [files[one.path] for one in sheet.accessions]


def _read(
    accession: Accession, file: Path, sheet: Sheet
) -> tuple[ReadList, tuple[PersonRow, ...], tuple[Finding, ...]]:
    read = _rows(accession, file, sheet)
    one = ReadList(
        name=accession.list_name,
        rows=len(read.persons),
        unreadable=read.rows_unreadable,
        one_row_a_person=accession.duplicates is Duplicates.NONE,
    )
    return one, read.persons, read.findings


def _rows(accession: Accession, file: Path, sheet: Sheet) -> RowsRead:
    """Read the rows that an accession means, with all that was noticed of its file."""
    document = _table(accession, file)
    noticed = [replace(finding, file=accession.path) for finding in document.findings]
    if accession.only is not None:
        others = [
            one.only.values
            for one in sheet.accessions
            if one.path == accession.path and one.only and one.only.header == accession.only.header
        ]
        elsewhere = frozenset(chain.from_iterable(others))
        document, left = chosen(document, accession.only, elsewhere=elsewhere)
        if left is not None:
            noticed.append(replace(left, file=accession.path))
    read = read_rows(document, _context(accession, sheet), Identifiers())
    return replace(read, findings=(*noticed, *read.findings))


def _table(accession: Accession, file: Path) -> Document:
    """Read a file as a table, in a process that can reach nothing else.

    Raises:
        InputRefusedError: nothing of it can be told.
    """
    settings = accession.table_settings
    try:
        with file.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            job = Job(
                name=PurePosixPath(accession.path).name,
                size=min(size, MAX_FILE_BYTES + 1),
                reader="table",
                encoding=settings.encoding,
                delimiter=settings.delimiter,
                worksheet=settings.worksheet,
                header_row=settings.header_row,
            )
            answer = readers_here(tables=True).read(source.fileno(), job)
            document = table_of(answer, sha256=_NO_HASH)
    except OSError as error:
        message = f"cannot be opened: {error.strerror}."
        raise MissingPathError(message, where=accession.path, next="Check the file.") from error
    except InputRefusedError as error:
        raise InputRefusedError(error.message, where=accession.path, next=error.next) from error
    if not document.header:
        said = " ".join(_losses(document)) or "it holds no table."
        hint = "Mend the file or the sheet, or take its accession out."
        raise InputRefusedError(said, where=accession.path, next=hint)
    return document


def _losses(document: Document) -> Iterator[str]:
    return (one.text for one in document.findings if one.severity is Severity.LOSS)


def _context(accession: Accession, sheet: Sheet) -> Context:
    return Context(
        accession=accession,
        accession_id=accession.list_name,
        original=_NO_HASH,
        zone=accession.zone or sheet.case.zone or UTC,
        gazetteer=Gazetteer.of(()),
        speakers=Speakers.of(()),
        vocabularies=vocabularies(sheet.vocabulary),
        span=read_span(sheet.case.span) if sheet.case.span else None,
    )
