"""Model values as JSON text, and back: lossless, and the same text for the same value."""

from __future__ import annotations

import json
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from qantar.model.claim import Claim
from qantar.model.finding import Finding
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import PersonRow
from qantar.model.place import Place
from qantar.model.speaker import Speaker

T = TypeVar("T")


class Codec(Generic[T]):
    """Writes and reads values of one kind; what is absent is left out and comes back by default.

    A claim's detail is told by the fields that only its kind needs; a kind of detail
    whose needed fields another kind has too could not be told apart.
    """

    def __init__(self, kind: type[T]) -> None:
        """Work out once how the kind is written."""
        self._adapter: TypeAdapter[T] = TypeAdapter(kind)

    def encode(self, value: T) -> str:
        """Write the value as compact JSON."""
        return self._adapter.dump_json(value, exclude_defaults=True).decode()

    def decode(self, text: str) -> T:
        """Read a value back; its own invariants are checked again."""
        return self._adapter.validate_json(text)


CLAIMS = Codec(Claim)
PLACES = Codec(Place)
SPEAKERS = Codec(Speaker)
FINDINGS = Codec(Finding)
PERSON_ROWS = Codec(PersonRow)
PATTERN_ROWS = Codec(PatternRow)


def plain(value: object) -> str:
    """Write lists, dictionaries, texts and whole numbers as compact JSON with sorted keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
