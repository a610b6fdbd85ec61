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

from qantar.archive import inbox, waiting
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


@pytest.fixture(autouse=True)
def _any_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "LEAST_PIECE", 1)


def keep(case: Case, piece: Piece, key: bytes) -> Pending:
    """Keep one piece, as a merge of its own."""
    keeping = inbox.Keeping(case)
    assert keeping.put(piece, key) is None
    (kept,) = keeping.settle()
    return kept


def own_frames(case: Case, count: int) -> list[Frame]:
    append_many(case, [("note", {"n": n}) for n in range(count)], at=AT)
    (lane,) = lanes(case)
    return list(frames(read_segment(segment_path(lane.folder, 1)).untrusted))


@pytest.mark.parametrize("cuts", [[0], [0, 40], [40, 0], [70, 0, 30], [0, 1, 99]])
def test_pieces_make_the_whole_in_any_order(case: Case, cuts: list[int]) -> None:
    ends = sorted([*cuts, 100])
    kept = [keep(case, piece(case, at, ends[ends.index(at) + 1] - at), KEY) for at in cuts]
    assert [one.complete for one in kept] == [False] * (len(cuts) - 1) + [True]
    (one,) = inbox.pending(case)
    assert one == kept[-1]
    assert (one.name, one.key, one.total, one.path.read_bytes()) == (NAME, KEY, 100, DATA)


def test_pieces_under_different_keys_are_of_different_files(case: Case) -> None:
    """Two devices that have the same bytes sealed them apart."""
    keep(case, piece(case, 0, 50), KEY)
    other = keep(case, piece(case, 50, 50), b"q" * 32)
    assert other.spans == ((50, 100),)
    assert inbox.count(case) == 4
    assert len(list(inbox.pending(case))) == 2


def test_a_piece_that_says_another_length_begins_anew(case: Case) -> None:
    keep(case, piece(case, 0, 50), KEY)
    kept = keep(case, piece(case, 50, 30, total=90), KEY)
    assert (kept.total, kept.spans) == (90, ((50, 80),))


def test_keys_that_wait_are_sealed(case: Case) -> None:
    keep(case, piece(case, 0, 50), KEY)
    on_disk = b"".join(path.read_bytes() for path in (case.inbox / "objects").iterdir())
    assert KEY not in on_disk
    assert KEY.hex().encode() not in on_disk


def test_what_is_dropped_is_gone(case: Case) -> None:
    inbox.drop(keep(case, piece(case, 0, 50), KEY))
    assert list(inbox.pending(case)) == []
    assert list((case.inbox / "objects").iterdir()) == []


def test_a_file_without_its_state_or_with_another_is_no_original(case: Case) -> None:
    kept = keep(case, piece(case, 0, 50), KEY)
    state = kept.path.with_name(kept.path.name + ".state")
    sound = state.read_bytes()
    for damaged in (b"", sound[:-1], b"x" * 300):
        state.write_bytes(damaged)
        assert list(inbox.pending(case)) == []
    state.unlink()
    assert list(inbox.pending(case)) == []
    (case.inbox / "objects" / "readme.txt").write_text("somebody's")
    assert keep(case, piece(case, 50, 50), KEY).spans == ((50, 100),)


def test_what_a_dead_merge_left_over_is_tidied_away(case: Case) -> None:
    whole = keep(case, piece(case, 0, 50), KEY)
    placed = keep(case, piece(case, 0, 100, name=b"o" * 32), KEY)
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
    assert [one.id for one in inbox.waiting(case).frames()] == [one.id for one in came]
    inbox.store_waiting(case, came[1:])
    assert [one.id for one in inbox.waiting(case).frames()] == [one.id for one in came[1:]]


