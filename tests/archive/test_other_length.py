"""An original is told from one of another length, also where zeros hide how long it is."""

from __future__ import annotations

from io import BytesIO
from time import perf_counter

import pytest

from qantar.archive import ring
from qantar.archive.age_keys import new_secret
from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.archive.original_errors import NotAsStatedError
from qantar.archive.originals import (
    StoredOriginal,
    open_original,
    original_path,
    put,
    require_here,
    stream_original,
)
from qantar.archive.sealing import content_hash, encrypt, hashes_at
from qantar.errors import OriginalAlteredError


def read(case: Case, stored: StoredOriginal, size: int, *stated: int) -> bytes:
    taken: list[bytes] = []
    stream_original(case, stored.sha256, size=size, take=taken.append, stated=stated)
    return b"".join(taken)


@pytest.mark.parametrize(
    "data", [b"", b"a", b"a" + bytes(9), bytes(5000), b"x" * 70_001, b"x" + bytes(70_000)]
)
@pytest.mark.parametrize("more", [-1, 1, 30, 10**6])
def test_a_size_that_is_not_its_own_is_told_as_that(case: Case, data: bytes, more: int) -> None:
    """Where another entry states its own; nobody guesses at others."""
    stored = put(case, BytesIO(data))
    wrong = max(0, stored.size + more)
    assert read(case, stored, stored.size, wrong) == data
    if wrong != stored.size:
        with pytest.raises(NotAsStatedError, match="another size"):
            read(case, stored, wrong, stored.size, wrong, wrong + 1)
        with pytest.raises(OriginalAlteredError) as told:
            read(case, stored, wrong, wrong + 2)
        assert not isinstance(told.value, NotAsStatedError)


def test_many_stated_sizes_cost_one_reading(case: Case) -> None:
    """It once cost a hash for each zero at the end: minutes, at every build."""
    data = b"x" + bytes(8_000_000)
    stored = put(case, BytesIO(data))
    path, secret = require_here(case, stored.sha256)
    started = perf_counter()
    with path.open("rb") as file:
        content_hash(file, secret, size=stored.size)
    once = perf_counter() - started
    sizes = range(stored.size, stored.size + 1000)
    started = perf_counter()
    with path.open("rb") as file:
        found = hashes_at(file, secret, sizes=sizes)
    took = perf_counter() - started
    assert found.pop(stored.size) == stored.sha256
    assert set(found) < set(sizes)
    assert took < 20 * once + 1


def test_other_bytes_are_never_taken_for_another_size(case: Case) -> None:
    """Who has the keys can put a sound object of other bytes there."""
    stored, secret = put(case, BytesIO(b"as it was")), new_secret()
    path = original_path(case, stored.object)
    with path.open("wb") as file:
        encrypt(BytesIO(b"as it is!"), file, secret)
    with writing(case):
        ring.add(case, [(bytes.fromhex(stored.object), secret)])
    with pytest.raises(OriginalAlteredError, match="changed since intake") as told:
        open_original(case, stored.sha256, size=stored.size)
    assert not isinstance(told.value, NotAsStatedError)
