"""An accession sheet as a file: its bytes, and the sheet that they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from qantar.errors import MissingPathError, SheetError, SheetFault
from qantar.model.accession import Sheet
from qantar.readers.sheet import read_sheet
from qantar.readers.shipped import shipped_names

# Far above what the sheet reader takes, so that it can say itself that a sheet is too long.
_MOST_BYTES: Final = 8 * 1024 * 1024


def sheet_bytes(path: Path) -> bytes:
    """Read the file.

    Raises:
        MissingPathError: it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        message = f"the sheet cannot be opened: {error.strerror}."
        hint = "Check the path of the sheet."
        if not path.suffix:
            hint = f"{hint} Sheets that ship with Qantar: {', '.join(shipped_names())}."
        raise MissingPathError(message, where=str(path), next=hint) from error


def sheet_of(untrusted: bytes, name: str) -> Sheet:
    """Read the bytes as a sheet.

    Raises:
        SheetError: it is not as it must be.
    """
    try:
        text = untrusted.decode("utf-8")
    except UnicodeDecodeError as error:
        line = untrusted.count(b"\n", 0, error.start) + 1
        message = f"byte {untrusted[error.start]:#04x} is not UTF-8; save the sheet as UTF-8"
        fault = SheetFault(line=line, path="", message=message)
        raise SheetError.of(name=name, faults=(fault,)) from error
    return read_sheet(text, name=name)
