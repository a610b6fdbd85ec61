"""The persons of one knot of rows: joined while that is likelier, then moved row by row.

"Ахметов А. М." is as like one of two brothers as the other. That says who this row may be, and
nothing of whether the brothers are one; added up over the brothers, it made one person of three.
So where two groups of rows are weighed against each other that say who are likelier relatives (one
surname and one father, whole given names that are two), a tie of a row without a whole given name
may part the groups and does not join them. Such a row by itself contradicts no name: it goes where
all its ties together are strongest.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from typing import Final

_SWEEPS: Final = 6
OPEN, SHORT, RELATIVES = range(3)
"""What names say of a pair: the given ones may be one; a row has no whole given one; the given ones
are two, of one surname and one father."""


class Knot:
    """Rows and what each two of them weigh, in natural log odds.

    Two rows that nothing ties weigh `unscored`, and what their list adds where it is one.
    """

    def __init__(
        self, rows: Sequence[int], list_of: Sequence[int], twice: Sequence[float], unscored: float
    ) -> None:
        """Begin with rows that nothing ties.

        Args:
            rows: in order.
            list_of: of each row its list.
            twice: by list, what is added for two of its rows.
            unscored: what two rows weigh that nothing ties.
        """
        self.rows = rows
        self.near: dict[int, dict[int, float]] = {row: {} for row in rows}
        self._short: dict[int, set[int]] = {}
        self._two: dict[int, set[int]] = {}
        self._list_of = dict(zip(rows, list_of, strict=True))
        self._twice, self._unscored = twice, unscored

    def tie(self, a: int, b: int, weight: float, names: int = OPEN) -> None:
        """Say what two rows weigh, all in all, and what their names say."""
        self.near[a][b] = self.near[b][a] = weight
        # Two who are likelier one by all else are no relatives: a name was misread.
        here = self._short if names == SHORT else self._two if weight <= 0 else None
        if here is not None and names != OPEN:
            here.setdefault(a, set()).add(b)
            here.setdefault(b, set()).add(a)

    def part(self, a: int, b: int, weight: float) -> None:
        """Say the same of two rows that are not one, where both are here."""
        if a in self.near and b in self.near:
            self.tie(a, b, weight)

    def of_row(self, row: int, others: Sequence[int]) -> float:
        """Give what a row weighs with others."""
        return self.between((row,), others)

    def between(self, one: Sequence[int], other: Sequence[int]) -> float:
        """Give what all rows of two groups weigh with each other."""
        total = sum(self._sum(row, other) for row in one)
        if total > 0 and self._are_kin(one, other):
            total -= sum(self._of_short(row, other) for row in one)
        return total

    def _are_kin(self, one: Sequence[int], other: Sequence[int]) -> bool:
        return any(row in self._two and not self._two[row].isdisjoint(other) for row in one)

    def _of_short(self, row: int, others: Sequence[int]) -> float:
        """Give what speaks for one person where one of two rows has no whole given name."""
        near, short = self.near[row], self._short.get(row, ())
        return sum(max(0.0, near[other]) for other in others if other in short)

    def _sum(self, row: int, others: Sequence[int]) -> float:
        near, lists, total = self.near[row], self._list_of, 0.0
        here = lists[row]
        for other in others:
            weight = near.get(other)
            if weight is None:
                weight = self._unscored
                if lists[other] == here:
                    weight += self._twice[here]
            total += weight
        return total


class Joined:
    """The persons of one knot while they are joined."""

    def __init__(self, knot: Knot, stuck: Sequence[Sequence[int]]) -> None:
        """Begin with each row by itself, but for groups of rows that are one."""
        self._knot = knot
        self._groups: dict[int, list[int]] = {row: [row] for row in knot.rows}
        self._of = {row: row for row in knot.rows}
        self._stuck = {row for group in stuck for row in group}
        for group in stuck:
            for one in group[1:]:
                self._merge(self._of[group[0]], self._of[one])

    def partition(self) -> Iterator[list[int]]:
        """Join, move, and give the persons."""
        self._join()
        for _ in range(_SWEEPS):
            if not self._move():
                break
        yield from self._groups.values()

    def _merge(self, keep: int, gone: int) -> None:
        if keep == gone:
            return
        for row in self._groups[gone]:
            self._of[row] = keep
        self._groups[keep].extend(self._groups.pop(gone))

    def _join(self) -> None:
        # Where no pair is above 0 no sum is; all others need not stand in the line.
        heap = [
            (-weight, a, b)
            for a, near in self._knot.near.items()
            for b, weight in near.items()
            if a < b and weight > 0
        ]
        heapq.heapify(heap)
        while heap:
            said, a, b = heapq.heappop(heap)
            one, other = self._of[a], self._of[b]
            if one == other:
                continue
            gain = self._knot.between(self._groups[one], self._groups[other])
            if gain <= 0:
                continue
            if -said > gain + 1e-9:
                # What it gains has fallen since others joined: it waits for its turn.
                heapq.heappush(heap, (-gain, a, b))
                continue
            self._merge(min(one, other), max(one, other))

    def _move(self) -> bool:
        moved = False
        for row in self._knot.rows:
            if row in self._stuck:
                continue
            here = self._of[row]
            rest = [one for one in self._groups[here] if one != row]
            stays = self._knot.of_row(row, rest)
            near = {self._of[one] for one, pull in self._knot.near[row].items() if pull > 0}
            near.discard(here)
            best, where = 0.0, -1
            for one in sorted(near):
                gain = self._knot.of_row(row, self._groups[one])
                if gain > best:
                    best, where = gain, one
            if best > stays + 1e-9 and (rest or where != -1):
                self._take(row, here, where)
                moved = True
        return moved

    def _take(self, row: int, here: int, where: int) -> None:
        group = self._groups.pop(here)
        group.remove(row)
        if group:
            self._groups[group[0] if here == row else here] = group
            head = group[0] if here == row else here
            for one in group:
                self._of[one] = head
        if where == -1:
            # A number that no group has: the row itself, unless it names the one it left.
            self._groups[row] = [row]
            self._of[row] = row
        else:
            self._groups[where].append(row)
            self._of[row] = where
