"""Rows of cells as the workbook library gives them, each value in its canonical spelling."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineSheet, PasswordError

from qantar.readers.number_text import float_text
from qantar.readers.package import encrypted
from qantar.readers.workbook_scan import SheetScan, UnreadableWorkbookError

CellValue = int | float | str | bool | time | date | datetime | timedelta


@contextmanager
def library_faults() -> Iterator[None]:
    """Turn whatever the library says against a workbook into one kind of error.

    Raises:
        UnreadableWorkbookError: the library gave up, or asks for a password.
    """
    try:
        yield
    except PasswordError as error:
        raise encrypted() from error
    except CalamineError as error:
        raise damaged_workbook(why=str(error)) from error
    except BaseException as error:
        # A panic of the Rust library derives from BaseException and has no importable class.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged_workbook(why=str(error)) from error


def damaged_workbook(*, why: str) -> UnreadableWorkbookError:
    """The finding of a workbook or worksheet the library cannot read."""
    text = f"The workbook cannot be read ({why}). It is damaged; get a whole copy."
    return UnreadableWorkbookError("damaged", text)


def rows_of(sheet: CalamineSheet, scan: SheetScan) -> Iterator[tuple[int, list[str] | None]]:
    """Every row from 1 with its cells from column A, empty cells at the end left off.

    Error codes of the scan are put in, since the library leaves those cells
    empty. A row with a length of time that Python cannot hold is None.
    """
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for at_row, values in enumerate(_values(sheet), start=1):
        if values is None:
            yield at_row, None
            continue
        cells = left + [cell_text(value) for value in values]
        for column, code in scan.errors.get(at_row - 1, {}).items():
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = code
        while cells and not cells[-1]:
            cells.pop()
        yield at_row, cells


def cell_text(value: CellValue) -> str:
    """The canonical spelling of a cell's value: numbers plain, dates ISO 8601, `true`, `false`.

    A date and time at midnight is a date; a length of time is `PT30H15M00S`.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, timedelta):
        return _duration_text(value)
    return str(value) if isinstance(value, int) else value.isoformat()


def _values(sheet: CalamineSheet) -> Iterator[list[CellValue] | None]:
    rows = sheet.iter_rows()
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except OverflowError:
            yield None  # the iterator stands at the next row


def _duration_text(value: timedelta) -> str:
    sign = "-" if value < timedelta() else ""
    minutes, rest = divmod(abs(value), timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest.total_seconds():09.6f}".rstrip("0").rstrip(".")
    return f"{sign}PT{hours:02}H{minutes:02}M{seconds}S"
