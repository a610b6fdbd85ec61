"""How well and how fast the uncounted are estimated, on published tables and where truth is known.

    python -m benchmarks.counting tables [--only NAME …] [--method NAME …] [--seed N]
    python -m benchmarks.counting speed [--only NAME …] [--method NAME …] [--seed N]
    python -m benchmarks.counting latent [--only NAME …] [--seed N]
    python -m benchmarks.counting calibration [--only NAME …] [--method NAME …] [--seed N]
                                              [--fresh SEED] [--tables 100] [--workers 2]
    python -m benchmarks.counting disagreement [--only NAME …] [--fresh SEED] [--tables 100]
                                               [--workers 2]
    python -m benchmarks.counting warned [--only NAME …] [--fresh SEED] [--tables 100]
    python -m benchmarks.counting linked --linkgen PATH [--seeds N …] [--people N]
                                         [--difficulty 1.0] [--alike] [--draws 25]
                                         [--method NAME …] [--workers 2]
    python -m benchmarks.counting strata [--strata N …] [--method NAME …]
                                         [--seed N]

`tables` prints each estimator's answer on each published table beside what R packages made of it;
those figures are stored. `speed` prints CPU seconds. `latent` prints what
the chains of `latent_class` are worth. `calibration` prints how often the
interval holds the truth, in ten designs whose tables are stored with the R packages' intervals and
in four of our own; `--fresh` draws other tables of the same designs. `disagreement` prints how
much better it would be to mix two models that disagree, or worse. `warned` prints how often it is
told that persons differ. `linked` prints how often
counting through linking holds the truth, on lists of the program that `--linkgen` names. `strata`
prints what many strata cost. `--only` takes beginnings of
names; estimators are those of `benchmarks/counting/estimators.py`, among them `headline`, what a
user is told in the end, and LCMCR itself, run beside ours where R has that package. `linked` and
`strata` print what is quoted of those that are named.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.counting import (
    calibration,
    disagreement,
    latent,
    linked,
    speed,
    strata,
    tables,
    warned,
)
from benchmarks.counting.estimators import ESTIMATORS, by_default
from qantar.counting.methods import METHODS

WHAT = ("tables", "speed", "latent", "calibration", "linked", "strata", "warned", "disagreement")


def main() -> None:
    """Print the rows of a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.counting")
    parser.add_argument("what", choices=WHAT)
    parser.add_argument("--only", nargs="+", default=(), help="beginnings of names")
    parser.add_argument("--method", nargs="+", default=(), choices=ESTIMATORS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fresh", type=int, help="the seed of tables drawn anew")
    parser.add_argument("--tables", type=int, default=100, help="of each design")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--linkgen", type=Path, help="the generator of lists, a Python program")
    parser.add_argument("--seeds", nargs="+", type=int, default=linked.SEEDS, help="of lists")
    parser.add_argument("--people", type=int, default=linked.PEOPLE, help="in truth")
    parser.add_argument("--difficulty", type=float, default=1.0, help="of linking the lists")
    parser.add_argument("--alike", action="store_true", help="lists that find all alike")
    parser.add_argument("--draws", type=int, help="of linking; as many as a user gets if absent")
    parser.add_argument("--strata", nargs="+", type=int, default=strata.STRATA, help="how many")
    asked = parser.parse_args()
    if asked.what == "linked" and asked.linkgen is None:
        parser.error("linked needs --linkgen")
    for row in _rows(asked):
        print(row, flush=True)


def _rows(asked: argparse.Namespace) -> Iterator[str]:
    methods = asked.method or by_default()
    own = [name for name in asked.method if name in METHODS]
    made: dict[str, Callable[[], Iterator[str]]] = {
        "tables": lambda: tables.lines(asked.only, methods, asked.seed),
        "speed": lambda: speed.lines(asked.only, methods, asked.seed),
        "latent": lambda: latent.lines(asked.only, asked.seed),
        "strata": lambda: strata.lines(asked.strata, own, asked.seed),
        "disagreement": lambda: disagreement.lines(
            asked.only, seed=asked.fresh or 0, count=asked.tables, workers=asked.workers
        ),
        "warned": lambda: warned.lines(asked.only, seed=asked.fresh or 0, count=asked.tables),
        "linked": lambda: linked.lines(
            linked.Lists(
                path=asked.linkgen,
                people=asked.people,
                difficulty=asked.difficulty,
                alike=asked.alike,
            ),
            asked.seeds,
            own,
            draws=asked.draws,
            workers=asked.workers,
        ),
        "calibration": lambda: calibration.lines(
            asked.only,
            methods,
            seed=asked.seed,
            anew=asked.fresh,
            count=asked.tables,
            workers=asked.workers,
        ),
    }
    return made[asked.what]()


if __name__ == "__main__":
    main()
