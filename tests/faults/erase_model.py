"""Erasing among hostile people: `python -m tests.faults.erase_model [COUNT] [FIRST]`.

Devices take in, decide, publish, exchange and erase, in random order; a member signs
whatever may make others' keys be destroyed or erased ones stay, and somebody without a
key writes into one folder. After each step the files alone tell (`erase_look.py`) that
what was lost is what the confirmed plan named, in words where it has a name, and that of
what a device says to have erased no key, body or file is left. In the end all that is
damaged is mended by bundles, and every device must have all that nobody asked to erase.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from qantar.errors import QantarError
from qantar.workbench.erase import plan_pending, plan_to_erase
from qantar.workbench.stores import folded_of
from tests.faults.chance import chance
from tests.faults.erase_judge import carried_out
from tests.faults.erase_look import frames_in, look
from tests.faults.erase_stranger import Stranger
from tests.faults.erase_team import (
    FOUNDER,
    NAMES,
    TURNED,
    VICTIM,
    Team,
    begun,
    carry,
    decide,
    exchange,
    publish,
    seeded,
    take_in,
    write,
)
from tests.faults.erase_turned import Turned
from tests.faults.scratch import scratch_folder
from tests.faults.sealed import PASSPHRASE
from tests.faults.verifiers import independent, ours

_STEPS: Final = 12


def ask(team: Team, name: str) -> None:
    """Erase an accession, a decision or an original, as the command does."""
    case = team.case(name)
    folded = folded_of(case)
    known = [*(one.id for one in folded.accessions), *(one.id for one in folded.decisions)]
    known += [one.original for one in folded.accessions]
    if known:
        targets = team.random.sample(known, min(len(known), team.random.choice((1, 1, 2))))
        carried_out(team, name, lambda case: plan_to_erase(case, targets))


def answer(team: Team, name: str) -> None:
    """Carry out what waits, as the command does."""
    carried_out(team, name, plan_pending)


def turn(team: Team, _: str) -> None:
    """Let the member that turned sign something, and carry it to somebody."""
    seen = team.look(TURNED)
    for _number in range(team.random.choice((1, 2, 3))):
        known = [one for one in team.honest if one in seen.kinds]
        files = [one for one in (*team.honest, *team.kept) if one not in seen.kinds]
        turned = Turned(team.case(TURNED), look(team.case(TURNED)), known, files)
        team.done[turned.forge(team.random)] += 1
        seen = team.look(TURNED)
    carry(team, TURNED, team.random.choice(team.members))


def meddle(team: Team, _: str) -> None:
    """Let somebody without a key do something in one of the folders."""
    case = team.case(VICTIM)
    others = [team.case(one).device for one in NAMES[:3] if one != VICTIM]
    store = team.folder / "store"
    store.mkdir(exist_ok=True)
    team.done[Stranger(case, store, others).meddle(team.random)] += 1


_WORK: Final[Sequence[Callable[[Team, str], None]]] = (
    *(write, take_in, take_in, decide, publish, exchange, exchange, exchange),
    *(turn, turn, turn, turn, meddle, meddle, ask, ask, answer, answer, answer),
)


def play(seed: int, steps: int = _STEPS) -> Team:
    """Let a team work so many steps; then mend, exchange and answer, and look at all of it."""
    with scratch_folder() as folder, seeded(chance(seed)):
        shutil.copytree(begun(), folder / "team")
        team = Team(folder / "team", chance(seed), made=1000)
        for name in team.members:
            _remember(team, name)
        for number in range(steps):
            _step(team, f"seed {seed}, step {number}")
        _end(team, f"seed {seed}, end")
    return team


def _step(team: Team, place: str) -> None:
    work, name = team.random.choice(_WORK), team.random.choice(team.members)
    had = {one: team.look(one) for one in team.members}
    wrong = len(team.wrong)
    try:
        work(team, name)
        team.done[work.__name__] += 1
    except QantarError as error:
        team.done[f"{work.__name__}: {type(error).__name__}"] += 1
    for one in team.members:
        _remember(team, one)
        lost = had[one].readable - team.look(one).readable
        # What was damaged at the end of a journal is set aside by who writes, and comes back.
        if lost and work not in (ask, answer, meddle) and not team.done["damage"]:
            team.wrong.append(f"{work.__name__} lost {sorted(lost)}")
        if lost and work in (ask, answer) and one != name:
            team.wrong.append(f"{work.__name__} lost elsewhere")
    team.wrong[wrong:] = [
        f"{place}, {work.__name__} of {name}: {one}" for one in team.wrong[wrong:]
    ]


def _remember(team: Team, name: str) -> None:
    """Note all that an honest device wrote itself."""
    case, found = team.case(name), team.look(name)
    for frame, _ in frames_in(case.journal / "0001.qj"):
        if frame.id.hex() not in team.honest:
            team.honest[frame.id.hex()] = None
            body = found.bodies.get(frame.id.hex(), {})
            if found.kinds[frame.id.hex()] == "accession":
                team.honest[str(body["object"])] = None
            if found.kinds[frame.id.hex()] == "release":
                team.kept[str(body["object"])] = name


def _end(team: Team, place: str) -> None:
    """Mend and exchange until all have all; then each must have what nobody asked to erase."""
    wrong = len(team.wrong)
    for whole in (True, False):
        _all_exchange(team, whole=whole)
        for name in team.members:
            _try(team, partial(answer, team, name))
    for name in team.members:
        _try(team, partial(write, team, name), must=f"{name} cannot write")
    _all_exchange(team, whole=False, must="after all was mended")
    _remember_all(team)
    states = set()
    for name in team.members:
        found, folded = team.look(name), folded_of(team.case(name))
        states.add(folded.state)
        own = {one for one, whose in team.kept.items() if whose == name}
        lacking = (team.honest.keys() | own) - found.readable - team.asked
        team.wrong += [f"{name} lacks {found.kinds.get(one, 'file')} {one[:8]}" for one in lacking]
        _try(team, partial(_agree, team, name), must=f"{name} is not verified")
    if len(states) != 1:
        team.wrong.append("not one state")
    team.wrong[wrong:] = [f"{place}: {one}" for one in team.wrong[wrong:]]


def _all_exchange(team: Team, *, whole: bool, must: str = "") -> None:
    for name in team.members[1:]:
        _try(team, partial(carry, team, name, FOUNDER, whole=whole), must=must)
    for name in team.members[1:]:
        _try(team, partial(carry, team, FOUNDER, name, whole=whole), must=must)


def _remember_all(team: Team) -> None:
    for name in team.members:
        _remember(team, name)
        folded = folded_of(team.case(name))
        asked = [one.asked for one in folded.erasures]
        team.asked.update(n for one in asked for n in (*one.entries, *one.objects))


def _try(team: Team, do: Callable[[], None], *, must: str = "") -> None:
    try:
        do()
    except QantarError as error:
        team.done[f"end: {type(error).__name__}"] += 1
        if must:
            team.wrong.append(f"{must}: {error}")


def _agree(team: Team, name: str) -> None:
    passphrase = team.folder / "passphrase"
    passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    root = team.folder / name
    one, other = (run(root, passphrase=passphrase, witness=None) for run in (ours, independent))
    if one.exit != other.exit:
        team.wrong.append(f"verifiers differ on {name}: {one} / {other}")


def main(count: int, first: int) -> int:
    """Play so many and print what was done and what went wrong; gives the exit code."""
    started, total, failed = time.process_time(), Counter[str](), 0
    for seed in range(first, first + count):
        team = play(seed)
        total += team.done
        failed += bool(team.wrong)
        for line in team.wrong[:5]:
            print(line, flush=True)
    print(", ".join(f"{name} {many}" for name, many in sorted(total.items())))
    print(f"{count} teams in {time.process_time() - started:.0f} s, {failed} with something wrong")
    return int(bool(failed))


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(given + [2000, 0][len(given) :])))
