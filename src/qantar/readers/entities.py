"""Entities of FollowTheMoney in JSON: an id, a schema, and properties that are lists of values.

As a table, each property is a column, and each entity a row, also one that stands within a
property of another. Several values of one property stand in one cell, parted by line feeds.

Source: the FollowTheMoney data model (schemata Thing, Interval and their descendants).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from qantar.readers.json_values import JsonNumber, JsonObject, JsonValue, cell_text

BETWEEN: Final = "\n"
CAPTION: Final = "caption"
OF_LINK: Final = ".caption"
PROPERTIES: Final = "properties"
# What an entity is shown under, the first that it has; the model names them by schema.
_CAPTIONS: Final = ("name", "title", "subject", "lastName", "fileName", "summary", "date", "email")


def is_entity(value: JsonValue) -> bool:
    """Whether a value is an entity: it has an id, a schema and properties."""
    if not isinstance(value, JsonObject):
        return False
    said = dict(value.pairs)
    return (
        _is_text(said.get("id"))
        and _is_text(said.get("schema"))
        and isinstance(said.get(PROPERTIES), JsonObject)
    )


def _is_text(value: JsonValue) -> bool:
    return isinstance(value, str) and not isinstance(value, JsonNumber) and bool(value.strip())


def entity_pairs(entity: JsonObject) -> tuple[list[tuple[str, str]], list[JsonObject]]:
    """An entity's columns and their texts, and the entities that stand within its properties.

    Raises:
        RecursionError: a value is nested too deep.
    """
    said: list[tuple[str, str]] = []
    properties: list[tuple[str, str]] = []
    within: list[JsonObject] = []
    for key, value in entity.pairs:
        if key == PROPERTIES and isinstance(value, JsonObject):
            for name, values in value.pairs:
                properties.append((name, BETWEEN.join(_texts(values, within))))
        else:
            said.append((key, cell_text(value)))
    if not any(key == CAPTION for key, _ in said):
        said.append((CAPTION, _caption(dict(properties))))
    return said + properties, within


def _texts(values: JsonValue, within: list[JsonObject]) -> Iterator[str]:
    for value in values if isinstance(values, list) else (values,):
        if isinstance(value, JsonObject) and is_entity(value):
            within.append(value)
            yield cell_text(dict(value.pairs)["id"])
        else:
            yield cell_text(value)


def _caption(properties: Mapping[str, str]) -> str:
    """The first value of the first property that may name an entity."""
    for name in _CAPTIONS:
        if text := properties.get(name, "").partition(BETWEEN)[0]:
            return text
    return ""


def link_captions(cell: str, captions: Mapping[str, str]) -> str | None:
    """What the entities are called that a cell names by their ids; None where it names none."""
    ids = cell.split(BETWEEN)
    if not any(one in captions for one in ids):
        return None
    return BETWEEN.join(captions.get(one) or one for one in ids)
