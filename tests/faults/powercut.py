"""Judge what a power cut may leave of every recipe: `python -m tests.faults.powercut [LIMIT]`.

Prints, for each recipe, its steps, the different disk states judged (up to LIMIT
after each step), how many broke a promise, and how many did when nothing was
forced to the disk. Ends with 1 if a sound recipe broke one, or a careless one none.
"""

from __future__ import annotations

import sys

from tests.faults.cut_search import forces_to_disk, record, search
from tests.faults.recipes import RECIPES

_LIMIT = 400


def main(limit: int) -> int:
    """Print the table; gives the exit code."""
    print("| recipe | steps | states | broken | states, nothing forced | broken |")
    failed = False
    for recipe in RECIPES:
        recording = record(recipe)
        sound = search(recipe, recording, limit=limit)
        careless = search(recipe, recording.without(forces_to_disk), limit=limit)
        failed = failed or bool(sound.violations) or not careless.violations
        cells = (
            recipe.name,
            len(recording.steps),
            sound.states,
            len(sound.violations),
            careless.states,
            len(careless.violations),
        )
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)
        for violation in sound.violations:
            print("   ", violation, flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else _LIMIT))
