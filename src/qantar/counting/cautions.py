"""The codes of what an estimate is warned of, and of why one is refused."""

from __future__ import annotations

from typing import Final

FEW_LISTS: Final = "few-lists"
NO_OVERLAP: Final = "no-overlap"
TINY_OVERLAP: Final = "tiny-overlap"
CONTAINED_LIST: Final = "contained-list"
COPIED_LIST: Final = "copied-list"
EMPTY_LIST: Final = "empty-list"
SPARSE_LIST: Final = "sparse-list"
HETEROGENEITY: Final = "heterogeneity"
DISAGREEMENT: Final = "disagreement"
NOT_CONVERGED: Final = "not-converged"
PRIOR_SENSITIVE: Final = "prior-sensitive"
GRID_END: Final = "grid-end"
LARGE_EXPANSION: Final = "large-expansion"
NOT_ESTIMABLE: Final = "not-estimable"
STRATUM_REFUSED: Final = "stratum-refused"
REPEATED_PATTERN: Final = "repeated-pattern"
UNCOUNTABLE_CELL: Final = "uncountable-cell"
DEPENDENCE_ASSUMED: Final = "dependence-assumed"

CODES: Final = frozenset(
    value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str)
)
"""All of them: `docs/counting.md` has a line for each."""

# Kinds (`Caution.kind`) that others look at.

WITHOUT: Final = "without "
"""How the kind of a disagreement begins that is of one estimator, with a list and without it."""
LISTS: Final = "lists"
"""Of `heterogeneity` where dependence between some lists explains the overlaps better."""
PERSONS: Final = "persons"
"""Of `heterogeneity` where differences between persons explain them better."""
COVERED: Final = "covered"
"""Of `large-expansion` where an interval reaches beyond the covered population."""
