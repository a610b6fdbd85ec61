"""At least how many there were: a lower bound from those on one list only and on two.

It stands on how often persons are named, not on which lists name them. Persons who are hard
to find are named once rather than twice, and more often not at all. However they differ, at
least f₁² / 2 f₂ were missed on average, and more the more they differ. So this is a floor, not
an estimate. Lists that lead to one another (one copies, or sends people on) put more persons
on two lists, and lower the floor, which then still is one. Lists that shut each other out, or
that differ much in size, put fewer on two, and the floor may lie above the truth.
"""

from __future__ import annotations

from typing import Final

from qantar.counting.cautions import NO_OVERLAP, TINY_OVERLAP
from qantar.counting.fit import Fit
from qantar.counting.log_normal import blank, log_normal_fit
from qantar.counting.table import CaptureTable
from qantar.counting.usable import too_little, without_empty_lists
from qantar.model.estimate import Caution, Refusal

METHOD: Final = "chao"

CONDITIONS: Final = (
    "A lower bound: at least so many, by the persons on one list only and on two.",
    "Persons may differ in how easily they are listed.",
    "The lists were made apart from each other, and reach about as many people each; lists that "
    "shut each other out, or differ much in size, can lift the bound above the truth.",
    "Nobody is counted twice, and no two records of one person were left apart.",
)

_FEW: Final = 5  # persons on exactly two lists


def estimate(table: CaptureTable, *, level: float = 0.95, seed: int = 0) -> Fit | Refusal:
    """Give the lower bound on all persons, and its log-normal interval.

    With J lists, f₁ persons on exactly one, f₂ on exactly two and A = (J − 1) / J:

        N = n + A · f₁² / (2 f₂)

    Where nobody is on exactly two lists, that divides by nothing; Chao's bias-corrected form
    A · f₁ (f₁ − 1) / 2 for those unseen stays finite, is still a lower bound on average, and is
    used instead, with a caution. Where nobody is on one list only, the bound is n itself.

    Args:
        table: the capture patterns; at least two lists that name somebody.
        level: of the interval.
        seed: of the sample.

    Returns:
        Persons. Refused with `few-lists` or `not-estimable` where there is one list or nobody.

    Source: Chao (1987) for the bound and its variance, with A for few lists as in
    Chao et al. (2001); Chao's note on f₂ = 0 as in Colwell's EstimateS, equations for Chao2.
    """
    used, cautions = without_empty_lists(table)
    refused = too_little(used, METHOD)
    if refused:
        return refused
    once, twice = (int(count) for count in used.frequencies[:2])
    share = (len(used.lists) - 1) / len(used.lists)
    unseen, variance = _unseen(once, twice, share, used.observed)
    return log_normal_fit(
        unseen,
        variance,
        observed=used.observed,
        about=blank(METHOD, CONDITIONS, level),
        cautions=(*cautions, *_thin(used, once, twice)),
        seed=seed,
    )


def _unseen(once: int, twice: int, share: float, observed: int) -> tuple[float, float]:
    """Give the persons on no list at the least, and the variance."""
    if twice:
        ratio = once / twice
        spread = share / 2 * ratio**2 + share**2 * ratio**3 + share**2 / 4 * ratio**4
        return share * once**2 / (2 * twice), twice * spread
    unseen = share * once * (once - 1) / 2
    if not unseen:
        return 0.0, 0.0
    spread = share * once * (once - 1) / 2 + share**2 * once * (2 * once - 1) ** 2 / 4
    return unseen, max(spread - share**2 * once**4 / (4 * (observed + unseen)), 0.0)


def _thin(table: CaptureTable, once: int, twice: int) -> tuple[Caution, ...]:
    if not once:
        return ()
    if once == table.observed:
        text = (
            "Nobody is on two lists: the bound stands on the persons on one list alone, by the "
            "bias-corrected form, and could be almost anything."
        )
        return (Caution(code=NO_OVERLAP, text=text, kind=METHOD),)
    if not twice:
        text = (
            "Nobody is on exactly two lists: the bound is by the bias-corrected form, and its "
            "interval says little."
        )
        return (Caution(code=TINY_OVERLAP, text=text, kind=f"{METHOD}: nobody"),)
    if twice < _FEW:
        text = f"Only {twice} on exactly two lists: one more or one less moves the bound much."
        return (Caution(code=TINY_OVERLAP, text=text, kind=f"{METHOD}: few"),)
    return ()
