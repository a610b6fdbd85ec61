"""The mark of a journal that this case took in: `taken`, keyed by the case key.

Who can write to the folder and has no key can plant a journal of a device that they
make up. An entry that named it in its refs would follow from what no other device will
ever have. So entries name the journals that bear this mark and no others.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

from qantar.archive.derive import keyed, tag
from qantar.archive.disk import disk_refusals, write_atomically

PURPOSE: Final = "lane"
_MARK: Final = "taken"
_MARK_BYTES: Final = 65


def mark_taken(folder: Path, case_id: str, key: bytes) -> None:
    """Say durably that a journal was taken in; nothing if it says so already.

    Written before anything else in the folder, so that no crash leaves a journal without.

    Args:
        folder: of the journal; it is there.
        case_id: of the case, which has one.
        key: the case key's own for `PURPOSE`.

    Raises:
        DiskError: the disk refuses.
    """
    if not is_taken(folder, case_id, key):
        write_atomically(folder / _MARK, _spelt(folder.name, case_id, key))


def is_taken(folder: Path, case_id: str, key: bytes) -> bool:
    """Whether somebody who had the case key took this journal in.

    Raises:
        DiskError: the disk refuses.
    """
    path = folder / _MARK
    with disk_refusals("reading whether a journal was taken in", path):
        if not path.is_file():
            return False
        with path.open("rb") as file:
            untrusted = file.read(_MARK_BYTES + 1)
    return hmac.compare_digest(untrusted, _spelt(folder.name, case_id, key))


def _spelt(name: str, case_id: str, key: bytes) -> bytes:
    named = tag(PURPOSE) + case_id.encode("ascii") + name.encode("ascii")
    return keyed(key, named).hex().encode("ascii") + b"\n"
