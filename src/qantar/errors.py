"""What can stop a command, and the exit code each stop has.

A *finding* describes the material and never stops anything (`model/finding.py`);
an *error* stops the command and says what, where and what to do next. Exit codes:
2 wrong usage · 10-19 input refused · 20-29 integrity · 30-39 keys · 40-49 disk, lock, caps.
"""

from __future__ import annotations

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
        super().__init__(" ".join(part for part in (f"{where}: {message}" if where else message, next) if part))


class UsageError(QantarError):
    """The command was asked for something it does not do."""

    code = "usage"
    exit_code = 2


class InputRefusedError(QantarError):
    """Nothing of the input can be told: it is missing, empty of meaning, or over a cap."""

    code = "input-refused"
    exit_code = 10


class SheetError(QantarError):
    """An accession sheet does not say what it must; every fault is named with its line."""

    code = "sheet"
    exit_code = 11


class MissingPathError(QantarError):
    """A path that was asked for is not there, or lies where it may not."""

    code = "missing-path"
    exit_code = 12


class DecisionRefusedError(QantarError):
    """A decision names something the record does not hold, or cannot mean what it says."""

    code = "decision-refused"
    exit_code = 14


class OriginalAlteredError(QantarError):
    """Stored bytes no longer hash to the original they are stored for."""

    code = "original-altered"
    exit_code = 20


class JournalBrokenError(QantarError):
    """An entry of the journal does not follow from the one before it."""

    code = "journal-broken"
    exit_code = 21


class CaseKeyError(QantarError):
    """The key that opens the case is missing or does not fit."""

    code = "case-key"
    exit_code = 30


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
