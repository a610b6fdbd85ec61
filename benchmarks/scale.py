"""Build and publish at 1, 10 and 100 times the January data: wall time and peak memory.

    python -m benchmarks.scale [TIMES …]

Each command is a process of its own, as a user runs it; peak memory is that
process's largest resident set, as the operating system counts it.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.january import replicate

MEGABYTE = 1 << 20
KIBIBYTE = 1 << 10


@dataclass(frozen=True, slots=True)
class Run:
    """One command: seconds from start to end, and peak memory in megabytes."""

    seconds: float
    megabytes: float


def run(*command: str) -> Run:
    """Run the command to its end.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    child = os.posix_spawn(
        command[0], command, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, 1, 0)]
    )
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status):
        message = f"failed: {' '.join(command)}"
        raise RuntimeError(message)
    return Run(time.perf_counter() - began, usage.ru_maxrss * KIBIBYTE / MEGABYTE)


def measure(times: int, folder: Path) -> None:
    """Print one line of the table."""
    qantar = (sys.executable, "-m", "qantar")
    rows = replicate(folder / "material", times)
    case, out = str(folder / "case"), folder / "dossier"
    run(*qantar, "init", case, "--open")
    added = run(*qantar, "add", case, "--sheet", str(folder / "material" / "sheet.toml"))
    built = run(*qantar, "build", case)
    again = run(*qantar, "build", case)
    published = run(*qantar, "publish", case, str(out), "--yes")
    pages = [path for path in out.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in pages) / MEGABYTE
    print(
        f"| {times}x | {rows:,} | {added.seconds:.1f} s, {added.megabytes:.0f} MB "
        f"| {built.seconds:.1f} s, {built.megabytes:.0f} MB | {again.seconds:.1f} s "
        f"| {published.seconds:.1f} s, {published.megabytes:.0f} MB "
        f"| {len(pages):,} files, {size:.0f} MB |",
        flush=True,
    )


def main() -> None:
    """Measure each scale asked for."""
    print("| scale | rows | add | build | build again | publish | dossier |")
    print("|---|---|---|---|---|---|---|")
    for times in [int(text) for text in sys.argv[1:]] or [1, 10, 100]:
        with tempfile.TemporaryDirectory(prefix="qantar-scale-") as folder:
            measure(times, Path(folder))


if __name__ == "__main__":
    main()
