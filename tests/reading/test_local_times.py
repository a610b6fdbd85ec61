"""Clock times of messages become instants where somebody says in which zone they are."""

from __future__ import annotations

import pytest

from qantar.model.finding import Locator, Severity
from qantar.model.read_document import Begin, End, Noted, Quoted, Sound
from qantar.model.segment import Segment, SegmentKind
from qantar.model.zones import UnknownZoneError
from qantar.reading.local_times import with_zone


def said(at: str | None, zone: str | None = None, other: str | None = None) -> Quoted:
    where = Locator(message="1")
    return Quoted(
        Segment(
            kind=SegmentKind.MESSAGE,
            start=0,
            end=0,
            locator=where,
            at=at,
            at_zone=zone,
            at_other=other,
        ),
        "",
    )


def timed(*records: Sound, zone: str = "Asia/Almaty") -> list[Sound]:
    return [*with_zone(iter(records), zone)]


@pytest.mark.parametrize(
    ("at", "zone", "instant"),
    [
        # In January 2022 clocks in Almaty were six hours before Greenwich, in Aqtau five.
        ("2022-01-05T14:03:21", "Asia/Almaty", "2022-01-05T08:03:21+00:00"),
        ("2022-01-05T14:03", "Asia/Almaty", "2022-01-05T08:03+00:00"),
        ("2022-01-05T14:03", "Asia/Aqtau", "2022-01-05T09:03+00:00"),
        ("2026-01-05T14:03", "Asia/Almaty", "2026-01-05T09:03+00:00"),
    ],
)
def test_a_clock_time_is_the_instant_at_which_clocks_there_show_it(
    at: str, zone: str, instant: str
) -> None:
    (record,) = timed(said(at), zone=zone)
    assert isinstance(record, Quoted)
    assert (record.segment.at, record.segment.at_zone) == (instant, zone)


@pytest.mark.parametrize(
    "record",
    [
        said("2022-01-05T08:03:21+00:00", "UTC"),
        said("2022-01-05"),
        said(None),
        said("2022-01-05T10:00", other="2022-05-01T10:00"),
    ],
)
def test_what_is_an_instant_a_day_or_in_doubt_stays(record: Quoted) -> None:
    assert timed(record) == [record]


def test_a_time_that_came_twice_has_both_instants_and_is_told_once() -> None:
    begin = Begin(id="1", reader="chat", version=1, media_type="text/csv")
    twice, never = said("2022-10-30T02:30"), said("2022-03-27T02:30")
    first, again, missing, *told, end = timed(
        twice, twice, never, End(chars=0), zone="Europe/Berlin"
    )
    assert isinstance(first, Quoted)
    assert first == again
    assert (first.segment.at, first.segment.at_other) == (
        "2022-10-30T00:30+00:00",
        "2022-10-30T01:30+00:00",
    )
    assert missing == never
    assert [(one.code, one.text[0]) for one in told if isinstance(one, Noted)] == [
        ("ambiguous-date", "2"),
        ("impossible-date", "1"),
    ]
    assert end == End(chars=0)
    assert timed(begin, End(chars=0), zone="Europe/Berlin") == [begin, End(chars=0)]


def test_a_zone_that_is_none_is_refused() -> None:
    with pytest.raises(UnknownZoneError):
        timed(said(None), zone="Mars/Base")


def test_that_nobody_knows_the_zone_is_told_no_longer() -> None:
    note = Noted(code="no-zone", text="Clock times without a zone.", severity=Severity.NOTE)
    assert note not in timed(said("2022-01-05T14:03"), note, End(chars=0))
    # Of a document in which no clock time was, it may be about something else.
    assert note in timed(said("2022-01-05"), note, End(chars=0))


def test_that_nobody_knows_the_zone_is_not_said_of_ambiguous_dates_either() -> None:
    nobody = Noted(code="no-zone", text="Clock times without a zone.", severity=Severity.NOTE)
    either = said("2022-01-05T10:00", other="2022-05-01T10:00")
    assert timed(either, nobody) == [either]
    assert timed(said("2022-01-05"), nobody)[-1] == nobody  # a day alone is no clock time
