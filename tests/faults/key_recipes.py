"""How a case is made, and how its keys are written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from qantar.archive import ring
from qantar.archive.case import store_slot
from qantar.archive.copies import remove_copies
from qantar.archive.lock import writing
from qantar.archive.slots import slot_paths
from qantar.errors import DiskError, NotACaseError, WrongPassphraseError
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import new_case, reopen, way
from tests.faults.supervise import Tell

_OTHER = "another passphrase altogether"


def _nothing(_root: Path) -> None:
    pass


def _make_case(root: Path, tell: Tell) -> None:
    try:
        new_case(root / "case")
    except DiskError:
        left = list((root / "case").glob("*"))
        must(not left, f"half a case is left in the way of the next try: {left}")
        raise
    tell("made")


def _judge_made(root: Path, told: Told) -> None:
    try:
        reopen(root / "case")
    except NotACaseError:
        must(not told, "the case is gone")


def _named(number: int) -> tuple[bytes, bytes]:
    return hashlib.sha256(b"name %d" % number).digest(), hashlib.sha256(b"key %d" % number).digest()


_FIRST = [_named(number) for number in range(4)]
_LATER = [_named(number) for number in range(4, 20)]


def _a_ring(root: Path) -> None:
    case = new_case(root / "case")
    with writing(case):
        ring.add(case, _FIRST)


def _ring_append(root: Path, tell: Tell) -> None:
    case = reopen(root / "case")
    with writing(case):
        ring.add(case, _LATER[:1])
        tell("1")
        ring.add(case, _LATER[1:])
        tell("16")


def _judge_append(root: Path, told: Told) -> None:
    upto = int(told[-1]) if told else 0
    _must_hold(root, dict([*_FIRST, *_LATER[:upto]]))


def _add_a_key(root: Path) -> None:
    case = reopen(root / "case")
    with writing(case):
        ring.add(case, [_named(99)])
    rings = [path.name for path in case.ring.iterdir() if path.suffix == ".ring"]
    must(len(rings) == 1, f"more than one ring after the next writer: {rings}")
    _must_hold(root, dict([_named(99)]))


def _ring_rewrite(root: Path, tell: Tell) -> None:
    case = reopen(root / "case")
    with writing(case):
        ring.forget(case, [_FIRST[0][0]])
    tell("forgotten")


def _judge_rewrite(root: Path, told: Told) -> None:
    found = _must_hold(root, dict(_FIRST[1:]))
    must(_FIRST[0][0] not in found or not told, "a forgotten key is there")


def _must_hold(root: Path, wanted: dict[bytes, bytes]) -> Mapping[bytes, bytes]:
    found = ring.keys(reopen(root / "case"))
    must(wanted.items() <= found.items(), "a key is gone or another")
    return found


def _two_slots(root: Path) -> None:
    case = new_case(root / "case")
    store_slot(case, 2, way("the second one"))


def _change_slot(root: Path, tell: Tell) -> None:
    case = reopen(root / "case", "the second one")
    store_slot(case, 1, way(_OTHER))
    tell("changed")


def _remove_slot(root: Path, tell: Tell) -> None:
    case = reopen(root / "case")
    remove_copies(slot_paths(case.keys, 2))
    tell("removed")


def _judge_changed(root: Path, told: Told) -> None:
    reopen(root / "case", "the second one")
    must(_opens(root, _OTHER) or not told, "the new passphrase does not open")
    must(_opens(root, _OTHER) is not _opens(root), "not exactly one of the two opens")


def _judge_removed(root: Path, told: Told) -> None:
    reopen(root / "case")
    must(not (_opens(root, "the second one") and told), "a removed passphrase opens")


def _opens(root: Path, *passphrase: str) -> bool:
    try:
        reopen(root / "case", *passphrase)
    except WrongPassphraseError:
        return False
    return True


RECIPES = (
    Recipe(name="a case", prepare=_nothing, work=_make_case, judge=_judge_made),
    Recipe(
        name="ring, added to",
        prepare=_a_ring,
        work=_ring_append,
        judge=_judge_append,
        go_on=_add_a_key,
    ),
    Recipe(
        name="ring, rewritten",
        prepare=_a_ring,
        work=_ring_rewrite,
        judge=_judge_rewrite,
        go_on=_add_a_key,
    ),
    Recipe(name="slot, changed", prepare=_two_slots, work=_change_slot, judge=_judge_changed),
    Recipe(name="slot, removed", prepare=_two_slots, work=_remove_slot, judge=_judge_removed),
)