def test_what_waits_is_read_a_stretch_at_a_time(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = own_frames(case, 9)
    inbox.store_waiting(case, came)
    there = inbox.waiting(case)
    size = there.path.stat().st_size
    assert list(there.stretches()) == [(0, size)]
    monkeypatch.setattr(waiting, "_STRETCH", size // 4)
    stretches = list(there.stretches())
    assert len(stretches) > 4
    assert [end for _, end in stretches] == [start for start, _ in stretches[1:]] + [size]
    assert [one.id for one in there.frames()] == [one.id for one in came]
    there.store(there.frames())  # what is kept may be read from what it replaces
    there.store(list(there.frames())[1:])
    assert [one.id for one in there.frames()] == [one.id for one in came[1:]]


def test_a_file_whose_lengths_make_no_sense_ends_and_is_not_read_whole(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.store_waiting(case, own_frames(case, 1))
    there = inbox.waiting(case)
    size = there.path.stat().st_size
    there.path.write_bytes(there.path.read_bytes() + b"\xff" * 10 * size)
    monkeypatch.setattr(waiting, "_STRETCH", 2 * size)
    assert list(there.stretches()) == [(0, size), (size, 3 * size)]
    assert len(list(there.frames())) == 1


def test_what_is_erased_while_it_waits_is_forgotten(case: Case) -> None:
    came = own_frames(case, 2)
    inbox.store_waiting(case, came)
    keep(case, piece(case, 0, 50), KEY)
    keep(case, piece(case, 0, 50, name=b"o" * 32), KEY)
    inbox.forget(case, objects={NAME.hex()}, entries={came[0].id.hex()})
    assert [one.name for one in inbox.pending(case)] == [b"o" * 32]
    first, second = inbox.waiting(case).frames()
    assert (first.body, first.header) == (b"", came[0].header)
    assert second.body == came[1].body
    assert came[0].body not in b"".join(p.read_bytes() for p in files_in(case.inbox))


def test_a_key_that_a_dead_merge_left_behind_is_forgotten_too(case: Case) -> None:
    """The file had found its place, and the merge died before its state was removed."""
    kept = keep(case, piece(case, 0, 100), KEY)
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


def test_pieces_of_one_merge_are_settled_together(case: Case) -> None:
    keep(case, piece(case, 0, 10), KEY)
    keeping = inbox.Keeping(case)
    for at in (20, 10, 40):
        assert keeping.put(piece(case, at, 10), KEY) is None
    assert keeping.put(piece(case, 0, 50, name=b"o" * 32), KEY) is None
    first, other = keeping.settle()
    assert (first.spans, other.spans) == (((0, 30), (40, 50)), ((0, 50),))
    assert set(inbox.pending(case)) == {first, other}
    assert not [p for p in (case.inbox / "objects").iterdir() if p.name.startswith(".")]


def test_pieces_that_nobody_cuts_are_refused(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "LEAST_PIECE", 20)
    keeping = inbox.Keeping(case)
    for at, size in ((0, 19), (50, 19)):
        assert "smaller pieces" in (keeping.put(piece(case, at, size), KEY) or "")
    assert keeping.put(piece(case, 99, 1), KEY) is None
    assert keeping.put(piece(case, 0, 20), KEY) is None
    assert [one.spans for one in keeping.settle()] == [((0, 20), (99, 100))]


def test_a_file_in_very_many_parts_is_refused_and_the_merge_goes_on(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_SPANS", 5)
    keeping = inbox.Keeping(case)
    told = [keeping.put(piece(case, at, 1), KEY) for at in range(0, 20, 2)]
    assert told[:5] == [None] * 5
    assert all("more pieces" in (reason or "") for reason in told[5:])
    assert keeping.put(piece(case, 1, 1), KEY) is None
    (kept,) = keeping.settle()
    assert len(kept.spans) == 4


def test_the_state_of_a_file_in_as_many_parts_as_may_be_is_read_again(case: Case) -> None:
    path = case.inbox / "objects" / f"{NAME.hex()}.{'0' * 8}"
    far = 2**40
    spans = tuple((far - 2 * n - 2, far - 2 * n - 1) for n in range(inbox.MOST_SPANS))[::-1]
    one = Pending(name=NAME, key=KEY, total=far, spans=spans, path=path)
    assert len(inbox._seal(case, one)) < inbox._MOST_STATE // 8


def test_complete_means_all_of_it() -> None:
    def with_spans(*spans: tuple[int, int]) -> Pending:
        return Pending(name=NAME, key=KEY, total=9, spans=spans, path=Path("x"))

    assert with_spans((0, 9)).complete
    assert not any(with_spans(*s).complete for s in [(), ((0, 8),), ((1, 9),), ((0, 4), (5, 9))])
