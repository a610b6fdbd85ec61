"""Zones: named by the pinned list, with the clocks of the place as they were then."""

from __future__ import annotations

import shutil
import zoneinfo
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qantar.model.zones import UnknownZoneError, occurrences, start_of, start_of_day, zone

from .times import ALMATY, STEADY, ZONES, local, utc


@pytest.mark.parametrize(
    ("tz", "then", "now"),
    [
        ("Asia/Almaty", 6, 5),
        ("Asia/Qostanay", 6, 5),
        ("Asia/Aqtau", 5, 5),
        ("Asia/Aqtobe", 5, 5),
        ("Asia/Atyrau", 5, 5),
        ("Asia/Oral", 5, 5),
        ("Asia/Qyzylorda", 5, 5),
        ("UTC", 0, 0),
    ],
)
def test_kazakhstan_had_two_times_in_january_2022_and_has_one_today(
    tz: str, then: int, now: int
) -> None:
    for year, hours in ((2022, then), (2024, now)):
        moment = datetime(year, 3, 1, 12, tzinfo=zone(tz))
        assert moment.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Asia",
        "asia/almaty",
        "Asia/Almaty ",
        "Asia/Sayaqkent",
        "../zoneinfo/UTC",
        "Asia/../UTC",
        "/etc/localtime",
        "Asia\\Almaty",
        "UTC\0",
        "tzdata.zi",
        "leapseconds",
        "__init__.py",
        "UTC+6",
    ],
)
def test_what_is_no_zone_is_refused_before_any_file_is_opened(name: str) -> None:
    with pytest.raises(UnknownZoneError, match="no IANA time zone"):
        zone(name)


@pytest.fixture
def other_tables(tmp_path: Path) -> Iterator[None]:
    """A machine whose own tables say that Almaty keeps UTC."""
    (tmp_path / "Asia").mkdir()
    with files("tzdata").joinpath("zoneinfo/UTC").open("rb") as source:
        (tmp_path / "Asia" / "Almaty").write_bytes(source.read())
    zoneinfo.reset_tzpath(to=[tmp_path])
    zone.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zone.cache_clear()
    shutil.rmtree(tmp_path)


@pytest.mark.usefixtures("other_tables")
def test_the_tables_of_the_machine_change_nothing() -> None:
    moment = local("2022-01-05")
    assert moment.replace(tzinfo=zoneinfo.ZoneInfo.no_cache(ALMATY)).utcoffset() == timedelta(0)
    assert moment.replace(tzinfo=zone(ALMATY)).utcoffset() == timedelta(hours=6)


@pytest.mark.parametrize(
    ("tz", "shown", "instant"),
    [
        ("Asia/Damascus", "2022-03-25", "2022-03-24T22:00"),  # 00:00 was followed by 01:00
        ("Asia/Almaty", "1981-04-01", "1981-03-31T18:00"),  # so here, in Soviet summer time
        ("America/Toronto", "1919-03-31", "1919-03-31T04:30"),  # 23:30 was followed by 00:30
        ("America/Havana", "2022-11-06", "2022-11-06T04:00"),  # midnight came twice
        ("Asia/Almaty", "2024-02-29T23:30", "2024-02-29T17:30"),  # so did 23:30
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),  # the day was left out
    ],
)
def test_a_day_begins_when_its_clocks_first_show_it(tz: str, shown: str, instant: str) -> None:
    assert start_of(local(shown), zone(tz)) == utc(instant)


@STEADY
@given(st.integers(1905 * 12, 2036 * 12), st.integers(0, 31 * 86_400), ZONES)
@example(2022 * 12 + 2, 24 * 86_400 + 3_599, "Asia/Damascus")
@example(2010 * 12 + 10, 6 * 86_400, "America/St_Johns")
@example(2022 * 12 + 9, 86_400 + 2 * 3_600 + 900, "Australia/Lord_Howe")
def test_before_the_start_of_a_time_clocks_show_less(month: int, second: int, tz: str) -> None:
    """Whatever clocks do there, the second before still belongs to what was before."""
    wanted = local(f"{month // 12}-{month % 12 + 1:02}-01") + timedelta(seconds=second)
    start = start_of(wanted, zone(tz))
    before, after = (
        (start + timedelta(seconds=step)).astimezone(zone(tz)).replace(tzinfo=None)
        for step in (-1, 0)
    )
    assert before < wanted <= after


@pytest.mark.parametrize(
    ("tz", "shown", "first", "last"),
    [
        ("Asia/Almaty", "2022-01-05T16:30", "2022-01-05T10:30", "2022-01-05T10:30"),
        # From 1 March 2024 one hour less: 23:00 to 24:00 came twice on the day before.
        ("Asia/Almaty", "2024-02-29T22:59", "2024-02-29T16:59", "2024-02-29T16:59"),
        ("Asia/Almaty", "2024-02-29T23:00", "2024-02-29T17:00", "2024-02-29T18:00"),
        ("Asia/Almaty", "2024-03-01T00:00", "2024-02-29T19:00", "2024-02-29T19:00"),
        ("America/New_York", "2022-11-06T01:30", "2022-11-06T05:30", "2022-11-06T06:30"),
        ("Australia/Lord_Howe", "2022-04-03T01:45", "2022-04-02T14:45", "2022-04-02T15:15"),
    ],
)
def test_a_time_occurs_once_or_where_clocks_are_put_back_twice(
    tz: str, shown: str, first: str, last: str
) -> None:
    assert occurrences(local(shown), zone(tz)) == (utc(first), utc(last))


@pytest.mark.parametrize(
    ("tz", "shown"),
    [
        ("Europe/London", "2022-03-27T01:00"),
        ("Europe/London", "2022-03-27T01:59:59"),
        ("America/New_York", "2022-03-13T02:30"),
        ("America/Sao_Paulo", "2018-11-04T00:00"),
        ("Pacific/Apia", "2011-12-30T12:00"),
    ],
)
def test_a_time_that_clocks_jumped_over_never_occurs(tz: str, shown: str) -> None:
    assert occurrences(local(shown), zone(tz)) is None


def test_a_day_whose_midnight_was_skipped_begins_at_one_and_has_23_hours() -> None:
    sao_paulo = zone("America/Sao_Paulo")
    begin, end = (start_of_day(day, sao_paulo) for day in (date(2018, 11, 4), date(2018, 11, 5)))
    assert begin == utc("2018-11-04T03:00")
    assert begin.astimezone(sao_paulo).time() == time(1)
    assert end - begin == timedelta(hours=23)


@STEADY
@given(
    st.datetimes(datetime(1905, 1, 1), datetime(2037, 1, 1)).map(  # noqa: DTZ001  # on the wall
        lambda moment: moment.replace(microsecond=0)
    ),
    ZONES,
)
@example(local("2024-02-29T23:30"), ALMATY)
@example(local("2022-10-28T00:30"), "Asia/Damascus")
def test_clocks_show_a_time_exactly_when_it_occurs(shown: datetime, tz: str) -> None:
    found = occurrences(shown, zone(tz))
    if found is None:
        begun = start_of(shown, zone(tz)).astimezone(zone(tz)).replace(tzinfo=None)
        assert begun > shown
        return
    assert found[0] == start_of(shown, zone(tz))
    for instant in found:
        assert instant.astimezone(zone(tz)).replace(tzinfo=None) == shown
