"""Records as JSON: to the journal and back, equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, ClassVar, Final, Self, Union, get_args, get_origin, get_type_hints

Fits = Callable[[Any], bool]


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
        names, fits = _kind(cls)
        if unknown := sorted(record.keys() - names.keys()):
            message = f"{cls.__name__} has no {', '.join(unknown)}"
            raise ValueError(message)
        try:
            made = cls(**{names[key]: cls._decoded(key, value) for key, value in record.items()})
        except (TypeError, AttributeError, ArithmeticError) as problem:
            message = f"this is no {cls.__name__}: {problem}"
            raise ValueError(message) from problem
        # Any member's device can write a journal: what is no text must not pass for one.
        wrong = [name for name, fitting in fits.items() if not fitting(getattr(made, name))]
        if wrong:
            message = f"this is no {cls.__name__}: {', '.join(wrong)} cannot be that"
            raise ValueError(message)
        return made

    @classmethod
    def _decoded(cls, key: str, value: Any) -> object:
        decode = cls.decoders.get(key)
        return value if decode is None or value is None else decode(value)


_KINDS: Final[dict[type, tuple[Mapping[str, str], Mapping[str, Fits]]]] = {}


def _kind(record: type[Recorded]) -> tuple[Mapping[str, str], Mapping[str, Fits]]:
    """Give the name of each field by its key, and by its name whether a value is of its type.

    Worked out once for each kind of record: it takes longer than reading one.
    """
    found = _KINDS.get(record)
    if found is None:
        known = get_type_hints(record)
        names = [entry.name for entry in fields(record)]
        tests = {name: _fits(known[name]) for name in names}
        found = _KINDS[record] = {name.rstrip("_"): name for name in names}, tests
    return found


def _fits(hint: Any) -> Fits:
    """Give whether a value is of a type that a field has."""
    arguments = get_args(hint)
    match get_origin(hint):
        case kind if kind in (Union, UnionType):
            return _fits_one([_fits(one) for one in arguments])
        case kind if kind is tuple:
            fits = _fits(arguments[0])
            return lambda value: isinstance(value, tuple) and all(map(fits, value))
        case kind if kind is not None:
            return _fits_pairs(_fits(arguments[0]), _fits(arguments[1]))
    if hint is int:
        return lambda value: type(value) is int
    return lambda value: isinstance(value, hint)


def _fits_one(kinds: Sequence[Fits]) -> Fits:
    return lambda value: any(fits(value) for fits in kinds)


def _fits_pairs(key: Fits, item: Fits) -> Fits:
    return lambda value: (
        isinstance(value, Mapping)
        and all(map(key, value.keys()))
        and all(map(item, value.values()))
    )


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
