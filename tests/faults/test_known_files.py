"""Whoever has a closed case and a well-known file cannot tell whether the case holds it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.chance import chance
from tests.faults.known_files import (
    ATTACKS,
    PAIRS,
    Pair,
    pairs,
    plain_store,
    right_guesses,
    sealed_store,
)
from tests.faults.scratch import scratch_folder

FOUR_DEVIATIONS = 4 * (PAIRS * 0.25) ** 0.5


@pytest.fixture(scope="module")
def tried() -> list[Pair]:
    return pairs(chance(2022))


@pytest.fixture(scope="module")
def closed_case(tried: list[Pair]) -> Iterator[Path]:
    with scratch_folder() as folder:
        sealed_store(folder, [pair.inside for pair in tried])
        yield folder


@pytest.mark.parametrize("attack", ATTACKS)
def test_of_500_known_files_a_closed_case_tells_no_better_than_a_coin(
    closed_case: Path, tried: list[Pair], attack: str
) -> None:
    right = right_guesses(closed_case, tried, ATTACKS[attack], chance(7))
    assert abs(right - PAIRS / 2) < FOUR_DEVIATIONS


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_plain_store_tells_every_one(tmp_path: Path, tried: list[Pair], attack: str) -> None:
    """The attacks themselves are sound."""
    plain_store(tmp_path, [pair.inside for pair in tried])
    assert right_guesses(tmp_path, tried, ATTACKS[attack], chance(7)) == PAIRS
