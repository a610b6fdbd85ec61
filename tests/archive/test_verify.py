"""How findings add up to an exit code."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from qantar.archive.verify import Check, Findings

FAULTS = {Check.JOURNAL: 21, Check.HISTORY: 21, Check.WITNESS: 22, Check.ORIGINAL: 20}


def findings(*checks: Check) -> Findings:
    made = Findings(Path("/case"))
    for check in checks:
        made.add(check, f"about {check}", expected="this", found="that", then="Do it.")
    return made


@pytest.mark.parametrize("check", Check)
def test_a_fault_has_an_exit_code_and_nothing_else_has(check: Check) -> None:
    assert findings(check).exit_code == FAULTS.get(check, 0)


def test_of_several_faults_the_gravest_is_the_exit_code() -> None:
    for order in permutations([Check.ORIGINAL, Check.WITNESS, Check.KEYS]):
        assert findings(*order).exit_code == 22
    for order in permutations([Check.ORIGINAL, Check.WITNESS, Check.HISTORY]):
        assert findings(*order).exit_code == 21


def test_there_is_one_finding_about_each_thing_in_the_order_they_were_met() -> None:
    made = findings(Check.TAIL, Check.KEYS)
    made.add(Check.TAIL, "about tail", expected="other", found="other", then="")
    assert [(one.check, one.found) for one in made] == [(Check.TAIL, "that"), (Check.KEYS, "that")]


def test_paths_are_named_within_the_case_and_outside_by_their_last_part() -> None:
    made = Findings(Path("/case"))
    assert made.name(Path("/case/keys/slot-1.age")) == "keys/slot-1.age"
    assert made.name(Path("/stick/team/seen.note")) == "seen.note"


def test_a_finding_is_printed_by_the_names_of_the_contract() -> None:
    (finding,) = findings(Check.FORK)
    assert finding.to_json() == {
        "check": "fork",
        "object": "about fork",
        "expected": "this",
        "found": "that",
        "next": "Do it.",
    }
