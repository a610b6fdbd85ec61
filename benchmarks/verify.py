"""Checking originals, beside `sha256sum` and `age -d` on the same files; then whole cases.

    python -m benchmarks.verify [MEGABYTES]

Takes files in, of one megabyte and of a hundred, and checks the case. What that is
measured against is what somebody without Qantar would run: `sha256sum` over the plain
files, and `age -d` over the stored ones, each with its own key. Then the same for a
journal of many entries, by both verifiers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from qantar.archive import ring
from qantar.archive.age_keys import spell
from qantar.archive.case import Case
from qantar.archive.journal import append_many
from qantar.archive.originals import list_originals, original_path
from qantar.archive.unlock import open_case
from qantar.workbench.add import add
from qantar.workbench.create import create
from qantar.workbench.entries import Draft
from qantar.workbench.verify import verify

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
BAR = 0.5
MEGABYTE = 1024 * 1024
ENTRIES = 100_000
TOOL = Path(__file__).parents[1] / "tools" / "verify_case.py"


def timed(work: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def run(*command: str | Path) -> None:
    """Run a program that must end well."""
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)


def write_material(folder: Path, megabytes: int) -> Iterator[Path]:
    """Write files that are like nothing else: half of them in bytes small, half large."""
    sizes = [100] * (megabytes // 200) + [1] * (megabytes // 2)
    for number, size in enumerate(sizes):
        path = folder / f"{number}.bin"
        path.write_bytes(os.urandom(size * MEGABYTE))
        yield path


def by_hand(case: Case, material: Path, keys: Path) -> None:
    """Hash the plain files and decrypt the stored ones with standard tools."""
    run("sha256sum", *sorted(material.iterdir()))
    for name in list_originals(case):
        run("age", "-d", "-i", keys / name, "-o", "/dev/null", original_path(case, name))


def check(root: Path) -> None:
    """Check a case, and be sure that it is sound."""
    report = verify(open_case(root, mend=False))
    if report.exit_code:
        sys.exit(f"the case is not sound: {report.findings}")


def measure_originals(folder: Path, megabytes: int) -> float:
    """Print how long it takes by hand and by Qantar; gives their ratio."""
    material, keys = folder / "material", folder / "keys"
    material.mkdir()
    keys.mkdir()
    paths = list(write_material(material, megabytes))
    case = create(folder / "case", title=None, now=AT)
    add(case, paths=paths, sheet_path=None, now=AT, acknowledge=lambda _: None)
    for name in list_originals(case):
        (keys / name).write_text(f"{spell(ring.keys(case)[bytes.fromhex(name)])}\n")
    hand = timed(lambda: by_hand(case, material, keys))
    ours = timed(lambda: check(case.root))
    hand = min(hand, timed(lambda: by_hand(case, material, keys)))
    ours = min(ours, timed(lambda: check(case.root)))
    print(
        f"| originals | {len(paths)} files, {megabytes} MB | {hand:.1f} s | {ours:.1f} s |", end=""
    )
    print(f" {hand / ours:.2f} |", flush=True)
    return hand / ours


def measure_journal(folder: Path) -> None:
    """Print how long both verifiers take over a long journal."""
    case = create(folder / "journal", title=None, now=AT)
    drafts: list[Draft] = [("estimate.seed", {"seed": n}) for n in range(ENTRIES)]
    append_many(case, drafts, at=AT)
    ours = timed(lambda: check(case.root))
    other = timed(lambda: run(sys.executable, TOOL, case.root))
    print(f"| journal | {ENTRIES:,} entries | {other:.1f} s (independent) | {ours:.1f} s | |")


def main() -> None:
    """Measure, and say whether the bar is held."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    if shutil.which("age") is None:
        sys.exit("this needs the standard age tool")
    print("| what | how much | by hand | qantar verify | ratio |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="qantar-verify-") as name:
        ratio = measure_originals(Path(name), megabytes)
        measure_journal(Path(name))
    print(f"\nbar: {BAR} x of by hand, originals; {'held' if ratio >= BAR else 'NOT held'}")


if __name__ == "__main__":
    main()
