"""What is shown of a question: two rows as they were found, why they may be one, who is near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from qantar.archive.case import Case
from qantar.linking.fields import compared
from qantar.linking.likeness import alike
from qantar.linking.reasons import reasons_of
from qantar.linking.result import Reason, RowKey
from qantar.linking.scoring import Scored
from qantar.model.decision import Asked
from qantar.record.found_cells import Cells, read_cells
from qantar.workbench.names import row_id
from qantar.workbench.stores import record_of

if TYPE_CHECKING:
    from qantar.linking.link import Linker
    from qantar.linking.standing import Standing

_MOST_NEAR: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """One row: its id, its list, its cells as they were found, and the person it counts for now.

    `person` marks rows that are one person as things stand; it means nothing beyond the card.
    """

    id: str
    list: str
    cells: Cells
    person: int

    def to_json(self) -> dict[str, object]:
        """As `qantar review --json` prints it."""
        return {"row": self.id, "list": self.list, "cells": [list(one) for one in self.cells]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A question: are these two rows one person?

    `probability` is that of the pair's own evidence, `reasons` its parts, `joined` whether the rows
    are one person as things stand. `near` are rows with the same surname and father.
    """

    left: RowShown
    right: RowShown
    asked: Asked
    probability: float
    joined: bool
    reasons: tuple[Reason, ...]
    near: tuple[RowShown, ...]

    def to_json(self) -> dict[str, object]:
        """As `qantar review --json` prints it: of a second opinion not what the first led to."""
        return {
            "left": self.left.to_json(),
            "right": self.right.to_json(),
            "asked": self.asked.value,
            "probability": round(self.probability, 4),
            "reasons": [
                {"field": one.field, "left": one.left, "right": one.right}
                | {"weight": one.weight, "words": one.words}
                for one in self.reasons
            ],
            "near": [one.to_json() for one in self.near],
        }


def card(
    case: Case,
    linker: Linker,
    now: Standing,
    pair: tuple[int, int],
    asked: Asked,
    names: Mapping[str, str],
) -> Card:
    """Make the card of a pair of rows, by their places in the table.

    Args:
        case: the case.
        linker: its rows.
        now: how things stand.
        pair: the rows.
        asked: why they are asked.
        names: of lists, by accession.
    """
    near = list(_near(linker, pair))
    keys = list(linker.table.places)
    cells = read_cells(*record_of(case), (keys[at] for at in (*pair, *near)))

    def shown(at: int) -> RowShown:
        key: RowKey = keys[at]
        return RowShown(
            id=row_id(*key),
            list=names.get(key[0], key[0]),
            cells=cells.get(key, ()),
            person=int(now.person[at]),
        )

    scores, place = _scored(linker, now, pair)
    return Card(
        left=shown(pair[0]),
        right=shown(pair[1]),
        asked=asked,
        probability=float(scores.probability[place]),
        joined=bool(now.person[pair[0]] == now.person[pair[1]]),
        reasons=tuple(reasons_of(linker.table, scores.found, scores.opened(place), place)),
        near=tuple(shown(at) for at in near),
    )


def _scored(linker: Linker, now: Standing, pair: tuple[int, int]) -> tuple[Scored, int]:
    """Find the pair among the scores; one that no rule found is scored now."""
    place = linker.scored_pairs.get(pair)
    if place is not None:
        return now.scores, place
    import numpy as np  # noqa: PLC0415  # an extra

    left, right = (np.array([at], dtype=np.int64) for at in pair)
    found = compared(linker.table, left, right, alike)
    return linker.scores.with_pairs(linker.table, found), len(linker.scores.odds)


def _near(linker: Linker, pair: tuple[int, int]) -> Iterator[int]:
    """Give rows with the surname and the father of either row, the rows themselves left out."""
    table = linker.table
    found = 0
    for at in pair:
        surname, father = int(table.surname.key[at]), int(table.father.key[at])
        if min(surname, father) < 0:
            continue
        alike = (table.surname.key == surname) & (table.father.key == father)
        for one in alike.nonzero()[0].tolist():
            if one not in pair and found < _MOST_NEAR:
                found += 1
                yield one
        return
