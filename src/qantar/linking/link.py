"""Rows of several lists in, persons out: the way through linking, step by step.

    words → roles → columns → candidates → levels → scores → persons → draws

Pure: the same rows, decisions and seed give the same answer, on any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from qantar.linking.candidates import Candidates, candidates
from qantar.linking.clusters import Clustering, Ties
from qantar.linking.decided import Decided, decided
from qantar.linking.doubt import Missed, draws, interval, missed_by_rules
from qantar.linking.fields import compared
from qantar.linking.likeness import likeness
from qantar.linking.people_table import PeopleTable, people_table
from qantar.linking.person_numbers import numbered
from qantar.linking.reasons import reasons_of
from qantar.linking.result import (
    Ints,
    Linked,
    LinkFinding,
    ListRules,
    PairDecision,
    Reason,
    RowKey,
    ScoredPairs,
)
from qantar.linking.scoring import Scored, scored, ties_of
from qantar.linking.shipped import shipped_weights
from qantar.model.person_row import PersonRow

_LEAST_SHOWN: Final = 0.01
_LEFT_OUT: Final = 0.3  # what a pair counts for that the persons do not join


@dataclass(frozen=True)
class Linker:
    """Rows that were compared and scored; decisions can be put on them again and again."""

    table: PeopleTable
    candidates: Candidates
    scores: Scored
    rules: Mapping[str, ListRules]
    seed: int

    @classmethod
    def of(
        cls,
        rows: Sequence[PersonRow],
        *,
        lists: Mapping[str, ListRules] | None = None,
        seed: int = 0,
    ) -> Linker:
        """Compare and score rows.

        Args:
            rows: of all lists; list and number name each once.
            lists: what is guaranteed of lists.
            seed: of all that is drawn.

        Raises:
            ValueError: two rows have one name.
        """
        table = people_table(rows)
        if len(set(table.places)) != len(rows):
            message = "two rows have the same list and number"
            raise ValueError(message)
        pairs = candidates(table)
        found = compared(table, pairs.left, pairs.right, likeness)
        rng = np.random.default_rng(seed)
        scores = scored(table, found, shipped_weights(), likeness, rng)
        return cls(table, pairs, scores, lists or {}, seed)

    @cached_property
    def _clustering(self) -> Clustering:
        return Clustering(self._ties(decided((), {})))

    def _ties(self, told: Decided) -> Ties:
        one_row = [self.rules.get(name, ListRules()).one_row_a_person for name in self.table.lists]
        return ties_of(
            self.table,
            self.scores.found,
            self.scores.odds,
            one_row=np.array(one_row, dtype=bool),
            together=told.together,
            apart=told.apart,
        )

    def linked(
        self,
        decisions: Sequence[PairDecision] = (),
        *,
        previous: Mapping[RowKey, int] | None = None,
        draw: int = 0,
    ) -> Linked:
        """Divide the rows into persons.

        Args:
            decisions: of people, in the order in which they were made.
            previous: numbers of persons of an earlier run by row.
            draw: how many other divisions to draw.

        Raises:
            UnknownRowError: a decision names a row that is not here.
        """
        told = decided(decisions, self.table.places)
        ties = self._ties(told)
        scores = self._with_decided(told)
        marks = self._clustering.again(ties)
        person = numbered(marks, list(self.table.places), previous)
        drawn = np.array(
            list(
                draws(
                    ties,
                    self._clustering,
                    self._missed(marks),
                    count=draw,
                    rng=np.random.default_rng(self.seed + 1),
                )
            ),
            dtype=np.int64,
        ).reshape(draw, len(self.table))
        counts = np.array([len(np.unique(one)) for one in drawn])
        return Linked(
            rows=self.table.rows,
            person=person,
            pairs=self._pairs(told, scores),
            draws=drawn,
            persons=interval(len(np.unique(person)), counts),
            contradictions=told.contradictions,
            findings=self._findings(),
            explain=self._explain(scores),
        )

    def _with_decided(self, told: Decided) -> Scored:
        """Give the scores, also of pairs that were decided and that no rule found."""
        found = self.scores.found
        known = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
        new = sorted(told.verdicts.keys() - known)
        if not new:
            return self.scores
        left, right = np.array(new, dtype=np.int64).T
        return self.scores.with_pairs(self.table, compared(self.table, left, right, likeness))

    def _pairs(self, told: Decided, scores: Scored) -> ScoredPairs:
        left, right = scores.found.left, scores.found.right
        order = np.lexsort((right, left))
        pairs = zip(left[order].tolist(), right[order].tolist(), strict=True)
        said = [told.verdicts.get(pair) for pair in pairs] if told.verdicts else [None] * len(order)
        shown = scores.probability[order] >= _LEAST_SHOWN
        shown |= np.array([one is not None for one in said], dtype=bool)
        place = order[shown]
        return ScoredPairs(
            left=left[place],
            right=right[place],
            probability=scores.probability[place],
            verdict=[one and one.verdict for one, keep in zip(said, shown, strict=True) if keep],
            place=place,
        )

    def _explain(self, scores: Scored) -> Callable[[int], list[Reason]]:
        return lambda place: reasons_of(self.table, scores.found, scores.parts(place), place)

    def _missed(self, person: Ints) -> Missed:
        scores = self.scores
        joined = person[scores.found.left] == person[scores.found.right]
        belief = scores.probability * np.where(joined, 1.0, _LEFT_OUT)
        kinds = len(scores.pairs_of_kind)
        return missed_by_rules(self.candidates, scores.kind, belief, kinds)

    def _findings(self) -> tuple[LinkFinding, ...]:
        nameless = (
            row
            for row, name in zip(self.table.rows, self.table.names, strict=True)
            if not any(name[:3])
        )
        return tuple(
            LinkFinding("no-name", "the row has no name; it is a person by itself", row.key)
            for row in nameless
        )


def link(
    rows: Sequence[PersonRow],
    *,
    lists: Mapping[str, ListRules] | None = None,
    decisions: Sequence[PairDecision] = (),
    previous: Mapping[RowKey, int] | None = None,
    draws: int = 0,
    seed: int = 0,
) -> Linked:
    """Say which rows are one person.

    Args:
        rows: of all lists; list and number name each once.
        lists: what is guaranteed of lists, by name.
        decisions: of people, in the order in which they were made; no score overrides them.
        previous: numbers of persons of an earlier run by row: persons keep them.
        draws: how many other divisions to draw from what is doubtful.
        seed: of all that is drawn.

    Returns:
        Each row in one person; pairs with probabilities and reasons; draws; findings.

    Raises:
        UnknownRowError: a decision names a row that is not here.
        ValueError: two rows have one name.
    """
    return Linker.of(rows, lists=lists, seed=seed).linked(decisions, previous=previous, draw=draws)
