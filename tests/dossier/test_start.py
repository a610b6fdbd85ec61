from __future__ import annotations

import re
from pathlib import Path

import pytest

from qantar.dossier.edition import Withheld
from qantar.dossier.pages.start import write_start
from qantar.dossier.site import static
from qantar.model.finding import Finding, Severity
from tests.published import Published

from .crawler import read_page
from .editions import HASH, Desk, at, clock, day, page, spaced, written

MEGABYTE = 1 << 20


def start(desk: Desk, out: Path, **more: object) -> str:
    return page(written(desk.edition(**more), out, write_start), "index.html").text


def section(text: str, begin: str, end: str) -> str:
    return text.rsplit(begin, maxsplit=1)[-1].split(end, maxsplit=1)[0]


def test_counts_leave_out_what_has_no_source(tmp_path: Path) -> None:
    desk = Desk()
    desk.figure("C1", 2, "killed", said_by="The akim", outlet="Sayaq News", where=at("Tuzkol"))
    desk.figure("C2", 3, "other", said_by="A ghost", outlet="Nowhere", evidence="not_found")
    desk.event("E1", "A queue", evidence="not_found", where=at("Sayaqkent"))
    text = start(desk, tmp_path)
    for counted in (
        "1 claim with a source",
        "0 events",
        "1 question answered with a number",
        "1 voice ",
        "1 outlet read",
        "1 place named",
        "2 more claims have no source.",
    ):
        assert counted in text, counted
    assert "A ghost" not in text


@pytest.mark.parametrize(
    ("card", "page_name", "said"),
    [
        (r"(\d+) events", "events/index.html", "{} events, by the day"),
        (r"(\d+) voices", "sources/index.html", "{} voices, each with"),
        (r"(\d+) outlets read", "outlets/index.html", "{} outlets in which"),
        (r"(\d+) places named", "places/index.html", "{} of them are named"),
        (r"(\d+) demands", "demands.html", "{} demands, those voiced"),
        (r"(\d+) ways of blaming", "framings.html", "{} ways of saying"),
    ],
)
def test_the_lists_give_the_same_counts(
    january: Published, card: str, page_name: str, said: str
) -> None:
    counted = re.search(card, read_page(january.out / "index.html").text)
    assert counted
    assert said.format(counted[1]) in read_page(january.out / page_name).text


def test_each_state_stands_in_its_part(tmp_path: Path) -> None:
    desk = Desk()
    desk.figure("A1", 5, "agreed", said_by="The akim")
    desk.figure("A2", 5, "agreed", said_by="A baker")
    desk.figure("B1", 7, "contested", said_by="The akim")
    desk.figure("B2", 8, "contested", said_by="A baker")
    desk.figure("W1", 164, "withdrawn", said_by="The akim")
    desk.figure("W2", None, "withdrawn", said_by="The akim", stance="withdraws", targets=("W1",))
    desk.figure("V1", 3, "changing", said_by="The akim", published=day("2030-01-02"))
    desk.figure("V2", 4, "changing", said_by="The akim", published=day("2030-01-03"))
    desk.figure("S1", 9, "single", said_by="The akim")
    desk.figure("R1", 11, "relayed", said_by="A paper", basis="reported")
    desk.figure("N1", 12, "nobody", said_by=None)
    desk.figure("T1", None, "silent", said_by="The akim", statement="spoke of it")
    site = written(desk.edition(), tmp_path, write_start)
    text = page(site, "index.html").text
    known = section(text, "“Known” means", "What is contested")
    contested = section(text, "What is contested", "What is not known")
    unknown = section(text, "What is not known", "The files all this stands on")
    assert [name in known for name in ("agreed", "single", "contested")] == [True, True, False]
    for said in ("Contested", "7 The akim", "8 A baker", "Withdrawn", "164 taken back", "Changing"):
        assert said in contested, said
    for said in ("Relayed only", "Nobody knows who spoke", "No value stated"):
        assert said in unknown, said
    html = (site.out / "index.html").read_text(encoding="utf-8")
    assert "<s>164</s>" in html
    assert "passages/table-csv-a1-1.html#W1" in html


def test_events_whose_reports_differ_are_named(tmp_path: Path) -> None:
    desk = Desk()
    for number, time in enumerate(("16:00", "16:30"), start=1):
        desk.event(
            f"E{number}", "Bread thrown", when=clock(f"2030-01-05T{time}"), where=at("Sayaqkent")
        )
    text = start(desk, tmp_path)
    assert "Clash, Sayaqkent, 2030-01-05 16:00 (UTC+5) 2 reports; they differ in: time" in text


def test_days_with_outages_come_with_the_fewest_reports_first(tmp_path: Path) -> None:
    desk = Desk()
    desk.outage("N1", clock("2030-01-05T12:00", "2030-01-07T12:00"), "Sayaqkent")
    for number, when in enumerate(("2030-01-05", "2030-01-05", "2030-01-07"), start=1):
        desk.event(f"E{number}", f"Thing{number}", when=day(when), where=at("Sayaqkent"))
    site = written(desk.edition(), tmp_path, write_start)
    dark = section(spaced(site, "index.html"), "Claims said or published on it", "All outages")
    days = [word for word in dark.split() if word.startswith("2030")]
    assert days == ["2030-01-06", "2030-01-07", "2030-01-05"]
    assert "2030-01-06 1 0 0" in dark


def test_what_is_withheld_and_what_was_noticed_is_told(tmp_path: Path) -> None:
    desk = Desk()
    desk.demand("D1", "Cheaper bread", "cheaper-bread")
    text = start(
        desk,
        tmp_path,
        withheld=Withheld(accessions=2, originals=2, claims=31),
        findings=(Finding(code="empty", text="nothing", severity=Severity.NOTE),),
    )
    for said in (
        "What stands in 2 files that are withheld (31 claims).",
        "What one finding about the material may hide.",
        "Nothing here estimates the uncounted",
        "Cheaper bread on one occasion",
    ):
        assert said in text, said


def test_files_stand_with_their_fingerprint_and_the_day(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "said")
    text = spaced(written(desk.edition(), tmp_path, write_start), "index.html")
    assert f"table.csv All that was said 1 1 2030-01-31 {HASH}" in text


def test_an_empty_case_has_a_start_page(tmp_path: Path) -> None:
    text = start(Desk(), tmp_path)
    assert "No question is answered without contradiction." in text
    assert "No figure is contested." in text


def test_lists_are_cut_so_that_the_page_stays_light(tmp_path: Path) -> None:
    desk = Desk()
    long = "word " * 4000
    for number in range(400):
        for voice in range(3):
            said_by = f"Voice {voice} of {number}"
            desk.figure(f"C{number}-{voice}", number + voice, f"q-{number}", said_by=said_by)
        desk.figure(f"L{number}", long, f"text-{number}", said_by="The akim")
        desk.demand(f"D{number}", long, f"demand-{number}")
        desk.event(f"E{number}", long, when=day("2030-01-05"), where=at("Tuzkol"))
    site = written(desk.edition(), tmp_path, write_start)
    read = page(site, "index.html")
    loaded = [static(name.removeprefix("assets/")) for name in read.loads]
    weight = (site.out / "index.html").stat().st_size + sum(map(len, loaded))
    assert weight < MEGABYTE / 4
    assert "All figures, 400 of them in this state" in read.text
