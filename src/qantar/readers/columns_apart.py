"""Columns that lead to a person or a device, of a table that stands in another file.

No sheet can give a meaning to the columns of a table in an archive or a mail, so nobody has
looked at them. Those whose names say such a thing (`protected_names.py`) are no text there:
their cells are protected facts, each under the name of its column and the number of its row.
"""

from __future__ import annotations

from typing import Final

from qantar.model.document import Row
from qantar.model.protected import PREFIX
from qantar.model.read_document import MetaValue
from qantar.readers.finding_log import counted, shown, some_of
from qantar.readers.protected_names import is_protected_name

MAX_FACTS: Final = 10_000
"""Of one table; a longer list belongs in the case by itself, with a sheet."""
_LONGEST: Final = 1_000
_LONGEST_NAME: Final = 100


class ColumnsApart:
    """Takes such cells out of rows as they come; `facts` holds them."""

    def __init__(self, header: tuple[str, ...]) -> None:
        """Choose the columns by their names."""
        self._names = {n: name for n, name in enumerate(header) if is_protected_name(name)}
        self.facts: dict[str, MetaValue] = {}
        self._beyond = 0

    def others(self, header: tuple[str, ...]) -> tuple[int, ...]:
        """Give the columns, counted from 0, that may stand in the text."""
        return tuple(n for n in range(len(header)) if n not in self._names)

    def take(self, row: Row) -> None:
        """Keep the cells that may not."""
        for n, name in self._names.items():
            if not (value := row.values[n].strip()):
                continue
            if len(self.facts) < MAX_FACTS:
                fact = f"{PREFIX}{name.strip()[:_LONGEST_NAME]}.{n + 1}.{row.number}"
                self.facts[fact] = value[:_LONGEST]
            else:
                self._beyond += 1

    def told(self) -> str:
        """Say which columns were kept apart; "" for none."""
        if not self._names:
            return ""
        names = [shown(name) for name in self._names.values()]
        text = (
            f"{counted(len(names), 'column')} kept apart as protected facts, as the names say that "
            f"they lead to people or devices: {some_of(names, len(names))}."
        )
        if self._beyond:
            text += f" {counted(self._beyond, 'cell')} beyond the cap of {MAX_FACTS:,} left out."
        return f"{text} To use them, add the table by itself, with a sheet."
