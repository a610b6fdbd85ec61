"""What a build tells: rows in and out of each kind of table, counts, and the record's digest."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.model.finding import Finding
from qantar.readers.libraries import Library
from qantar.reading.context import RowsRead
from qantar.record.counts import CountTold
from qantar.record.persons import PeopleTold


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCount:
    """Rows of one kind of table; `rows_in = read + unreadable`."""

    rows_in: int = 0
    read: int = 0
    unreadable: int = 0

    def plus(self, rows: RowsRead) -> RowCount:
        """Count one more table."""
        return RowCount(
            rows_in=self.rows_in + rows.rows_in,
            read=self.read + rows.rows_read,
            unreadable=self.unreadable + rows.rows_unreadable,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build made, and whether it differs from the record before it.

    `not_whole` are the findings about originals that are not here whole: what they say
    is not in the record. `missing` are libraries that readers of documents lack here, if the
    case has documents, and `unread` counts the findings that tell of what needed one.
    `people` are lists and persons, None where nothing was linked: there are no lists, or
    `linking_missing`. `counts` are the countings that the case asks for.
    """

    originals: int
    accessions: int
    documents: int
    rows: dict[str, RowCount]
    claims: dict[str, int]
    events: int
    figures: int
    lists: int
    findings: dict[str, int]
    not_whole: tuple[Finding, ...]
    losses: int
    record_digest: str
    changed: bool
    missing: tuple[Library, ...] = ()
    unread: int = 0
    people: PeopleTold | None = None
    linking_missing: bool = False
    counts: tuple[CountTold, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The report as `qantar build --json` prints it, but for time and memory."""
        return {
            "originals": self.originals,
            "accessions": self.accessions,
            "documents": self.documents,
            "rows": {
                holds: {"in": n.rows_in, "read": n.read, "unreadable": n.unreadable}
                for holds, n in self.rows.items()
            },
            "claims": self.claims,
            "events": self.events,
            "persons": self._persons,
            "persons_interval": self.people and self.people.count.to_json(),
            "figures": self.figures,
            "lists": self.lists,
            "findings": self.findings,
            "record_digest": self.record_digest,
            "changed": self.changed,
            "libraries_missing": [one.name for one in self.missing],
            "unread_without_them": self.unread,
            "linking_missing": self.linking_missing,
            "counts": [one._asdict() for one in self.counts],
            "list_rows": [one._asdict() for one in self.people.lists] if self.people else [],
        }

    @property
    def _persons(self) -> int | None:
        """How many persons the lists name; where nothing could link them, not known, not none."""
        if self.people is not None:
            return self.people.count.point
        return None if self.linking_missing else 0
