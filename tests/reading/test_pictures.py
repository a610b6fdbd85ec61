"""Pictures that look alike are found, whatever few bits differ; others are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.reading.pictures import MOST_BITS, Picture, alike
from tests.faults.chance import chance

HASHES = st.binary(min_size=32, max_size=32)


def flipped(hashed: bytes, bits: set[int]) -> bytes:
    number = int.from_bytes(hashed, "big")
    for bit in bits:
        number ^= 1 << bit
    return number.to_bytes(32, "big")


def picture(key: str, pdq: bytes, mirrored: bytes = bytes(range(32))) -> Picture:
    return Picture(key=key, pdq=pdq, mirrored=mirrored)


@given(HASHES, st.sets(st.integers(0, 255), max_size=MOST_BITS))
def test_few_bits_apart_is_alike_wherever_they_are(hashed: bytes, bits: set[int]) -> None:
    (found,) = alike(
        [
            picture("a", hashed),
            picture("b", flipped(hashed, bits), flipped(hashed, set(range(200)))),
        ]
    )
    assert (found.first.key, found.second.key, found.mirrored) == ("a", "b", False)
    assert found.bits == len(bits)


def test_more_bits_apart_is_not() -> None:
    hashed = chance(1).randbytes(32)
    far = flipped(hashed, set(range(MOST_BITS + 1)))
    assert not list(alike([picture("a", hashed), picture("b", far, chance(2).randbytes(32))]))


def test_a_mirror_image_is_alike_and_said_so() -> None:
    one, other = chance(3).randbytes(32), chance(4).randbytes(32)
    (found,) = alike([picture("a", one), picture("b", other, flipped(one, {5}))])
    assert (found.mirrored, found.bits) == (True, 1)


def test_the_nearest_of_several_is_named() -> None:
    hashed = chance(5).randbytes(32)
    pictures = [
        picture("far", flipped(hashed, set(range(20))), chance(6).randbytes(32)),
        picture("near", flipped(hashed, {1}), chance(7).randbytes(32)),
        picture("it", hashed, chance(8).randbytes(32)),
    ]
    found = {one.second.key: one.first.key for one in alike(pictures)}
    assert found["it"] == "near"


def test_what_is_no_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        picture("a", b"short")
