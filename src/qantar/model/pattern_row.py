"""One row of a table of capture patterns: how many persons exactly these lists name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRow:
    """Persons whom exactly the lists `on` name, as somebody counted them.

    `row` is its number among the data rows, from 1. `on` are names of lists in the order of the
    sheet; none of them is a row of persons on no list, which nobody can have counted. `strata` are
    what the row says of these persons: pairs of a stratum's name and the value.

    Raises:
        ValueError: `row` is below 1, or `count` below 0.
    """

    row: int
    on: tuple[str, ...]
    count: int
    strata: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no table can say."""
        if self.row < 1 or self.count < 0:
            message = f"a row is counted from 1, and persons from 0: {self.row}, {self.count}"
            raise ValueError(message)
