"""Two processes open the bodies of a journal, and every body comes out once and rightly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from qantar.archive import opening, ring
from qantar.archive.body import UnsoundBodyError, seal_body
from qantar.archive.case import Case
from qantar.archive.frame import Frame, frames
from qantar.archive.journal import append_many, read
from qantar.archive.lanes import own_lane
from qantar.archive.segments import read_segment, segments
from qantar.archive.unlock import open_case
from qantar.model.entry import Entry

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


@pytest.fixture
def by_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two read also a short journal, every frame of it a stretch of its own."""
    monkeypatch.setattr(opening, "_WORTH_A_FORK", 0)
    monkeypatch.setattr(opening, "_STRETCH", 512)


def _written(case: Case) -> list[Entry]:
    return append_many(case, [("note", {"n": n}) for n in range(40)], at=AT)


def _frames(case: Case) -> Iterator[Frame]:
    for path in segments(own_lane(case).folder):
        yield from frames(read_segment(path).untrusted)


def _wait_for_the_other() -> None:
    os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)


@pytest.mark.usefixtures("by_two")
def test_what_the_other_has_opened_needs_no_key_here(case: Case) -> None:
    written = _written(case)
    keys = dict(ring.keys(case))
    with opening.opener(case, lambda: keys) as opens:
        _wait_for_the_other()
        keys.clear()
        opens.turn_to(own_lane(case), 1)
        opened = [opens.open(frame) for frame in _frames(case)]
    # The first two stretches are always left to whoever reads.
    assert opened == [None, None, *(entry.body for entry in written[2:])]


@pytest.mark.usefixtures("by_two")
def test_a_body_that_the_other_finds_unsound_is_unsound(case: Case) -> None:
    strange = _written(case)[20]
    key = ring.keys(case)[bytes.fromhex(strange.commitment)]
    false = seal_body({"n": "other"}, key).ciphertext
    (path,) = segments(own_lane(case).folder)
    whole = path.read_bytes()
    (true,) = (frame for frame in frames(whole) if frame.id.hex() == strange.id)
    path.write_bytes(whole.replace(true.body, false))
    with opening.opener(case, lambda: ring.keys(case)) as opens:
        _wait_for_the_other()
        opens.turn_to(own_lane(case), 1)
        for frame in _frames(case):
            if frame.id == true.id:
                # Its true body would open here: it is the other's word that counts.
                with pytest.raises(UnsoundBodyError):
                    opens.open(true)
            else:
                opens.open(frame)


@pytest.mark.usefixtures("by_two")
def test_a_process_that_dies_leaves_the_rest_to_the_reader(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = _written(case)
    tell = opening._tell_segment

    def die_soon(untrusted: bytes, *rest: object) -> None:
        tell(untrusted[: len(untrusted) // 2], *rest)  # type: ignore[arg-type]
        os._exit(1)

    monkeypatch.setattr(opening, "_tell_segment", die_soon)
    assert list(read(open_case(case.root), commitments=True)) == written


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("stretch", [1, 300, 5_000, 10**6])
def test_the_length_of_a_stretch_changes_nothing(
    case: Case, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    written = _written(case)
    monkeypatch.setattr(opening, "_STRETCH", stretch)
    assert list(read(open_case(case.root), commitments=True)) == written
