"""What a taking-in gives back: each file as it became durable, and the report of the whole."""

from __future__ import annotations

from dataclasses import dataclass

from qantar.archive.journal import TornTail
from qantar.errors import MissingPathError
from qantar.model.finding import Finding
from qantar.workbench.material import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A file that is durable: stored, read back, and entered in the journal.

    `path` is as acknowledged, `accession` the case's id of this taking-in, `size`
    in bytes; `new` is false when the case already held these bytes.
    """

    original: str
    path: str
    accession: str
    size: int
    new: bool

    def to_json(self) -> dict[str, object]:
        """The acknowledgement as `qantar add --json` prints it."""
        return {
            "original": self.original,
            "path": self.path,
            "accession": self.accession,
            "size": self.size,
            "new": self.new,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AddReport:
    """What was taken in, what was not, and what was noticed about the tables.

    `torn` are unfinished writes of an earlier run that were found in the journal
    and set aside. `sheet` is the SHA-256 of the sheet, if one was taken in.
    """

    sealed: tuple[Sealed, ...]
    refused: tuple[Refused, ...]
    findings: tuple[Finding, ...]
    torn: tuple[TornTail, ...] = ()
    sheet: str | None = None

    @property
    def sheet_names_erased(self) -> bool:
        """Whether a sheet was taken in that names something that was erased."""
        return self.sheet is not None and any(one.erased for one in self.refused)

    def raise_if_refused(self) -> None:
        """Stop with the paths that were not taken in, if there are any.

        Raises:
            MissingPathError: it names each path with its reason.
        """
        if self.refused:
            listed = "; ".join(one.words() for one in self.refused)
            total = len(self.sealed) + len(self.refused)
            message = f"{len(self.refused)} of {total} not taken in: {listed}."
            where = self.refused[0].path if len(self.refused) == 1 else None
            raise MissingPathError(message, where=where, next=self._what_to_do())

    def _what_to_do(self) -> str:
        gone = sum(one.erased for one in self.refused)
        if not gone:
            return "Correct these paths, then add them again; the others are sealed."
        right = "path" if gone == 1 else "paths"
        nothing = f"Nothing is wrong with the {right} of what was erased."
        if gone == len(self.refused):
            return nothing
        return f"{nothing} Correct the other paths, then add them again."
