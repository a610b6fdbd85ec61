"""How one file is written, and how originals are stored."""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

from qantar.archive.disk import disk_refusals, replace_atomically, write_atomically
from qantar.archive.originals import put, verify
from tests.faults.recipe import Recipe, Told, must
from tests.faults.sealed import new_case, reopen
from tests.faults.supervise import Tell

_BEFORE, _AFTER = b"before " * 300, b"the one after " * 200


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
    Recipe(
        name="originals", prepare=_an_original, work=_put_two, judge=_judge_put, go_on=_put_again
    ),
)
