"""What waits is kept piece by piece, sealed where it must be, and goes without a trace."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qantar.archive import inbox
from qantar.archive.case import Case
from qantar.archive.frame import Frame, frames
from qantar.archive.inbox import Pending, _joined
from qantar.archive.journal import append_many, lanes
from qantar.archive.segments import read_segment, segment_path
from qantar.archive.staging import Piece

AT = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)

NAME, KEY = b"n" * 32, b"k" * 32
DATA = secrets.token_bytes(100)


def piece(case: Case, offset: int, size: int, *, name: bytes = NAME, total: int = 100) -> Piece:
    path = case.root / f"piece-{secrets.token_hex(4)}"
    path.write_bytes(DATA[offset : offset + size])
    return Piece(name, total, offset, size, path)


def own_frames(case: Case, count: int) -> list[Frame]:
    append_many(case, [("note", {"n": n}) for n in range(count)], at=AT)
    (lane,) = lanes(case)
    return list(frames(read_segment(segment_path(lane.folder, 1)).untrusted))


@pytest.mark.parametrize("cuts", [[0], [0, 40], [40, 0], [70, 0, 30], [0, 1, 99]])
def test_pieces_make_the_whole_in_any_order(case: Case, cuts: list[int]) -> None:
    ends = sorted([*cuts, 100])
    kept = [
        inbox.keep_piece(case, piece(case, at, ends[ends.index(at) + 1] - at), KEY) for at in cuts
    ]
    assert [one.complete for one in kept] == [False] * (len(cuts) - 1) + [True]
    (one,) = inbox.pending(case)
    assert one == kept[-1]
    assert (one.name, one.key, one.total, one.path.read_bytes()) == (NAME, KEY, 100, DATA)


def test_pieces_under_different_keys_are_of_different_files(case: Case) -> None:
    """Two devices that have the same bytes sealed them apart."""
    inbox.keep_piece(case, piece(case, 0, 50), KEY)
    other = inbox.keep_piece(case, piece(case, 50, 50), b"q" * 32)
    assert other.spans == ((50, 100),)
    assert inbox.count(case) == 4
    assert len(list(inbox.pending(case))) == 2


def test_a_piece_that_says_another_length_begins_anew(case: Case) -> None:
    inbox.keep_piece(case, piece(case, 0, 50), KEY)
    kept = inbox.keep_piece(case, piece(case, 50, 30, total=90), KEY)
    assert (kept.total, kept.spans) == (90, ((50, 80),))


def test_keys_that_wait_are_sealed(case: Case) -> None:
    inbox.keep_piece(case, piece(case, 0, 50), KEY)
    on_disk = b"".join(path.read_bytes() for path in (case.inbox / "objects").iterdir())
    assert KEY not in on_disk
    assert KEY.hex().encode() not in on_disk


def test_what_is_dropped_is_gone(case: Case) -> None:
    inbox.drop(inbox.keep_piece(case, piece(case, 0, 50), KEY))
    assert list(inbox.pending(case)) == []
    assert list((case.inbox / "objects").iterdir()) == []


def test_a_file_without_its_state_or_with_another_is_no_original(case: Case) -> None:
    kept = inbox.keep_piece(case, piece(case, 0, 50), KEY)
    state = kept.path.with_name(kept.path.name + ".state")
    sound = state.read_bytes()
    for damaged in (b"", sound[:-1], b"x" * 300):
        state.write_bytes(damaged)
        assert list(inbox.pending(case)) == []
    state.unlink()
    assert list(inbox.pending(case)) == []
    (case.inbox / "objects" / "readme.txt").write_text("somebody's")
    assert inbox.keep_piece(case, piece(case, 50, 50), KEY).spans == ((50, 100),)


def test_what_a_dead_merge_left_over_is_tidied_away(case: Case) -> None:
    whole = inbox.keep_piece(case, piece(case, 0, 50), KEY)
    placed = inbox.keep_piece(case, piece(case, 0, 100, name=b"o" * 32), KEY)
    placed.path.unlink()  # it found its place among the originals
    (case.inbox / "objects" / f"{'ab' * 32}.0123abcd").write_bytes(b"its state never came")
    (case.inbox / "objects" / "readme.txt").write_text("somebody's")
    inbox.tidy(case)
    assert {path.name for path in (case.inbox / "objects").iterdir()} == {
        whole.path.name,
        f"{whole.path.name}.state",
        "readme.txt",
    }


def test_entries_wait_as_they_came(case: Case) -> None:
    came = own_frames(case, 3)
    inbox.store_waiting(case, came)
    assert [one.id for one in frames(inbox.waiting(case))] == [one.id for one in came]
    inbox.store_waiting(case, came[1:])
    assert [one.id for one in frames(inbox.waiting(case))] == [one.id for one in came[1:]]


def test_what_is_erased_while_it_waits_is_forgotten(case: Case) -> None:
    came = own_frames(case, 2)
    inbox.store_waiting(case, came)
    inbox.keep_piece(case, piece(case, 0, 50), KEY)
    inbox.keep_piece(case, piece(case, 0, 50, name=b"o" * 32), KEY)
    inbox.forget(case, objects={NAME.hex()}, entries={came[0].id.hex()})
    assert [one.name for one in inbox.pending(case)] == [b"o" * 32]
    first, second = frames(inbox.waiting(case))
    assert (first.body, first.header) == (b"", came[0].header)
    assert second.body == came[1].body
    assert came[0].body not in b"".join(p.read_bytes() for p in files_in(case.inbox))


def test_a_key_that_a_dead_merge_left_behind_is_forgotten_too(case: Case) -> None:
    """The file had found its place, and the merge died before its state was removed."""
    kept = inbox.keep_piece(case, piece(case, 0, 100), KEY)
    kept.path.unlink()
    inbox.forget(case, objects={NAME.hex()}, entries=())
    assert list((case.inbox / "objects").iterdir()) == []


def files_in(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


SPAN = st.tuples(st.integers(0, 30), st.integers(1, 9)).map(lambda two: (two[0], two[0] + two[1]))


@given(st.lists(SPAN, max_size=8))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_spans_are_joined_as_sets_of_bytes_are(spans: list[tuple[int, int]]) -> None:
    joined = _joined(spans)
    assert {n for a, b in joined for n in range(a, b)} == {n for a, b in spans for n in range(a, b)}
    assert all(one[1] < two[0] for one, two in pairwise(joined))


def test_complete_means_all_of_it() -> None:
    def with_spans(*spans: tuple[int, int]) -> Pending:
        return Pending(name=NAME, key=KEY, total=9, spans=spans, path=Path("x"))

    assert with_spans((0, 9)).complete
    assert not any(with_spans(*s).complete for s in [(), ((0, 8),), ((1, 9),), ((0, 4), (5, 9))])
