"""What an erasure did, held against what the confirmed plan said that it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.erasure import LASTING_KINDS
from qantar.archive.lanes import lanes
from qantar.archive.lock import writing
from qantar.archive.originals import object_name
from qantar.workbench.erase import erase
from qantar.workbench.erase_plan import ErasePlan
from qantar.workbench.folded import Folded
from qantar.workbench.names import decision_id
from qantar.workbench.stores import folded_of
from qantar.workbench.team_entries import EraseReason
from tests.faults.erase_look import Look, frames_in, keys_left
from tests.faults.erase_stranger import COPY
from tests.faults.erase_team import Team
from tests.faults.sealed import NOW, SOFTWARE


def carried_out(team: Team, name: str, planned: Callable[[Case], ErasePlan]) -> None:
    """Erase what a plan says, and judge what was lost and what is left."""
    case, before = team.case(name), team.look(name)
    with writing(case):
        plan = planned(case)
        if not plan:
            return
        erase(case, plan, reason=EraseReason.SAFETY, now=NOW, software=SOFTWARE)
    case = team.case(name)
    after = team.look(name)
    team.wrong += _lost_unnamed(team, plan, before, after)
    team.wrong += _lost_without_a_word(team, case, plan, before, after)
    team.wrong += _left(team, case, before, after)
    team.done["erased"] += len(before.readable - after.readable)


def _named(plan: ErasePlan) -> set[str]:
    asked = [one.asked for one in plan.requests]
    return {*plan.new.entries, *(name for one in asked for name in one.entries)}


def _lost_unnamed(team: Team, plan: ErasePlan, before: Look, after: Look) -> Iterator[str]:
    """Tell what was lost that the plan did not name, and who takes part and was lost."""
    asked = [one.asked for one in plan.requests]
    objects = {*plan.new.objects, *(name for one in asked for name in one.objects)}
    for one in before.bodies.keys() - after.bodies.keys():
        if one not in _named(plan) and before.kinds[one] != COPY:
            yield f"lost unnamed: {before.kinds[one]} {one[:8]}"
        if one in team.honest and before.kinds[one] in LASTING_KINDS:
            yield f"lost who takes part: {before.kinds[one]} {one[:8]}"
    for one in before.contents.keys() - after.contents.keys() - objects:
        yield f"lost unnamed: file {one[:8]}"


def _lost_without_a_word(
    team: Team, case: Case, plan: ErasePlan, before: Look, after: Look
) -> Iterator[str]:
    """Tell what was lost of which the words of the plan did not speak."""
    words, honest = "\n".join(plan.goes), before.bodies.keys() & team.honest.keys()
    for one in honest - after.bodies.keys():
        said = _known_as(one, before)
        if said not in words:
            yield f"lost without a word: {before.kinds[one]} {said}"
    lost = before.contents.keys() - after.contents.keys()
    for one in honest - _named(plan):
        if before.kinds[one] == "accession":
            name = object_name(case, str(before.bodies[one]["original"]))
            # Its entry may be read only in a journal that was set aside, and counts for nothing.
            if name in lost and not (one in before.aside and "that no entry names" in words):
                yield f"lost without a word: file {name[:8]}"
    if lost & team.kept.keys() and "dossier" not in words:
        yield f"lost without a word: dossiers {sorted(lost & team.kept.keys())}"


def _known_as(entry: str, before: Look) -> str:
    """Give what a person knows an entry by; "" where by nothing."""
    match before.kinds[entry], before.bodies[entry]:
        case "accession", {"accession": {"path": str(path)}}:
            return path
        case "decision", _:
            return decision_id(entry)
    return ""


def _left(team: Team, case: Case, before: Look, after: Look) -> Iterator[str]:
    """Tell what is left of what this device says to have erased."""
    gone = _said_to_be_gone(team, case, folded_of(case), after)
    named = [team.pieces[name] for name in sorted(gone & team.pieces.keys())]
    for name in sorted(gone & after.readable):
        yield f"can be read: {after.kinds.get(name, 'file')} {name[:8]}"
    keys = set(keys_left(case)) - _keys_of_others(team, gone, before, after)
    if keys.intersection(one.key for one in named):
        yield "a key is left"
    sealed = [one.sealed[len(one.sealed) // 2 :][:64] for one in named]
    for path, data in _in_reach(case, gone):
        if any(piece in data for piece in sealed):
            yield f"sealed bytes are left in {path}"


def _said_to_be_gone(team: Team, case: Case, folded: Folded, after: Look) -> set[str]:
    """Give the names of what honest devices made, somebody asked to erase, and may be erased."""
    done = [one.asked for one in folded.erasures if case.device in one.answered]
    gone = {n for one in done for n in one.entries if n in after.kinds}
    gone |= {n for one in done for n in one.objects if n not in after.kinds}
    gone &= team.honest.keys() | team.kept.keys()
    return {name for name in gone if after.kinds.get(name) not in LASTING_KINDS}


def _keys_of_others(team: Team, gone: set[str], before: Look, after: Look) -> set[bytes]:
    """Give the keys of what stays, but not of what goes now, said again in the same words.

    Words of one's own may be sealed under a key that one was given. So may words that had been
    erased here already when a member that turned said them again, and brought their key: no body
    is here that proves them the same, and a plan about something else need not name them.
    """
    said = {after.commitments[name] for name in gone & before.bodies.keys() - before.aside}
    stay = {n for n in after.bodies.keys() - gone if after.commitments[n] not in said}
    stay |= (team.honest.keys() - gone) & after.pieces.keys()
    return {after.pieces[name].key for name in stay}


def _in_reach(case: Case, gone: set[str]) -> Iterator[tuple[Path, bytes]]:
    """Give what lies in the folder, but for copies that others put under names of theirs.

    Those are journals that are passed over, and bodies of entries that nobody asked to erase:
    sealed bytes, that no key opens.
    """
    counted = {lane.name for lane in lanes(case)}
    for path in sorted(case.root.rglob("*")):
        if path.is_file() and path.suffix != ".qj":
            yield path.relative_to(case.root), path.read_bytes()
        elif path.is_file() and (
            path.parent.name in counted or path.parent.parent != case.journals
        ):
            bodies = (f.body for f, _ in frames_in(path) if f.id.hex() in gone)
            yield path.relative_to(case.root), b"".join(bodies)
