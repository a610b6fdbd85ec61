"""The January 2022 example, replicated with new ids: the material of the scale benchmark.

Every claim, event, outage, demand and framing row is there `times` times, with its
own id and its references led to rows of the same copy. Figure keys are kept, so a
question gets `times` as many answers; places and speakers are there once.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "january-2022"
REPLICATED = {
    "claims.csv": ("id", "repeats", "targets"),
    "events.csv": ("id", "repeats"),
    "connectivity.csv": ("id",),
    "demands.csv": ("id",),
    "narratives.csv": ("id", "targets_id"),
}


def replicate(folder: Path, times: int) -> int:
    """Write the example `times` over into `folder`, and give the number of its rows."""
    folder.mkdir(parents=True)
    rows = 0
    for path in sorted(EXAMPLE.iterdir()):
        if path.name in REPLICATED:
            rows += _replicate(path, folder / path.name, REPLICATED[path.name], times)
        else:
            shutil.copyfile(path, folder / path.name)
    return rows


def _replicate(source: Path, target: Path, ids: tuple[str, ...], times: int) -> int:
    with source.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        header, rows = list(reader.fieldnames or ()), list(reader)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, quoting=csv.QUOTE_ALL)
        writer.writeheader()
        for copy in range(times):
            for row in rows:
                writer.writerow(row if copy == 0 else _renamed(row, ids, copy))
    return len(rows) * times


def _renamed(row: dict[str, str], ids: tuple[str, ...], copy: int) -> dict[str, str]:
    return {
        name: f"{value}x{copy}" if name in ids and value else value for name, value in row.items()
    }
