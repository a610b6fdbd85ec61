"""What answers are worth, measured on a set small enough to look at."""

from __future__ import annotations

from benchmarks.linking.generator import generate
from benchmarks.linking.review import line, reviewed


def test_a_set_is_measured_before_and_after_answers() -> None:
    got = reviewed(generate(people=250, lists=3, seed=5), answers=30, decisions=60, draws=5)
    assert got.answers == 30
    assert got.f1[1] > got.f1[0]
    assert got.violated == 0
    assert got.persons[0] <= got.persons[1]
    assert line(got).startswith("| generator-250-seed5 | 30 | 0.")


def test_asking_ends_where_there_is_nothing_left_to_ask() -> None:
    got = reviewed(generate(people=30, lists=2, seed=6), answers=10_000, decisions=5, draws=2)
    assert 0 < got.answers < 1000
