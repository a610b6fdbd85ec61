"""An original is told from one of another length, also where zeros hide how long it is."""

from __future__ import annotations

from io import BytesIO

import pytest

from qantar.archive import ring
from qantar.archive.age_keys import new_secret
from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.archive.original_errors import NotAsStatedError
from qantar.archive.originals import open_original, original_path, put
from qantar.archive.sealing import encrypt
from qantar.errors import OriginalAlteredError


@pytest.mark.parametrize(
    "data", [b"", b"a", b"a" + bytes(9), bytes(5000), b"x" * 70_001, b"x" + bytes(70_000)]
)
@pytest.mark.parametrize("more", [-1, 1, 30, 10**6])
def test_a_size_that_is_not_its_own_is_told_as_that(case: Case, data: bytes, more: int) -> None:
    stored = put(case, BytesIO(data))
    wrong = max(0, stored.size + more)
    with open_original(case, stored.sha256, size=stored.size) as found:
        assert found.read() == data
    if wrong != stored.size:
        with pytest.raises(NotAsStatedError, match="another size"):
            open_original(case, stored.sha256, size=wrong)


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
