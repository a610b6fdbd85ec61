"""Answers held against how many there can have been at the most.

Lists cover some population: a town of 40,000, a march of some thousands. Nobody else could have
been on them. An estimate is made without knowing that. Where it says more than there were, it is
wrong, and what made it wrong (records of one person left apart, a model that does not hold) makes
the rest of it doubtful too. So the answer is not cut off at that number, which would hide that.
"""

from __future__ import annotations

from dataclasses import replace

from qantar.counting.cautions import COVERED, LARGE_EXPANSION, NOT_ESTIMABLE
from qantar.counting.verdict import Verdict
from qantar.model.estimate import Caution, Estimate, Refusal


def within(came: Verdict, covered: int | None) -> Verdict:
    """Refuse what lies wholly beyond the covered population, and warn of what reaches beyond.

    Args:
        came: what would be quoted.
        covered: how many could have been listed at all; None where nobody said.
    """
    if came.quoted is None or covered is None:
        return came
    estimate = came.quoted.answer.estimate
    if refused := beyond(estimate, covered):
        return replace(came, quoted=None, refused=refused)
    return replace(came, cautions=(*came.cautions, *reaching(estimate, covered)))


def beyond(estimate: Estimate, covered: int | None) -> Refusal | None:
    """Refuse an estimate whose whole interval lies beyond the covered population."""
    if covered is None or estimate.low is None or estimate.low <= covered:
        return None
    text = (
        f"Not estimable: the whole interval ({estimate.low:,.0f} to {_end(estimate.high)}) lies "
        f"beyond the {covered:,} who could have been listed at all. Look first whether records of "
        "one person were left apart, and whether all lists are of that population."
    )
    return Refusal(code=NOT_ESTIMABLE, text=text)


def reaching(estimate: Estimate, covered: int | None) -> tuple[Caution, ...]:
    """Warn of an interval that reaches beyond the covered population."""
    if covered is None or estimate.high is None or estimate.high <= covered:
        return ()
    text = (
        f"The interval reaches to {estimate.high:,.0f}, and no more than {covered:,} could have "
        "been listed at all: its upper part cannot be, and what made it so wide may have moved the "
        "estimate too."
    )
    return (Caution(code=LARGE_EXPANSION, text=text, kind=COVERED),)


def _end(value: float | None) -> str:
    return "no finite number" if value is None else f"{value:,.0f}"
