"""Who speaks in a table of messages: telephone numbers are kept apart, and never shown."""

from __future__ import annotations

from typing import Final

from qantar.model.phone_numbers import is_number
from qantar.readers.finding_log import FindingLog, counted

MAX_NUMBERS: Final = 10_000


class People:
    """Gives each telephone number a name of its own, `number-1`, in the order they come.

    The numbers themselves are protected facts. A speaker whose name is nothing but a
    number, as a program writes it for those whom the owner did not know, has no name.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._names: dict[str, str] = {}
        self._facts: dict[str, str] = {}
        self._beyond = 0

    def speaker(self, author: str, phone: str) -> tuple[str | None, str | None]:
        """Name and id of a speaker; None for what is not known."""
        name: str | None = author or None
        if author and is_number(author):
            name, phone = None, phone or author
        return name, self._number(phone) if phone else None

    def known_as(self, name: str) -> str | None:
        """A name, or that of a number in its place; None where nothing stands there."""
        return self._number(name) if is_number(name) else name or None

    def _number(self, phone: str) -> str | None:
        key = "".join(char for char in phone if char.isdigit()) or phone
        known = self._names.get(key)
        if known is not None:
            return known
        if len(self._names) >= MAX_NUMBERS:
            self._beyond += 1
            return None
        name = self._names[key] = f"number-{len(self._names) + 1}"
        self._facts[f"protected.{name}"] = phone
        return name

    def facts(self) -> dict[str, str]:
        """The numbers as found, as protected facts."""
        return self._facts

    def report(self, log: FindingLog) -> None:
        """Say that numbers were kept apart."""
        if self._names:
            log.note(
                "private-section",
                f"{counted(len(self._names), 'telephone number')} kept apart as protected facts; "
                "in their place stands number-1 and so on.",
            )
        if self._beyond:
            log.loss(
                "too-many",
                f"{counted(self._beyond, 'message')} of further telephone numbers, beyond the cap "
                f"of {MAX_NUMBERS:,}, have no number in their place.",
            )
