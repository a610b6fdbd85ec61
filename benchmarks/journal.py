"""A journal of 100,000 decisions: appended, then read, checked and folded.

    python -m benchmarks.journal [ENTRIES]

Checked is everything that a reader can check: frames, hashes, chain, tree, signed
head, every body against its commitment. Processor time is given beside wall time,
for each of the two processes that share the work, because a machine at other work
stretches the one and not the other.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from qantar.archive import journal
from qantar.archive.case import Case, create_case
from qantar.archive.unlock import open_case
from qantar.model.decision import Verdict
from qantar.workbench.entries import Draft, decision
from qantar.workbench.fold import fold

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
BAR = 30_000
ONE_BY_ONE = 500


def one_decision(number: int) -> Draft:
    """Give a decision on a pair of claims of its own, of the usual length."""
    claim = f"claim:{number % 997:016x}"
    reason = "the same happening, told twice by one outlet"
    return decision(Verdict.SAME, (f"{claim}:{number}", f"{claim}:{number + 1}"), reason)


def measure(what: str, entries: int, work: Callable[[], object]) -> float:
    """Print one line; gives entries per second of wall time."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    began, busy = time.perf_counter(), time.process_time()
    work()
    wall, busy = time.perf_counter() - began, time.process_time() - busy
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    beside = now.ru_utime + now.ru_stime - children.ru_utime - children.ru_stime
    print(
        f"| {what} | {entries:,} | {wall:.2f} s | {entries / wall:,.0f}/s "
        f"| {busy / entries * 1e6:.1f} + {beside / entries * 1e6:.1f} µs |",
        flush=True,
    )
    return entries / wall


def append_all(case: Case, entries: int) -> None:
    """Append so many decisions, and keep none: readers come with an empty memory."""
    journal.append_many(case, map(one_decision, range(entries)), at=AT)


def read_all(case: Case, *, commitments: bool) -> None:
    """Read every entry and keep none."""
    for _ in journal.read(case, commitments=commitments):
        pass


def main() -> None:
    """Measure, and say whether the bar is held."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print("| what | entries | wall | rate | processor time of one entry, here + beside |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="qantar-journal-") as folder:
        root = Path(folder) / "case"
        case = create_case(root)
        measure("append, at once", entries, lambda: append_all(case, entries))
        one = one_decision(entries)
        measure(
            "append, one by one",
            ONE_BY_ONE,
            lambda: [
                journal.append(case, kind=one[0], body=one[1], at=AT) for _ in range(ONE_BY_ONE)
            ],
        )
        everything = entries + ONE_BY_ONE
        measure("read", everything, lambda: read_all(open_case(root), commitments=False))
        measure("read, checked", everything, lambda: read_all(open_case(root), commitments=True))
        rate = measure(
            "read, checked, folded",
            everything,
            lambda: fold(journal.read(open_case(root), commitments=True)),
        )
    print(f"\nbar: {BAR:,} entries/s folded and checked; {'held' if rate >= BAR else 'NOT held'}")


if __name__ == "__main__":
    main()
