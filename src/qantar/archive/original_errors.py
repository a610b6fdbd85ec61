"""What is said of an original that is not as it was, or that must not come back."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qantar.errors import ErasedError, OriginalAlteredError

MEND: Final = (
    "Put back a sound copy of this file from a copy of the case, merge a bundle made with --whole "
    "on a device that has it, or move it away and add the material again."
)
_PUT_BACK: Final = (
    "Put back the file from a copy of the case, merge a bundle made with --whole on a device that "
    "has it, or add the material again."
)


class OriginalMissingError(OriginalAlteredError):
    """Its file or its key is not here: it was lost, never came, or an entry made it up."""

    code = "original-missing"


class NotAsStatedError(OriginalAlteredError):
    """It is sound, and an entry says another size of it: the fault is that entry's."""


def missing(sha256: str, path: Path) -> OriginalMissingError:
    """Say that it is not there."""
    message = f"original {sha256[:12]} is missing."
    return OriginalMissingError(message, where=str(path), next=_PUT_BACK)


def without_key(sha256: str, path: Path) -> OriginalMissingError:
    """Say that it is there, and cannot be opened."""
    message = f"original {sha256[:12]} cannot be opened: its key is not in the ring."
    hint = "Merge a bundle made with --whole on a device that has it, or add the material again."
    return OriginalMissingError(message, where=str(path), next=hint)


def of_other_size(sha256: str, path: Path) -> NotAsStatedError:
    """Say that it is sound, and longer or shorter than its entry says."""
    message = f"original {sha256[:12]} has another size than its entry says."
    hint = "The file is whole; set this accession aside (`qantar decide CASE withdraw`)."
    return NotAsStatedError(message, where=str(path), next=hint)


def altered(sha256: str, path: Path, why: str) -> OriginalAlteredError:
    """Say that it does not open, and why."""
    message = f"original {sha256[:12]} cannot be opened: {why.rstrip('.')}."
    return OriginalAlteredError(message, where=str(path), next=MEND)


def compare(found: str, sha256: str, path: Path) -> None:
    """Hold the hash that was found against the one it was taken in with.

    Raises:
        OriginalAlteredError: they differ.
    """
    if found != sha256:
        message = f"original {sha256[:12]} now hashes to {found[:12]}: it has changed since intake."
        raise OriginalAlteredError(message, where=str(path), next=MEND)


def erased(sha256: str) -> ErasedError:
    """Say that these bytes are not taken in again."""
    message = f"{sha256[:12]} was erased from this case and is not taken in again."
    hint = "If that was a mistake, only a new case can hold it: an erasure cannot be undone."
    return ErasedError(message, next=hint)
