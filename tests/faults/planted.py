"""Each defence switched off in its turn: `python -m tests.faults.planted`.

An attack that a defence stops must succeed as soon as that defence is taken out of
the code: else nobody knows what stopped it. Prints what becomes of each attack.
"""

from __future__ import annotations

import sys

from tests.faults import journal_attacks, secrecy_attacks, storage_attacks, team_attacks
from tests.faults.scratch import scratch_folder

DEFENCES = (
    *journal_attacks.DEFENCES,
    *storage_attacks.DEFENCES,
    *secrecy_attacks.DEFENCES,
    *team_attacks.DEFENCES,
)


def main() -> int:
    """Print a line for each defence; gives the exit code."""
    wrong = 0
    print("| defence | attack, defended | attack, switched off |")
    for defence in DEFENCES:
        with scratch_folder() as folder:
            stands = defence.is_overcome(folder)
        with scratch_folder() as folder, defence.switched_off():
            falls = defence.is_overcome(folder)
        wrong += stands or not falls
        words = ["succeeds" if overcome else "fails" for overcome in (stands, falls)]
        print(f"| {defence.name} | {words[0]} | {words[1]} |", flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
