"""Two verifiers that share no code say the same of the same cases, sound and tampered with.

`python -m tests.faults.agree` compares ten thousand.
"""

from __future__ import annotations

from tests.faults.agree import agree_on

CASES = 200


def test_two_verifiers_agree_on_what_a_team_leaves_behind() -> None:
    tally = agree_on(CASES)
    assert tally.differing == []
    # Sound ones, and all the ways a check can end, are among them.
    assert {0, 20, 21, 22} <= {code for _, code in tally.ended}
