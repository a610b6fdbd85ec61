"""Telephone numbers in the place of names: all that a chat has of whom its owner did not know."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = "\u200e\u200f\u202a\u202c\u2066\u2068\u2069\u202f \u00a0~"
_MORE_DIGITS: Final = r"(?:[\s().\u00a0\u2011-]{0,2}\d){6,14}"
_NUMBER: Final = re.compile(r"\+?\(?\d" + _MORE_DIGITS)
# Within other words only with its plus: a day and an hour have as many digits.
_WITHIN: Final = re.compile(r"(?P<open>[(\[]?)\+\(?\d" + _MORE_DIGITS + r"(?(open)[)\]]?)")
WITHHELD: Final = "[number]"


def is_number(name: str) -> bool:
    """Whether a name is nothing but a telephone number."""
    return _NUMBER.fullmatch(name.strip(_MARKS)) is not None


def without_numbers(text: str, put: str = WITHHELD) -> str:
    """Put a word in the place of each number that stands in a name or the name of a file."""
    return _WITHIN.sub(put, text)


class NumberedNames:
    """Gives each telephone number a name of its own, `number-1`, in the order they come."""

    def __init__(self) -> None:
        """Begin with none."""
        self._names: dict[str, str] = {}

    def shown(self, name: str | None) -> str | None:
        """A speaker's name without a number; the number's own name where there is no other."""
        if name is None:
            return None
        if is_number(name):
            digits = "".join(char for char in name if char.isdigit())
            return self._names.setdefault(digits, f"number-{len(self._names) + 1}")
        return without_numbers(name, "").strip() or WITHHELD
