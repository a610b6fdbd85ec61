"""A folder that was copied or put back goes on as a new device; its old journal stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qantar.archive.journal import inspect, read
from qantar.archive.unlock import open_case
from qantar.errors import DeviceError, SealedAwayError
from qantar.workbench.create import create_waiting
from qantar.workbench.devices import FOUNDER, devices_of
from qantar.workbench.merge import merge
from qantar.workbench.renewal import renew

from .conftest import NOW
from .exchange import Exchange, ids, note, state


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


def test_the_old_device_lets_the_new_one_in_and_its_journal_stays(team: Exchange) -> None:
    before = list(read(team.home))
    renewed = renew(team.home, name=None, now=NOW)
    case = open_case(team.home.root)
    assert (case.device, renewed.name) == (renewed.id, "founder 2")
    assert [one for one in read(case) if one.device == team.home.device][:-1] == before
    assert {one.name: one.this for one in devices_of(case)} == {FOUNDER: False, "founder 2": True}
    assert note(case).seq == 1
    assert inspect(case).head_sound


def test_names_are_counted_on(team: Exchange) -> None:
    renew(team.home, name=None, now=NOW)
    assert renew(open_case(team.home.root), name=None, now=NOW).name == "founder 3"
    assert renew(open_case(team.home.root), name="desk", now=NOW).name == "desk"
    assert renew(open_case(team.home.root), name=None, now=NOW).name == "desk 2"
    with pytest.raises(DeviceError, match="already"):
        renew(open_case(team.home.root), name="desk", now=NOW)


def test_others_believe_the_new_device(team: Exchange) -> None:
    other = team.joined("Aizhan")
    renew(other, name=None, now=NOW)
    other = open_case(other.root)
    said = note(other)
    team.hand_over(other, team.home, FOUNDER)
    assert said.id in ids(team.home)
    assert state(team.home).state == state(other).state


def test_a_bundle_for_the_old_device_does_not_open_any_more(team: Exchange) -> None:
    other = team.joined("Aizhan")
    late = team.bundle(team.home, "Aizhan")
    renew(other, name=None, now=NOW)
    other = open_case(other.root)
    team.hand_over(other, team.home, FOUNDER)
    (refused,) = merge(other, late, now=NOW).refused
    assert "not for this device" in refused.reason
    assert not team.hand_over(team.home, other, "Aizhan 2").refused


def test_of_two_copies_one_renews_and_both_go_on(team: Exchange) -> None:
    other = team.joined("Aizhan")
    twin = open_case(Path(shutil.copytree(other.root, team.folder / "twin")))
    note(other, "one")
    renew(twin, name=None, now=NOW)
    twin = open_case(twin.root)
    note(twin, "two")
    for case in (other, twin):
        team.hand_over(case, team.home, FOUNDER)
    team.hand_over(team.home, other, "Aizhan", whole=True)
    team.hand_over(team.home, twin, "Aizhan 2", whole=True)
    assert len({state(case).state for case in (team.home, other, twin)}) == 1
    assert len(state(team.home).forks) == 1  # the entry that let the new one in, and the other's


def test_who_is_no_member_is_not_renewed(team: Exchange) -> None:
    for stranger in (create_waiting(team.folder / "waits"), team.collector("field")):
        with pytest.raises(SealedAwayError):
            renew(stranger, name=None, now=NOW)
