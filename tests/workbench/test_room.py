"""How much may wait: so many entries, so many bytes, and nothing behind a gap."""

from __future__ import annotations

from qantar.workbench.room import NoRoom, Room


def test_room_ends_by_number_and_by_length() -> None:
    few, short = Room(NoRoom.DEVICE, 2, 1000), Room(NoRoom.DEVICE, 1000, 10)
    assert [few.take(1) for _ in range(4)] == [True, True, False, False]
    assert [short.take(5) for _ in range(4)] == [True, True, False, False]


def test_what_comes_behind_something_that_found_no_room_finds_none() -> None:
    room = Room(NoRoom.STRANGERS, 10, 10)
    assert [room.take(size) for size in (5, 100, 1)] == [True, False, False]
