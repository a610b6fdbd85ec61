"""How well and how fast rows become persons, on generated and public lists.

    python -m benchmarks.linking [--linkgen PATH] [--data DIR] [--only NAME …] [--detail]
    python -m benchmarks.linking --review [--answers 300] [--wrong 0] [--linkgen PATH] [--only …]
    python -m benchmarks.linking --doubt [--answers 0] [--linkgen PATH] [--only NAME …]

Each set is linked in a process of its own, at the default settings and without any
decision. Memory is the largest resident set of that process, and in brackets what it was
when the rows were read, before linking. `--only` takes beginnings of names (`linkgen-4000`,
`febrl`, `generator-760000`); `--difficulty` is for the generated lists; `--detail` adds the
recall of each pair of lists and the calibration. Peers (`make peers`)
are measured in the same run where they are installed.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from benchmarks.linking import doubt, review
from benchmarks.linking.linkers import LINKERS, OURS, measured
from benchmarks.linking.outcome import Outcome
from benchmarks.linking.sets import Measured, chosen, of_many_seeds

HEADER = (
    "data",
    "linker",
    "rows",
    "true pairs",
    "candidates",
    "pair F1",
    "bar",
    "precision",
    "recall",
    "B-cubed F1",
    "persons found / true",
    "CPU",
    "peak (before)",
)


def line(one: Measured, linker: str, got: Outcome) -> str:
    """Word the row of the table."""
    cells = (
        one.name,
        linker,
        f"{got.rows:,}",
        f"{got.true_pairs:,}",
        f"{got.candidates:.3f}",
        f"{got.pairs.f1:.3f}",
        _bar(one, got) if linker == OURS else "",
        f"{got.pairs.precision:.3f}",
        f"{got.pairs.recall:.3f}",
        f"{got.b_cubed.f1:.3f}",
        f"{got.persons:,} / {got.true_persons:,}",
        f"{got.seconds:.1f} s",
        f"{got.megabytes:,.0f} MB ({got.megabytes_before:,.0f})",
    )
    return f"| {' | '.join(cells)} |"


def _bar(one: Measured, got: Outcome) -> str:
    if one.bar is None:
        return ""
    return f"{one.bar:.3f} {'held' if got.pairs.f1 >= one.bar else 'NOT'}"


def detail(got: Outcome) -> list[str]:
    """Word the recall of each pair of lists, and what was said of pairs beside the truth."""
    by_lists = [
        f"{one.left} - {one.right} {one.share:.3f} of {one.true:,}"
        for one in got.by_lists
        if one.true
    ]
    said = [
        f"{one.low:g}-{one.high:g}: said {one.said:.3f}, true {one.true:.3f} of {one.pairs:,}"
        for one in got.calibration
    ]
    total = f"said {got.said:,.0f} of the pairs are true; {got.truly:,} are"
    return [f"    recall {'; '.join(by_lists)}", f"    {total}", *(f"    {one}" for one in said)]


def main() -> None:
    """Print one line of the table a set."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.linking")
    parser.add_argument("--linkgen", type=Path, help="the first generator, a Python program")
    parser.add_argument("--data", type=Path, help="the folder of the public sets")
    parser.add_argument("--only", nargs="+", default=(), help="beginnings of names of sets")
    parser.add_argument("--difficulty", type=float, default=1.0)
    parser.add_argument("--detail", action="store_true")
    parser.add_argument("--review", action="store_true", help="what answers are worth")
    parser.add_argument("--doubt", action="store_true", help="how honest the doubt is")
    parser.add_argument("--answers", type=int)
    parser.add_argument("--wrong", type=float, default=0.0, help="which share of answers is wrong")
    asked = parser.parse_args()
    if asked.doubt:
        many = of_many_seeds(asked.only, linkgen_path=asked.linkgen, difficulty=asked.difficulty)
        doubt.main(many, asked.answers or 0)
        return
    sets = chosen(
        asked.only, linkgen_path=asked.linkgen, folder=asked.data, difficulty=asked.difficulty
    )
    if asked.review:
        review.main(sets, 300 if asked.answers is None else asked.answers, asked.wrong)
        return
    print(f"| {' | '.join(HEADER)} |")
    print(f"|{'---|' * len(HEADER)}")
    with ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), max_tasks_per_child=1
    ) as processes:
        for one in sets:
            for linker in LINKERS:
                got = processes.submit(measured, one, linker).result()
                print(line(one, linker, got), flush=True)
                if asked.detail:
                    print("\n".join(detail(got)), flush=True)


if __name__ == "__main__":
    main()
