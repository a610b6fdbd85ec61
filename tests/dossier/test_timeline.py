"""The timeline: every claim once, under its day, with the outages of that day in words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.dossier.days import (
    DAYS_WITHOUT_SPAN,
    MOST_BARS,
    case_days,
    reported_outages,
    span_of,
    stretches,
)
from qantar.dossier.links import anchor
from qantar.dossier.pages import timeline
from qantar.dossier.pages.timeline import write_timeline
from qantar.dossier.timeline_entries import Entry, Heading, by_heading, entries, heading, in_parts
from qantar.weighing.outages import Day
from tests.published import Published
from tests.weighing.claims import day, happened, said

from .crawler import Crawl
from .landia import edition, moved, outage, page, site

SCRIPT = "<script>alert(1)</script>"


def headings(text: str) -> list[str]:
    found = re.findall(r'<h2 id="d-\d+">(.*?)</h2>', text)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in found]


def shown(text: str) -> list[str]:
    """Ids of the claims in the order of the page, one for each entry."""
    listed = text.split('<div id="timeline">')[1]
    return [
        re.findall(r'class="id" href="[^"]*#([^"]+)"', e)[0] for e in listed.split('"entry"')[1:]
    ]


def test_a_day_stands_before_the_month_it_lies_in_and_months_before_their_year() -> None:
    texts = ["2022", "2022-01", "2022-01-31", "2022-02-01", "2022-01-02"]
    made = [Entry(kind="figure", claims=(said(t, "V", 1, t),), when=day(t)) for t in texts]
    groups = by_heading(made)
    assert [head.coarse or str(head.day) for head, _ in groups] == [
        "2022-01-02",
        "2022-01-31",
        "2022-01",
        "2022-02-01",
        "2022",
    ]


def test_entries_without_a_date_come_last() -> None:
    made = [
        Entry(kind="figure", claims=(said("none", "V", 1, None),), when=None),
        Entry(kind="figure", claims=(said("late", "V", 1, "2099-01-01"),), when=day("2099-01-01")),
    ]
    assert [head.day for head, _ in by_heading(made)] == [date(2099, 1, 1), None]


def test_every_claim_of_an_edition_stands_in_exactly_one_entry() -> None:
    made = edition(
        happened("E1", "Crowd on the square", "2022-01-05T00:00", place="sayaqkent"),
        happened("E2", "Crowd on the square again", "2022-01-05T00:00", place="sayaqkent"),
        said("C1", "Ministry", 3, "2022-01-06"),
        outage("N1", "Probe", "2022-01-05T12:00"),
    )
    listed = list(entries(made))
    assert sorted(c.id for entry in listed for c in entry.claims) == ["C1", "E1", "E2", "N1"]
    assert [len(e.claims) for e in listed if e.event] == [2]


def test_a_statement_is_filed_by_the_day_it_was_said_and_an_outage_by_its_start() -> None:
    late = replace(said("C1", "V", 3, "2022-03-01"), when=day("2022-01-05"))
    filed = {
        e.first.id: e.when for e in entries(edition(late, outage("N1", "P", "2022-01-05T12:00")))
    }
    assert heading(filed["C1"]) == Heading(day=date(2022, 3, 1))
    assert heading(filed["N1"]) == Heading(day=date(2022, 1, 5))


@given(
    sizes=st.lists(st.integers(min_value=0, max_value=9), max_size=12),
    most=st.integers(min_value=1, max_value=7),
)
def test_parts_lose_nothing_keep_the_order_and_are_never_too_long(
    sizes: list[int], most: int
) -> None:
    groups = [
        (
            Heading(day=date(2022, 1, 1) + timedelta(days=at)),
            [Entry(kind=f"{at}-{n}", claims=(), when=None) for n in range(size)],
        )
        for at, size in enumerate(sizes)
    ]
    parts = in_parts(groups, most)
    flat = [entry.kind for part in parts for section in part for entry in section.items]
    assert flat == [entry.kind for _, listed in groups for entry in listed]
    assert all(sum(len(s.items) for s in part) <= most for part in parts)
    for part in parts:
        for section in part:
            whole = next(listed for head, listed in groups if head == section.head)
            assert len(whole) > most or len(section.items) == len(whole)


def test_the_first_page_holds_the_span_and_other_parts_what_came_before_and_after(
    tmp_path: Path,
) -> None:
    made = site(
        tmp_path,
        happened("E1", "Long before", "2011-12-16T00:00"),
        happened("E2", "Within the span", "2022-01-05T00:00"),
        said("C1", "V", 3, "2023-05-01"),
        said("C2", "V", 4, None),
    )
    write_timeline(made)
    assert made.pages == ["timeline-2.html", "timeline.html", "timeline-3.html"]
    assert shown(page(made, "timeline.html")) == ["E2"]
    assert shown(page(made, "timeline-2.html")) == ["E1"]
    assert shown(page(made, "timeline-3.html")) == ["C1", "C2"]
    assert headings(page(made, "timeline-3.html")) == ["2023-05-01 Monday", "Without a date"]


def test_a_day_with_more_entries_than_a_page_holds_goes_on_in_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "ENTRIES_A_PART", 2)
    made = site(tmp_path, *(said(f"C{n}", "V", n, "2022-01-05") for n in range(5)))
    write_timeline(made)
    assert made.pages == ["timeline.html", "timeline-2.html", "timeline-3.html"]
    assert headings(page(made, "timeline-3.html")) == ["2022-01-05 Wednesday (continued)"]
    assert "Timeline, 2022-01-05, 3 of 3" in page(made, "timeline-3.html")
    assert [c for name in made.pages for c in shown(page(made, name))] == [
        f"C{n}" for n in range(5)
    ]


def test_a_day_with_an_outage_says_so_in_words_and_by_region(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        said("C1", "V", 3, "2022-01-05"),
        said("C2", "V", 3, "2022-01-08"),
        outage("N1", "Probe A", "2022-01-04T12:00", "2022-01-06T00:00", places=("land",)),
        outage("N2", "Probe B", "2022-01-05T12:00"),
    )
    write_timeline(made)
    boxes = re.findall(
        r'<section class="daybox( is-down)?".*?</section>', page(made, "timeline.html"), re.DOTALL
    )
    text = page(made, "timeline.html")
    fifth = re.search(r"2022-01-05</time>.*?</section>", text, re.DOTALL)
    assert fifth
    words = " ".join(re.sub(r"<[^>]+>", "", fifth[0]).split())
    assert "Networks reported down or degraded by 2 measurers." in words
    assert "Landia: Probe A; Sayaqkent: Probe B." in words
    assert boxes == [" is-down", " is-down", ""]


def test_a_silent_day_under_an_outage_is_shown_as_silent(tmp_path: Path) -> None:
    made = site(tmp_path, outage("N1", "P", "2022-01-05T00:00", "2022-01-07T00:00"))
    write_timeline(made)
    text = page(made, "timeline.html")
    assert headings(text) == ["2022-01-05 Wednesday", "2022-01-06 Thursday"]
    assert "Nothing in this dossier is dated to this day." in text.split("2022-01-06</time>")[1]


def test_evidence_text_is_inert_in_pages_and_page_data(tmp_path: Path) -> None:
    claim = replace(
        said("C1", SCRIPT, 3, "2022-01-05"),
        statement=SCRIPT,
        where=(moved(said("x", "V", 1, None), SCRIPT).where[0],),
    )
    made = site(
        tmp_path, claim, replace(outage("N1", SCRIPT, "2022-01-05T12:00"), statement=SCRIPT)
    )
    write_timeline(made)
    assert SCRIPT not in page(made, "timeline.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page(made, "timeline.html")
    data = json.loads(
        page(made, "data/timeline.js").removeprefix("window.QANTAR_TIMELINE = ").rstrip(";\n")
    )
    assert SCRIPT in data["voices"]


def test_the_filters_know_what_each_place_lies_in(tmp_path: Path) -> None:
    made = site(tmp_path, moved(happened("E1", "Crowd", "2022-01-05T00:00"), "square"))
    write_timeline(made)
    data = json.loads(
        page(made, "data/timeline.js").removeprefix("window.QANTAR_TIMELINE = ").rstrip(";\n")
    )
    names = {place[0]: at for at, place in enumerate(data["places"])}
    assert data["places"][names["square"]][2] == names["sayaqkent"]
    assert data["places"][names["sayaqkent"]][2] == names["obl"]
    assert data["places"][names["land"]][2] == -1
    assert f'data-places="{names["square"]}"' in page(made, "timeline.html")


def test_without_a_stated_span_the_days_with_most_reports_come_first() -> None:
    claims = [happened(f"E{n}", f"Event {n}", f"2022-01-{n:02}T00:00") for n in range(1, 9)]
    found = span_of(edition(*claims, happened("E0", "Long ago", "1986-12-16T00:00"), span=None))
    assert found is not None
    assert (found.first, found.last, found.stated) == (date(2022, 1, 1), date(2022, 1, 8), False)
    assert (found.last - found.first).days < DAYS_WITHOUT_SPAN
    assert span_of(edition(said("C1", "V", 3, None), span=None)) is None


def test_an_edition_as_of_a_day_ends_on_that_day() -> None:
    found = span_of(edition(as_of=date(2022, 1, 10)))
    assert found is not None
    assert found.last == date(2022, 1, 10)


def test_days_and_names_of_measurers_follow_one_rule() -> None:
    made = edition(
        outage("N1", "A", "2022-01-04T12:00", "2022-01-06T00:00"),
        outage("N2", "A", "2022-01-05T10:00"),
        outage("N3", None, "2022-01-05T10:00"),
        outage("N4", None, "2022-01-05T11:00", state="degraded"),
        outage("N5", "B", "2022-01-05T11:00", state="restored"),
        outage("N6", "C", "2022-01-05T11:00", evidence="general_knowledge"),
    )
    span = span_of(made)
    assert span is not None
    counted = case_days(made, span)
    named = reported_outages(made, [d.day for d in counted])
    assert {d.day.day: d.reported_down for d in counted if d.reported_down} == {4: 1, 5: 3}
    assert {
        d.day: len(r.measurers)
        for d, r in zip(counted, [named.get(d.day) for d in counted], strict=True)
        if r
    } == {
        date(2022, 1, 4): 1,
        date(2022, 1, 5): 3,
    }
    assert named[date(2022, 1, 5)].measurers == ("A", "", "")


def test_many_days_are_brought_together_without_losing_counts() -> None:
    counted = tuple(
        Day(day=date(2020, 1, 1) + timedelta(days=n), events=1, published=2, reported_down=n % 3)
        for n in range(1000)
    )
    made = stretches(counted)
    assert len(made) <= MOST_BARS
    assert sum(one.events for one in made) == 1000
    assert sum(one.published for one in made) == 2000
    assert max(one.measurers for one in made) == 2
    assert (made[0].first, made[-1].last) == (counted[0].day, counted[-1].day)
    assert [one.first - timedelta(days=1) for one in made[1:]] == [one.last for one in made[:-1]]


def test_the_chart_has_the_same_counts_as_its_table(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        happened("E1", "Crowd", "2022-01-05T00:00", published="2022-01-06"),
        said("C1", "V", 3, "2022-01-06"),
    )
    write_timeline(made)
    table = re.search(
        r'<details class="day-table">.*?</details>', page(made, "timeline.html"), re.DOTALL
    )
    assert table
    rows = re.findall(
        r'row">([\d-]+)</th><td class="num">(\d+)</td><td class="num">(\d+)</td>', table[0]
    )
    assert ("2022-01-05", "1", "0") in rows
    assert ("2022-01-06", "0", "2") in rows
    assert len(rows) == 31
    assert "Reports of events dated to the day" in page(made, "timeline.svg")


def test_an_empty_edition_has_a_timeline(tmp_path: Path) -> None:
    made = site(tmp_path, span=None)
    write_timeline(made)
    assert made.pages == ["timeline.html"]
    assert "Nothing is dated to these days." in page(made, "timeline.html")


def all_claims(january: Published) -> set[str]:
    found: set[str] = set()
    for path in january.out.glob("timeline*.html"):
        text = path.read_text(encoding="utf-8").split('<div id="timeline">')[1]
        found.update(re.findall(r'class="id" href="[^"]*#([^"]+)"', text))
    return found


def test_the_timeline_of_the_example_holds_every_kind_of_claim(
    january: Published, january_pages: Crawl
) -> None:
    found = all_claims(january)
    for claim in ("C022", "E041", "N010", "D001", anchor("D001/response"), "R001"):
        assert claim in found, claim
    kinds = re.findall(
        r'<span class="kind">(\w+)', (january.out / "timeline.html").read_text(encoding="utf-8")
    )
    assert {"event", "outage", "demand", "response", "framing", "figure"} <= set(kinds)
    assert (january.out / "timeline.html").stat().st_size < 1_000_000


def test_the_example_shades_the_days_of_the_blackout(january: Published) -> None:
    text = (january.out / "timeline.html").read_text(encoding="utf-8")
    down = re.findall(
        r'<section class="daybox is-down".*?<time datetime="([\d-]+)"', text, re.DOTALL
    )
    assert {f"2022-01-{n:02}" for n in range(2, 12)} <= set(down)
    assert "2022-01-20" not in down
