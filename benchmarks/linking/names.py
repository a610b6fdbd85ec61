"""Names alone: `python -m benchmarks.linking.names FILE`.

FILE is a table of labelled pairs of names (`schema,name1,name2,is_match`), of which the persons
count. Printed is the best F1 over all thresholds, of `compare_names` and of Jaro-Winkler on
lower-case names.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rapidfuzz.distance import JaroWinkler

from qantar.linking.compare_names import compare_names

BAR = 0.78


def best_f1(alike: Sequence[float], is_match: Sequence[bool]) -> tuple[float, float]:
    """Give the best F1 of "a match from this likeness on", and that likeness."""
    scores, truth = np.array(alike), np.array(is_match)
    found = []
    for least in np.unique(scores):
        said = scores >= least
        found.append((float(2 * (said & truth).sum() / (said.sum() + truth.sum())), float(least)))
    return max(found, default=(0.0, 0.0))


def main(path: Path) -> None:
    """Print a line for each."""
    with path.open(encoding="utf-8", newline="") as file:
        pairs = [row for row in csv.DictReader(file) if row["schema"] == "Person"]
    truth = [row["is_match"] == "true" for row in pairs]
    print(f"{len(pairs)} pairs, {sum(truth)} of one person; bar {BAR}")
    ways = {"compare_names": _ours, "Jaro-Winkler": _plain}
    for name, way in ways.items():
        began = time.process_time()
        scores = [way(row["name1"], row["name2"]) for row in pairs]
        took = time.process_time() - began
        score, least = best_f1(scores, truth)
        print(f"{name:14} best F1 {score:.3f} from {least:.2f} on, {took:.1f} s")


def _ours(one: str, other: str) -> float:
    return compare_names(one, other).alike


def _plain(one: str, other: str) -> float:
    return JaroWinkler.normalized_similarity(one.lower(), other.lower())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
