"""Where in the tables of a page its cells stand: table, row and column, counted from 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from qantar.readers.page_stack import Frame

_MOST_COLUMNS: Final = 1_000


@dataclass(slots=True)
class OpenTables:
    """The tables that are open, outermost first, and how many have begun."""

    _open: list[Frame] = field(default_factory=list)
    _count: int = 0

    def enter(self, frame: Frame, attributes: Mapping[str, str], at: int) -> bool:
        """Give an element of a table its place; `at` is how far the text has come.

        Returns:
            Whether it is a cell that is to be parted from the one before it in its row.
        """
        if frame.name == "table":
            self._count += 1
            frame.table, frame.mark = self._count, at
            self._open.append(frame)
            return False
        if not self._open:
            return False
        table, parts = self._open[-1], False
        if frame.name == "tr":
            table.row, table.column, table.mark = table.row + 1, 0, at
        elif frame.name in ("td", "th"):
            table.row = max(table.row, 1)
            table.column += 1
            parts = at > table.mark
        frame.table, frame.row, frame.column = table.table, table.row, table.column
        if frame.name in ("td", "th"):
            table.column += _span(attributes) - 1
        return parts

    def leave(self) -> None:
        """Leave the innermost table."""
        self._open.pop()


def _span(attributes: Mapping[str, str]) -> int:
    said = attributes.get("colspan", "").strip()
    if not (said.isascii() and said.isdigit()) or len(said) > len(str(_MOST_COLUMNS)):
        return 1
    return min(max(int(said), 1), _MOST_COLUMNS)
