"""Names that are one: what a case adds to the tables by which names are compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NameKind(StrEnum):
    """Of which part of a name a row of a table of names speaks; fathers go by given names."""

    GIVEN = "given"
    SURNAME = "surname"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameForms:
    """One row of a table of names: a name, and other forms under which the same people go.

    A form may belong to several names; that two forms belong to one name says that rows may be
    one person, never that they are. `accession` and `row` name where it stands.
    """

    kind: NameKind
    name: str
    forms: tuple[str, ...]
    accession: str
    row: int

    @property
    def origin(self) -> str:
        """Where it stands, as reasons name it: `a7/3`."""
        return f"{self.accession}/{self.row}"
