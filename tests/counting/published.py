"""Published tables of capture patterns, with what other programs and their authors make of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from qantar.counting.table import CaptureTable

DATA = Path(__file__).parent / "data" / "tables.json"


@dataclass(frozen=True, kw_only=True)
class Published:
    """One table.

    `reference` holds, by program, its settings and figures as they were stored; where LCMCR's
    `split_rhat_logN` is above 1.01 its figures show a fault and are no reference.
    """

    name: str
    citation: str
    table: CaptureTable
    strata: Mapping[str, CaptureTable] = field(default_factory=dict)
    reference: Mapping[str, Any]

    @property
    def lists(self) -> int:
        """How many lists there are."""
        return len(self.table.lists)


@cache
def published() -> Mapping[str, Published]:
    """Read all tables, by name, in the order of the file."""
    stored = json.loads(DATA.read_text(encoding="utf-8"))
    return {one["name"]: _one(one) for one in stored["datasets"]}


def _one(stored: Mapping[str, Any]) -> Published:
    lists = stored["lists"]
    return Published(
        name=stored["name"],
        citation=stored["citation"],
        table=_table(lists, stored["patterns"]),
        strata={name: _table(lists, rows) for name, rows in stored.get("strata", {}).items()},
        reference=stored["reference"],
    )


def _table(lists: list[str], patterns: Mapping[str, int]) -> CaptureTable:
    marks = ((tuple(map(int, pattern)), count) for pattern, count in patterns.items())
    return CaptureTable.of(lists, marks)
