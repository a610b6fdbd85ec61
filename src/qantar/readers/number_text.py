"""One spelling for every number, so that a table reads alike from a workbook and from JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

# From here on ECMAScript, and so canonical JSON (RFC 8785), writes an exponent.
_EXPONENT_FROM: Final = 1e21


def float_text(number: float) -> str:
    """The shortest decimal text that gives the number back; whole numbers have no point.

    >>> float_text(3.0), float_text(0.1), float_text(1e20)
    ('3', '0.1', '100000000000000000000')
    """
    if number == 0:
        return "0"
    if number.is_integer() and abs(number) < _EXPONENT_FROM:
        return format(Decimal(repr(number)).quantize(Decimal(1)), "f")
    return repr(number)


def literal_text(untrusted_literal: str) -> str:
    """The canonical spelling of a JSON number; as found where that would lose digits.

    >>> literal_text("1.50"), literal_text("1e3"), literal_text("0.12345678901234567890")
    ('1.5', '1000', '0.12345678901234567890')
    """
    spelled = float_text(float(untrusted_literal))
    try:
        same = Decimal(spelled) == Decimal(untrusted_literal)
    except ArithmeticError:  # an exponent beyond what Decimal holds
        same = False
    return spelled if same else untrusted_literal
