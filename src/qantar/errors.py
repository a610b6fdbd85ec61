"""What can stop a command, and the exit code each stop has.

A *finding* describes the material and never stops anything (`model/finding.py`);
an *error* stops the command and says what, where and what to do next. Exit codes:
2 wrong usage · 10-19 input refused · 20-29 integrity · 30-39 keys · 40-49 disk, lock, caps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class QantarError(Exception):
    """A command cannot go on.

    Attributes:
        code: short kebab-case name for `--json`.
        exit_code: what the process exits with.
        where: file, line or object the error is about, if any.
        next: what to do about it, as a sentence.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, where: str | None = None, next: str | None = None) -> None:  # noqa: A002  # the contract's own word
        """Keep the three facts apart for `--json`; join them for a reader."""
        self.message, self.where, self.next = message, where, next
        said = f"{where}: {message}" if where else message
        super().__init__(" ".join(part for part in (said, next) if part))


class UsageError(QantarError):
    """The command was asked for something it does not do."""

    code = "usage"
    exit_code = 2


class InputRefusedError(QantarError):
    """Nothing of the input can be told: it is missing, empty of meaning, or over a cap."""

    code = "input-refused"
    exit_code = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFault:
    """One thing wrong with an accession sheet.

    `line` counts from 1; `column` is given for faults of the TOML syntax only.
    `path` says which key, in words ("accession 2 › consent"), "" for the sheet as
    a whole. `message` says what is wrong and what is expected.
    """

    line: int
    path: str
    message: str
    column: int | None = None

    def words(self, name: str) -> str:
        """Write the fault as one line; `name` is the sheet's file name."""
        place = f"{name}:{self.line}" + (f":{self.column}" if self.column is not None else "")
        return ": ".join(part for part in (place, self.path, self.message) if part)


class SheetError(QantarError):
    """An accession sheet does not say what it must; every fault is named with its line.

    Attributes:
        faults: every fault found, in the order of lines.
    """

    code = "sheet"
    exit_code = 11
    faults: tuple[SheetFault, ...] = ()

    @classmethod
    def of(cls, *, name: str, faults: tuple[SheetFault, ...]) -> SheetError:
        """List every fault of the sheet `name` on a line of its own."""
        listed = "\n".join(fault.words(name) for fault in faults)
        error = cls(listed, next="Correct these lines of the sheet, then run the command again.")
        error.where, error.faults = name, faults
        error.args = (f"{listed}\n{error.next}",)
        return error


class MissingPathError(QantarError):
    """A path that was asked for is not there, or lies where it may not."""

    code = "missing-path"
    exit_code = 12


class ErasedError(QantarError):
    """These bytes were erased from the case and are not taken in again."""

    code = "erased"
    exit_code = 12


class BundleRefusedError(QantarError):
    """A bundle, or something in it, is not what it must be."""

    code = "bundle-refused"
    exit_code = 13


class DecisionRefusedError(QantarError):
    """A decision names something the record does not hold, or cannot mean what it says."""

    code = "decision-refused"
    exit_code = 14


class EraseRefusedError(QantarError):
    """An erasure names nothing in the case, or would expose what it leaves."""

    code = "erase-refused"
    exit_code = 14


class OriginalAlteredError(QantarError):
    """Stored bytes no longer hash to the original they are stored for."""

    code = "original-altered"
    exit_code = 20


class JournalBrokenError(QantarError):
    """An entry of the journal does not follow from the one before it."""

    code = "journal-broken"
    exit_code = 21


class WitnessedLossError(QantarError):
    """The journal holds less than a witness saw of it."""

    code = "witnessed-loss"
    exit_code = 22


class CaseKeyError(QantarError):
    """The key that opens the case is missing or does not fit."""

    code = "case-key"
    exit_code = 30


class WrongPassphraseError(CaseKeyError):
    """What was given opens none of the case's slots."""

    code = "wrong-passphrase"


class SealedAwayError(QantarError):
    """This device has no key to what is asked for: it only collects, or has not joined yet."""

    code = "sealed-away"
    exit_code = 31


class KeysDamagedError(QantarError):
    """A key file is missing or damaged in all its copies."""

    code = "keys-damaged"
    exit_code = 32


class DeviceError(QantarError):
    """A device cannot do this, or the line that should describe one does not."""

    code = "device"
    exit_code = 33


class DiskError(QantarError):
    """The disk refused: no space, no permission, or it gave back other bytes than it took."""

    code = "disk"
    exit_code = 40


class CaseLockedError(QantarError):
    """Another process is writing to the case."""

    code = "case-locked"
    exit_code = 41


class OutputExistsError(QantarError):
    """The output folder exists and is not an earlier output of the same command."""

    code = "output-exists"
    exit_code = 42


class MissingExtraError(QantarError):
    """An optional part of Qantar that this command needs is not installed."""

    code = "missing-extra"
    exit_code = 43


class RecordMissingError(QantarError):
    """The case has not been built yet, or its record was deleted."""

    code = "record-missing"
    exit_code = 15

    def __init__(self) -> None:
        """Say what to do; there is only one thing."""
        super().__init__("the case has no record yet.", next="Run `qantar build CASE` first.")


class NotACaseError(InputRefusedError):
    """The folder is not a case, or what makes it one is damaged."""

    code = "not-a-case"


class NotCanonicalError(QantarError):
    """A value has no canonical JSON form, or bytes are not the canonical form of their value."""

    code = "not-canonical"
    exit_code = 16


class NewerFormatError(QantarError):
    """The case was written by a newer Qantar in a format that this one does not know."""

    code = "newer-format"
    exit_code = 17


class OlderFormatError(QantarError):
    """The case has a format that was never released and is no longer read."""

    code = "older-format"
    exit_code = 17


class DefectError(QantarError):
    """Qantar itself failed in a way that nobody foresaw."""

    code = "defect"
    exit_code = 70

    def __init__(self, kind: str) -> None:
        """Say what to do; the details may quote the material, so they are shown on request only."""
        hint = (
            "What was acknowledged is kept. Set QANTAR_DEBUG=1 and run the command again to see "
            "details; look them over for anything confidential before you report them."
        )
        super().__init__(f"this is a defect in Qantar ({kind}).", next=hint)


class RecordFormatError(QantarError):
    """The record was written by another version of Qantar, whose tables this one does not know."""

    code = "record-format"
    exit_code = 18

    def __init__(self, *, found: str | None, known: int) -> None:
        """Say what to do; there is only one thing, because the record is derived."""
        self.found, self.known = found, known
        super().__init__(
            f"the record has format {found or 'none'}; this Qantar knows format {known}.",
            next="Run `qantar build` again: the record is derived and is made anew.",
        )
