"""A paragraph to quote: what was counted, what was estimated, and what would make it wrong.

Numbers travel without their conditions. The paragraph says in each sentence what its number
is of, gives the interval with the estimate, and never the estimate alone; its numbers are those of
the tables, to the person, so that whoever checks a quotation finds them there.
"""

from __future__ import annotations

from collections.abc import Sequence

from qantar.counting.asked import About
from qantar.counting.cautions import (
    DISAGREEMENT,
    HETEROGENEITY,
    LARGE_EXPANSION,
    PRIOR_SENSITIVE,
    TINY_OVERLAP,
)
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Estimate, Refusal

_SHORT = {
    HETEROGENEITY: "the lists overlap as lists do that find some persons more easily than "
    "others, and the truth is then more likely above the interval than below it",
    DISAGREEMENT: "models that fit the lists equally well give different numbers",
    PRIOR_SENSITIVE: "it moves with what was assumed beforehand",
    LARGE_EXPANSION: "nearly all of it are persons whom nobody named",
    TINY_OVERLAP: "it rests on very few persons who are on several lists",
}


def sentence(
    table: CaptureTable,
    estimate: Estimate,
    *,
    about: About,
    cautions: Sequence[Caution],
    linkage_share: float | None,
) -> str:
    """Write the paragraph of an answer; `table` as it was given, with all its lists."""
    low, high = _number(estimate.low), _number(estimate.high)
    beyond = (estimate.low or 0.0) - table.observed
    parts = [
        f"Counted: {table.observed:,} different {about.words} are named by at least one of "
        f"{_lists(table.lists)}.",
        f"Estimated: with those whom no list names there were about {_number(estimate.estimate)}; "
        f"the {estimate.level:.0%} interval runs from {low} to {high}.",
        f"So at least {beyond:,.0f} persons are missing from all of the lists, if that holds."
        if beyond > 0
        else "It may be that nobody is missing from the lists.",
        _conditions(linkage_share),
    ]
    weak = [_SHORT[code] for code in dict.fromkeys(c.code for c in cautions) if code in _SHORT]
    if weak:
        parts.append(f"Be careful: {'; '.join(weak)}.")
    parts.append(
        "Quote the interval with the number; the estimate names nobody, and says nothing of who "
        "is responsible."
    )
    return " ".join(parts)


def refusal_sentence(table: CaptureTable, refused: Refusal, *, about: About) -> str:
    """Write the paragraph where there is no answer."""
    if not table.observed:
        return f"Nobody is counted and nothing is estimated. {refused.text}"
    return (
        f"Counted: {table.observed:,} different {about.words} are named by at least one of "
        f"{_lists(table.lists)}. How many more there were is not estimated. {refused.text} "
        f"That does not mean that nobody is missing: {table.observed:,} is the least that there "
        "were, as far as the lists are right."
    )


def _conditions(linkage_share: float | None) -> str:
    linkage = (
        f"Doubt about which records are one person is in it ({linkage_share:.0%} of the variance)"
        if linkage_share is not None
        else "Records of one person that were taken for two raise it and are not in the interval"
    )
    return (
        "This holds if the lists cover the same persons, place and time, if everybody could have "
        "been named by some of them, and if lists that depend on each other do so in a way that "
        f"the overlaps show. {linkage}."
    )


def _lists(names: Sequence[str]) -> str:
    said = [f'"{name}"' for name in names]
    if len(said) == 1:
        return f"the one list {said[0]}"
    return f"the {len(said)} lists {', '.join(said[:-1])} and {said[-1]}"


def _number(value: float | None) -> str:
    return "no finite number" if value is None else f"{value:,.0f}"
