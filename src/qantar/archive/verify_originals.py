"""Holding stored originals against what the entries say of them; a bad one hides no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.originals import list_originals, object_name, original_path
from qantar.archive.sealing import UnsoundObjectError, content_hash
from qantar.archive.verify import Check, Findings

_PUT_BACK = "Put back a sound copy of this file, or merge a bundle of a device that has it."


class Wanted(NamedTuple):
    """An original that entries speak of: its SHA-256, its size, the names (hex) they give it."""

    sha256: str
    size: int
    stated: frozenset[str]

    def names(self, case: Case) -> list[str]:
        """Give the names that its file may have, the one of a member first."""
        own = object_name(case, self.sha256)
        return [own, *sorted(self.stated - {own})]


def check_originals(
    case: Case,
    wanted: Iterable[Wanted],
    keys: Mapping[bytes, bytes],
    *,
    erased: Collection[str],
    findings: Findings,
) -> int:
    """Decrypt and hash every original that is not erased.

    Args:
        case: the case of a member.
        wanted: what entries speak of.
        keys: by object name.
        erased: names of objects that were erased.
        findings: receives what is wrong.

    Returns:
        How many there should be.

    Raises:
        DiskError: the disk refuses.
    """
    count, gone = 0, frozenset(erased)
    for one in sorted(wanted):
        if gone.isdisjoint(one.names(case)):
            count += 1
            _check(case, one, keys, findings)
    return count


def note_unnamed(case: Case, named: Collection[str], findings: Findings) -> None:
    """Note the stored originals that no entry names.

    Args:
        case: the case of a member.
        named: every name (hex) that an entry gives an original, erased or not.
        findings: receives them.

    Raises:
        DiskError: the disk refuses.
    """
    for name in list_originals(case):
        if name not in named:
            findings.add(
                Check.STORED,
                original_path(case, name),
                expected="an entry that names it",
                found="none: a run was interrupted before anybody was told of it",
                then="Add that material again; what is stored already is recognised.",
            )


def _check(case: Case, one: Wanted, keys: Mapping[bytes, bytes], findings: Findings) -> None:
    names = one.names(case)
    there = (n for n in names if bytes.fromhex(n) in keys and original_path(case, n).is_file())
    name = next(there, None)
    path = original_path(case, name or names[0])
    if name is None:
        found = _why_absent(case, names)
    else:
        with disk_refusals("reading an original", path), path.open("rb") as file:
            try:
                found = content_hash(file, keys[bytes.fromhex(name)], size=one.size)
            except UnsoundObjectError as error:
                found = f"what does not open: {str(error).rstrip('.')}"
    if found != one.sha256:
        findings.add(
            Check.ORIGINAL, path, expected=f"SHA-256 {one.sha256}", found=found, then=_PUT_BACK
        )


def _why_absent(case: Case, names: Iterable[str]) -> str:
    if any(original_path(case, name).is_file() for name in names):
        return "a file whose key is not here"
    return "no file"
