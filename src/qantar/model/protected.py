"""The protected part: facts that tell a device, a network or a person apart from all others.

A reader names such a fact `protected.…`. In the record they stand in a table of their own;
no search looks into them unless it is asked to, and no dossier is derived with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

PREFIX: Final = "protected."

Value = TypeVar("Value")


def open_facts(facts: Mapping[str, Value]) -> dict[str, Value]:
    """Give the facts that may stand beside the text."""
    return {name: value for name, value in facts.items() if not name.startswith(PREFIX)}


def protected_facts(facts: Mapping[str, Value]) -> dict[str, Value]:
    """Give the facts of the protected part, by their names without the word."""
    return {
        name.removeprefix(PREFIX): value for name, value in facts.items() if name.startswith(PREFIX)
    }
