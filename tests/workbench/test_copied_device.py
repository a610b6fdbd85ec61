"""A device whose folder was copied: what it is sent, what it is told, and what it is not accused of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qantar.archive.bundle_format import Kind
from qantar.archive.case import Case
from qantar.archive.originals import list_originals
from qantar.archive.unlock import open_case
from qantar.workbench.devices import FOUNDER
from qantar.workbench.merge import merge
from qantar.workbench.merge_report import AlarmCode, MergeReport
from qantar.workbench.status import status
from tests.faults.bundles import Records, opened, records_of
from tests.faults.verifiers import Outcome, independent, ours

from .conftest import NOW
from .exchange import Exchange, ids, note, state


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


def alarms(report: MergeReport) -> list[AlarmCode]:
    return [one.code for one in report.alarms]


def copy_of(case: Case, folder: Path) -> Case:
    return open_case(Path(shutil.copytree(case.root, folder)))


def without_lane(records: Records, device: str) -> Records:
    """Leave out the entries of a device: of its journal, only checkpoints come."""
    start = len(device).to_bytes(2, "big") + device.encode()
    return [one for one in records if not (one[0] == Kind.FRAMES and one[1].startswith(start))]


def look(case: Case, *, witness: Path | None = None, locked: bool = False) -> Outcome:
    """Let both verifiers look at a case; they must say the same."""
    passphrase = case.root.parent / "passphrase"
    passphrase.write_text("not the one, but the case is open\n", encoding="utf-8")
    one, other = (
        verifier(case.root, passphrase=passphrase, witness=witness, locked=locked)
        for verifier in (ours, independent)
    )
    assert one.on_what_both_check == other.on_what_both_check
    return one


def test_a_copied_device_gets_what_its_copy_had_in_ordinary_exchange(team: Exchange) -> None:
    """What it said to have, its copy said; nobody has to think of --whole."""
    other = team.joined("Dana")
    before = note(other, "before")
    team.hand_over(other, team.home, FOUNDER)
    twin = copy_of(other, team.folder / "twin")
    said = note(other, "one")
    team.take_in(twin, "two")
    for case in (other, twin):
        note(team.home, "between")
        team.hand_over(case, team.home, FOUNDER)
        team.hand_over(team.home, case, "Dana")
    assert ids(twin) == ids(team.home)
    note(team.home, "afterwards")
    report = team.hand_over(team.home, other, "Dana")
    assert (alarms(report), report.waiting, report.refused) == ([AlarmCode.FORK], [], [])
    assert "goes on in two ways" in report.alarms[0].text
    assert ids(other) == ids(team.home)
    assert list_originals(other) == list_originals(team.home)
    # What all copies have goes to none of them.
    (path,) = team.bundle(team.home, "Dana")
    sent = [
        data for kind, data in records_of(opened(path.read_bytes(), other)) if kind == Kind.FRAMES
    ]
    assert not any(bytes.fromhex(before.id) in data for data in sent)
    assert any(bytes.fromhex(said.id) in data for data in sent)


def test_a_copied_device_is_not_told_that_it_lies(team: Exchange) -> None:
    """What it learns of first is a checkpoint: who made the bundle has the copy's past alone."""
    other = team.joined("Dana")
    twin = copy_of(other, team.folder / "twin")
    note(other, "one")
    note(twin, "two")
    team.hand_over(twin, team.home, FOUNDER)
    paths = team.bundle(team.home, "Dana")
    report = merge(other, paths, now=NOW)
    assert alarms(report) == [AlarmCode.FORK]
    assert report.alarms[0].text.startswith("others know another past of this device: its folder")
    (kept,) = (other.witness / other.device / "forks").iterdir()
    assert kept.name in report.alarms[0].text
    assert merge(other, paths, now=NOW).alarms == []
    (waits,) = [one for one in status(other).waiting() if "another past" in one]
    assert kept.name in waits
    shown = status(other).to_json()["contradictions"]
    assert shown == [
        {"device": other.device, "entries": 1, "note": kept.relative_to(other.root).as_posix()}
    ]
    note(other, "it goes on")
    # The next exchange brings the other past, and then nothing contradicts it any more.
    assert alarms(team.hand_over(other, team.home, FOUNDER)) == [AlarmCode.FORK]
    report = team.hand_over(team.home, other, "Dana")
    assert (alarms(report), report.waiting) == ([AlarmCode.FORK], [])
    assert status(other).to_json()["contradictions"] == []
    assert len(state(other).forks) == 1


def test_a_device_whose_other_past_is_known_by_a_note_alone_is_sent_everything(
    team: Exchange,
) -> None:
    other = team.joined("Dana")
    twin = copy_of(other, team.folder / "twin")
    note(other, "one")
    note(twin, "two")
    team.hand_over(other, team.home, FOUNDER)
    (path,) = team.bundle(twin, FOUNDER)
    forged = team.forged(path, team.home, twin.signer, lambda r: without_lane(r, other.device))
    merge(team.home, [forged], now=NOW)
    (path,) = team.bundle(team.home, "Dana")
    records = records_of(opened(path.read_bytes(), other))
    assert sum(kind == Kind.FRAMES for kind, _ in records) == 2
    (told,) = [one for one in status(team.home).waiting() if "another past" in one]
    assert told.startswith(f"Device {other.device[:8]} (Dana) signed another past")


def test_a_copied_device_that_knows_of_its_copy_by_a_note_is_not_called_altered(
    team: Exchange,
) -> None:
    """A journal that is written anew later is still found out.

    So is one that is held against a note from elsewhere.
    """
    other = team.joined("Dana")
    twin = copy_of(other, team.folder / "twin")
    team.take_in(other, "here")
    team.take_in(twin, "there")
    team.hand_over(twin, team.home, FOUNDER)
    team.hand_over(team.home, other, "Dana")
    (kept,) = (other.witness / other.device / "forks").iterdir()
    where = kept.relative_to(other.root).as_posix()
    for locked in (False, True):
        outcome = look(other, locked=locked)
        assert outcome.exit == 0
        assert ("fork", where) in outcome.found
    elsewhere = team.folder / "elsewhere.note"
    elsewhere.write_bytes(kept.read_bytes())
    assert look(other, witness=elsewhere).exit == 21
    kept.rename(kept.parents[1] / kept.name)
    assert look(other).exit == 21
