"""The published tables are whole: sizes, frequencies and pairs are those stored beside them."""

from __future__ import annotations

import numpy as np
import pytest

from qantar.counting.chapman import pairs
from qantar.counting.fit import Fit
from tests.counting.published import published

NAMES = list(published())


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_the_sizes_and_frequencies_stored_beside_it(name: str) -> None:
    one = published()[name]
    simple = one.reference["simple"]
    assert one.table.sizes.tolist() == simple["list_sizes"]
    found = one.table.frequencies.tolist()
    stored = simple["capture_frequencies"]
    assert found[: len(stored)] == stored
    assert not any(found[len(stored) :])


@pytest.mark.parametrize("name", NAMES)
def test_every_pair_of_lists_gives_the_chapman_estimate_stored(name: str) -> None:
    one = published()[name]
    stored = {
        tuple(one.table.lists[j] for j in pair["lists"]): pair
        for pair in one.reference["simple"]["pairs"]
    }
    found = pairs(one.table)
    assert {pair.lists for pair in found} == set(stored)
    for pair in found:
        assert pair.both == stored[pair.lists]["overlap"]
        if pair.both:
            assert isinstance(pair.answer, Fit)
            expected = pytest.approx(stored[pair.lists]["chapman"], abs=1e-3)
            assert pair.answer.estimate.estimate == expected


def test_there_are_twenty_tables_and_strata_sum_to_theirs() -> None:
    assert len(NAMES) == 20
    spina = published()["spina_bifida_ny"]
    assert len(spina.strata) == 3
    cells = np.sum([table.cells() for table in spina.strata.values()], axis=0)
    assert cells.tolist() == spina.table.cells().tolist()
