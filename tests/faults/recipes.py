"""The recipes by which a case is written, each with what must hold whenever the power goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from qantar.archive import ring
from qantar.archive.case import create_case, store_slot
from qantar.archive.copies import remove_copies
from qantar.archive.disk import disk_refusals, replace_atomically, write_atomically
from qantar.archive.lock import writing
from qantar.archive.originals import put, verify
from qantar.archive.slots import slot_paths
from qantar.errors import DiskError, NotACaseError, WrongPassphraseError
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import new_case, reopen, way
from tests.faults.supervise import Tell

_BEFORE, _AFTER = b"before " * 300, b"the one after " * 200
_OTHER = "another passphrase altogether"


# One file.


def _a_file(root: Path) -> None:
    (root / "file").write_bytes(_BEFORE)


def _write_atomically(root: Path, tell: Tell) -> None:
    write_atomically(root / "file", _AFTER)
    tell("after")


def _replace_atomically(root: Path, tell: Tell) -> None:
    with disk_refusals("making a new file", root):
        (root / "new").write_bytes(_AFTER)
    replace_atomically(root / "new", root / "file")
    tell("after")


def _judge_file(root: Path, told: Told) -> None:
    found = (root / "file").read_bytes()
    must(found == _AFTER or (found == _BEFORE and not told), "the file is neither old nor new")


# A case, made.


def _nothing(_root: Path) -> None:
    pass


def _make_case(root: Path, tell: Tell) -> None:
    try:
        create_case(root / "case", ways=[way()])
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


# Keys in the ring.


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


# A slot.


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


# Originals.


def _an_original(root: Path) -> None:
    put(new_case(root / "case"), BytesIO(_BEFORE))


def _put_two(root: Path, tell: Tell) -> None:
    case = reopen(root / "case")
    for data in (_AFTER, b"%PDF" * 3000):
        stored = put(case, BytesIO(data))
        tell(f"{stored.sha256} {stored.size}")


def _judge_put(root: Path, told: Told) -> None:
    case = reopen(root / "case")
    known = [f"{hashlib.sha256(_BEFORE).hexdigest()} {len(_BEFORE)}", *told]
    for sha256, size in (words.split() for words in known):
        must(verify(case, sha256, size=int(size)) == sha256, "an original is altered")


def _put_again(root: Path) -> None:
    case = reopen(root / "case")
    again = put(case, BytesIO(_AFTER))
    must(verify(case, again.sha256, size=again.size) == again.sha256, "it cannot be added again")


RECIPES = (
    Recipe(name="a file anew", prepare=_a_file, work=_write_atomically, judge=_judge_file),
    Recipe(name="a file's place", prepare=_a_file, work=_replace_atomically, judge=_judge_file),
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
    Recipe(
        name="originals",
        prepare=_an_original,
        work=_put_two,
        judge=_judge_put,
        go_on=_put_again,
    ),
)
