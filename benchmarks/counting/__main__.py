"""How well and how fast the uncounted are estimated, on published tables and where truth is known.

    python -m benchmarks.counting tables [--only NAME …] [--method NAME …] [--seed N]
    python -m benchmarks.counting speed [--only NAME …] [--method NAME …] [--seed N]
    python -m benchmarks.counting latent [--only NAME …] [--seed N]
    python -m benchmarks.counting calibration [--only NAME …] [--method NAME …] [--seed N]
                                              [--fresh SEED] [--tables 100] [--workers 2]

`tables` prints each estimator's answer on each published table beside what R packages made of it;
those figures are stored, not run. `speed` prints CPU seconds. `latent` prints what
the chains of `latent_class` are worth. `calibration` prints how often the
interval holds the truth, in ten designs whose tables are stored with the R packages' intervals and
in four of our own; `--fresh` draws other tables of the same designs. `--only` takes beginnings of
names; estimators are those of `benchmarks/counting/estimators.py`, among them `headline`, what a
user is told in the end.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from benchmarks.counting import calibration, latent, speed, tables
from benchmarks.counting.estimators import ESTIMATORS


def main() -> None:
    """Print the rows of a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.counting")
    parser.add_argument("what", choices=("tables", "speed", "latent", "calibration"))
    parser.add_argument("--only", nargs="+", default=(), help="beginnings of names")
    parser.add_argument("--method", nargs="+", default=tuple(ESTIMATORS), choices=ESTIMATORS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fresh", type=int, help="the seed of tables drawn anew")
    parser.add_argument("--tables", type=int, default=100, help="of each design")
    parser.add_argument("--workers", type=int, default=2)
    for row in _rows(parser.parse_args()):
        print(row, flush=True)


def _rows(asked: argparse.Namespace) -> Iterator[str]:
    if asked.what == "tables":
        return tables.lines(asked.only, asked.method, asked.seed)
    if asked.what == "speed":
        return speed.lines(asked.only, asked.method, asked.seed)
    if asked.what == "latent":
        return latent.lines(asked.only, asked.seed)
    return calibration.lines(
        asked.only,
        asked.method,
        seed=asked.seed,
        anew=asked.fresh,
        count=asked.tables,
        workers=asked.workers,
    )


if __name__ == "__main__":
    main()
