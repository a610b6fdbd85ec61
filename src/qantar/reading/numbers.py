"""Numbers as tables write them: digits of any script, with the marks that the sheet declares."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from qantar.model.column import Column

# More digits than any count, share or sum of money has; computing beyond them would round.
MOST_DIGITS = 28
_SPACE = " "
_MINUS = "\u2212"


def read_number(text: str, column: Column) -> Decimal | None:
    """Read a number written with the column's marks; None when it is not one.

    Thousands are parted by the declared mark or by spaces, decimals by the declared
    mark (a point where none is declared). A mark of thousands stands before three
    digits (in Indian writing before two, but for the last): "12,5" is not 125.
    A text of more than 28 digits is no number.
    """
    plain = _plain(" ".join(text.split()))
    if len(plain) > MOST_DIGITS and sum(char.isdigit() for char in plain) > MOST_DIGITS:
        return None
    found = _pattern(column.thousands, column.decimal).fullmatch(plain)
    if found is None:
        return None
    whole = "".join(char for char in found["whole"] if char.isdigit()) or "0"
    fraction = found["fraction"] or ""
    return Decimal(f"{found['sign'] or ''}{whole}{f'.{fraction}' if fraction else ''}")


def amount(number: Decimal | None) -> Decimal | None:
    """One spelling for one amount: 164, 164.0 and +164 are not three versions of a figure."""
    if number is None:
        return None
    written = f"{number:f}"
    plain = written.rstrip("0").rstrip(".") if "." in written else written
    return Decimal(plain) or Decimal(0)


@lru_cache(maxsize=256)
def _pattern(thousands: str | None, decimal: str | None) -> re.Pattern[str]:
    """The form of a number; a point declared to part thousands does not mark decimals too."""
    marks = {_SPACE} | ({_plain(thousands)} if thousands else set())
    fraction = decimal or ("." if thousands != "." else None)
    grouped = "|".join(
        rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{2,3}})*{re.escape(mark)}[0-9]{{3}}"
        for mark in sorted(marks)
    )
    after = rf"(?:{re.escape(fraction)}(?P<fraction>[0-9]*))?" if fraction else "(?P<fraction>)"
    return re.compile(rf"(?=.*[0-9])(?P<sign>[+-])?(?P<whole>{grouped}|[0-9]*){after}")


def _plain(text: str) -> str:
    """Digits of any script as 0-9, spaces of any width as a space, a minus as a hyphen."""
    return text if text.isascii() else "".join(_plain_char(char) for char in text)


def _plain_char(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char == _MINUS:
        return "-"
    return _SPACE if char.isspace() else char
