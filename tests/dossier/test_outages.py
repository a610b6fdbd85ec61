"""The outages: every measurer's window as stated, side by side, with what was told meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from qantar.dossier.outage_chart import (
    MOST_ROWS,
    OutageChartText,
    outage_chart,
    shared_axis,
)
from qantar.dossier.pages import outages
from qantar.dossier.pages.outages import edge_text, write_outages
from qantar.model.claim import Claim, OutageDetail
from qantar.model.zones import zone
from qantar.weighing.outages import windows
from tests.published import Published
from tests.weighing.claims import ZONE, happened, said

from .landia import edition, outage, page, site

TEXTS = OutageChartText(
    time="Local time",
    unnamed="not named",
    networks={"all": "all networks", "mobile": "mobile network"},
    states={"down": "down", "degraded": "degraded", "restored": "restored"},
)


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(text: str, name: str) -> str:
    found = re.search(rf'<h2 id="[^"]*">{name}.*?</section>', text, re.DOTALL)
    assert found
    return found[0]


def rows(text: str) -> list[str]:
    body = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    assert body
    return [plain(row) for row in re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL)]


def drawn(*claims: Claim) -> tuple[int, int, str]:
    found = windows(claims)
    axis = shared_axis(found)
    assert axis
    chart = outage_chart(found, axis, zone(ZONE), TEXTS)
    assert chart
    return chart.shown, chart.left_out, chart.picture


def labels(picture: str) -> list[str]:
    root = ET.fromstring(picture)  # noqa: S314  # our own chart
    return [t.text for t in root.iter("{http://www.w3.org/2000/svg}text") if t.text]


def test_windows_that_disagree_stand_in_rows_of_their_own() -> None:
    shown, left_out, picture = drawn(
        outage("N1", "Probe A", "2022-01-05T12:00", "2022-01-06T00:00"),
        outage("N2", "Probe B", "2022-01-05T13:00", "2022-01-08T00:00"),
        outage("N3", "Probe A", "2022-01-05T18:00", "2022-01-07T00:00", state="degraded"),
        outage("N4", "Probe C", "2022-01-07T00:00", state="restored"),
        outage("N5", "Probe A", "2022-01-07T00:00", network="mobile"),
    )
    assert (shown, left_out) == (5, 0)
    words = labels(picture)
    assert words.count("Probe A") == 3
    assert words.count("Probe B") == words.count("Probe C") == 1
    assert words.index("all networks") < words.index("mobile network")
    assert {"down", "degraded", "restored", "→"} <= set(words)


def test_a_window_without_a_stated_end_fades_and_one_with_an_end_does_not() -> None:
    stated = drawn(outage("N1", "A", "2022-01-05T12:00", "2022-01-06T00:00"))[2]
    open_end = drawn(outage("N1", "A", "2022-01-05T12:00"), outage("N2", "A", "2022-01-09T12:00"))[
        2
    ]
    assert "→" not in labels(stated)
    assert labels(open_end).count("→") == 2
    assert "linearGradient" in open_end


@pytest.mark.parametrize("machine", ["America/New_York", "Pacific/Kiritimati"])
def test_the_chart_is_the_same_whatever_the_zone_of_the_machine(machine: str) -> None:
    """The same case must give the same dossier; and no bar may slip to the day before."""
    text = (
        "from tests.dossier.test_outages import drawn; from tests.dossier.landia import outage; "
        "print(drawn(outage('N1', 'A', '2022-01-05T00:00', '2022-01-07T00:00'))[2])"
    )
    elsewhere = subprocess.run(  # noqa: S603  # our own interpreter and text
        [sys.executable, "-c", text],
        env={**os.environ, "TZ": machine, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
        text=True,
    )
    here = drawn(outage("N1", "A", "2022-01-05T00:00", "2022-01-07T00:00"))[2]
    assert elsewhere.stdout.strip() == here.strip()
    assert {"2022-01-05", "2022-01-06"} <= set(labels(here))


def test_a_crowded_chart_keeps_the_measurers_with_most_windows_and_says_what_it_leaves_out() -> (
    None
):
    many = [
        outage(f"N{n}", f"Probe {n}", f"2022-01-{n % 28 + 1:02}T12:00", network="all")
        for n in range(MOST_ROWS + 20)
    ]
    busy = [
        outage(f"B{n}", "Busy", f"2022-01-{n:02}T02:00", f"2022-01-{n:02}T03:00")
        for n in range(1, 9)
    ]
    shown, left_out, picture = drawn(*many, *busy)
    assert shown + left_out == len(many) + len(busy)
    assert shown == MOST_ROWS - 1 + len(busy)
    assert "Busy" in labels(picture)


def test_windows_that_say_the_same_are_drawn_once_and_counted_each() -> None:
    same = [outage(f"N{n}", "Probe", "2022-01-05T12:00", "2022-01-06T00:00") for n in range(50)]
    shown, left_out, picture = drawn(*same)
    assert (shown, left_out) == (50, 0)
    assert labels(picture).count("Probe") == 1


def test_claims_without_a_source_are_in_the_table_and_not_in_the_chart(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        outage("N1", "Probe", "2022-01-05T12:00", "2022-01-06T00:00"),
        outage(
            "N2", "Hearsay", "2022-01-05T12:00", "2022-01-06T00:00", evidence="general_knowledge"
        ),
    )
    write_outages(made)
    text = section(page(made, "outages.html"), "Sayaqkent")
    assert "2 windows · one measurer · one has no source" in plain(text)
    assert [("no source: in no count" in row) for row in rows(text)] == [False, True]
    picture = next(tmp_path.glob("outages-*.svg")).read_text(encoding="utf-8")
    assert "Probe" in labels(picture)
    assert "Hearsay" not in labels(picture)


def test_times_stand_in_the_zone_of_the_place_and_in_utc_with_their_sharpness(
    tmp_path: Path,
) -> None:
    made = site(
        tmp_path,
        outage("N1", "A", "2022-01-05T16:30", "2022-01-06T02:00"),
        outage("N2", "B", "2022-01-05T00:00", "2022-01-07T00:00", precision="day"),
        outage("N3", "C", "2022-01-06T16:30"),
    )
    write_outages(made)
    by_day, sharp, endless = rows(section(page(made, "outages.html"), "Sayaqkent"))
    assert "2022-01-05 16:30 (UTC+6) 2022-01-05 10:30 UTC · sharp to: minute" in sharp
    assert "2022-01-06 02:00 (UTC+6) 2022-01-05 20:00 UTC" in sharp
    assert "2022-01-05 2022-01-04 18:00 UTC · sharp to: day" in by_day
    assert "2022-01-06 2022-01-06 18:00 UTC · sharp to: day" in by_day
    assert "no end stated" in endless
    assert "not counted, because no end is stated" in endless


def test_an_edge_is_told_in_the_zone_of_its_place() -> None:
    claim = outage("N1", "A", "2022-01-05T16:30")
    assert claim.when
    west = replace(claim, when=replace(claim.when, zone="Asia/Aqtau"))
    made = site(Path(), west)
    assert edge_text(made, windows([west])[0], end=False) == "2022-01-05 15:30 (UTC+5)"
    assert edge_text(made, windows([west])[0], end=True) == ""


def test_each_window_says_how_much_was_told_inside_it(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        outage("N1", "A", "2022-01-05T00:00", "2022-01-06T00:00"),
        happened("E1", "Crowd", "2022-01-05T12:00", precision="minute", published="2022-01-09"),
        happened("E2", "Later", "2022-01-06T12:00", precision="minute", published="2022-01-09"),
        said("C1", "V", 3, "2022-01-05"),
    )
    write_outages(made)
    (row,) = rows(section(page(made, "outages.html"), "Sayaqkent"))
    assert "one report of an event one claim said or published" in row


def test_the_level_is_shown_as_a_share_of_normal(tmp_path: Path) -> None:
    claim = outage("N1", "A", "2022-01-05T00:00")
    assert isinstance(claim.detail, OutageDetail)
    made = site(tmp_path, replace(claim, detail=replace(claim.detail, level=Decimal("0.05"))))
    write_outages(made)
    assert "5% of normal" in page(made, "outages.html")


def test_announcements_and_estimates_of_cost_stand_apart_and_in_no_chart(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        outage("N1", "Probe", "2022-01-05T12:00"),
        outage("N2", "Minister", "2022-01-06T12:00", state="announcement"),
        outage("N3", "Economist", "2022-01-05T12:00", "2022-01-09T12:00", state="cost-estimate"),
    )
    write_outages(made)
    text = page(made, "outages.html")
    assert [
        len(rows(section(text, name))) for name in ("Sayaqkent", "Announcements", "Estimates")
    ] == [1, 1, 1]
    picture = next(tmp_path.glob("outages-*.svg")).read_text(encoding="utf-8")
    assert "Minister" not in labels(picture)
    assert "Economist" not in labels(picture)


def test_a_window_over_two_regions_stands_under_each(tmp_path: Path) -> None:
    made = site(tmp_path, outage("N1", "A", "2022-01-05T12:00", places=("sayaqkent", "square")))
    write_outages(made)
    text = page(made, "outages.html")
    assert "N1" in section(text, "Sayaqkent")
    assert "N1" in section(text, "Bread Square")


def test_long_lists_go_on_in_further_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "WINDOWS_A_PART", 3)
    claims = [outage(f"N{n}", f"P{n}", f"2022-01-{n:02}T12:00") for n in range(1, 9)]
    made = site(tmp_path, *claims)
    write_outages(made)
    assert made.pages == ["outages.html", "outages-2.html", "outages-3.html"]
    listed = [row for name in made.pages for row in rows(section(page(made, name), "Sayaqkent"))]
    assert [row.split(" N")[1].split()[0] for row in listed] == [str(n) for n in range(1, 9)]
    assert "(continued)" in page(made, "outages-2.html")
    assert "Day by day" not in page(made, "outages-2.html")


def test_the_day_table_names_who_reports_an_outage(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        outage("N1", "Probe A", "2022-01-05T12:00", "2022-01-07T00:00"),
        outage("N2", "Probe B", "2022-01-06T12:00", places=("square",)),
    )
    write_outages(made)
    text = plain(section(page(made, "outages.html"), "Day by day"))
    assert "2022-01-05 0 0 1: Probe A" in text
    assert "2022-01-06 0 0 2: Probe A, Probe B" in text
    assert "2022-01-07 0 0 0" in text


def test_one_window_years_before_does_not_press_the_others_together(tmp_path: Path) -> None:
    made = site(
        tmp_path,
        outage("N0", "Old", "2011-12-16T12:00", "2011-12-20T12:00"),
        outage("N1", "New", "2022-01-05T12:00", "2022-01-06T12:00"),
    )
    write_outages(made)
    words = labels(next(tmp_path.glob("outages-*.svg")).read_text(encoding="utf-8"))
    assert "New" in words
    assert not [word for word in words if word.startswith("2011")]
    assert "One window begins outside the time that the charts show" in plain(
        page(made, "outages.html")
    )


def test_an_edition_without_outages_says_that_this_is_no_sign_of_peace(tmp_path: Path) -> None:
    made = site(tmp_path, said("C1", "V", 3, "2022-01-05"))
    write_outages(made)
    assert "That does not mean that networks were up." in page(made, "outages.html")


def test_the_axis_begins_before_the_first_start_and_ends_after_the_last_end() -> None:
    axis = shared_axis(windows([outage("N1", "A", "2022-01-05T12:00", "2022-01-09T12:00")]))
    assert axis
    assert axis.start < datetime(2022, 1, 5, 6, tzinfo=UTC)
    assert axis.end > datetime(2022, 1, 9, 6, tzinfo=UTC)
    assert shared_axis(()) is None


def test_every_outage_of_the_example_is_on_the_page(january: Published) -> None:
    text = (january.out / "outages.html").read_text(encoding="utf-8")
    found = {f"N{n:03}" for n in range(1, 46) if f'data-claim="N{n:03}"' in text}
    assert found == {f"N{n:03}" for n in range(1, 46)}
    assert "Announcements" in text
    assert edition().windows == ()
