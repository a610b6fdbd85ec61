"""Two verifiers that share no code say the same of the same cases, sound and tampered with.

`python -m tests.faults.agree` compares ten thousand.
"""

from __future__ import annotations

from tests.faults.agree import agree_on, agree_on_odd
from tests.faults.odd_entries import ODD
from tests.faults.odd_files import PLANTED

CASES = 200
ODD_CASES = 150


def test_two_verifiers_agree_on_what_a_team_leaves_behind() -> None:
    tally = agree_on(CASES)
    assert tally.differing == []
    # Sound ones and broken ones are among them; of what else, chance decides.
    assert tally.ended["as it is", 0] > CASES // 5
    assert sum(count for (_, code), count in tally.ended.items() if code == 21) > CASES // 10


def test_two_verifiers_agree_on_what_no_qantar_writes() -> None:
    """One fell over what somebody without a key had put there; another took a title for a size."""
    tally = agree_on_odd(ODD_CASES)
    assert tally.differing == []
    kinds = {kind for kind, _ in tally.ended}
    assert kinds >= {*ODD, *PLANTED}
    assert {code for _, code in tally.ended} >= {0, 20, 21, 22}
