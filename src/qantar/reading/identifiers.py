"""Ids that are unique in the case, and references that still lead where they pointed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Identifiers:
    """Ids given out so far. A repeated one is kept as `ID#2`, `ID#3`, never dropped."""

    taken: set[str] = field(default_factory=set)

    def take(self, wanted: str) -> str:
        """Give `wanted`, or the next free `wanted#n` if it is taken."""
        given, count = wanted, 1
        while given in self.taken:
            count += 1
            given = f"{wanted}#{count}"
        self.taken.add(given)
        return given
