"""What `[accession.columns]` must say, given what the accession holds.

Like `sheet_checks.py`, this reads the parsed TOML: values of a wrong type are passed
over here, because the schema names them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qantar.model.accession import Holds
from qantar.model.column import DATE_READINGS, TIME_READINGS
from qantar.model.fields import BY_STRATUM, FIELDS, ON_LIST, Field, Form, field_of
from qantar.readers.sheet_lines import KeyPath
from qantar.readers.sheet_schema import AccessionTable, ColumnTable, keys_of
from qantar.readers.sheet_words import listed, near_and_known, none_of, quoted

Fault = tuple[KeyPath, str]

_OF_BIRTH = ("born", "birth_date", "birth_year", "age")
_IDLE_BESIDE_CONSTANT = ("values", "default", "as", "split", "part")
_ORIGINS = ("column", "constant", "template")
_FOR_FORM = {
    "dates": (Form.DATE, "a date"),
    "zone": (Form.DATE, "a date"),
    "decimal": (Form.NUMBER, "a number"),
    "thousands": (Form.NUMBER, "a number"),
}


def table(value: object) -> Mapping[str, object]:
    """Take a value for a table; anything else is empty here."""
    return value if isinstance(value, dict) else {}


def column_faults(path: KeyPath, accession: Mapping[str, object]) -> Iterator[Fault]:
    """Find every fault in how the accession at `path` names its columns."""
    columns, holds = accession.get("columns", {}), accession.get("holds")
    if holds is None and columns:
        yield (*path, "columns"), f"columns need holds: say what a row is, one of {listed(Holds)}"
    if isinstance(holds, str) and holds in list(Holds) and isinstance(columns, dict):
        yield from _missing(path, Holds(holds), columns)
        for name, column in columns.items():
            yield from _field((*path, "columns", name), Holds(holds), name, table(column))
    for name, column in table(columns).items():
        if isinstance(column, dict):
            yield from _column((*path, "columns", name), column)


def _missing(path: KeyPath, holds: Holds, columns: Mapping[str, object]) -> Iterator[Fault]:
    if not columns:
        message = f"its rows are {holds}, but no column is named; say under [accession.columns] "
        yield path, message + 'which header holds which field: name = "Header"'
        return
    for field in FIELDS[holds].values():
        if field.required and field.name not in columns:
            message = f"{field.name} is missing, and no row of {holds} can be read without it"
            yield (*path, "columns"), f'{message}; add {field.name} = "Header"'
    if holds is Holds.PATTERNS and not any(name.startswith(ON_LIST) for name in columns):
        message = f"no list is named; add {ON_LIST} and its name, with the header of its column"
        yield (*path, "columns"), f'{message}: {ON_LIST}press = "Press"'


def _field(path: KeyPath, holds: Holds, name: str, column: Mapping[str, object]) -> Iterator[Fault]:
    """Check one column against the field that it fills."""
    field = field_of(holds, name)
    if field is None:
        yield path, _unknown_field(name, holds)
        return
    if field.form is Form.ID and name == "id" and "constant" in column:
        yield (*path, "constant"), "an id differs from row to row; name its column"
    yield from _settings(path, column, field)
    yield from _reading(path, column, field, holds)


def _unknown_field(name: str, holds: Holds) -> str:
    if name in keys_of(AccessionTable):
        return f"{quoted(name)} is a key of the accession; write it above [accession.columns]"
    known = [*FIELDS[holds]]
    if holds is Holds.PATTERNS:
        known += [f"{ON_LIST}LIST", f"{BY_STRATUM}STRATUM"]
    return f"{quoted(name)} is no field of {holds}{near_and_known(name, known)}"


def _settings(path: KeyPath, column: Mapping[str, object], field: Field) -> Iterator[Fault]:
    """Name settings that the field does not take: to ignore them would be to mislead."""
    for key, (form, what) in _FOR_FORM.items():
        if key in column and field.form is not form:
            yield (*path, key), f"{field.name} is not {what}, so it takes no {key}"
    if "split" in column and not field.many and "part" not in column:
        yield (*path, "split"), f"{field.name} holds one value, so it takes no split without a part"
    if "part" in column and "split" not in column:
        yield (*path, "part"), 'it needs split, the mark that parts the cell: split = "|"'


def _reading(
    path: KeyPath, column: Mapping[str, object], field: Field, holds: Holds
) -> Iterator[Fault]:
    """Check `as`: a way to read a birth, or the fields that the parts of a cell fill."""
    if "as" not in column:
        return
    place, given = (*path, "as"), column["as"]
    if isinstance(given, str) and given in TIME_READINGS:
        if field.form is not Form.DATE:
            yield place, f"{field.name} is not a date, so it is not read as {given}"
    elif holds is not Holds.PERSONS:
        times = f"{listed(TIME_READINGS)} for a date"
        yield place, f"beside {times}, only columns of persons take as; these rows are {holds}"
    elif isinstance(given, str) and given not in DATE_READINGS:
        message = f"{none_of(given, DATE_READINGS)}"
        yield place, f'{message} (fields stand in a list: as = ["given", "patronymic"])'
    elif isinstance(given, str) and field.name not in _OF_BIRTH:
        yield place, f"{field.name} is no birth; {given} goes with {listed(_OF_BIRTH)}"
    elif isinstance(given, list):
        for index, part in enumerate(given):
            if isinstance(part, str) and field_of(holds, part) is None:
                yield (*place, index), _unknown_field(part, holds)


def _column(path: KeyPath, column: Mapping[str, object]) -> Iterator[Fault]:
    """Check what holds for a column whatever field it fills."""
    yield from _origin(path, column)
    if "decimal" in column and column["decimal"] == column.get("thousands"):
        yield (*path, "thousands"), "one mark cannot part both thousands and decimals"
    seen: dict[str, str] = {}
    for found in table(column.get("values")):
        if seen.setdefault(found.strip(), found) != found:
            message = f"{quoted(found)} stands here twice; spaces around it do not count"
            yield (*path, "values", found), message


def _origin(path: KeyPath, column: Mapping[str, object]) -> Iterator[Fault]:
    """Check that the values come from one place: a column, a constant or a template."""
    given = [key for key in _ORIGINS if key in column]
    misspelt = not set(column) <= set(keys_of(ColumnTable))
    # A misspelt "colum" is named as an unknown key; that it is missing too helps nobody.
    if len(given) > 1 or not (given or misspelt):
        what = f"both of {' and '.join(given)}" if given else "neither of column and constant"
        either = 'column = "Header", or constant = "the same for every row"'
        yield path, f"it names {what}; write {either}"
    if given == ["constant"]:
        for key in _IDLE_BESIDE_CONSTANT:
            if key in column:
                yield (*path, key), f"beside a constant, {key} does nothing; take one of them out"
