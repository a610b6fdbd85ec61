"""Records as JSON: to the journal and back, equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, ClassVar, Final, Self, Union, get_args, get_origin, get_type_hints


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
        if not isinstance(record, Mapping):
            message = f"this is no {cls.__name__}"
            raise ValueError(message)  # noqa: TRY004  # as for anything else that it cannot be
        names = {entry.name.rstrip("_"): entry.name for entry in fields(cls)}
        unknown = sorted(set(record) - set(names))
        if unknown:
            message = f"{cls.__name__} has no {', '.join(unknown)}"
            raise ValueError(message)
        try:
            made = cls(**{names[key]: cls._decoded(key, value) for key, value in record.items()})
        except (TypeError, AttributeError, ArithmeticError) as problem:
            message = f"this is no {cls.__name__}: {problem}"
            raise ValueError(message) from problem
        # Any member's device can write a journal: what is no text must not pass for one.
        wrong = [name for name, hint in _hints(cls).items() if not _fits(getattr(made, name), hint)]
        if wrong:
            message = f"this is no {cls.__name__}: {', '.join(wrong)} cannot be that"
            raise ValueError(message)
        return made

    @classmethod
    def _decoded(cls, key: str, value: Any) -> object:
        decode = cls.decoders.get(key)
        return value if decode is None or value is None else decode(value)


_HINTS: Final[dict[type, Mapping[str, Any]]] = {}


def _hints(record: type[Recorded]) -> Mapping[str, Any]:
    """Give the type of each field; working it out takes longer than reading a record."""
    found = _HINTS.get(record)
    if found is None:
        known = get_type_hints(record)
        found = _HINTS[record] = {entry.name: known[entry.name] for entry in fields(record)}
    return found


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of the type that a field has."""
    arguments = get_args(hint)
    match get_origin(hint):
        case kind if kind in (Union, UnionType):
            return any(_fits(value, one) for one in arguments)
        case kind if kind is tuple:
            return isinstance(value, tuple) and all(_fits(item, arguments[0]) for item in value)
        case kind if kind is not None:
            return isinstance(value, Mapping) and all(
                _fits(key, arguments[0]) and _fits(item, arguments[1])
                for key, item in value.items()
            )
    if hint is int:
        return type(value) is int
    return value is None if hint is NoneType else isinstance(value, hint)


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
