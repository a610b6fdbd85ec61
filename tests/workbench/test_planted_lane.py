"""A journal that somebody without a key plants in the folder is told, and holds nothing up."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from qantar.archive.case import Case
from qantar.archive.frame import cut_by_lengths
from qantar.archive.journal import append, begin
from qantar.archive.own_device import new_device
from qantar.archive.unlock import open_case
from qantar.model.device import Role
from qantar.model.entry import Entry, Ref
from qantar.workbench.devices import FOUNDER
from qantar.workbench.renewal import renew
from qantar.workbench.status import status
from qantar.workbench.stores import RecordState
from qantar.workbench.team_entries import case_init
from tests.faults.verifiers import independent, ours

from .conftest import NOW
from .exchange import Exchange, digest, ids, items, note, state

Mark = Callable[[Path, Path], object]

LOOKS = (ours, independent)
_MARKS: dict[str, Mark] = {
    "none": lambda planted, _: _unmark(planted),
    "under a key of its own": lambda _planted, _own: None,
    "of the owner's lane": lambda planted, own: shutil.copy(own / "taken", planted / "taken"),
    "empty": lambda planted, _: (planted / "taken").write_bytes(b""),
    "a folder": lambda planted, _: _unmark(planted, folder=True),
}


def _unmark(lane: Path, *, folder: bool = False) -> None:
    (lane / "taken").unlink()
    if folder:
        (lane / "taken").mkdir()


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


def _plant(team: Exchange, mark: Mark = _MARKS["none"], *, victim: Case | None = None) -> Entry:
    """Make a device up and put its journal of one entry beside the others; the case id is public."""
    target, root = victim or team.home, team.folder / "attacker"
    random = Random(1)  # noqa: S311  # repeatable
    own = new_device(Role.MEMBER, random.randbytes)
    attacker = replace(team.home, root=root, own=own, case_key=random.randbytes(32), cache={})
    for name in ("keys/ring", "journal", "inbox"):
        (root / name).mkdir(parents=True)
    begin(attacker)
    kind, body = case_init("Another", own.public)
    entry = append(attacker, kind=kind, body=body, at=NOW)
    planted = Path(shutil.copytree(attacker.journal, target.journals / own.public.id))
    mark(planted, target.journal)
    return entry


def _given(team: Exchange) -> Path:
    path = team.folder / "passphrase"
    path.write_text("not the one, but the case is open\n", encoding="utf-8")
    return path


def _unplant(case: Case, entry: Entry) -> None:
    shutil.rmtree(case.journals / entry.device)


@pytest.mark.parametrize("mark", _MARKS.values(), ids=_MARKS)
def test_no_entry_follows_from_it_and_nothing_drops_out_when_it_goes(
    team: Exchange, mark: Mark
) -> None:
    planted = _plant(team, mark)
    case = open_case(team.home.root)
    assert planted.id in ids(case)
    said = [note(case, "one"), note(case, "two")]
    assert [one.refs for one in said] == [(), ()]
    before = state(case).state
    _unplant(case, planted)
    case = open_case(case.root)
    folded = state(case)
    assert (folded.state, folded.waiting) == (before, ())
    assert {one.id for one in said} <= ids(case)
    assert [look(case.root, passphrase=_given(team), witness=None).exit for look in LOOKS] == [0, 0]


@pytest.mark.parametrize("when", ["the plant is there", "the plant is gone"])
def test_nothing_waits_at_another_device(team: Exchange, when: str) -> None:
    other = team.joined("Aizhan")
    planted = _plant(team)
    said = note(team.home)
    team.take_in(team.home, "second")
    if when == "the plant is gone":
        _unplant(team.home, planted)
    report = team.hand_over(team.home, other, "Aizhan")
    assert ("entry", FOUNDER) not in items(report, "waiting")
    assert {said.id} <= ids(other)
    assert state(other).state == state(team.home).state
    assert digest(other) == digest(team.home)


def test_it_is_told_and_every_command_goes_on(team: Exchange) -> None:
    before = digest(team.home)
    _plant(team)
    found = status(open_case(team.home.root))
    assert found.record is RecordState.CURRENT
    assert found.set_aside == {"unknown-device": 1}
    assert "1 entry of devices that nobody let in: kept, not counted." in list(found.waiting())
    assert digest(team.home) == before
    looked = [look(team.home.root, passphrase=_given(team), witness=None) for look in LOOKS]
    assert [one.exit for one in looked] == [21, 21]


def test_a_device_that_waits_joins_beside_it(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    planted = _plant(team, victim=other)
    assert team.hand_over(team.home, other, "Aizhan").joined
    other = open_case(other.root)
    said = note(other)
    assert {ref.device for ref in said.refs} == {team.home.device}
    _unplant(other, planted)
    team.hand_over(other, team.home, FOUNDER)
    assert state(team.home).state == state(open_case(other.root)).state


def test_a_lane_that_was_taken_in_is_referred_to(team: Exchange) -> None:
    other = team.joined("Aizhan")
    said = note(other)
    _plant(team)
    team.hand_over(other, team.home, FOUNDER)
    assert note(team.home).refs == (Ref(other.device, said.seq, said.id),)


def test_a_collector_that_was_taken_home_is_referred_to(team: Exchange) -> None:
    tent = team.collector("tent")
    team.take_in(tent, "found")
    assert not (tent.journal / "taken").exists()
    team.hand_over(tent, team.home, "home")
    assert [one.device for one in note(team.home).refs] == [tent.device]


def test_who_joined_and_who_was_renewed_refers_to_the_others(team: Exchange) -> None:
    other = team.joined("Aizhan")
    assert {one.device for one in note(other).refs} == {team.home.device}
    (other.journal / "taken").unlink()
    renew(other, name=None, now=NOW)
    renewed = open_case(other.root)
    assert {one.device for one in note(renewed).refs} == {team.home.device, other.device}


def _junk(lane: Path) -> None:
    (lane / "device.pub").write_bytes(b"x\n")


def _too_short(lane: Path) -> None:
    (lane / "0001.qj").unlink()


def _torn(lane: Path) -> None:
    with (lane / "0001.qj").open("ab") as file:
        file.write(b"x")


def _no_file(lane: Path) -> None:
    (lane / "0002.qj").mkdir()


def _gap(lane: Path) -> None:
    (lane / "0001.qj").rename(lane / "0002.qj")


def _branch(lane: Path) -> None:
    lane.rename(lane.with_name(f"{lane.name}.{'0' * 64}"))


_DAMAGES = (_junk, _too_short, _torn, _no_file, _gap, _branch)


@pytest.mark.parametrize("damage", _DAMAGES, ids=lambda one: one.__name__)
def test_one_that_is_damaged_stops_nothing_either(
    team: Exchange, damage: Callable[[Path], None]
) -> None:
    """Every command ended with 21, and asked for a bundle that nobody has."""
    other = team.joined("Aizhan")
    planted = _plant(team)
    damage(team.home.journals / planted.device)
    home = open_case(team.home.root)
    said = note(home)
    team.take_in(home, "second")
    assert not items(team.hand_over(other, home, FOUNDER, whole=True), "waiting")
    assert not items(team.hand_over(home, other, "Aizhan"), "waiting")
    assert said.id in ids(other)
    assert digest(home) == digest(other)
    found = status(open_case(home.root))
    assert any("was put there by somebody" in line for line in found.waiting())
    looked = [look(home.root, passphrase=_given(team), witness=None) for look in LOOKS]
    assert looked[0].on_what_both_check == looked[1].on_what_both_check
    assert looked[0].exit == 21


def test_a_device_whose_place_was_taken_comes_in_whole(team: Exchange) -> None:
    other = team.joined("Aizhan")
    said = note(other)
    place = team.home.journals / other.device
    place.mkdir()
    (place / "device.pub").write_bytes(b"x\n")
    (place / "0001.qj").write_bytes(b"junk")
    home = open_case(team.home.root)
    report = team.hand_over(other, home, FOUNDER)
    assert not items(report, "waiting")
    assert said.id in ids(open_case(home.root))
    looked = [look(home.root, passphrase=_given(team), witness=None) for look in LOOKS]
    assert [one.exit for one in looked] == [0, 0]


def test_a_sound_journal_that_only_lost_its_mark_is_read_as_before(team: Exchange) -> None:
    other = team.joined("Aizhan")
    said = note(other)
    team.hand_over(other, team.home, FOUNDER)
    before = digest(team.home)
    _unmark(team.home.journals / other.device)
    home = open_case(team.home.root)
    assert said.id in ids(home)
    assert digest(home) == before


@pytest.mark.parametrize("damage", [None, *_DAMAGES])
def test_a_collector_goes_on_beside_whatever_is_planted(
    team: Exchange, damage: Callable[[Path], None] | None
) -> None:
    """Every command of it ended with 21, and asked for a bundle, which it cannot merge."""
    tent = team.collector("tent")
    team.take_in(tent, "before")
    planted = _plant(team, victim=tent)
    if damage is not None:
        damage(tent.journals / planted.device)
    tent = open_case(tent.root)
    team.take_in(tent, "found")
    own = ids(tent)
    assert planted.id not in own
    assert any("Move it out of the case." in line for line in status(tent).waiting())
    assert not items(team.hand_over(tent, team.home, "home"), "waiting")
    assert own < ids(open_case(team.home.root))


def test_a_device_that_waits_goes_on_beside_a_damaged_one(team: Exchange) -> None:
    other = team.waiting("Aizhan")
    _junk(Path(shutil.copytree(other.keys, other.journals / ("ab" * 16))))
    assert any("was put there" in line for line in status(open_case(other.root)).waiting())
    assert team.hand_over(team.home, open_case(other.root), "Aizhan").joined
    assert ids(open_case(other.root)) == ids(team.home)


@pytest.fixture
def forked(team: Exchange) -> Path:
    """A device was copied, and both copies wrote; gives the journal of the other branch here."""
    bo = team.joined("bo")
    team.take_in(bo, "common")
    copy = open_case(shutil.copytree(bo.root, team.folder / "copy"))
    for case, name in ((bo, "left"), (copy, "right")):
        team.take_in(case, name)
        team.hand_over(case, team.home, FOUNDER)
    (branch,) = (path for path in team.home.journals.iterdir() if "." in path.name)
    return branch


def _looked(team: Exchange) -> list[int]:
    looked = [look(team.home.root, passphrase=_given(team), witness=None) for look in LOOKS]
    assert looked[0].on_what_both_check == looked[1].on_what_both_check
    return [one.exit for one in looked]


def test_a_branch_that_only_lost_its_mark_is_read_as_before(team: Exchange, forked: Path) -> None:
    """What it said dropped out of everything, and both verifiers found nothing of it."""
    before, said = digest(open_case(team.home.root)), ids(open_case(team.home.root))
    _unmark(forked)
    home = open_case(team.home.root)
    assert (ids(home), digest(home)) == (said, before)
    assert not status(home).planted
    assert _looked(team) == [0, 0]


def _renamed(branch: Path) -> None:
    branch.rename(branch.with_name(f"{branch.name[:33]}{'0' * 64}"))


def _end_torn(branch: Path) -> None:
    with (branch / "0001.qj").open("ab") as file:
        file.write(b"x")


@pytest.mark.parametrize("damage", [_renamed, _end_torn])
def test_a_branch_that_lost_more_than_its_mark_is_told_by_both_verifiers(
    team: Exchange, forked: Path, damage: Callable[[Path], None]
) -> None:
    _unmark(forked)
    damage(forked)
    home = open_case(team.home.root)
    (passed,) = status(home).planted
    assert not any("interrupted" in line for line in status(home).waiting())
    assert _looked(team) == [21, 21]
    shutil.rmtree(passed)
    assert digest(open_case(home.root)) == digest(home)


def test_a_piece_of_another_journal_under_a_name_of_its_own_is_passed_over(
    team: Exchange, forked: Path
) -> None:
    """Whoever can write to the folder can copy the end of a journal beside it."""
    _unmark(forked)
    before = digest(open_case(team.home.root))
    for lane in (forked, team.home.journals / forked.name[:32], team.home.journal):
        data = (lane / "0001.qj").read_bytes()
        last = list(cut_by_lengths(data))[-1]
        piece = lane.with_name(f"{lane.name[:32]}.{last.id.hex()}")
        if piece != forked:
            piece.mkdir()
            shutil.copy(lane / "device.pub", piece)
            (piece / "0001.qj").write_bytes(data[last.start : last.end])
    home = open_case(team.home.root)
    assert len(status(home).planted) == 2
    assert digest(home) == before
    assert _looked(team) == [21, 21]


def test_a_journal_of_a_member_without_mark_whose_end_is_torn_is_told(team: Exchange) -> None:
    other = team.joined("Aizhan")
    team.hand_over(other, team.home, FOUNDER)
    note(other)
    team.hand_over(other, team.home, FOUNDER)
    lane = team.home.journals / other.device
    _unmark(lane)
    _end_torn(lane)
    assert [path.name for path in status(open_case(team.home.root)).planted] == [other.device]
    assert _looked(team) == [21, 21]
