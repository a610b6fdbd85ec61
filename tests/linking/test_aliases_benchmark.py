"""What other names are worth, measured on a set small enough to look at."""

from __future__ import annotations

from benchmarks.linking.aliases import measured, with_other_names
from benchmarks.linking.generator import generate


def test_rows_are_told_names_of_their_person_and_of_strangers() -> None:
    data = generate(people=200, lists=3, seed=5)
    rows = with_other_names(data, 1.0, 0.0, seed=1)
    called = {
        (row.name or f"{row.surname} {row.given}", who)
        for row, who in zip(data.rows, data.person, strict=True)
    }
    told = [(name, who) for row, who in zip(rows, data.person, strict=True) for name in row.aliases]
    assert told
    assert {name for name, _ in told} <= {name for name, _ in called}
    assert with_other_names(data, 0.3, 0.1, seed=1) == with_other_names(data, 0.3, 0.1, seed=1)
    assert not any(row.aliases for row in with_other_names(data, 0.0, 0.0, seed=1))


def test_names_of_their_person_join_more() -> None:
    none, own, _, _ = measured(400, [5])
    assert (none.own, own.own, own.strange) == (0.0, 0.3, 0.0)
    assert own.score.recall > none.score.recall
    assert own.score.f1 > none.score.f1
