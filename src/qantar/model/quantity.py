"""A quantity as somebody stated it: a number, a range, a bound, or a word such as "thousands"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What was said to be the amount, in `unit`.

    `text` is the figure: a number in plain digits ("164", also where the table
    has "1 640"), words as found ("thousands"), or "" for a range without one.
    `lower` and `upper` are inclusive bounds; None means that side was left open:
    "over 200" has only a lower bound, "up to 4,000" only an upper one. A number,
    exact or "about", has both alike.

    Raises:
        ValueError: `lower` exceeds `upper`.
    """

    text: str
    unit: str = ""
    lower: Decimal | None = None
    upper: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse an interval that holds nothing."""
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            message = f"the lower bound {self.lower} is above the upper bound {self.upper}"
            raise ValueError(message)

    @property
    def is_stated(self) -> bool:
        """Whether any amount was stated at all."""
        return self.lower is not None or self.upper is not None

    @property
    def is_bound(self) -> bool:
        """Whether only one side was stated ("over", "up to"); a bound founds no version."""
        return self.is_stated and (self.lower is None or self.upper is None)

    def overlaps(self, other: Quantity) -> bool:
        """Whether both statements can be right about the same amount."""
        if self.lower is not None and other.upper is not None and self.lower > other.upper:
            return False
        return not (self.upper is not None and other.lower is not None and other.lower > self.upper)

    def words(self) -> str:
        """Write the amount for a reader: `3,000`, `at least 3,000`, `250 - 300`."""
        bounds = self._bound_words()
        if not self.text:
            return bounds
        number = as_number(self.text)
        if number is None:
            return f"{self.text} ({bounds})" if bounds else self.text
        return bounds or grouped(number)

    def _bound_words(self) -> str:
        if self.lower is not None and self.upper is not None:
            same = self.lower == self.upper
            return grouped(self.lower) if same else f"{grouped(self.lower)} - {grouped(self.upper)}"
        if self.lower is not None:
            return f"at least {grouped(self.lower)}"
        return f"at most {grouped(self.upper)}" if self.upper is not None else ""


def grouped(number: Decimal) -> str:
    """Write a number to its last digit: commas between thousands, no needless zeros."""
    if not number:
        return "0"
    written = f"{number:,f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def as_number(text: str) -> Decimal | None:
    """Read a plain number (digits of any script, optional sign and decimal point), else None."""
    cleaned = text.strip()
    return Decimal(cleaned) if _PLAIN.fullmatch(cleaned) else None
