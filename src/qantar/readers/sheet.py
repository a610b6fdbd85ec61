"""The accession sheet: what a documenter says of the material; read whole, or refused.

`tomllib` reads the values, `sheet_schema` and `sheet_checks` judge them, and
`sheet_lines` knows on which line each stands. A sheet with any fault is refused:
what was taken in under half a description could not be put right later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from qantar.errors import SheetError, SheetFault
from qantar.model.accession import Accession, Acquired, CaseSettings, Sheet
from qantar.model.column import Column, RowChoice
from qantar.model.counting_asked import Counting
from qantar.model.declared import DeclaredPlace, DeclaredSource, DeclaredTerm
from qantar.readers.sheet_checks import check_together
from qantar.readers.sheet_columns import Fault
from qantar.readers.sheet_faults import schema_faults
from qantar.readers.sheet_lines import KeyPath, key_lines, line_of
from qantar.readers.sheet_schema import (
    AccessionTable,
    CaseTable,
    ColumnTable,
    CountingTable,
    SheetTable,
)
from qantar.readers.sheet_syntax import parse_toml
from qantar.readers.sheet_words import in_words
from qantar.readers.shipped import UNNAMED, Expanded, expanded, shipped, shipped_text

Lines = Mapping[KeyPath, int]


def read_sheet(text: str, *, name: str) -> Sheet:
    """Read an accession sheet.

    Args:
        text: the sheet as decoded from UTF-8; a byte order mark is passed over.
        name: its file name, for messages; never a path of this machine.

    Raises:
        SheetError: the sheet is not as it must be. It carries every fault, in order
            of lines; where the TOML itself breaks, that one fault.
    """
    text = text.removeprefix("\ufeff")
    with_shipped = expanded(parse_toml(text, name=name))
    parsed = with_shipped.sheet
    faults = [*with_shipped.faults, *check_together(parsed)]
    lines = key_lines(text)
    try:
        tables = SheetTable.model_validate(parsed)
    except ValidationError as error:
        faults.extend(schema_faults(error, parsed))
    if faults:
        placed = [(with_shipped.written(path), message) for path, message in faults]
        raise SheetError.of(name=name, faults=_placed(placed, lines))
    return _sheet(tables, with_shipped, lines, name=name, text=text)


def read_shipped(name: str) -> Sheet:
    """Read a sheet that ships with Qantar; its accessions have no path of their own yet.

    Raises:
        KeyError: there is none of this name.
    """
    text = shipped_text(name)
    accession = [{"path": UNNAMED, **one} for one in shipped(name)["accession"]]
    plain = expanded({**shipped(name), "accession": accession})
    tables = SheetTable.model_validate(plain.sheet)
    return _sheet(tables, plain, key_lines(text), name=f"{name}.toml", text=text)


def _placed(faults: Iterable[Fault], lines: Lines) -> tuple[SheetFault, ...]:
    """Put faults in the order of their lines; of those on one line, in the order found."""
    placed = (
        SheetFault(line=line_of(path, lines), path=in_words(path), message=message)
        for path, message in faults
    )
    return tuple(sorted(dict.fromkeys(placed), key=lambda fault: fault.line))


def _sheet(
    tables: SheetTable, with_shipped: Expanded, lines: Lines, *, name: str, text: str
) -> Sheet:
    return Sheet(
        name=name,
        text=text,
        case=_case(tables.case),
        sources=tuple(
            DeclaredSource(
                id=source, name=table.name or source, kind=table.kind, protected=table.protected
            )
            for source, table in tables.sources.items()
        ),
        accessions=tuple(
            _accession(table, with_shipped.written(("accession", index)), lines)
            for index, table in enumerate(tables.accession)
        ),
        places=tuple(
            DeclaredPlace(
                id=place,
                latin=tuple(table.latin),
                former=tuple(table.former),
                **table.model_dump(exclude={"latin", "former"}),
            )
            for place, table in tables.places.items()
        ),
        vocabulary=tuple(
            DeclaredTerm(vocabulary=vocabulary, id=term, **table.model_dump())
            for vocabulary, terms in tables.vocabulary.items()
            for term, table in terms.items()
        ),
        countings=tuple(_counting(table) for table in tables.counting),
    )


def _counting(table: CountingTable) -> Counting:
    return Counting(
        lists=tuple(table.lists),
        status=tuple(table.status),
        strata=tuple(table.strata),
        cuts=tuple(table.cuts),
        copied=tuple((pair[0], pair[1]) for pair in table.copied),
        methods=tuple(table.methods),
        **table.model_dump(include={"id", "population", "where", "when", "table", "asked"}),
    )


def _case(table: CaseTable) -> CaseSettings:
    return CaseSettings(languages=tuple(table.languages), **table.model_dump(exclude={"languages"}))


def _accession(table: AccessionTable, path: KeyPath, lines: Lines) -> Accession:
    return Accession(
        acquired=Acquired(**table.acquired.model_dump()) if table.acquired else None,
        columns=tuple(
            _column(field, column, line_of((*path, "columns", field), lines))
            for field, column in table.columns.items()
        ),
        only=RowChoice(header=table.only.column, values=tuple(table.only.values))
        if table.only
        else None,
        line=line_of(path, lines),
        **table.model_dump(exclude={"acquired", "columns", "only", "like"}),
    )


def _column(field: str, table: ColumnTable, line: int) -> Column:
    return Column(
        field=field,
        header=table.column,
        values={found.strip(): word for found, word in table.values.items()},
        as_=tuple(table.as_),
        line=line,
        **table.model_dump(exclude={"column", "values", "as_"}),
    )
