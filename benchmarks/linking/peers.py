"""Splink and recordlinkage on the same rows, as a careful user of a general tool would set them.

Both get plain columns: names parted by position and romanised, whole dates of birth, the
first year of a birth, places, days, what else the list has. No label is used. Settings
follow each tool's own examples; nothing is tuned to the truth, and nothing to Qantar.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from benchmarks.linking.dataset import DataSet
from benchmarks.linking.invented.letters import HANDS, english
from benchmarks.linking.measure import Ints
from benchmarks.linking.outcome import Answer
from qantar.model.person_row import DaySpan, NameOrder, PersonRow

KAZAKH = str.maketrans("әғқңөұүһі", "агкноуухи")
FATHERS = ("vich", "vna", "ich", "ichna", "uly", "kyzy", "uulu", "zoda", "ogly", "ugli")
JOINED_AT = 0.95
"""Splink's demonstration of 50,000 historical people joins at this probability."""
TEXTS = ("place", "birth_place", "address", "postcode", "email", "phone", "document_number")
SIMILAR = 0.88
Columns = dict[str, list[str | None]]


def splink(data: DataSet) -> Answer:
    """Link with Splink 5 on DuckDB: EM without labels, connected components at 0.95."""
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415  # if installed
    from splink import comparison_library as cl  # noqa: PLC0415

    logging.getLogger("splink").setLevel(logging.ERROR)
    columns = plain_columns(data.rows)
    has = {name for name, values in columns.items() if any(values)}
    rules = [block_on(*rule) for rule in _rules(has)]
    comparisons = [cl.ForenameSurnameComparison("given", "surname")]
    comparisons += [
        cl.JaroWinklerAtThresholds(name, [0.92, 0.85])
        for name in ("patronymic", *TEXTS)
        if name in has
    ]
    comparisons += [
        cl.LevenshteinAtThresholds("born", 1) if name == "born" else cl.ExactMatch(name)
        for name in ("born", "year", "day", "sex")
        if name in has
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        max_iterations=15,
    )
    import pyarrow as pa  # noqa: PLC0415

    table = pa.table({"unique_id": list(range(len(data.rows))), **columns})
    linker = Linker(DuckDBAPI().register(table), settings, log_level=logging.ERROR)
    sure = [block_on("given", "surname", one) for one in ("born", "year", "day") if one in has]
    linker.training.estimate_probability_two_random_records_match(sure[:2], recall=0.3)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("given", "surname"), block_on("born" if "born" in has else "year")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    scored = linker.inference.predict(threshold_match_weight=-6)
    joined = linker.clustering.cluster_pairwise_predictions_at_threshold(
        scored, threshold_match_probability=JOINED_AT
    )
    pairs, people = scored.as_pyarrow_table(), joined.as_pyarrow_table()
    person = np.empty(len(data.rows), dtype=np.int64)
    person[people["unique_id"].to_numpy()] = people["cluster_id"].to_numpy()
    return Answer(
        person=person,
        left=pairs["unique_id_l"].to_numpy(),
        right=pairs["unique_id_r"].to_numpy(),
        probability=pairs["match_probability"].to_numpy(),
    )


def recordlinkage(data: DataSet) -> Answer:
    """Link with recordlinkage: an ECM classifier without labels, connected components at 0.5."""
    import pandas as pd  # noqa: PLC0415  # if installed
    import recordlinkage as rl  # noqa: PLC0415

    columns = plain_columns(data.rows)
    has = [name for name, values in columns.items() if any(values)]
    frame = pd.DataFrame({name: columns[name] for name in has})
    index, compare = rl.Index(), rl.Compare()
    for rule in _rules(set(has)):
        if all(name in has for name in rule):
            index.block(list(rule))
    for name in has:
        if name in ("born", "year", "day", "sex"):
            compare.exact(name, name)
        else:
            compare.string(name, name, method="jarowinkler", threshold=SIMILAR)
    features = compare.compute(index.index(frame), frame)
    classifier = rl.ECMClassifier(binarize=SIMILAR)
    classifier.fit(features)
    probability = classifier.prob(features).to_numpy()
    left = features.index.get_level_values(0).to_numpy()
    right = features.index.get_level_values(1).to_numpy()
    same = probability >= 0.5  # noqa: PLR2004  # more likely than not
    return Answer(
        person=components(len(data.rows), left[same], right[same]),
        left=left,
        right=right,
        probability=probability,
    )


def plain_columns(rows: Sequence[PersonRow]) -> Columns:
    """Give the columns of a general tool; None where a row is silent."""
    names = [parted(row) for row in rows]
    columns: Columns = {
        part: [one.get(part) for one in names] for part in ("given", "surname", "patronymic")
    }
    columns["born"] = [_day(row.birth) for row in rows]
    columns["year"] = [_day_text(row.birth)[:4] or None for row in rows]
    columns["day"] = [_day(row.event) for row in rows]
    columns["sex"] = [row.sex.value if row.sex else None for row in rows]
    for name in TEXTS:
        columns[name] = [romanised(getattr(row, name)) or None for row in rows]
    return columns


def parted(row: PersonRow) -> Mapping[str, str]:
    """Part a name: by its columns, else by position, a father's name told by its ending."""
    if row.surname or row.given:
        given = romanised(row.given).split()
        parts = (given[:1], romanised(row.surname).split(), given[1:])
        if row.patronymic:
            parts = (given, parts[1], romanised(row.patronymic).split())
    else:
        words = romanised(row.name).split()
        fathers = [one for one in words[1:] if one.endswith(FATHERS)][:1]
        rest = [one for one in words if one not in fathers]
        first, others = rest[:1], rest[1:]
        surname_first = row.name_order is not NameOrder.GIVEN_FIRST
        parts = (others, first, fathers) if surname_first else (first, others, fathers)
    joined = zip(("given", "surname", "patronymic"), map(" ".join, parts), strict=True)
    return {part: text for part, text in joined if text}


def romanised(text: str | None) -> str:
    """Write any alphabet of the lists in plain small Latin letters."""
    latin = english((text or "").lower().translate(KAZAKH), HANDS[0]).replace("ı", "i")
    bare = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode().lower()
    return " ".join("".join(one if one.isalnum() else " " for one in bare).split())


def components(rows: int, left: Iterable[int], right: Iterable[int]) -> Ints:
    """Label rows that are joined by any chain of pairs."""
    above = list(range(rows))

    def top(at: int) -> int:
        while above[at] != at:
            above[at] = above[above[at]]
            at = above[at]
        return at

    for one, other in zip(left, right, strict=True):
        above[top(int(one))] = top(int(other))
    return np.array([top(at) for at in range(rows)], dtype=np.int64)


def _rules(has: set[str]) -> list[tuple[str, ...]]:
    every = (
        ("given", "surname"),
        ("surname", "year"),
        ("surname", "day"),
        ("surname", "patronymic"),
        ("given", "year", "day"),
        ("born",),
        ("email",),
        ("postcode",),
        ("address",),
    )
    return [rule for rule in every if has.issuperset(rule)]


def _day(span: DaySpan | None) -> str | None:
    return _day_text(span) if span and span.days == 1 else None


def _day_text(span: DaySpan | None) -> str:
    return date.fromordinal(span.first).isoformat() if span else ""
