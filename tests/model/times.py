"""Short ways to read times in tests, and the zones in which they are tried."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st

from qantar.model.date_order import DateOrder
from qantar.model.dates import read_when, window
from qantar.model.when import When, WhenProblem

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
