"""Times written in ways that only the sheet can tell."""

from __future__ import annotations

import pytest

from qantar.reading.times import as_time


@pytest.mark.parametrize(
    ("text", "reading", "read"),
    [
        ("2022-01-05 00:00:00.000", "day", "2022-01-05"),
        ("2022-01-05T23:59:59Z", "day", "2022-01-05"),
        ("05.01.2022 0:00", "day", "05.01.2022"),
        ("2022-01-05", "day", "2022-01-05"),
        ("at 14:00", "day", "at"),
        ("x" * 90 + " 10:00", "day", "x" * 90 + " 10:00"),
        ("1641370000", "unix-seconds", "2022-01-05T08:06:40Z"),
        ("-1", "unix-seconds", "1969-12-31T23:59:59Z"),
        ("1641370000123", "unix-milliseconds", "2022-01-05T08:06:40.123000Z"),
        ("1641370000.5", "unix-seconds", "1641370000.5"),
        ("9999999999999999", "unix-seconds", "9999999999999999"),
        ("2022-01-05", "unix-seconds", "2022-01-05"),
    ],
)
def test_a_cell_is_rewritten_as_its_column_says(text: str, reading: str, read: str) -> None:
    assert as_time(text, (reading,)) == read


def test_without_a_word_of_the_sheet_a_cell_stays_as_it_is() -> None:
    assert as_time("2022-01-05 00:00:00", ()) == "2022-01-05 00:00:00"
