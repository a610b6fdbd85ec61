"""What is damaged here is mended by a whole bundle of a device that has it, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.originals import list_originals, original_path
from qantar.archive.unlock import open_case
from qantar.workbench.merge import merge
from qantar.workbench.verify import verify

from .conftest import NOW
from .exchange import Exchange


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


@pytest.fixture
def team(tmp_path: Path) -> Exchange:
    return Exchange.begun(tmp_path)


@pytest.fixture
def bo(team: Exchange) -> Case:
    """A second device with all that the first one has, and something of its own."""
    made = team.joined("bo")
    team.take_in(made, "found")
    team.hand_over(made, team.home, "founder")
    team.hand_over(team.home, made, "bo")
    return made


def adopted(team: Exchange, case: Case, to: Case, name: str) -> dict[str, int]:
    """Hand over all that a device has; gives what was adopted of originals, by reason."""
    report = team.hand_over(case, to, name, whole=True)
    assert not report.refused
    return {one.reason: one.count for one in report.adopted if one.what == "original"}


MENDED = "it took the place of one that was damaged here"


@pytest.mark.parametrize("at", [10, 300, None])
def test_a_damaged_original_is_replaced_by_a_whole_bundle(
    team: Exchange, bo: Case, at: int | None
) -> None:
    """That was the advice, and merging gave "Nothing in it is new"."""
    path = original_path(team.home, list_originals(team.home)[0])
    path.write_bytes(path.read_bytes()[:-5]) if at is None else flip(path, at)
    (told,) = [one for one in verify(team.home).findings if one.check == "original"]
    assert "--whole" in told.next
    assert adopted(team, bo, team.home, "founder") == {MENDED: 1}
    after = verify(open_case(team.home.root))
    assert (after.exit_code, after.originals) == (0, 2)
    assert adopted(team, bo, team.home, "founder") == {}


def test_a_damaged_original_is_replaced_by_parts_in_any_order(team: Exchange, bo: Case) -> None:
    data = bytes(range(256)) * 1200
    team.take_in(bo, "large", data)
    team.hand_over(bo, team.home, "founder")
    large = max(
        (original_path(team.home, one) for one in list_originals(team.home)),
        key=lambda path: path.stat().st_size,
    )
    flip(large, 5000)
    parts = team.bundle(bo, "founder", whole=True, part_bytes=150_000)
    assert len(parts) > 1
    for part in reversed(parts):
        merge(team.home, [part], now=NOW)
    assert verify(open_case(team.home.root)).exit_code == 0


def test_a_sound_original_is_not_replaced_by_a_whole_bundle(team: Exchange, bo: Case) -> None:
    before = {name: original_path(team.home, name).read_bytes() for name in list_originals(bo)}
    assert adopted(team, bo, team.home, "founder") == {}
    for name, data in before.items():
        assert original_path(team.home, name).read_bytes() == data


def test_a_size_that_somebody_made_up_keeps_no_original_out(team: Exchange, bo: Case) -> None:
    told = next(one.body for one in read(team.home) if one.kind == "accession") or {}
    append(bo, kind="accession", body={**told, "size": int(str(told["size"])) + 1}, at=NOW)
    original_path(team.home, str(told["object"])).unlink()
    assert sum(adopted(team, bo, team.home, "founder").values()) == 1
    assert verify(open_case(team.home.root)).exit_code == 0
