"""What copies a case may drop its empty folders (git, zip -D, find -empty): nothing depends on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals
from qantar.archive.unlock import open_case
from qantar.workbench.create import create, create_waiting
from qantar.workbench.erase import erase, plan_pending, plan_to_erase
from qantar.workbench.merge import merge
from qantar.workbench.status import status
from qantar.workbench.team_entries import EraseReason
from qantar.workbench.verify import verify

from .conftest import NOW, rebuild
from .exchange import Exchange, state


def copied(case: Case) -> Case:
    """Drop the empty folders; gives the case as it opens then."""
    for path in sorted(case.root.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return open_case(case.root)


def lost(case: Case) -> set[str]:
    """The standard folders that are not there."""
    wanted = ("originals", "witness", "record", "releases", "inbox", "keys/ring")
    return {name for name in wanted if not (case.root / name).is_dir()}


def erased(case: Case) -> None:
    with writing(case):
        plan = plan_to_erase(case, ["a1"])
        erase(case, plan, reason=EraseReason.SAFETY, now=NOW, software="test")


def test_an_erasure_goes_through_without_the_folders_that_a_copy_dropped(tmp_path: Path) -> None:
    """It once stopped between the request and the keys, on every run, for ever."""
    case = copied(Exchange.begun(tmp_path).home)
    assert "inbox" in lost(case)
    erased(case)
    assert not lost(case)
    assert not list_originals(case)
    assert not any(one.pending for one in state(case).erasures)


def test_an_erasure_that_was_begun_is_finished_in_such_a_copy(tmp_path: Path) -> None:
    made = Exchange.begun(tmp_path)
    bo = made.joined("bo")
    erased(made.home)
    made.hand_over(made.home, bo, "bo")
    bo = copied(bo)
    with writing(bo):
        erase(bo, plan_pending(bo), reason=None, now=NOW, software="test")
    assert not list_originals(bo)


def test_material_is_taken_in_without_a_folder_of_originals(tmp_path: Path) -> None:
    case = copied(create(tmp_path / "home", title="Winter", now=NOW))
    assert "originals" in lost(case)
    Exchange(tmp_path, case).take_in(case, "first")
    assert len(list_originals(case)) == 1


@pytest.mark.parametrize("kind", ["member", "collector"])
def test_whoever_only_looks_takes_a_missing_folder_for_an_empty_one(
    tmp_path: Path, kind: str
) -> None:
    made = Exchange.begun(tmp_path)
    case = copied(made.home if kind == "member" else made.collector("field"))
    gone = lost(case)
    assert status(case).torn == 0
    assert verify(case).exit_code == 0
    assert lost(case) == gone
    if kind == "member":
        rebuild(case)


def test_a_device_that_waits_joins_from_such_a_copy(tmp_path: Path) -> None:
    made = Exchange.begun(tmp_path)
    bo = copied(made.waiting("bo"))
    assert "keys/ring" in lost(bo)
    assert status(bo).originals == 0
    merge(bo, made.bundle(made.home, "bo"), now=NOW)
    assert list_originals(open_case(bo.root))


def test_a_new_waiting_device_in_such_a_copy_shows_its_status(tmp_path: Path) -> None:
    assert status(copied(create_waiting(tmp_path / "bo"))).torn == 0
