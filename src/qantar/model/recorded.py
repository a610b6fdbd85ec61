"""Records as JSON: to the journal and back, equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A record that can be written to the journal and read back, equal.

    `decoders` give back, by key, the types that JSON does not have.
    """

    decoders: ClassVar[Mapping[str, Callable[[Any], object]]] = {}

    def to_record(self) -> dict[str, object]:
        """Give the record as a JSON-safe dictionary: every field, absent ones as None."""
        return {entry.name.rstrip("_"): _plain(getattr(self, entry.name)) for entry in fields(self)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Read what `to_record` wrote; keys that are not there take their defaults.

        Raises:
            ValueError: a key or a value is none that this version writes.
        """
        names = {entry.name.rstrip("_"): entry.name for entry in fields(cls)}
        unknown = sorted(set(record) - set(names))
        if unknown:
            message = f"{cls.__name__} has no {', '.join(unknown)}"
            raise ValueError(message)
        try:
            return cls(**{names[key]: cls._decoded(key, value) for key, value in record.items()})
        except (TypeError, ArithmeticError) as problem:
            message = f"this is no {cls.__name__}: {problem}"
            raise ValueError(message) from problem

    @classmethod
    def _decoded(cls, key: str, value: Any) -> object:
        decode = cls.decoders.get(key)
        return value if decode is None or value is None else decode(value)


def _plain(value: object) -> object:
    if isinstance(value, Recorded):
        return value.to_record()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        # Pairs, not an object: the keys are words of the material, in any script.
        return [[key, item] for key, item in value.items()]
    if isinstance(value, StrEnum | Decimal):
        return str(value)
    return value


def each(record: type[Recorded]) -> Callable[[Any], object]:
    """Give the decoder of a list of records of one kind."""
    return lambda items: tuple(record.from_record(item) for item in items)
