"""What all rows tell together, counted by parts: a part that is told the whole is as all rows are.

All people here are invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from benchmarks.linking.generator import generate

from qantar.linking.candidates import rules_of
from qantar.linking.case_tables import Tables, tables_of
from qantar.linking.fields import Comparing
from qantar.linking.likeness import alike
from qantar.linking.name_roles import SplitName, Splitter, words_of
from qantar.linking.other_names import Variant, variants_of
from qantar.linking.people_table import PeopleTable, people_table, table_of_names
from qantar.linking.scoring import pairs_at_random
from qantar.linking.tally import NAMELESS, Tally, tally_of, whole_of
from qantar.linking.whole import Whole
from qantar.model.name_table import NameForms, NameKind
from qantar.model.person_row import PersonRow
from qantar.workbench.spark_pairs import hashed

ALIASES = ("Айдос", "Сая", "Кодар", "Нигде Небывалов")
"""Other names: some that rows have as their own, and one that none has."""


@pytest.fixture(scope="module")
def rows() -> list[PersonRow]:
    """Rows of invented people, some of them with other names and some without any."""
    chance = Random(3)  # noqa: S311  # an invention
    found = generate(people=400, lists=4, seed=9).rows
    known = [one.given or one.surname or one.name or "" for one in found]
    return [
        replace(one, aliases=tuple(filter(None, (chance.choice(ALIASES), chance.choice(known)))))
        if at % 5 == 0
        else one
        for at, one in enumerate(found)
    ] + [
        PersonRow(list=found[-1].list, row=10_000),
        PersonRow(list=found[-1].list, row=10_001, name="А"),
    ]


@pytest.fixture(scope="module")
def tables() -> Tables:
    """A case that says of two names that they are one."""
    return tables_of(
        [NameForms(accession="n", row=1, kind=NameKind.GIVEN, name="Айдос", forms=("Кодар",))]
    )


Split = tuple[Sequence[SplitName], Sequence[Variant]]


@pytest.fixture(scope="module")
def split(rows: list[PersonRow]) -> Split:
    """Their names by roles, and by their other names."""
    words = [words_of(row) for row in rows]
    splitter = Splitter(words)
    names = [splitter.split(one) for one in words]
    return names, variants_of(rows, names, splitter)


def part(further: Sequence[Variant], some: Sequence[int]) -> list[Variant]:
    """The other names of some rows, by their places among these."""
    place = {at: number for number, at in enumerate(some)}
    return [one._replace(row=place[one.row]) for one in further if one.row in place]


@pytest.fixture(scope="module")
def whole(rows: list[PersonRow], split: Split, tables: Tables) -> Whole:
    """What three parts tell together; what stands once is left out."""
    total: Tally = Counter()
    for start in range(3):
        some = range(start, len(rows), 3)
        names = [split[0][at] for at in some]
        total.update(tally_of([rows[at] for at in some], names, part(split[1], some), tables))
    assert total[NAMELESS] == sum(not any(one[:3]) for one in split[0])
    kept = {key: count for key, count in total.items() if count != 1 or not key[1]}
    return whole_of(Counter(row.list for row in rows), kept)


@pytest.fixture(scope="module")
def all_rows(rows: list[PersonRow], tables: Tables) -> PeopleTable:
    """All rows in columns."""
    return people_table(rows, tables)


def some_of(
    rows: Sequence[PersonRow], split: Split, whole: Whole, tables: Tables, some: Sequence[int]
) -> PeopleTable:
    names = [split[0][at] for at in some]
    return table_of_names([rows[at] for at in some], names, part(split[1], some), tables, whole)


def test_pairs_of_a_part_compare_as_they_do_among_all_rows(
    rows: list[PersonRow], split: Split, whole: Whole, tables: Tables, all_rows: PeopleTable
) -> None:
    some = np.arange(1, len(rows), 2)
    here = some_of(rows, split, whole, tables, some.tolist())
    left, right = pairs_at_random(len(some), np.random.default_rng(4))
    left, right = left[:20_000], right[:20_000]
    got = Comparing(here, alike).of(left, right)
    expected = Comparing(all_rows, alike).of(some[left], some[right])
    assert got.levels.keys() == expected.levels.keys()
    assert got.share.keys() == expected.share.keys()
    for name in expected.levels:
        np.testing.assert_array_equal(got.levels[name], expected.levels[name])
    for name in expected.share:
        np.testing.assert_array_equal(got.share[name], expected.share[name])
    # It is no test where nothing agrees, or nobody agrees by another name.
    assert (expected.levels["given"] == 1).any()
    assert all_rows.others is not None
    assert here.others is not None


def test_keys_of_parts_make_the_blocks_that_all_rows_make(
    rows: list[PersonRow], split: Split, whole: Whole, tables: Tables, all_rows: PeopleTable
) -> None:
    def blocks(rules: Sequence[tuple[str, int, int]]) -> set[tuple[str, tuple[int, ...]]]:
        found: dict[tuple[str, int], list[int]] = {}
        for name, key, row in rules:
            found.setdefault((name, key), []).append(row)
        return {(name, tuple(sorted(block))) for (name, _), block in found.items()}

    by_parts = []
    for start in range(3):
        some = np.arange(start, len(rows), 3)
        table = some_of(rows, split, whole, tables, some.tolist())
        for rule in rules_of(table, hashed):
            at = some[rule.rows].tolist()
            by_parts += [
                (rule.name, key, row) for key, row in zip(rule.keys.tolist(), at, strict=True)
            ]
    together = [
        (rule.name, key, row)
        for rule in rules_of(all_rows)
        for key, row in zip(rule.keys.tolist(), rule.rows.tolist(), strict=True)
    ]
    expected = blocks(together)
    assert blocks(by_parts) == expected
    assert max(len(block) for _, block in expected) > 10
