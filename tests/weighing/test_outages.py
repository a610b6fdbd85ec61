"""Outages: windows side by side, what was reported meanwhile, and no measurer averaged away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from qantar.model.claim import Claim, OutageDetail
from qantar.model.dates import window
from qantar.model.place import Where
from qantar.model.when import When
from qantar.weighing.outages import Window, days, regions, windows

from .claims import PASSAGE, ZONE, happened, said


def down(
    name: str,
    start: str,
    end: str = "",
    *,
    voice: str | None = "Measurer",
    state: str = "down",
    where: tuple[Where, ...] = (Where(text="Sayaqkent", place="L1"),),
    evidence: str = "found_page",
) -> Claim:
    """One window; clock times are local, UTC+6."""
    when = window(start, end, precision="minute", zone=ZONE) if start else None
    assert when is None or isinstance(when, When)
    return Claim(
        id=name,
        kind="outage",
        statement=f"{name} down",
        passage=PASSAGE,
        source="s",
        said_by=voice,
        voice=voice,
        evidence=evidence,
        when=when,
        where=where,
        detail=OutageDetail(
            network="mobile",
            state=state,
            start_precision="minute",
            end_precision="minute" if end else None,
        ),
    )


def one(*claims: Claim) -> Window:
    (found,) = windows(claims)
    return found


def test_windows_stand_in_order_of_start_and_those_without_one_last() -> None:
    found = windows(
        [
            down("N3", "2022-01-06 10:00"),
            down("N1", ""),
            down("N2", "2022-01-05 10:00"),
            said("A1", "Ministry", 164, "2022-01-09"),
        ]
    )
    assert [w.claim.id for w in found] == ["N2", "N3", "N1"]
    assert found[0].start == datetime(2022, 1, 5, 4, tzinfo=UTC)


def test_an_end_that_nobody_states_is_open_and_has_no_counts() -> None:
    found = one(down("N1", "2022-01-05 16:30"))
    assert (found.end, found.events_within, found.said_within) == (None, None, None)


def test_what_happened_and_was_said_inside_is_counted_from_the_start_and_up_to_the_end() -> None:
    outage = down("N1", "2022-01-05 10:00", "2022-01-05 12:00")
    at = ("09:59", "10:00", "11:00", "11:59", "12:00")
    events = [
        happened(f"E{n}", "x", f"2022-01-05 {clock}", precision="minute", published=None)
        for n, clock in enumerate(at)
    ]
    assert one(outage, *events).events_within == 3
    told = [
        replace(said(f"A{n}", "M", 1, None), published=event.when) for n, event in enumerate(events)
    ]
    assert one(outage, *told).said_within == 3


def test_what_is_sharp_to_a_day_counts_at_its_start() -> None:
    morning = down("N1", "2022-01-05 00:00", "2022-01-05 06:00")
    evening = down("N2", "2022-01-05 18:00", "2022-01-05 23:00")
    event = happened("E1", "x", "2022-01-05", published="2022-01-05")
    found = {w.claim.id: w for w in windows([morning, evening, event])}
    assert (found["N1"].events_within, found["N2"].events_within) == (1, 0)
    assert (found["N1"].said_within, found["N2"].said_within) == (1, 0)


def test_outages_themselves_and_what_has_no_source_are_not_counted() -> None:
    outage = replace(
        down("N1", "2022-01-05 00:00", "2022-01-06 00:00"),
        published=happened("E", "x", "2022-01-05").when,
    )
    unsourced = replace(happened("E1", "x", "2022-01-05"), evidence="general_knowledge")
    found = one(outage, unsourced)
    assert (found.events_within, found.said_within) == (0, 0)


# --- regions ------------------------------------------------------------------------------------


def test_spellings_of_one_place_are_one_region_and_unresolved_names_are_compared_folded() -> None:
    found = regions(
        windows(
            [
                down("N1", "2022-01-05 10:00"),
                down("N2", "2022-01-05 11:00", where=(Where(text="Саяқкент", place="L1"),)),
                down("N3", "2022-01-05 12:00", where=(Where(text="The north"),)),
                down("N4", "2022-01-05 13:00", where=(Where(text="the  North"),)),
            ]
        )
    )
    assert [(r.name, r.place, [w.claim.id for w in r.windows]) for r in found] == [
        ("Sayaqkent", "L1", ["N1", "N2"]),
        ("The north", None, ["N3", "N4"]),
    ]


def test_a_window_over_several_regions_stands_under_each_once() -> None:
    town, country = Where(text="Sayaqkent", place="L1"), Where(text="Kazakhstan", place="KZ")
    twice = replace(town, text="Саяқкент")
    found = regions(windows([down("N1", "2022-01-05 10:00", where=(town, country, twice))]))
    assert {r.name: len(r.windows) for r in found} == {"Kazakhstan": 1, "Sayaqkent": 1}


def test_a_window_nobody_places_stands_under_no_name() -> None:
    (found,) = regions(windows([down("N1", "2022-01-05 10:00", where=())]))
    assert (found.name, found.place) == ("", None)


def test_the_region_with_most_windows_comes_first_with_its_measurers_in_order() -> None:
    elsewhere = (Where(text="Aqtau", place="L9"),)
    found = regions(
        windows(
            [
                down("N1", "2022-01-05 10:00", where=elsewhere),
                down("N2", "2022-01-05 12:00", voice="Second"),
                down("N3", "2022-01-05 11:00", voice="First"),
                down("N4", "2022-01-05 13:00", voice="Second"),
                down("N5", "2022-01-05 14:00", voice=None),
            ]
        )
    )
    assert [region.name for region in found] == ["Sayaqkent", "Aqtau"]
    assert found[0].measurers == ("First", "Second", "")


# --- days -------------------------------------------------------------------------------------------


def reported(*claims: Claim, first: int = 4, last: int = 7) -> list[int]:
    found = days(
        claims, windows(claims), first=date(2022, 1, first), last=date(2022, 1, last), tz=ZONE
    )
    assert [day.day.day for day in found] == list(range(first, last + 1))
    return [day.reported_down for day in found]


def test_a_measurer_counts_once_on_each_local_day_its_windows_touch() -> None:
    assert reported(
        down("N1", "2022-01-05 23:00", "2022-01-06 01:00"),
        down("N2", "2022-01-05 10:00", "2022-01-05 11:00"),
        down("N3", "2022-01-05 10:00", "2022-01-05 11:00", voice="Other"),
    ) == [0, 2, 1, 0]


def test_a_window_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    assert reported(down("N1", "2022-01-05 10:00", "2022-01-06 00:00")) == [0, 1, 0, 0]


def test_an_open_window_counts_for_the_day_on_which_it_begins() -> None:
    assert reported(down("N1", "2022-01-05 16:30")) == [0, 1, 0, 0]


@pytest.mark.parametrize("state", ["restored", "announcement", "cost-estimate"])
def test_only_what_is_down_or_degraded_is_an_outage(state: str) -> None:
    assert reported(down("N1", "2022-01-05 16:30", state=state)) == [0, 0, 0, 0]
    assert reported(down("N1", "2022-01-05 16:30", state="degraded")) == [0, 1, 0, 0]


def test_an_outage_without_a_source_is_in_no_count() -> None:
    assert reported(down("N1", "2022-01-05 16:30", evidence="general_knowledge")) == [0, 0, 0, 0]


def test_two_measurers_that_nobody_names_are_not_taken_for_one() -> None:
    assert reported(
        down("N1", "2022-01-05 10:00", voice=None), down("N2", "2022-01-05 11:00", voice=None)
    ) == [0, 2, 0, 0]


def test_events_and_publications_count_on_their_local_day_if_they_are_sharp_to_one() -> None:
    claims = [
        happened("E1", "x", "2022-01-05 23:30", precision="minute", published="2022-01-06"),
        happened("E2", "x", "2022-01-05", published=None),
        happened("E3", "x", "2022-01", precision="month", published="2022-01"),
        replace(happened("E4", "x", "2022-01-05"), evidence="general_knowledge"),
        said("A1", "Ministry", 164, "2022-01-06"),
    ]
    found = days(claims, (), first=date(2022, 1, 5), last=date(2022, 1, 6), tz=ZONE)
    assert [(day.events, day.published) for day in found] == [(2, 0), (0, 2)]
