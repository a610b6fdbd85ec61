"""Things that shared a fate, gathered as they come: a report is short, whatever came.

A stranger can send a million entries, each with a fault of its own. So things are
counted by what they are, whose, and why; the first few are named; and beyond a number
of such groups there is one more for all the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

MOST_GROUPS: Final = 100
REST: Final = "of other devices or for other reasons than these"
_NAMED: Final = 3


@dataclass(slots=True)
class Group:
    """`count` things of one kind: `which` names the first few, `of` whose they are."""

    what: str
    of: str
    reason: str
    count: int = 0
    which: list[str] = field(default_factory=list)


class Groups:
    """All that shared fates, in the order in which the first of each came."""

    def __init__(self) -> None:
        """Begin without any."""
        self._found: dict[tuple[str, str, str], Group] = {}

    def __iter__(self) -> Iterator[Group]:
        """Give them in order."""
        return iter(self._found.values())

    def add(self, what: str, of: str, reason: str, which: str = "") -> None:
        """Count one more thing.

        Args:
            what: `entry`, `original`, `checkpoint` and so on.
            of: id or name of the device whose it is, "" where that is not told.
            reason: why.
            which: names it, "" for nothing.
        """
        key = what, of, reason
        if key not in self._found and len(self._found) >= MOST_GROUPS:
            key = what, "", REST
        group = self._found.setdefault(key, Group(*key))
        group.count += 1
        if which and len(group.which) < _NAMED:
            group.which.append(which)
