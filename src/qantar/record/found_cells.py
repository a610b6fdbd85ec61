"""Rows as they were found: the cells of tables, under their headers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from qantar.record.database import opened

Cells = tuple[tuple[str, str], ...]
"""Header and text, for each cell that is not empty, in the order of the table."""


def read_cells(
    path: Path, key: bytes, rows: Iterable[tuple[str, int]]
) -> dict[tuple[str, int], Cells]:
    """Give the cells of rows, each row named by its accession and its number.

    A row that the record does not have is left out.

    Raises:
        RecordMissingError, CaseKeyError, RecordFormatError: as `opened`.
    """
    asked = """SELECT header, cells FROM rows JOIN documents USING (accession)
        WHERE accession = ? AND number = ?"""
    found: dict[tuple[str, int], Cells] = {}
    with opened(path, key) as connection:
        for accession, number in rows:
            row = connection.execute(asked, (accession, number)).fetchone()
            if row is not None:
                header, cells = (json.loads(part) for part in row)
                named = zip([*header, *[""] * len(cells)], cells, strict=False)
                found[accession, number] = tuple((name, text) for name, text in named if text)
    return found
