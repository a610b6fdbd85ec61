"""Whatever is changed behind a case's back shows, once somebody else has seen the journal.

`python -m tests.faults.tamper` tries a thousand of each; here are few, and what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.tamper import Bench, benches, tamper_often
from tests.faults.tamperings import BY_THE_DEVICE, KINDS, OF_THE_RECORD

TRIED = 13
"""Of each kind on each of two cases: 26 of each."""


@pytest.fixture(scope="module")
def both() -> Iterator[dict[str, Bench]]:
    with scratch_folder() as folder:
        yield {bench.victim.name: bench for bench in benches(folder)}


@pytest.mark.parametrize("name", ["alone", "team"])
@pytest.mark.parametrize("kind", KINDS)
def test_tampering_is_caught_when_a_witness_has_seen_the_journal(
    both: dict[str, Bench], name: str, kind: str
) -> None:
    tally = tamper_often(both[name], KINDS[kind], TRIED, chance(TRIED), witnessed=True)
    assert tally.unseen == 0
    assert tally.differing == []
    # What is no loss is told with exit 0: a copied device, and a record that is derived.
    harmless = kind in ("fork", *OF_THE_RECORD)
    assert tally.told <= (TRIED if harmless else TRIED // 2)


@pytest.mark.parametrize("kind", KINDS)
def test_both_verifiers_agree_where_nobody_has_seen_anything(
    both: dict[str, Bench], kind: str
) -> None:
    tally = tamper_often(both["alone"], KINDS[kind], TRIED, chance(TRIED), witnessed=False)
    assert tally.differing == []


def test_without_a_witness_the_holder_of_the_key_can_write_anything_anew(
    both: dict[str, Bench],
) -> None:
    """The gate above can fail: it is the witness that catches these.

    An original that no entry names any more is told; a careful forger removes it.
    """
    tampering = BY_THE_DEVICE["re-sign"]
    tally = tamper_often(both["alone"], tampering, TRIED, chance(0), witnessed=False)
    assert tally.caught == 0
    assert tally.unseen > TRIED // 2


@pytest.mark.parametrize("name", ["alone", "team"])
def test_a_sound_case_is_found_sound_by_both(both: dict[str, Bench], name: str) -> None:
    for witnessed in (True, False):
        for outcome in both[name].look(both[name].victim.files, witnessed=witnessed):
            assert outcome.exit == 0
            assert outcome.found == frozenset()
