"""Which originals the entries of a journal speak of, whatever kind the entries are.

Any entry that says `original`, `object` and `size` speaks of stored bytes; so what an
entry of a kind that this version does not know needs is passed on with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from qantar.archive.case import Case
from qantar.archive.originals import object_name, original_path
from qantar.model.canonical import INTEGER_LIMIT, JSON

_HEX_64: Final = re.compile(r"[0-9a-f]{64}")


class Stored(NamedTuple):
    """Stored bytes: their SHA-256, how many they are, and the name the entry gives them (hex)."""

    sha256: str
    size: int
    stated: str

    def names(self, case: Case) -> frozenset[str]:
        """Give the hex names that the object may have: a collector gives others than a member."""
        return frozenset((object_name(case, self.sha256), self.stated))


def stored_in(body: Mapping[str, JSON] | None) -> Stored | None:
    """Give the stored bytes that an entry with this body speaks of; None where it does of none."""
    match body:
        case {"original": str(sha256), "object": str(stated), "size": int(size)} if (
            _HEX_64.fullmatch(sha256)
            and _HEX_64.fullmatch(stated)
            and not isinstance(size, bool)
            and 0 <= size < INTEGER_LIMIT
        ):
            return Stored(sha256, size, stated)
    return None


def here(case: Case, stored: Stored, keys: Mapping[bytes, bytes]) -> str | None:
    """Give the hex name under which these bytes lie here with their key; None if they do not."""
    for name in sorted(stored.names(case), key=lambda one: one == stored.stated):
        if bytes.fromhex(name) in keys and original_path(case, name).is_file():
            return name
    return None


def lacking(case: Case, wanted: Iterable[Stored], keys: Mapping[bytes, bytes]) -> list[Stored]:
    """Give those whose bytes, or their key, are not here."""
    return [one for one in dict.fromkeys(wanted) if here(case, one, keys) is None]
