"""What pydantic finds in a sheet, said again for someone who has never heard of pydantic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from qantar.model.fields import FIELDS
from qantar.readers.sheet_columns import Fault
from qantar.readers.sheet_lines import KeyPath
from qantar.readers.sheet_schema import (
    AccessionTable,
    CaseTable,
    SheetTable,
    Table,
    keys_of,
    table_at,
)
from qantar.readers.sheet_words import did_you_mean, near_or_known, shown

_EACH_COUNTING = "countings are described one by one, each under [[counting]] with two brackets"
_EACH_FILE = "files are described one by one, each under [[accession]] with two pairs of brackets"
# Tables that are named one by one, and how: a list or a plain value there is a slip.
_NAMED = {
    "case": "[case]",
    "sources": "[sources.bureau]",
    "places": "[places.KZ]",
    "vocabulary": "[vocabulary.event-kind.road-block]",
    "columns": "[accession.columns]",
    "only": 'only = { column = "Kind", values = ["event"] }',
    "acquired": 'acquired = { by = "A.", on = 2022-01-20 }',
    "values": 'values = { "м" = "male" }',
}
_EXPECTED: Mapping[str, str] = {
    "bool_type": "is neither true nor false; write one of them, without quotes",
    "int_type": "is no whole number; write it without quotes, as in 1",
    "greater_than_equal": "is too small; counting begins at 1",
    "too_short": "is empty; name at least one",
    "string_too_short": "is empty; leave the key out where there is nothing to say",
}


def schema_faults(error: ValidationError, sheet: Mapping[str, object]) -> Iterator[Fault]:
    """Give every fault with the path of the key, as far as the sheet itself has it."""
    for details in error.errors(include_url=False):
        path = tuple(details["loc"])
        match details["type"]:
            case "extra_forbidden":
                yield path, _unknown_key(path)
            case "missing":
                yield path[:-1], _missing_key(path)
            case _:
                yield _there(path, sheet), _wrong_value(path, details)


def _there(path: KeyPath, sheet: Mapping[str, object]) -> KeyPath:
    """Cut the path where the sheet has no more: pydantic also names what we put in."""
    value: object = sheet
    for length, part in enumerate(path):
        try:
            value = value[part]  # type: ignore[index]  # what cannot be entered ends the path
        except (KeyError, IndexError, TypeError):
            return path[:length]
    return path


def _wrong_value(path: KeyPath, details: ErrorDetails) -> str:
    kind, value = details["type"], details["input"]
    if kind == "sheet":
        return details["msg"]
    if kind in _EXPECTED:
        return f"{shown(value)} {_EXPECTED[kind]}"
    return _OF_TYPE.get(kind, _other)(path, value)


def _no_text(path: KeyPath, value: object) -> str:
    if isinstance(value, list | dict):
        return f"{shown(value)} stands where a text is expected; write one text in quotes"
    return f'{shown(value)} is no text; put it in quotes: "{shown(value)}"'


def _no_list(path: KeyPath, value: object) -> str:
    if path == ("accession",):
        return _EACH_FILE
    if path == ("counting",):
        return _EACH_COUNTING
    return f'{shown(value)} is no list; write texts in square brackets: ["ru", "kk"]'


def _no_table(path: KeyPath, value: object) -> str:
    if path[0] == "accession" and len(path) == len(("accession", 0)):
        return _EACH_FILE
    if path[0] == "counting":
        return _EACH_COUNTING
    name = next((part for part in reversed(path) if part in _NAMED), path[0])
    return (
        f"{shown(value)} stands where a table is expected; write {_NAMED.get(str(name), '[case]')}"
    )


def _other(path: KeyPath, value: object) -> str:
    return f"{shown(value)} may not stand here; see docs/sheet.md"


_OF_TYPE: Mapping[str, Callable[[KeyPath, object], str]] = {
    "string_type": _no_text,
    "list_type": _no_list,
    "dict_type": _no_table,
    "model_type": _no_table,
    "model_attributes_type": _no_table,
}


def _missing_key(path: KeyPath) -> str:
    key = str(path[-1])
    what = {
        "path": 'path is missing; name the file, relative to this sheet: path = "lists/court.csv"',
        "name": 'name is missing; write the name that is shown: name = "Kazakhstan"',
        "id": 'id is missing; give the counting a name: id = "killed-2034"',
        "lists": 'lists is missing; name the lists: lists = ["press", "court", "hospital"]',
        "en": 'en is missing; write the English label: en = "Road block"',
    }
    return what.get(key, f"{key} is missing")


def _unknown_key(path: KeyPath) -> str:
    """Name a key that does not exist here: what it may be a slip of, or where it belongs."""
    key, table = str(path[-1]), table_at(path[:-1])
    known = keys_of(table) if table else ()
    belongs = _belongs(key, table)
    if belongs and not (table is SheetTable and did_you_mean(key, known)):
        return f"unknown key; {belongs}"
    return f"unknown key{near_or_known(key, known)}"


def _belongs(key: str, table: type[Table] | None) -> str:
    if table is SheetTable and key in keys_of(CaseTable):
        return "it says something of the case; write it below [case]"
    if table is SheetTable and key in keys_of(AccessionTable):
        return "it says something of a file; write it below [[accession]]"
    if table is AccessionTable and any(key in fields for fields in FIELDS.values()):
        return "it names a field; write it below [accession.columns]"
    return ""
