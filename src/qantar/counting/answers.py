"""All estimators that were asked for, on one table or on those of several draws of linking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qantar.counting.asked import Asked
from qantar.counting.cautions import NOT_ESTIMABLE
from qantar.counting.fit import Fit
from qantar.counting.methods import (
    CHAPMAN,
    DECOMPOSABLE_GRAPHS,
    FOR_MORE_LISTS,
    LOGLINEAR,
    METHODS,
    bounded,
    fit,
)
from qantar.counting.pooled import Answer, alone, pooled
from qantar.counting.preconditions import LEAST_LISTS, Groups, joined
from qantar.counting.table import CaptureTable
from qantar.model.estimate import Caution, Refusal

REPLICATES: Final = 1000
LEAST_REPLICATES: Final = 40

MOST_REFUSED: Final = 0.1
"""Share of the draws of linking in which an estimator may refuse before its answer is refused."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Answers:
    """What the estimators gave, by method in the order of `METHODS`, and who refused, and why."""

    by_method: dict[str, Answer]
    refused: dict[str, Refusal]


def answers(
    table: CaptureTable, *, groups: Groups, draws: Sequence[CaptureTable], asked: Asked
) -> Answers:
    """Run the estimators.

    Args:
        table: a usable one, by `preconditions`.
        groups: how it came from the given one; the draws are treated alike.
        draws: of linking, with the given lists; none where nothing is in doubt.
        asked: what is asked.
    """
    methods = [name for name in METHODS if name in (asked.methods or FOR_MORE_LISTS)]
    tables = [joined(one, groups) for one in draws[: asked.draws]]
    found: dict[str, Answer] = {}
    refused: dict[str, Refusal] = {}
    for method in methods:
        got = _on_draws(method, tables, asked) if tables else _on_one(method, table, asked)
        if isinstance(got, Refusal):
            refused[method] = got
        else:
            found[method] = got
    return Answers(by_method=found, refused=refused)


def two_lists(table: CaptureTable, asked: Asked) -> Answer | None:
    """Give Chapman's estimate, where a table has two lists and it was not left out."""
    if len(table.lists) != LEAST_LISTS - 1 or CHAPMAN not in (asked.methods or (CHAPMAN,)):
        return None
    found = _on_one(CHAPMAN, table, asked)
    return None if isinstance(found, Refusal) else found


def refusals_told(refused: dict[str, Refusal]) -> tuple[Caution, ...]:
    """Say which estimators gave nothing."""
    return tuple(
        Caution(
            code=one.code,
            text=one.text if method in one.text else f"{method}: {one.text}",
            kind=f"{method}: refused",
        )
        for method, one in refused.items()
    )


def _on_one(method: str, table: CaptureTable, asked: Asked) -> Answer | Refusal:
    own = _options(method, asked) | bounded(method, table)
    found = fit(method, table, level=asked.level, seed=asked.seed, options=own)
    return found if isinstance(found, Refusal) else alone(found, seed=asked.seed)


def _on_draws(method: str, tables: Sequence[CaptureTable], asked: Asked) -> Answer | Refusal:
    fits: list[tuple[int, Fit]] = []
    refused: list[Refusal] = []
    own = _options(method, asked, tables=len(tables))
    for number, table in enumerate(tables):
        seed = asked.with_seed_of(number).seed
        options = own | bounded(method, table, tables=len(tables))
        found = fit(method, table, level=asked.level, seed=seed, options=options)
        if isinstance(found, Refusal):
            refused.append(found)
        else:
            fits.append((number, found))
    if len(refused) > MOST_REFUSED * len(tables):
        text = f"in {len(refused)} of {len(tables)} draws of linking: {refused[0].text}"
        return Refusal(code=refused[0].code, text=text)
    answer = pooled(fits, level=asked.level, seed=asked.seed)
    if not refused:
        return answer
    text = (
        f"{method}: {len(refused)} of {len(tables)} draws of linking gave no estimate "
        f"({refused[0].text}) and are not in the interval."
    )
    return answer.with_caution(Caution(code=NOT_ESTIMABLE, text=text, kind=f"{method}: draws"))


def _options(method: str, asked: Asked, *, tables: int = 1) -> dict[str, object]:
    """Give the options of an estimator that are not common to all.

    Over several draws of linking the bootstrap has as many replicates in all as over one table.
    """
    if method == DECOMPOSABLE_GRAPHS:
        return {"grid": asked.grid}
    if method != LOGLINEAR or (tables == 1 and asked.replicates is None):
        return {}
    return {"replicates": max(LEAST_REPLICATES, (asked.replicates or REPLICATES) // tables)}
