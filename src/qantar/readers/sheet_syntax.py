"""The TOML of a sheet, or the place where it stops being TOML, in plain words."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal, InvalidOperation

from qantar.errors import SheetError, SheetFault

# An entry of the journal holds at most this much; long lists belong in a table of their own.
MAX_BYTES = 1 << 20

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_CURLY = re.compile("[“”„«»‘’‚]")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LIKE_A_DATE = re.compile(r"\d+[./-]\d+(?:[./-]\d+)*")
_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')

_SPELT_BOOLEAN = re.compile(r"(?:true|false|yes|no)\b", re.IGNORECASE)

_TWICE = "the same key or table is given twice; keep one"
_TABLE_TWICE = (
    f"{_TWICE}. Each file has its own [[accession]], and below it its own [accession.columns]"
)
# What `tomllib` says, by how it begins, and what a person can do about it.
_HINTS = (
    (
        "Unescaped '\\'",
        'a backslash stands in a text; part folders with "/", as in "lists/court.csv"',
    ),
    ("Invalid date", "no such day or time; a day is written 2022-01-20"),
    ("Cannot overwrite", _TWICE),
    ("Duplicate inline", _TWICE),
    ("Cannot declare", _TABLE_TWICE),
    ("Cannot mutate", _TABLE_TWICE),
    ("Unterminated string", "a quoted text is opened and never closed"),
    ('Expected "\'"', "a quoted text is opened and never closed"),
    ("Unclosed array", "a list is not closed; part its values with commas and end it with ]"),
    ("Unclosed inline table", "a table in { } is not closed; part its keys with commas"),
    ("Expected ']", "the name of a table ends with ], of an accession with ]]: [[accession]]"),
    ("Expected '='", 'a key is followed by =, as in consent = "public"'),
    (
        "Illegal character '\\n'",
        "a text ends on the line on which it begins; close it with a quote",
    ),
    ("Illegal character", "a character stands here that no text may hold; type the line anew"),
    ("Invalid initial character", "a table in { } stands on one line and has no comma before }"),
    (
        "Expected newline",
        "after a value the line ends; put text, and what is not a whole date, in quotes",
    ),
    ("Invalid value", 'no value that TOML knows; put text in straight quotes: "public"'),
)
_FALLBACK = "this is not written as a sheet is; compare with the example in docs/sheet.md"


def parse_toml(text: str, *, name: str) -> dict[str, object]:
    """Parse the text of the sheet `name`.

    Numbers with a decimal point become `Decimal`.

    Raises:
        SheetError: the text is not TOML, too large, or no Unicode text.
    """
    fault = _unreadable(text)
    if fault is None:
        try:
            return tomllib.loads(text, parse_float=_decimal)
        except tomllib.TOMLDecodeError as error:
            fault = _syntax_fault(str(error), text)
        except RecursionError:
            fault = _fault(
                1, "lists or tables stand in one another too deeply; no sheet needs that"
            )
        except ValueError:
            # `int` refuses more than some thousand digits; tomllib does not say where.
            line = next((n for n, row in enumerate(text.split("\n"), 1) if _long_number(row)), 1)
            fault = _fault(line, "a number has far too many digits; put text in quotes")
    raise SheetError.of(name=name, faults=(fault,))


def _fault(line: int, message: str, column: int | None = None) -> SheetFault:
    return SheetFault(line=line, column=column, path="", message=message)


def _unreadable(text: str) -> SheetFault | None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        return _fault(line, "this is no Unicode text; save the sheet as UTF-8")
    if size > MAX_BYTES:
        message = "the sheet is larger than 1 MiB; put long lists of places in a table of their own"
        return _fault(1, message)
    return None


def _decimal(written: str) -> Decimal:
    """Read a number; one that no `Decimal` can hold is NaN, refused where it stands."""
    try:
        return Decimal(written)
    except InvalidOperation:
        return Decimal("NaN")


def _syntax_fault(said: str, text: str) -> SheetFault:
    line, column = _place(said, text)
    row = text.split("\n")[line - 1]
    hint = _hint(said, row, column)
    if said.startswith("Unescaped") and column and row[: column - 2].endswith("\\"):
        column -= len("\\s")  # the parser stops behind the backslash and what follows it
    return _fault(line, hint, column)


def _long_number(row: str) -> bool:
    return re.search(r"\d{1000}", row.replace("_", "")) is not None


def _place(said: str, text: str) -> tuple[int, int | None]:
    """Where the parser stopped; at the end of the text, its last line that says anything."""
    found = _PLACE.search(said)
    if found and found[1]:
        return int(found[1]), int(found[2])
    return text.rstrip().count("\n") + 1, None


def _hint(said: str, row: str, column: int | None) -> str:
    """Say what is wrong at this column of this row, in words that lead on."""
    without_strings = _STRINGS.sub('""', row)
    if _CURLY.search(without_strings):
        return 'curly quotes stand here; TOML knows straight ones only: "'
    if _needs_quoted_key(said, row, column):
        return 'a key with letters other than a-z, or with spaces, stands in quotes: "м" = "male"'
    if column is not None and not said.startswith("Invalid date") and _in_a_date(row, column):
        return 'a day is written 2022-01-20; put other dates and spans in quotes: "2022-02"'
    if _SPELT_BOOLEAN.match(row[(column or 1) - 1 :]):
        return "true and false are written in small letters, without quotes"
    return next((hint for begin, hint in _HINTS if said.startswith(begin)), _FALLBACK)


def _in_a_date(row: str, column: int) -> bool:
    """Whether the parser stopped at or inside something like 20.01.2022 or 2022-02."""
    return any(found.start() < column <= found.end() + 1 for found in _LIKE_A_DATE.finditer(row))


def _needs_quoted_key(said: str, row: str, column: int | None) -> bool:
    if column is None:
        return False
    if said.startswith(("Invalid statement", "Invalid initial character")):
        return row[column - 1 : column].isalpha()
    if said.startswith("Expected '='"):
        following = row[column - 1 :].lstrip()
        return following[:1].isalpha() and "=" in following
    return False
