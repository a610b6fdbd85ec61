"""Originals that are not here whole: what a build says of them, and what a publication refuses.

A missing original and an altered one are told alike: the rest goes on, and the fault
is a finding of that accession with what to do about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qantar.archive.case import Case
from qantar.archive.original_errors import NotAsStatedError, OriginalMissingError
from qantar.archive.originals import stream_original
from qantar.errors import OriginalAlteredError
from qantar.model.finding import Finding, Severity
from qantar.record.contents import AccessionRecord
from qantar.workbench.accessions import about
from qantar.workbench.folded import Folded

NOT_WHOLE = frozenset(("original-missing", "original-altered"))
"""The codes of findings about originals that are not here whole."""

Sizes = Mapping[str, frozenset[int]]
"""Of each original (hex SHA-256) the sizes that entries state: more than one, and some lie."""


def sizes_stated(folded: Folded) -> Sizes:
    """Gather what entries say of the sizes of originals."""
    found: dict[str, set[int]] = {}
    for one in folded.accessions:
        found.setdefault(one.original, set()).add(one.size)
    for layer in folded.layers:
        found.setdefault(layer.original, set()).add(layer.size)
    return {original: frozenset(sizes) for original, sizes in found.items()}


def not_whole_finding(one: AccessionRecord, error: OriginalAlteredError) -> Finding:
    """Say that the original of an accession is not here whole, and what to do."""
    text = f"{error.message} {error.next or ''}".rstrip()
    if isinstance(error, OriginalMissingError):
        return about(one, "original-missing", text, Severity.LOSS)
    return about(one, "original-altered", text, Severity.LOSS)


def not_whole(
    case: Case, accessions: Iterable[AccessionRecord], sizes: Sizes
) -> Iterator[tuple[AccessionRecord, str]]:
    """Open and hash the originals of these accessions; give those that are not whole, and why.

    One that is sound and has another size than its entry says is here whole.

    Raises:
        SealedAwayError, DiskError: they cannot be read.
    """
    known: dict[str, str | None] = {}
    for one in accessions:
        if one.original not in known:
            known[one.original] = fault(case, one.original, one.size, sizes)
        why = known[one.original]
        if why is not None:
            yield one, why


def fault(case: Case, original: str, size: int, sizes: Sizes) -> str | None:
    """Open and hash an original; gives what is wrong with it in a word, None if it is whole.

    Raises:
        SealedAwayError, DiskError: it cannot be read.
    """
    stated = sizes.get(original, frozenset())
    try:
        stream_original(case, original, size=size, take=_drop, stated=stated)
    except NotAsStatedError:
        return None
    except OriginalMissingError:
        return "missing"
    except OriginalAlteredError:
        return "altered"
    return None


def _drop(_: Any) -> None:
    """Take what was decrypted and keep nothing of it."""
