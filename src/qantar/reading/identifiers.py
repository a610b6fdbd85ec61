"""Ids that are unique in the case, and references that still lead where they pointed."""

from __future__ import annotations

from collections.abc import Iterable


class Ids:
    """Ids of one kind of thing. A repeated one is kept as `ID#2`, `ID#3`, never dropped."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with those that are given out already."""
        self.taken = set(taken)
        # Where to go on counting, so that a table with one id for all rows costs no more.
        self._last: dict[str, int] = {}

    def free(self, wanted: str) -> str:
        """Name what `take` would give, and give nothing out."""
        given, count = wanted, self._last.get(wanted, 1)
        while given in self.taken:
            count += 1
            given = f"{wanted}#{count}"
        self._last[wanted] = max(count - 1, 1)
        return given

    def take(self, wanted: str) -> str:
        """Give `wanted`, or the next free `wanted#n` if it is taken."""
        given = self.free(wanted)
        self.taken.add(given)
        return given


class Identifiers(Ids):
    """Ids given out so far in the case: its own are of claims.

    Places and speakers have ids among themselves: a claim and a place may share
    one, two claims never.
    """

    def __init__(
        self,
        taken: Iterable[str] = (),
        *,
        places: Iterable[str] = (),
        speakers: Iterable[str] = (),
    ) -> None:
        """Begin with those that are given out already."""
        super().__init__(taken)
        self.places, self.speakers = Ids(places), Ids(speakers)
