"""What comes in lies in scratch files, one for each run of bytes, and leaves none behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from qantar.archive.bundle_format import Chunk
from qantar.archive.disk import SCRATCH_PREFIX
from qantar.archive.staging import Batch, Staging, copied

ONE, TWO = b"1" * 32, b"2" * 32


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Staging]:
    made = Staging(tmp_path)
    yield made
    made.close()


def put(staging: Staging, name: bytes, offset: int, data: bytes, total: int = 100) -> None:
    staging.begin(Chunk(name, total, offset, len(data)))
    staging.write(data)


def test_chunks_that_follow_each_other_are_one_run(staging: Staging) -> None:
    put(staging, ONE, 0, b"abc")
    put(staging, ONE, 3, b"def")
    put(staging, ONE, 7, b"hij")
    put(staging, TWO, 10, b"x")
    put(staging, ONE, 6, b"g")
    staging.skip()
    runs = [(one.name, one.offset, one.size, one.path.read_bytes()) for one in staging.pieces]
    assert runs == [
        (ONE, 0, 6, b"abcdef"),
        (ONE, 7, 3, b"hij"),
        (TWO, 10, 1, b"x"),
        (ONE, 6, 1, b"g"),
    ]


def test_chunks_of_another_length_are_of_another_original(staging: Staging) -> None:
    put(staging, ONE, 0, b"abc", total=100)
    put(staging, ONE, 3, b"def", total=101)
    assert [one.size for one in staging.pieces] == [3, 3]


def test_entries_are_read_again_where_they_lie(staging: Staging) -> None:
    staging.add_batch("a", b"first")
    staging.add_batch("b", b"second")
    assert staging.batches == [Batch("a", 0, 5), Batch("b", 5, 11)]
    assert staging.read(5, 11) == b"second"
    assert staging.read(3, 7) == b"stse"


def test_all_is_gone_at_the_end_but_what_was_taken(tmp_path: Path, staging: Staging) -> None:
    staging.add_batch("a", b"first")
    put(staging, ONE, 0, b"abc")
    put(staging, TWO, 0, b"abc")
    staging.skip()
    assert all(path.name.startswith(SCRATCH_PREFIX) for path in tmp_path.iterdir())
    staging.pieces[0].path.rename(tmp_path / "taken")
    staging.close()
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_it_can_be_closed_in_the_middle_of_a_run(tmp_path: Path, staging: Staging) -> None:
    put(staging, ONE, 0, b"abc")
    staging.close()
    assert list(tmp_path.iterdir()) == []


def test_a_piece_goes_where_it_belongs(tmp_path: Path, staging: Staging) -> None:
    put(staging, ONE, 50, b"later")
    put(staging, TWO, 0, b"first")
    staging.skip()
    target = tmp_path / "target"
    copied(staging.pieces[0], target, keep=False)
    assert target.read_bytes() == bytes(50) + b"later"
    os.truncate(target, 60)
    copied(staging.pieces[1], target, keep=True)
    assert target.read_bytes() == b"first" + bytes(45) + b"later" + bytes(5)
    copied(staging.pieces[1], target, keep=False)
    assert target.read_bytes() == b"first"
