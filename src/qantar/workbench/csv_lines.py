"""CSV files that people hand to a command, line by line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from qantar.errors import InputRefusedError, MissingPathError

Cells = dict[str, str]


def csv_lines(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, Cells]]:
    """Give the lines of a CSV file by its columns, each with its number.

    Raises:
        MissingPathError: it cannot be opened.
        InputRefusedError: it lacks a column that is needed, or is no CSV in UTF-8.
    """
    hint = f"It needs the columns {','.join(needed)}, parted by commas, in UTF-8."
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restval="", strict=True)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                message = f"it has no column {', '.join(missing)}."
                raise InputRefusedError(message, where=str(path), next=hint)
            for cells in reader:
                known = {name: cell for name, cell in cells.items() if name is not None}
                yield reader.line_num, known
    except OSError as error:
        message = f"cannot be opened: {error.strerror}."
        raise MissingPathError(message, where=str(path), next="Check the path.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        message = f"it is no CSV that can be read ({error})."
        raise InputRefusedError(message, where=str(path), next=hint) from error
