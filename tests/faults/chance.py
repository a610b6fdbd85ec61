"""Chance that can be had again, so that a failing test fails again."""

from __future__ import annotations

from random import Random


def chance(seed: int) -> Random:
    """Give a source of chance; the same for the same seed."""
    return Random(seed)  # noqa: S311  # it protects nothing
