"""Distinct numbers, by sorting."""

from __future__ import annotations

import numpy as np


def distinct(codes: np.ndarray) -> np.ndarray:
    """Give each number once, in order; by sorting, which `np.unique` no longer does.

    Its table of hashes takes many times as long for millions of numbers.
    """
    ordered = np.sort(codes)
    if not len(ordered):
        return ordered
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]
