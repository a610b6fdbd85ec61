"""A pair is found where it stands, and nothing of the others is copied for it."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from qantar.linking.pair_places import PairPlaces

MILLIONS = 2_000_000
LEAST = 1_000_000
"""Bytes: far less than either column has."""


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_a_look_up_among_millions_copies_none_of_them(kind: type[np.signedinteger]) -> None:
    left = np.repeat(np.arange(2, dtype=kind), MILLIONS // 2)
    right = np.tile(np.arange(MILLIONS // 2, dtype=kind), 2)
    pairs = PairPlaces(left, right)
    tracemalloc.start()
    try:
        assert pairs.get((1, 12)) == MILLIONS // 2 + 12
        assert (0, MILLIONS // 2) not in pairs
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < LEAST
