"""The model of a disk after a power cut knows what careless writers lose, and finds it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qantar.archive.disk import write_atomically
from tests.faults.cut_search import Found, record, search
from tests.faults.disk_model import Disk, UnlikeTheDiskError
from tests.faults.disk_state import Content, Edit, contents, put_down, snapshot
from tests.faults.marks import sees_system_calls
from tests.faults.recipe import Recipe, Told, Violation
from tests.faults.steps import Step, UnwatchedCallError
from tests.faults.supervise import Tell, supervise

pytestmark = sees_system_calls


BEFORE, AFTER = b"before" * 500, b"after!" * 400
LIMIT = 500


def _prepare(root: Path) -> None:
    (root / "file").write_bytes(BEFORE)


def _judge(root: Path, told: Told) -> None:
    found = (root / "file").read_bytes()
    if found != AFTER and (told or found != BEFORE):
        message = "lost" if found == BEFORE else "torn"
        raise Violation(message)


def _in_place(root: Path, tell: Tell) -> None:
    with (root / "file").open("wb") as file:
        file.write(AFTER)
        file.flush()
        os.fsync(file.fileno())
    tell("written")


def _renamed(root: Path, tell: Tell) -> None:
    (root / "new").write_bytes(AFTER)
    (root / "new").replace(root / "file")
    tell("written")


def _renamed_and_forced(root: Path, tell: Tell) -> None:
    with (root / "new").open("wb") as file:
        file.write(AFTER)
        file.flush()
        os.fsync(file.fileno())
    (root / "new").replace(root / "file")
    tell("written")


def _whole_recipe(root: Path, tell: Tell) -> None:
    write_atomically(root / "file", AFTER)
    tell("written")


def _found(work: object) -> Found:
    recipe = Recipe(name="a file", prepare=_prepare, work=work, judge=_judge)  # type: ignore[arg-type]
    return search(recipe, record(recipe), limit=LIMIT)


@pytest.mark.parametrize(
    ("work", "wrong"),
    [
        (_in_place, {"torn"}),
        (_renamed, {"torn", "lost"}),
        (_renamed_and_forced, {"lost"}),
        (_whole_recipe, set()),
    ],
)
def test_each_step_left_out_of_the_recipe_shows(work: object, wrong: set[str]) -> None:
    """Torn without the rename, lost or torn without forcing, lost without forcing the folder."""
    found = _found(work)
    assert found.states >= 3
    assert {violation.rpartition(" ")[2] for violation in found.violations} == wrong


def test_unforced_bytes_may_be_there_up_to_any_write_torn_or_out_of_order() -> None:
    edits = [Edit(offset=3, data=b"de"), Edit(offset=5, data=b"fg")]
    held = [content.data for content in contents(b"abc", edits)]
    assert held[0] == b"abcdefg"
    assert held[-1] == b"abc"
    assert set(held) == {
        b"abcdefg", b"abcde", b"abcd", b"abc\0e", b"abc\0\0", b"abcdef", b"abcde\0g", b"abcde\0\0",
        b"abc\0\0fg", b"abc",
    }  # fmt: skip


def test_overwriting_and_cutting_are_undone_bytewise() -> None:
    held = {
        c.data for c in contents(b"0123", [Edit(offset=0, data=b"ab"), Edit(offset=3, data=None)])
    }
    assert held == {b"ab2", b"ab23", b"a123", b"0b23", b"012", b"0123"}


def _states(disk: Disk, limit: int = LIMIT) -> set[frozenset[str]]:
    return {frozenset(state) for state in disk.after_power_cut(limit)}


def test_names_come_in_order_and_each_folder_for_itself() -> None:
    disk = Disk({"a": None, "b": None})
    for path in ("a/1", "b/1", "a/2"):
        disk.do(Step(what="make", path=path))
    folders = {"a", "b"}
    assert {names - folders for names in _states(disk)} == {
        frozenset(), frozenset({"a/1"}), frozenset({"a/1", "a/2"}),
        frozenset({"b/1"}), frozenset({"a/1", "b/1"}), frozenset({"a/1", "a/2", "b/1"}),
    }  # fmt: skip
    disk.do(Step(what="sync", path="a"))
    assert {names - folders for names in _states(disk)} == {
        frozenset({"a/1", "a/2"}),
        frozenset({"a/1", "a/2", "b/1"}),
    }


def test_what_moves_between_folders_is_never_gone_from_both() -> None:
    disk = Disk({"a": None, "b": None, "a/x": Content.of(b"x")})
    disk.do(Step(what="move", path="a/x", target="b/y"))
    found = {names - {"a", "b"} for names in _states(disk)}
    assert found == {frozenset({"a/x"}), frozenset({"b/y"}), frozenset({"a/x", "b/y"})}


def test_forcing_a_file_does_not_force_its_name() -> None:
    disk = Disk({})
    for what in ("make", "write", "sync"):
        disk.do(Step(what=what, path="x", data=b"x"))
    assert list(disk.after_power_cut(LIMIT)) == [{"x": Content.of(b"x")}, {}]


def test_what_goes_with_a_folder_goes_whole() -> None:
    disk = Disk({})
    disk.do(Step(what="mkdir", path="a"))
    disk.do(Step(what="make", path="a/x"))
    disk.do(Step(what="sync", path="a"))
    assert _states(disk) == {frozenset(), frozenset({"a", "a/x"})}


def test_too_many_states_are_thinned_to_those_near_both_ends() -> None:
    disk = Disk({})
    for number in range(12):
        disk.do(Step(what="make", path=str(number)))
        disk.do(Step(what="write", path=str(number), data=b"0123456789"))
    states = list(disk.after_power_cut(200))
    assert 100 <= len(states) <= 200
    assert states[0] == disk.newest()
    assert {} in states


def test_a_step_on_what_is_not_there_is_an_incomplete_recording() -> None:
    with pytest.raises(UnlikeTheDiskError):
        Disk({}).do(Step(what="write", path="x", data=b"x"))


def test_a_folder_is_put_down_as_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x").write_bytes(b"x")
    state = snapshot(tmp_path / "a")
    put_down(state, tmp_path / "c")
    assert snapshot(tmp_path / "c") == state == {"b": None, "x": Content.of(b"x")}


def test_a_change_that_cannot_be_told_as_a_step_stops_the_recording(tmp_path: Path) -> None:
    with pytest.raises(UnwatchedCallError, match="symlink"):
        supervise(lambda _: (tmp_path / "link").symlink_to("elsewhere"), tmp_path)
    ending = supervise(lambda _: (tmp_path.parent / "link").symlink_to("elsewhere"), tmp_path)
    assert (ending.code, ending.steps) == (0, ())
