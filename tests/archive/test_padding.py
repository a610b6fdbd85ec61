"""Padding says the order of magnitude of a size and little more, and costs at most an eighth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive.padding import padme

sizes = st.integers(min_value=1, max_value=2**50)


@pytest.mark.parametrize(
    ("size", "padded"),
    [
        # By hand, after section 4 of the paper: E = floor(log2 L), S = floor(log2 E) + 1, and
        # the last E - S bits become zero, upwards.
        (9, 10),  # E 3, S 2: to a multiple of 2
        (100, 104),  # E 6, S 3: of 8
        (1_000_000, 1_015_808),  # E 19, S 5: of 16,384
        (2**30, 2**30),
        (2**30 + 1, 2**30 + 2**25),  # E 30, S 5
        (2_000_000_000, 2_013_265_920),
    ],
)
def test_sizes_worked_by_hand(size: int, padded: int) -> None:
    assert padme(size, least=1) == padded


@pytest.mark.parametrize("size", [0, 1, 4095, 4096])
def test_small_things_are_all_of_one_size(size: int) -> None:
    assert padme(size, least=4096) == 4096


@given(sizes)
def test_the_overhead_is_at_most_twelve_percent(size: int) -> None:
    """The paper's bound, reached by small sizes only: above 1 MB it is 3 %."""
    over = padme(size, least=1) - size
    assert 0 <= over * 100 < size * 12
    assert size < 1_000_000 or over * 100 <= size * 3.2


@given(sizes, sizes)
def test_a_larger_thing_never_has_the_smaller_size(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert padme(small, least=256) <= padme(large, least=256)


@given(sizes)
def test_a_padded_size_is_its_own(size: int) -> None:
    padded = padme(size, least=1)
    assert padme(padded, least=1) == padded


@pytest.mark.parametrize("exponent", [12, 20, 30, 40])
def test_a_size_tells_few_bits(exponent: int) -> None:
    """Between 2^E and 2^(E+1) there are 2^S sizes: 16 at 4 kB, 32 at a megabyte and a gigabyte."""
    step = 2 ** (exponent - exponent.bit_length())
    start = 2**exponent
    found = {padme(size, least=1) for size in range(start, 2 * start, step)}
    assert len(found) == 2 ** exponent.bit_length()
    assert {padme(start + step - 1, least=1), padme(start + 1, least=1)} == {start + step}
