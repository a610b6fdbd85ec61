"""What was counted, as `qantar count --json` prints it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TypeAlias

from qantar.counting.patterns import Words
from qantar.model.counted import Comparison, Counted, CountedStrata, Headline, Sensitivity
from qantar.model.estimate import Caution, Estimate, Refusal

Json: TypeAlias = dict[str, object]


def counted_json(counted: Counted) -> Json:
    """Give one table's answer. `lists` and `patterns` are in the form that is read back."""
    lists = len(counted.lists)
    return {
        "observed": counted.observed,
        "lists": list(counted.lists),
        "patterns": [
            [[mask >> bit & 1 for bit in range(lists)], count] for mask, count in counted.patterns
        ],
        "estimates": [_estimate(one) for one in counted.estimates],
        "headline": _headline(counted.headline) if counted.headline else None,
        "warnings": [_caution(one) for one in counted.cautions],
        "refused": _caution(counted.refused) if counted.refused else None,
        "sentence": counted.sentence or None,
        "sensitivity": _sensitivity(counted.sensitivity),
        "seed": counted.seed,
    }


def strata_json(counted: CountedStrata) -> Json:
    """Give all strata, their total and comparisons; `partial` where a stratum is refused."""
    return {
        "lists": list(counted.total.lists),
        "strata": [
            {"stratum": _words(one.stratum), **counted_json(one.counted)} for one in counted.strata
        ],
        "total": {
            **counted_json(counted.total),
            "partial": counted_json(counted.partial) if counted.partial else None,
        },
        "comparisons": [_comparison(one) for one in counted.comparisons],
    }


def _words(stratum: Words) -> Json:
    return {name: value or None for name, value in stratum}


def _estimate(one: Estimate) -> Json:
    return {
        "method": one.method,
        "estimate": one.estimate,
        "median": one.median,
        "mean": one.mean,
        "low": one.low,
        "high": one.high,
        "level": one.level,
        "interval": one.interval.value,
        "conditions": list(one.conditions),
        "diagnostics": {k: v for k, v in asdict(one.diagnostics).items() if v is not None},
    }


def _headline(one: Headline) -> Json:
    return asdict(one)


def _caution(one: Caution | Refusal) -> Json:
    return {"code": one.code, "text": one.text}


def _sensitivity(one: Sensitivity) -> Json:
    return {
        "without": [asdict(each) for each in one.without],
        "priors": [asdict(each) for each in one.priors],
        "dependence": [asdict(each) | {"lists": list(each.lists)} for each in one.dependence],
        "predicted": [asdict(each) for each in one.predicted],
        "missed": list(one.missed),
        "is_of_likeliest": one.is_of_likeliest,
        "not_tried": [asdict(each) for each in one.not_tried],
    }


def _comparison(one: Comparison) -> Json:
    return {
        "more": _words(one.more),
        "fewer": _words(one.fewer),
        "probability": one.probability,
    }
