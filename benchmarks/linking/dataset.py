"""Rows of people of whom it is known who is who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qantar.linking.result import ListRules
from qantar.model.person_row import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Rows, and for each the label of its true person.

    `rules` holds what the makers of the lists guarantee of them, as a sheet would say it.

    Raises:
        ValueError: there are more or fewer labels than rows.
    """

    name: str
    rows: Sequence[PersonRow]
    person: Sequence[str] | Sequence[int]
    rules: Mapping[str, ListRules] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse truth about other rows."""
        if len(self.rows) != len(self.person):
            message = f"{self.name}: {len(self.rows)} rows, but {len(self.person)} true persons"
            raise ValueError(message)
