"""How much may wait: so many entries, so many bytes, and nothing behind a gap."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qantar.workbench import room
from qantar.workbench import team_entries as team
from qantar.workbench.quarantine import Why, judge
from qantar.workbench.room import NoRoom, Room
from tests.model.journals import Writer

from .hostile import arrival
from .team import founder, joined


def test_room_ends_by_number_and_by_length() -> None:
    few, short = Room(NoRoom.MEMBERS, 2, 1000), Room(NoRoom.MEMBERS, 1000, 10)
    assert [few.take(1) for _ in range(4)] == [True, True, False, False]
    assert [short.take(5) for _ in range(4)] == [True, True, False, False]


def test_what_comes_behind_something_that_found_no_room_finds_none() -> None:
    room = Room(NoRoom.STRANGERS, 10, 10)
    assert [room.take(size) for size in (5, 100, 1)] == [True, False, False]


@pytest.mark.parametrize("earlier", [False, True])
def test_nobody_takes_the_room_of_others_by_whom_it_lets_in(
    monkeypatch: pytest.MonkeyPatch, *, earlier: bool
) -> None:
    """Devices of a member's own send much; what another one sent out of its order waits.

    They were let in just now or earlier, some of them each by the one before.
    """
    monkeypatch.setattr(room, "MOST_OF_MEMBERS", 25)
    home = founder()
    honest, bad = joined(home, "b"), joined(home, "bad")
    late = [honest.write(("note", {"n": number})) for number in range(9)][1:]
    mine = [Writer(f"own {number}") for number in range(10)]
    hosts = [*[bad] * 5, *mine[4:-1]]
    admits = [
        host.write(team.device_admit(one.name, one.public))
        for host, one in zip(hosts, mine, strict=True)
    ]
    junk = [one.write(("note", {"n": n})) for one in mine for n in range(5)]
    lost = [one for one in junk if one.seq > 2]  # the entries before never came
    came = {one.id: replace(arrival(one), end=100) for one in (*admits, *lost, *late)}
    if earlier:
        home.seen.update({one.id: one for one in admits})
        came = {name: one for name, one in came.items() if name not in home.seen}
    devices = {home.id, honest.id, bad.id, *(one.id for one in mine)}
    verdict = judge(home.entries, came, founder=home.id, possible=devices, known_devices=devices)
    joining = set() if earlier else {one.id for one in admits}
    assert {one.entry.id for one in verdict.joining} == joining
    assert set(verdict.waiting.values()) == {Why.PARENTS}
    assert {one.id for one in late} <= verdict.waiting.keys()
    assert len(verdict.waiting) == 25
    assert set(verdict.too_many.values()) == {NoRoom.MEMBERS}
    assert len(verdict.too_many) == len(lost) + len(late) - 25
