"""The order in which day, month and year stand in a column of dates."""

from __future__ import annotations

from enum import StrEnum


class DateOrder(StrEnum):
    """How the numbers of a written date are read; declared in the sheet, never guessed.

    `ISO` reads 2022-01-05 and its shorter forms (2022-01, 2022) only; `DMY` reads
    05.01.2022 as 5 January, `MDY` as 1 May, `YMD` reads 2022.01.05.
    """

    ISO = "iso"
    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"
