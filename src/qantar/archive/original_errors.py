"""What is said of an original that is not as it was, or that must not come back."""

from __future__ import annotations

from pathlib import Path

from qantar.errors import ErasedError, OriginalAlteredError

_PUT_BACK = "Put back a sound copy of this file, or move it away and add the material again."


class NotAsStatedError(OriginalAlteredError):
    """Bytes of this hash and size are not here: they were lost, or an entry made them up."""


def missing(sha256: str, path: Path) -> NotAsStatedError:
    """Say that it is not there."""
    return NotAsStatedError(f"original {sha256[:12]} is missing.", where=str(path), next=_PUT_BACK)


def of_other_size(sha256: str, path: Path) -> NotAsStatedError:
    """Say that it is sound, and longer or shorter than its entry says."""
    message = f"original {sha256[:12]} has another size than its entry says."
    return NotAsStatedError(message, where=str(path), next=_PUT_BACK)


def altered(sha256: str, path: Path, why: str) -> OriginalAlteredError:
    """Say that it does not open, and why."""
    message = f"original {sha256[:12]} cannot be opened: {why.rstrip('.')}."
    return OriginalAlteredError(message, where=str(path), next=_PUT_BACK)


def compare(found: str, sha256: str, path: Path) -> None:
    """Hold the hash that was found against the one it was taken in with.

    Raises:
        OriginalAlteredError: they differ.
    """
    if found != sha256:
        message = f"original {sha256[:12]} now hashes to {found[:12]}: it has changed since intake."
        raise OriginalAlteredError(message, where=str(path), next=_PUT_BACK)


def erased(sha256: str) -> ErasedError:
    """Say that these bytes are not taken in again."""
    message = f"{sha256[:12]} was erased from this case and is not taken in again."
    hint = "If that was a mistake, only a new case can hold it: an erasure cannot be undone."
    return ErasedError(message, next=hint)
