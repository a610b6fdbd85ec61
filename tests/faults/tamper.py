"""Cases tampered with, nine ways: `python -m tests.faults.tamper [COUNT]`.

Each way is tried COUNT times on a case of one device and on one of two. Both verifiers look at the
result twice: held against what a witness kept elsewhere, and against nothing but the
folder itself, with all witness notes taken out of it. Prints what was caught by an exit
code, what by a finding alone, and what went unseen; and how often the two disagreed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults.chance import chance
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import PASSPHRASE
from tests.faults.tamperings import KINDS, OF_THE_RECORD, Tampering
from tests.faults.verifiers import Outcome, independent, ours
from tests.faults.victims import Files, Folder, Victim, make_alone, make_team

_COUNT = 1000


@dataclass(slots=True)
class Tally:
    """What became of a row of tamperings of one kind.

    `caught` counts those with an exit code of their own, `told` those with a finding
    and exit 0, `unseen` the rest. `differing` describes where the verifiers disagreed.
    """

    caught: int = 0
    told: int = 0
    unseen: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there were."""
        return self.caught + self.told + self.unseen

    def take(self, outcome: Outcome, *, of_the_record: bool) -> None:
        """Count one.

        That the record does not follow from the journal is a finding about the record
        alone: whoever changes the journal removes it, or builds it anew.
        """
        told = {check for check, _ in outcome.found if of_the_record or check != "record"}
        if outcome.exit:
            self.caught += 1
        elif told:
            self.told += 1
        else:
            self.unseen += 1


@dataclass(frozen=True, slots=True)
class Bench:
    """A case on the bench: where it is laid out, and what both verifiers need to look at it."""

    victim: Victim
    folder: Folder
    notes: Path
    passphrase: Path

    def look(self, files: Files, *, witnessed: bool) -> tuple[Outcome, Outcome]:
        """Let both verifiers look at a case made of these files."""
        seen = files if witnessed else _without_notes(files)
        root, witness = self.folder.hold(seen), self.notes if witnessed else None
        return (
            ours(root, passphrase=self.passphrase, witness=witness),
            independent(root, passphrase=self.passphrase, witness=witness),
        )


def benches(folder: Path) -> Iterator[Bench]:
    """Make both cases in a folder."""
    passphrase = folder / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    for make in (make_alone, make_team):
        home = folder / make.__name__
        home.mkdir()
        victim = make(home / "case")
        notes = Folder(home / "elsewhere").hold(victim.notes)
        yield Bench(victim, Folder(home / "laid-out"), notes, passphrase)


def tamper_often(
    bench: Bench, tampering: Tampering, count: int, random: Random, *, witnessed: bool
) -> Tally:
    """Tamper so many times; a tampering that changes nothing is not one."""
    tally = Tally()
    while tally.count < count:
        files = tampering(bench.victim, random)
        if files == bench.victim.files:
            continue
        one, other = bench.look(files, witnessed=witnessed)
        tally.take(one, of_the_record=tampering in OF_THE_RECORD.values())
        if one.on_what_both_check != other.on_what_both_check:
            tally.differing.append(f"{one.on_what_both_check} / {other.on_what_both_check}")
    return tally


def _without_notes(files: Files) -> Files:
    return {path: data for path, data in files.items() if not path.startswith("witness/")}


def main(count: int) -> int:
    """Try all kinds, `count` times each on each case; gives the exit code."""
    print(
        "| case | kind | tried | with a witness: exit | finding | unseen | without: exit ", end=""
    )
    print("| finding | unseen | disagreed |")
    wrong = 0
    with scratch_folder() as folder:
        for bench in benches(folder):
            for number, (kind, tampering) in enumerate(KINDS.items()):
                tallies = [
                    tamper_often(bench, tampering, count, chance(number), witnessed=witnessed)
                    for witnessed in (True, False)
                ]
                wrong += _print(bench.victim.name, kind, tallies)
    return int(bool(wrong))


def _print(name: str, kind: str, tallies: list[Tally]) -> int:
    """Print a row; gives how much in it is wrong."""
    numbers = [n for tally in tallies for n in (tally.caught, tally.told, tally.unseen)]
    differing = [line for tally in tallies for line in tally.differing]
    cells = (name, kind, tallies[0].count, *numbers, len(differing))
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)
    for line in differing[:3]:
        print(f"  {line}")
    # Of the record the journal says all there is to say; a witness of it adds nothing.
    unseen = sum(tally.unseen for tally in tallies[: 2 if kind in OF_THE_RECORD else 1])
    return unseen + len(differing)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else _COUNT))
