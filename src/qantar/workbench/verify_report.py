"""What a check of a case reports: findings, how much was checked, how far it was witnessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qantar.archive.verify import Finding
from qantar.archive.verify_witness import Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """How far somebody else saw a device's journal: up to `entry`, `by` whom (each in words)."""

    device: str
    entry: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """What a check found.

    `originals` is how many were opened and hashed, None where that cannot be done
    without a key; `entries` how many were read, of so many `devices`. `exit_code` is that
    of the gravest fault, 0 without one.
    """

    findings: tuple[Finding, ...]
    originals: int | None
    entries: int
    devices: int
    witnessed: tuple[Witnessed, ...]
    exit_code: int

    def to_json(self) -> dict[str, object]:
        """The last line that `qantar verify --json` prints; `witnessed` counts entries."""
        seen = [
            {"device": one.device, "entry": one.entry, "by": list(one.by)} for one in self.witnessed
        ]
        return {
            "verified": {
                "originals": self.originals,
                "entries": self.entries,
                "witnessed": sum(one.entry for one in self.witnessed),
                "devices": self.devices,
                "ok": self.exit_code == 0,
                "witnesses": seen,
            }
        }


def newest(found: Iterable[Sighting]) -> tuple[Witnessed, ...]:
    """Give of each device how far it was seen at most, and by whom."""
    seen: dict[str, dict[int, set[str]]] = {}
    for one in found:
        words = f"{one.by} at {one.at:%Y-%m-%dT%H:%MZ}" if one.at else one.by
        seen.setdefault(one.device, {}).setdefault(one.size, set()).add(words)
    return tuple(
        Witnessed(device=device, entry=max(sizes), by=tuple(sorted(sizes[max(sizes)])))
        for device, sizes in sorted(seen.items())
        if max(sizes)
    )
