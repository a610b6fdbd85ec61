"""Holding stored originals against what the entries say of them; a bad one hides no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from qantar.archive.case import Case
from qantar.archive.disk import disk_refusals
from qantar.archive.lock import writer
from qantar.archive.original_errors import MEND
from qantar.archive.originals import list_originals, object_name, original_path
from qantar.archive.sealing import UnsoundObjectError, hashes_at
from qantar.archive.verify import Check, Findings


class Wanted(NamedTuple):
    """An original that entries speak of.

    `sha256` is of its bytes; `stated` are the names (hex) that entries give it, `sizes` the
    sizes, each with the entries that state it, in words.
    """

    sha256: str
    stated: frozenset[str]
    sizes: Mapping[int, tuple[str, ...]]

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

    One that is sound at a size that some entry states is sound: another size that
    another entry states is that entry's fault, since whoever writes one can state any.

    Args:
        case: the case of a member.
        wanted: what entries speak of, each SHA-256 once.
        keys: by object name.
        erased: names of objects that were erased.
        findings: receives what is wrong.

    Returns:
        How many there should be.

    Raises:
        DiskError: the disk refuses.
    """
    count, gone = 0, frozenset(erased)
    for one in sorted(wanted, key=lambda one: one.sha256):
        if gone.isdisjoint(one.names(case)):
            count += 1
            _check(case, one, keys, findings)
    return count


def note_unnamed(case: Case, named: Collection[str], findings: Findings, *, all_read: bool) -> None:
    """Note the stored originals that no entry names, of those that could be read.

    Args:
        case: the case of a member.
        named: every name (hex) that an entry gives an original, erased or not.
        findings: receives them.
        all_read: whether every entry could be read; otherwise one that could not may name it,
            and nothing says what its bytes should be.

    Raises:
        DiskError: the disk refuses.
    """
    unnamed = [name for name in list_originals(case) if name not in named]
    if not unnamed:
        return
    found, then = _why_unnamed(writer(case), all_read=all_read)
    expected = "an entry that names it"
    for name in unnamed:
        path = original_path(case, name)
        findings.add(Check.STORED, path, expected=expected, found=found, then=then)


def _why_unnamed(at_work: int | None, *, all_read: bool) -> tuple[str, str]:
    """Say why nothing names a stored original, and what to do."""
    if not all_read:
        found = "none that can be read: so it could not be compared with anything"
        return found, "See to the entries named here, then run `qantar verify` again."
    if at_work is not None:
        found = f"none yet: process {at_work} is writing to the case, and may be adding it now"
        return found, "Run `qantar verify` again when that has ended."
    found = "none: a run was interrupted before anybody was told of it"
    return found, "Add that material again; what is stored already is recognised."


def _check(case: Case, one: Wanted, keys: Mapping[bytes, bytes], findings: Findings) -> None:
    names = one.names(case)
    there = (n for n in names if bytes.fromhex(n) in keys and original_path(case, n).is_file())
    name = next(there, None)
    path = original_path(case, name or names[0])
    found: dict[int, str] = {}
    why = _why_absent(case, names)
    if name is not None:
        with disk_refusals("reading an original", path), path.open("rb") as file:
            try:
                found = hashes_at(file, keys[bytes.fromhex(name)], sizes=one.sizes)
                why = next(iter(found.values()), "other bytes, or more or fewer")
            except UnsoundObjectError as error:
                why = f"what does not open: {error}"
    if one.sha256 in found.values():
        _note_other_sizes(one, found, findings)
        return
    expected = f"SHA-256 {one.sha256}"
    findings.add(Check.ORIGINAL, path, expected=expected, found=why, then=MEND)


def _note_other_sizes(one: Wanted, found: Mapping[int, str], findings: Findings) -> None:
    own = next(size for size, sha256 in found.items() if sha256 == one.sha256)
    for size, stating in one.sizes.items():
        for where in stating if size != own else ():
            findings.add(
                Check.STATED,
                where,
                expected=f"the size of the original that it names, {own:,} bytes",
                found=f"{size:,}",
                then="The original is whole. Ask whose device that is; set the accession aside.",
            )


def _why_absent(case: Case, names: Iterable[str]) -> str:
    if any(original_path(case, name).is_file() for name in names):
        return "a file whose key is not here"
    return "no file"
