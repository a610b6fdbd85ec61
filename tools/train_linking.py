"""Learn what levels of agreement are worth, from lists with known truth.

    python -m tools.train_linking --linkgen PATH

Two generators of person lists, unlike in names and errors, each with several seeds that no
benchmark uses, count alike. What neither knows (an address, a postcode) is set by judgement.
The same arguments give the same bytes: `src/qantar/linking/tables/weights.json`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import generate
from benchmarks.linking.linkgen_lists import linkgen

from qantar.linking.candidates import candidates
from qantar.linking.evidence import level_counts, within_groups
from qantar.linking.fields import FIELDS, Compared, compared
from qantar.linking.likeness import alike
from qantar.linking.people_table import people_table
from qantar.linking.result import Floats

OUT: Final = Path("src/qantar/linking/tables/weights.json")
SEEDS: Final = (201, 202, 203)
PEOPLE: Final = 4000
AT_RANDOM: Final = 300_000
_FEW: Final = 5.0  # pairs that an even spread over all levels counts for
_JUDGED: Final = (0.72, 0.12, 0.06, 0.10)
BY_JUDGEMENT: Final = dict.fromkeys(
    ("birth_place", "document", "phone", "email", "address", "postcode", "occupation"), _JUDGED
)
ABOUT: Final = (
    "Shares of pairs of one person, and of strangers, that show each level of agreement, by group "
    "of levels. Counted on lists of two generators of invented people (tools/train_linking.py); "
    "birth_place, document, phone, email, address, postcode and occupation by judgement."
)


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--linkgen", type=Path, required=True)
    given = parser.parse_args()
    levels = trained(_sets(given.linkgen))
    text = json.dumps({"about": ABOUT, "seeds": SEEDS, "levels": levels}, indent=1)
    OUT.write_text(f"{text}\n", encoding="utf-8")


def _sets(path: Path) -> Iterator[DataSet]:
    for seed in SEEDS:
        yield linkgen(path, people=PEOPLE, seed=seed)
        yield generate(people=PEOPLE, lists=4, seed=seed)


def trained(sets: Iterator[DataSet]) -> dict[str, dict[str, list[float] | list[str]]]:
    """Give by field its levels with the shares of one person's pairs and of strangers'."""
    same = {name: np.zeros(len(field.levels) + 1) for name, field in FIELDS.items()}
    others = {name: np.zeros(len(field.levels) + 1) for name, field in FIELDS.items()}
    for data in sets:
        found, strangers, is_one = _compared(data)
        for name in FIELDS:
            same[name] += level_counts(found, name, is_one)
            others[name] += level_counts(strangers, name)
    told: dict[str, dict[str, list[float] | list[str]]] = {}
    for name, field in FIELDS.items():
        even = np.ones(len(field.levels) + 1)
        one = within_groups(name, same[name], even, _FEW)
        if name in BY_JUDGEMENT:
            one = np.array((1.0, *BY_JUDGEMENT[name]))
        told[name] = {
            "names": list(field.levels),
            "same": _rounded(one),
            "others": _rounded(within_groups(name, others[name], even, 1.0)),
        }
    return told


def _compared(data: DataSet) -> tuple[Compared, Compared, Floats]:
    table = people_table(data.rows)
    pairs = candidates(table)
    truth = np.unique(np.array(data.person), return_inverse=True)[1]
    found = compared(table, pairs.left, pairs.right, alike)
    rng = np.random.default_rng(0)
    a, b = (rng.integers(0, len(table), AT_RANDOM) for _ in range(2))
    apart = truth[a] != truth[b]
    left, right = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
    is_one = (truth[pairs.left] == truth[pairs.right]).astype(float)
    return found, compared(table, left, right, alike), is_one


def _rounded(shares: Floats) -> list[float]:
    return [float(f"{share:.4g}") for share in shares[1:]]


if __name__ == "__main__":
    main()
