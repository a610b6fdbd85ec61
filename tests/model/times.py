"""Short ways to read times in tests, and the zones in which they are tried."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st

from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when, window
from qantar.model.when import When, WhenProblem

EXAMPLE = Path(__file__).parents[2] / "examples" / "january-2022"
STEADY = settings(deadline=None, derandomize=True)
ALMATY = "Asia/Almaty"
# Zones with halves of hours, changes at midnight, a day left out, and clocks that stand still.
ZONES = st.sampled_from(
    [
        ALMATY,
        "Asia/Aqtau",
        "Asia/Qostanay",
        "Asia/Damascus",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "America/Havana",
        "America/St_Johns",
        "Pacific/Apia",
        "UTC",
    ]
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str) -> datetime:
    """A clock on the wall: no zone, by intention."""
    return datetime.fromisoformat(text)


def read(
    text: str, tz: str = ALMATY, order: DateOrder = DateOrder.ISO, night: str | None = None
) -> When:
    found = read_when(text, zone=tz, order=order, night=night)
    assert isinstance(found, When), found
    return found


def refused(text: str, tz: str = ALMATY, order: DateOrder = DateOrder.ISO) -> WhenProblem:
    found = read_when(text, zone=tz, order=order)
    assert isinstance(found, WhenProblem), found
    return found


def spanned(
    start: str, end: str, precision: str, tz: str = ALMATY, *, in_utc: bool = False
) -> When:
    found = window(start, end, precision=precision, zone=tz, utc=in_utc)
    assert isinstance(found, When), found
    return found


def edges(when: When) -> tuple[datetime | None, datetime | None]:
    return when.earliest, when.latest


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


WORDS = st.sampled_from(
    [
        *("about", "by", "since", "before", "after", "from", "to", "and", "between", "≈", "≤", "≥"),
        *("до", "с", "по", "к", "около", "в ночь на", "дейін", "бастап", "кейін", "қараған түні"),
        *("night", "evening", "early", "late", "кешке", "ночью", "of", "at", "–", "-", "/", "…"),
        *("..", "~", "?", "%", "T", "Z", "UTC+6", "(", ")", ",", "+06:00", "-11:00", "Asia/Almaty"),
        *("2022", "2021-22", "2022-01", "2022-01-05", "05.01.2022", "16:30", "24:00", "202X", "1"),
        *("0001-01-01", "9999-12-31", "9998-12-31", "Y17000", "-0044", "XX", "23:59:59"),
    ]
)
