"""A paragraph to quote: what was counted, what was estimated, and what would make it wrong.

Numbers travel without their conditions. The paragraph says in each sentence what its number
is of, gives the interval with the estimate, and never the estimate alone; its numbers are those of
the tables, to the person, so that whoever checks a quotation finds them there. No sentence says
that somebody is missing, a word that readers take for disappeared, or of an estimate "at least",
which is said of a floor and not of an end of an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from qantar.counting.asked import About
from qantar.counting.cautions import (
    CONTAINED_LIST,
    COPIED_LIST,
    COVERED,
    DEPENDENCE_ASSUMED,
    DISAGREEMENT,
    GRID_END,
    HETEROGENEITY,
    LARGE_EXPANSION,
    LISTS,
    NO_OVERLAP,
    NOT_ESTIMABLE,
    PRIOR_SENSITIVE,
    TINY_OVERLAP,
    WITHOUT,
)
from qantar.counting.methods import DECOMPOSABLE_GRAPHS, INDEPENDENT, LATENT_CLASS, LOGLINEAR
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Estimate, Refusal

_SHORT: Final = {
    HETEROGENEITY: "the lists overlap more than by chance, and as far as that is because some "
    "persons are easier to find than others, the number tends to be too low",
    DISAGREEMENT: "other models that fit the lists too give quite different numbers",
    PRIOR_SENSITIVE: "it moves with what was assumed beforehand",
    LARGE_EXPANSION: "nearly all of it are persons whom nobody named",
    TINY_OVERLAP: "it rests on very few persons who are on several lists",
    NO_OVERLAP: "some lists share nobody, and if those exclude each other it is too high",
    CONTAINED_LIST: "one list looks like a part of another",
    COPIED_LIST: "lists that are one another's copies or editions were counted as one",
    DEPENDENCE_ASSUMED: "that no list led to another was assumed; where lists share sources it is "
    "too low",
    GRID_END: "its upper end is where the computation was cut off",
    NOT_ESTIMABLE: "models that fit better, or slightly other counts, give no number at all",
}

_DEPEND: Final = (
    "the lists overlap more than by chance, it seems because some of them share sources or lead to "
    "one another"
)
"""Of overlaps that dependence between some lists explains better; how it bears on the number hangs
on the method that is quoted (`_of_depending_lists`)."""
_TOO_MANY: Final = "its interval reaches beyond how many could have been listed at all"
_HANGS: Final = "it hangs on single lists: without one of them it would be quite another"

_ONE_MODEL: Final = "it is that of one model out of many, and others that fit as well may differ"

_ALIKE: Final = "if everybody was about as easy to list as anybody else"
_SHOWN: Final = "if lists that depend on each other do so in a way that the overlaps show"
_KINDS: Final = (
    "if lists depend on each other only because some kinds of persons are easier to list than "
    "others, which the overlaps show"
)
_BY_METHOD: Final = {
    LATENT_CLASS: (_KINDS,),
    DECOMPOSABLE_GRAPHS: (_ALIKE, _SHOWN),
    LOGLINEAR: (_ALIKE, _SHOWN),
    INDEPENDENT: (_ALIKE, "if no list led to another"),
}


def sentence(
    table: CaptureTable,
    estimate: Estimate,
    *,
    about: About,
    cautions: Sequence[Caution],
    linkage_share: float | None,
    methods: Sequence[str],
    of_strata: bool = False,
) -> str:
    """Write the paragraph of an answer.

    Args:
        table: as it was given, with all its lists.
        estimate: what is quoted, with a finite interval.
        about: what the lists are about.
        cautions: those that bear on what is quoted, and no others.
        linkage_share: of the variance; None where no draws of linking were counted.
        methods: whose answer is quoted.
        of_strata: whether it is a sum over strata, each with cautions of its own.
    """
    low, high = _number(estimate.low), _number(estimate.high)
    parts = [
        f"{_counted(table, about, is_sure=linkage_share is None)}.",
        f"Estimated: with those whom no list names there were about {_number(estimate.estimate)}; "
        f"the {100 * estimate.level:g}% interval runs from {low} to {high}.",
        _on_none(table, estimate, is_sure=linkage_share is None),
        _conditions(linkage_share, methods),
    ]
    weak = list(dict.fromkeys(filter(None, (_short(caution, methods) for caution in cautions))))
    if weak:
        where = "of at least one of the strata that were added, " if of_strata else ""
        parts.append(f"Be careful: {where}{'; '.join(weak)}.")
    parts.append(
        "Quote the interval with the number; the estimate names nobody, and says nothing of who "
        "is responsible."
    )
    return " ".join(parts)


def _short(caution: Caution, methods: Sequence[str]) -> str | None:
    """Say a caution in a few words; None where the paragraph does without it."""
    if caution.code == DEPENDENCE_ASSUMED and LOGLINEAR in methods:
        return _ONE_MODEL
    if caution.code == DISAGREEMENT and caution.kind.startswith(WITHOUT):
        return _HANGS
    if caution.code == LARGE_EXPANSION and caution.kind == COVERED:
        return _TOO_MANY
    if caution.code == HETEROGENEITY and caution.kind == LISTS:
        return f"{_DEPEND}, which {_of_depending_lists(methods)}"
    return _SHORT.get(caution.code)


def _of_depending_lists(methods: Sequence[str]) -> str:
    if LATENT_CLASS in methods:
        return "the model that is quoted follows only in part"
    return "the number allows for; as far as persons differ too, it is too low"


def refusal_sentence(
    table: CaptureTable, refused: Refusal, *, about: About, is_sure: bool = True
) -> str:
    """Write the paragraph where there is no answer; `is_sure`: whether who is who is."""
    if not table.observed:
        return f"Nobody is counted and nothing is estimated. {refused.text}"
    number = f"{table.observed:,}" if is_sure else f"about {table.observed:,}"
    return (
        f"{_counted(table, about, is_sure=is_sure)}. How many more there were is not estimated. "
        f"{refused.text} That does not mean that the lists name everybody: {number} is how many "
        "they name, and no estimate of how many there were."
    )


def _on_none(table: CaptureTable, estimate: Estimate, *, is_sure: bool) -> str:
    """Say how many are on no list, both ends, in words that nobody takes for the disappeared.

    They are those of the likeliest division into persons; others name more or fewer.
    """
    least, most = (max(0.0, (end or 0.0) - table.observed) for end in (estimate.low, estimate.high))
    about = "" if is_sure else "about "
    said = f"That would be {about}{least:,.0f} to {most:,.0f} persons on none of these lists"
    return f"{said}." if least >= 1 else f"{said}: it may be that the lists name everybody."


def _conditions(linkage_share: float | None, methods: Sequence[str]) -> str:
    linkage = (
        "The interval allows for doubt about which records are of one person "
        f"({linkage_share:.0%} of the variance)"
        if linkage_share is not None
        else "If records of one person were taken for two, the number is too high; the interval "
        "does not allow for that"
    )
    *first, last = (
        "if the lists cover the same persons, place and time",
        "if everybody could have been named by some of them",
        *_model(methods),
    )
    return f"This holds {', '.join(first)}, and {last}. {linkage}."


def _model(methods: Sequence[str]) -> tuple[str, ...]:
    """Say what the quoted method assumes; of several, what all of them do."""
    if INDEPENDENT in methods:
        return _BY_METHOD[INDEPENDENT]
    return _BY_METHOD.get(methods[0], (_SHOWN,)) if len(methods) == 1 else (_SHOWN,)


def _counted(table: CaptureTable, about: About, *, is_sure: bool = True) -> str:
    """Say how many are named; about so many, where it is in doubt who is who."""
    said = [f'"{name}"' for name in table.lists]
    by = (
        f"the one list {said[0]}"
        if len(said) == 1
        else f"at least one of the {len(said)} lists {', '.join(said[:-1])} and {said[-1]}"
    )
    number = f"{table.observed:,}" if is_sure else f"about {table.observed:,}"
    return f"Counted: {number} different {about.words} are named by {by}"


def _number(value: float | None) -> str:
    return "no finite number" if value is None else f"{value:,.0f}"
