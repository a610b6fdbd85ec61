"""How a table is to be read, as far as an accession sheet says so; the rest is found out."""

from __future__ import annotations

from dataclasses import dataclass

_NEVER_A_DELIMITER = '"\r\n\ufeff'


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSettings:
    """What the sheet says about one table; everything left out is detected and reported.

    `encoding` is any name Python's codec registry knows; the reader refuses what
    is no text encoding. `delimiter` is one character. `worksheet` is a name as
    the workbook spells it. `header_row` counts rows from 1, as a spreadsheet
    program shows them: blank rows count, a quoted cell over three lines is one row. 0 means
    that there is no header: the columns are called after their letters.

    Raises:
        ValueError: `delimiter` is not one usable character, `header_row` is
            below 0, or a name is empty.
    """

    encoding: str | None = None
    delimiter: str | None = None
    worksheet: str | None = None
    header_row: int = 1

    def __post_init__(self) -> None:
        """Refuse what no table could be read with."""
        if self.header_row < 0:
            message = f"header_row counts from 1, and 0 is none, not {self.header_row}"
            raise ValueError(message)
        if self.delimiter is not None and (
            len(self.delimiter) != 1 or self.delimiter in _NEVER_A_DELIMITER
        ):
            message = f"a delimiter is one character such as , or ;, not {self.delimiter!r}"
            raise ValueError(message)
        if self.encoding == "" or self.worksheet == "":
            message = "an encoding or a worksheet has a name; leave it out to have it detected"
            raise ValueError(message)
