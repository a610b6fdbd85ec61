"""Two verifiers that share no code say the same of the same cases, sound and tampered with.

`python -m tests.faults.agree` compares ten thousand.
"""

from __future__ import annotations

from tests.faults.agree import agree_on

CASES = 200


def test_two_verifiers_agree_on_what_a_team_leaves_behind() -> None:
    tally = agree_on(CASES)
    assert tally.differing == []
    # Sound ones and broken ones are among them; of what else, chance decides.
    assert tally.ended["as it is", 0] > CASES // 5
    assert sum(count for (_, code), count in tally.ended.items() if code == 21) > CASES // 10
