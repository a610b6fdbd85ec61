"""How much of what came may wait for its place, and how much strangers may send at all.

All that waits is read at each merge, so it must not grow without end. What finds no
room is refused, counted and told; whoever sent it can send it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MOST_OF_STRANGERS = 10_000
"""Entries of devices that nobody let in, together: whoever knows a line can send some."""
MOST_BYTES_OF_STRANGERS = 32 * 1024 * 1024
"""And how long they may be."""
MOST_OF_SHUT_OUT = 10_000
"""Entries of devices that were shut out, together: whoever has one now can sign for it."""
MOST_BYTES_OF_SHUT_OUT = 32 * 1024 * 1024
MOST_OF_BRANCHES = 1_000
"""Branches beyond those of a copied device that one merge takes: others must have them."""
MOST_BEFORE_BRANCHES = 2_000_000
"""And how many entries all these follow from: some of what is done with a branch goes through them.

There is no such end over all merges: two honest devices that had reached it with different
branches could never have the same. Each is told as a fork, and a device can be shut out.
"""
MOST_OF_MEMBERS = 100_000
"""Entries of all others, together: more than a bundle out of its order leaves without their
parents. For each device it cannot be: a member can let in as many as it likes."""
MOST_BYTES_OF_MEMBERS = 64 * 1024 * 1024


class NoRoom(StrEnum):
    """Why an entry cannot even wait, or begin a branch of its device."""

    STRANGERS = "nobody let its device in, and too many such entries wait already"
    SHUT_OUT = "its device was shut out, and too many such entries wait already"
    MEMBERS = "too many entries wait already: merge what they follow from, then this again"
    BRANCHES = "its device has gone on in too many ways: merge this again"


@dataclass(slots=True)
class Room:
    """Room for so many entries and bytes; once something did not fit, nothing more does.

    Else short entries would find a place from which they follow nothing.
    """

    why: NoRoom
    entries: int
    bytes: int

    def take(self, size: int) -> bool:
        """Take room for one entry of so many bytes; gives whether there was any."""
        self.entries, self.bytes = self.entries - 1, self.bytes - size
        if self.entries < 0 or self.bytes < 0:
            self.entries = -1
        return self.entries >= 0


def for_strangers() -> Room:
    """Give the room that all strangers share."""
    return Room(NoRoom.STRANGERS, MOST_OF_STRANGERS, MOST_BYTES_OF_STRANGERS)


def for_the_shut_out() -> Room:
    """Give the room that all devices that were shut out share."""
    return Room(NoRoom.SHUT_OUT, MOST_OF_SHUT_OUT, MOST_BYTES_OF_SHUT_OUT)


def for_branches() -> Room:
    """Give the room of one merge for branches too many; it counts the entries before them."""
    return Room(NoRoom.BRANCHES, MOST_OF_BRANCHES, MOST_BEFORE_BRANCHES)


def for_members() -> Room:
    """Give the room that all other devices share."""
    return Room(NoRoom.MEMBERS, MOST_OF_MEMBERS, MOST_BYTES_OF_MEMBERS)
