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
from typing import Any, Final

import numpy as np
from benchmarks.linking.dataset import DataSet
from benchmarks.linking.generator import generate
from benchmarks.linking.linkgen_lists import linkgen

from qantar.linking.candidates import candidates
from qantar.linking.evidence import in_one_family, level_counts, within_groups
from qantar.linking.fields import FIELDS, Compared, compared
from qantar.linking.likeness import alike
from qantar.linking.people_table import people_table
from qantar.linking.result import Floats
from qantar.linking.word_levels import NAMES_AS_ONE, NAMES_DIFFER

OUT: Final = Path("src/qantar/linking/tables/weights.json")
SEEDS: Final = (201, 202, 203)
PEOPLE: Final = 4000
AT_RANDOM: Final = 300_000
_FEW: Final = 5.0  # pairs that an even spread over all levels counts for
_USUAL: Final = 20.0  # pairs that what one person shows anywhere counts for in one family
_JUDGED: Final = (0.72, 0.12, 0.06, 0.10)
BY_JUDGEMENT: Final = dict.fromkeys(
    ("birth_place", "document", "phone", "email", "address", "postcode", "occupation"), _JUDGED
)
ABOUT: Final = (
    "Shares of pairs of one person, and of strangers, that show each level of agreement, by group "
    "of levels. Counted on lists of two generators of invented people (tools/train_linking.py); "
    "birth_place, document, phone, email, address, postcode and occupation of one person by "
    "judgement. `relatives`: which share of two with one surname and father and another given name "
    "shows a field as one person does. `in_family`: how many times as often one person shows a "
    "level of the given name where surname and father agree. `known`: how many times as often one "
    "person shows two names that differ, by whether both are known ones."
)
KIN: Final = ("birth", "event", "place")
HAVE_FORMS: Final = ("given", "father")
_STEPS: Final = 101


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--linkgen", type=Path, required=True)
    given = parser.parse_args()
    text = json.dumps({"about": ABOUT, "seeds": SEEDS, **trained(_sets(given.linkgen))}, indent=1)
    OUT.write_text(f"{text}\n", encoding="utf-8")


def _sets(path: Path) -> Iterator[DataSet]:
    for seed in SEEDS:
        yield linkgen(path, people=PEOPLE, seed=seed)
        yield generate(people=PEOPLE, lists=4, seed=seed)


def trained(sets: Iterator[DataSet]) -> dict[str, Any]:
    """Give by field its levels with the shares of one person's pairs and of strangers'.

    Beside these `relatives` by field, and `in_family` by level of the given name.
    """
    same, others, kin, family, known_same, known_others = (
        {name: np.zeros(len(field.levels) + 1) for name, field in FIELDS.items()} for _ in range(6)
    )
    for data in sets:
        found, strangers, is_one = _compared(data)
        of_family = in_one_family(found)
        differ = np.isin(found.levels["given"], NAMES_DIFFER)
        for name in FIELDS:
            same[name] += level_counts(found, name, is_one)
            others[name] += level_counts(strangers, name)
            kin[name] += level_counts(found, name, (1.0 - is_one) * (of_family & differ))
            family[name] += level_counts(found, name, is_one * of_family)
        for name in HAVE_FORMS:
            size = len(known_same[name])
            known_same[name] += np.bincount(found.levels[name], is_one, size)
            known_others[name] += np.bincount(strangers.levels[name], minlength=size)
    told: dict[str, dict[str, list[float] | list[str]]] = {}
    shares: dict[str, tuple[Floats, Floats]] = {}
    for name, field in FIELDS.items():
        even = np.ones(len(field.levels) + 1)
        one = within_groups(name, same[name], even, _FEW)
        if name in BY_JUDGEMENT:
            one = np.array((1.0, *BY_JUDGEMENT[name]))
        shares[name] = one, within_groups(name, others[name], even, 1.0)
        told[name] = {
            "names": list(field.levels),
            "same": _rounded(one),
            "others": _rounded(shares[name][1]),
        }
    usual = shares["given"][0]
    together = within_groups("given", family["given"], usual, _USUAL)
    relatives = {name: _as_same(kin[name], *shares[name]) for name in KIN}
    known = {name: _rounded(_by_known(known_same[name], known_others[name])) for name in HAVE_FORMS}
    in_family = _rounded(together / usual)
    return {"relatives": relatives, "in_family": in_family, "known": known, "levels": told}


def _by_known(same: Floats, others: Floats) -> Floats:
    """Give by level what it matters to names that differ whether both are known; 1 for others."""
    found, at = np.ones(len(same)), list(NAMES_AS_ONE)
    usual = same[at].sum() / others[at].sum()
    found[at] = (same[at] + _FEW) / (others[at] * usual + _FEW)
    return found


def _as_same(kin: Floats, same: Floats, others: Floats) -> float:
    """Give the share of relatives that is as one person, the likeliest by what they show."""
    parts = np.linspace(0.0, 1.0, _STEPS)[:, None]
    said = np.log(parts * same[1:] + (1.0 - parts) * others[1:]) @ kin[1:]
    return float(round(parts[said.argmax(), 0], 2))


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
