"""What would move the answer: one list less, other priors, lists that depend on each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from qantar.counting.asked import Asked
from qantar.counting.table import CaptureTable
from qantar.counting.verdict import Quoted
from qantar.model.counted import Sensitivity
from qantar.model.estimate import Caution


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was tried, and what a reader must know of it."""

    sensitivity: Sensitivity = field(default_factory=Sensitivity)
    cautions: tuple[Caution, ...] = ()


def tried(table: CaptureTable, quoted: Quoted, asked: Asked) -> Tried:
    """Try what would move the answer."""
    return Tried()
