"""The case's derived databases, each with the key of its own purpose.

Path and key come together, so that no caller can open one with the key of the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qantar.archive.case import Case
from qantar.record.readings import Readings

_RECORD: Final = "record"
_READINGS: Final = "readings"


def record_of(case: Case) -> tuple[Path, bytes]:
    """Give the path of the case's record and the key that opens it."""
    return case.record_db, case.key_for(_RECORD)


def fresh_record_of(case: Case) -> tuple[Path, bytes]:
    """Give the path of a record in the making, empty and beside the one it will replace."""
    path, key = record_of(case)
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    return fresh, key


def readings_of(case: Case) -> Readings:
    """Give the case's store of readings."""
    return Readings(case.readings_db, case.key_for(_READINGS))
