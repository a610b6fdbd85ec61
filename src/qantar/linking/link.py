"""Rows of several lists in, persons out: the way through linking, step by step.

    words → roles → columns → candidates → levels → scores → persons → draws

Pure: the same rows, decisions and seed give the same answer. Scores are rounded, so that another
processor gives the same persons but for a pair that lies within a millionth of the edge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from qantar.linking.audits import audit_order
from qantar.linking.candidates import Candidates, candidates, not_compared
from qantar.linking.case_tables import Tables
from qantar.linking.clusters import Clustering, Ties
from qantar.linking.decided import Decided, decided
from qantar.linking.doubt import Missed, draws, interval, missed_by_rules
from qantar.linking.fields import BLOCK, Comparing, compared
from qantar.linking.learned import Shown, corrections, labels_from
from qantar.linking.likeness import alike
from qantar.linking.near_misses import NearMisses, audited, near_misses
from qantar.linking.pair_places import PairPlaces
from qantar.linking.people_table import PeopleTable, people_table
from qantar.linking.person_numbers import numbered
from qantar.linking.reasons import reasons_of
from qantar.linking.result import (
    Floats,
    Ints,
    Linked,
    LinkFinding,
    ListRules,
    Origin,
    PairDecision,
    Reason,
    RowKey,
    ScoredPairs,
    Verdict,
)
from qantar.linking.scoring import Scored, at_random, first_weights, scored, ties_of
from qantar.linking.shipped import shipped_weights
from qantar.linking.sieve import sieved
from qantar.linking.standing import Standing
from qantar.linking.support import Support
from qantar.model.person_row import PersonRow

LEAST_SHOWN: Final = 0.01
"""Probability from which on a pair is told, also where nobody decided about it."""
_AS_SAID: Final = 0.5
_LEFT_OUT: Final = 0.3  # what a pair counts for that the persons do not join


@dataclass(frozen=True)
class Linker:
    """Rows that were compared and scored; decisions can be put on them again and again."""

    table: PeopleTable
    candidates: Candidates
    scores: Scored
    rules: Mapping[str, ListRules]
    seed: int
    crowds: Sequence[Ints] = ()

    @classmethod
    def of(
        cls,
        rows: Sequence[PersonRow],
        *,
        lists: Mapping[str, ListRules] | None = None,
        tables: Tables | None = None,
        seed: int = 0,
        block: int = BLOCK,
    ) -> Linker:
        """Compare and score rows.

        Args:
            rows: of all lists; list and number name each once.
            lists: what is guaranteed of lists.
            tables: what names and places have in common, where a case adds to what ships.
            seed: of all that is drawn.
            block: how many pairs are compared at once; the answer does not hang on it.

        Raises:
            ValueError: two rows have one name.
        """
        table = people_table(rows, tables)
        if len(set(table.places)) != len(rows):
            message = "two rows have the same list and number"
            raise ValueError(message)
        comparing = Comparing(table, alike, block=block)
        strangers = at_random(comparing, np.random.default_rng(seed))
        first = first_weights(table, shipped_weights(len(table)), strangers)
        found = candidates(table)
        crowds = not_compared(table, found)
        kept = sieved(comparing, found, first)
        del comparing, found  # what it knows of words is as large as the pairs
        scores = scored(table, kept, shipped_weights(len(table)), strangers)
        return cls(table, kept.pairs, scores, lists or {}, seed, crowds)

    @cached_property
    def _clustering(self) -> Clustering:
        return Clustering(self._ties(decided((), {}), self.scores))

    @cached_property
    def undecided(self) -> Ints:
        """The division without any decision: the mark of its person for each row."""
        return self._clustering.again(self._ties(decided((), {}), self.scores))

    @cached_property
    def audits(self) -> Ints:
        """The candidates in the order in which they are asked at random."""
        return audit_order(self.table, self.scores)

    @cached_property
    def near_misses(self) -> NearMisses:
        """Pairs of persons that no rule found and that may be one; takes a while."""
        return near_misses(self.table, self.scores, self.undecided, alike)

    @cached_property
    def scored_pairs(self) -> PairPlaces:
        """The candidates, and the place of each."""
        return PairPlaces(self.scores.found.left, self.scores.found.right)

    @cached_property
    def _shown(self) -> Shown:
        support = Support(self._ties(decided((), {}), self.scores), self.undecided)
        scores = self.scores
        return Shown(
            scores.found,
            scores.weights,
            scores.odds,
            support.joined,
            support.of_ties,
            support.rows_of_ties,
        )

    def _ties(self, told: Decided, scores: Scored) -> Ties:
        one_row = [self.rules.get(name, ListRules()).one_row_a_person for name in self.table.lists]
        return ties_of(
            self.table,
            self.scores.found,
            (scores.odds if scores.tied is None else scores.tied)[: len(self.scores.odds)],
            one_row=np.array(one_row, dtype=bool),
            together=told.together,
            apart=told.apart,
            dropped=self.scores.dropped,
        )

    def standing(self, decisions: Sequence[PairDecision] = ()) -> Standing:
        """Learn from decisions, and divide the rows under them.

        Args:
            decisions: of people, in the order in which they were made.

        Raises:
            UnknownRowError: a decision names a row that is not here.
        """
        told = decided(decisions, self.table.places)
        scores = self._with_decided(told)
        labels = labels_from(told, self.scored_pairs)
        learned = corrections(labels, self._shown) if len(labels) else None
        scores = scores.taught(learned) if learned else scores
        ties = self._ties(told, scores)
        untouched = scores.corrected is None and not (told.together or told.apart)
        person = self.undecided if untouched else self._clustering.again(ties)
        return Standing(told, scores, ties, person, self._clustering)

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
        now = self.standing(decisions)
        person = numbered(now.person, list(self.table.places), previous)
        drawn = self._drawn(now, draw)
        counts = np.array([len(np.unique(one)) for one in drawn])
        return Linked(
            rows=self.table.rows,
            person=person,
            pairs=self._pairs(now.told, now.scores),
            draws=drawn,
            persons=interval(len(np.unique(person)), counts),
            contradictions=now.told.contradictions,
            findings=self._findings(),
            explain=self._explain(now.scores),
        )

    def _with_decided(self, told: Decided) -> Scored:
        """Give the scores, also of pairs that were decided and that no rule found."""
        if not told.verdicts:
            return self.scores
        new = sorted(pair for pair in told.verdicts if pair not in self.scored_pairs)
        if not new:
            return self.scores
        left, right = np.array(new, dtype=np.int64).T
        return self.scores.with_pairs(self.table, compared(self.table, left, right, alike))

    def _pairs(self, told: Decided, scores: Scored) -> ScoredPairs:
        left, right = scores.found.left, scores.found.right
        said = self._said(told, scores)
        shown = scores.probability >= LEAST_SHOWN
        shown[list(said)] = True
        place = np.flatnonzero(shown)
        place = place[np.lexsort((right[place], left[place]))]
        return ScoredPairs(
            left=left[place].astype(np.int64),
            right=right[place].astype(np.int64),
            probability=scores.probability[place],
            verdict=[said.get(at) for at in place.tolist()],
            place=place,
        )

    def _said(self, told: Decided, scores: Scored) -> Mapping[int, Verdict]:
        """Give by place what was decided of pairs, those among them that no rule found."""
        found, scored_first = scores.found, len(self.scores.odds)
        behind = zip(found.left[scored_first:], found.right[scored_first:], strict=True)
        added = {(int(a), int(b)): at for at, (a, b) in enumerate(behind, scored_first)}
        return {
            added[pair] if place is None else place: one.verdict
            for pair, one in told.verdicts.items()
            for place in (self.scored_pairs.get(pair),)
        }

    def _explain(self, scores: Scored) -> Callable[[int], list[Reason]]:
        return lambda place: reasons_of(self.table, scores.found, scores.opened(place), place)

    def _drawn(self, now: Standing, count: int) -> Ints:
        drawn = np.empty((count, len(self.table)), dtype=np.int64)
        if count:
            rng = np.random.default_rng(self.seed + 1)
            others = draws(
                now.ties,
                self._clustering,
                self._missed(now),
                count=count,
                rng=rng,
                unsure=in_doubt(now),
            )
            for at, one in enumerate(others):
                drawn[at] = one
        return drawn

    def _missed(self, now: Standing) -> Missed:
        pairs, kind = self.scores.found, self.scores.kind
        joined = now.person[pairs.left] == now.person[pairs.right]
        belief = now.scores.probability[: len(kind)] * np.where(joined, 1.0, _LEFT_OUT)
        kinds = len(self.scores.pairs_of_kind)
        missed = missed_by_rules(self.candidates, kind, belief, kinds)
        found: Floats = np.bincount(kind, weights=belief, minlength=kinds).astype(float)
        return self._audited(missed, now.told, found)

    def _audited(self, missed: Missed, told: Decided, found: Floats) -> Missed:
        """Take in what audits of pairs found that no rule found, if there were any."""
        said = {
            pair: one.verdict is Verdict.SAME
            for pair, one in told.verdicts.items()
            if one.origin is Origin.AUDIT and one.verdict is not Verdict.UNSURE
        }
        if all(pair in self.scored_pairs for pair in said):
            return missed
        near = self.near_misses
        pairs = zip(near.left.tolist(), near.right.tolist(), strict=True)
        asked = [(at, said[pair]) for at, pair in enumerate(pairs) if pair in said]
        places = np.array([at for at, _ in asked], dtype=np.int64)
        same = np.array([one for _, one in asked], dtype=bool)
        return audited(missed, near, found, places, same)

    def _findings(self) -> tuple[LinkFinding, ...]:
        nameless = (
            row
            for row, name in zip(self.table.rows, self.table.names, strict=True)
            if not any(name[:3])
        )
        without_name = (
            LinkFinding("no-name", "the row has no name; it is a person by itself", row.key)
            for row in nameless
        )
        return (*without_name, *map(self._crowd, self.crowds))

    def _crowd(self, places: Ints) -> LinkFinding:
        others = len(places) - 1
        text = (
            f"the row, and {others:,} others of the same name, say nothing else that few rows "
            "have in common: they were compared with nobody, and each counts as a person by itself"
            if others
            else "the row says nothing that few rows have in common: it was compared with nobody, "
            "and counts as a person by itself"
        )
        return LinkFinding("not-compared", text, self.table.rows[int(places[0])].key)


def in_doubt(now: Standing) -> Callable[[np.random.Generator], Floats] | None:
    """Give what draws what may have to be added to the weights; None where nothing was learned.

    Answers say how often pairs of a score are one person. What a division asks of a sum was set on
    the shipped scale. By the first alone draws join too little in long lists, by the second alone
    they miss what answers taught: nobody knows which is right, and each draw takes one of the two.
    """
    learned, pairs = now.scores.corrected, len(now.ties.weight)
    if learned is None or learned.unsure is None:
        return None
    unsure, moved = learned.unsure, now.scores.odds[:pairs] - now.ties.weight

    def added(rng: np.random.Generator) -> Floats:
        taken: Floats = unsure.shift(rng, pairs) + (moved if rng.random() < _AS_SAID else 0.0)
        return taken

    return added


def link(
    rows: Sequence[PersonRow],
    *,
    lists: Mapping[str, ListRules] | None = None,
    tables: Tables | None = None,
    decisions: Sequence[PairDecision] = (),
    previous: Mapping[RowKey, int] | None = None,
    draws: int = 0,
    seed: int = 0,
) -> Linked:
    """Say which rows are one person.

    Args:
        rows: of all lists; list and number name each once.
        lists: what is guaranteed of lists, by name.
        tables: what names and places have in common, where a case adds to what ships.
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
    linker = Linker.of(rows, lists=lists, tables=tables, seed=seed)
    return linker.linked(decisions, previous=previous, draw=draws)
