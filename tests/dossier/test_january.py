"""The shipped example, published: every row accounted for, every claim reachable, no link dead."""

from __future__ import annotations

import csv
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from qantar.dossier.links import anchor
from tests.published import EXAMPLE, NOW, Published, build_case, publish_case

from .crawler import WEB, Crawl, Page, read_page, target_of

ROWS = {
    "statements": 336,
    "events": 214,
    "outages": 45,
    "demands": 50,
    "framings": 98,
    "places": 159,
    "speakers": 85,
}
TABLES = ("claims", "events", "connectivity", "demands", "narratives")
KILLED = "figures/killed-all-kazakhstan-january-2022.html"


def ids_in_the_data() -> list[tuple[str, dict[str, str]]]:
    found = []
    for table in TABLES:
        with (EXAMPLE / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
            found += [(row["id"], row) for row in csv.DictReader(stream)]
    return found


def rows_of(page: Page | Path) -> list[str]:
    """The rows of the table of values on a figure's page, as text."""
    raw = page.read_text(encoding="utf-8") if isinstance(page, Path) else ""
    body = re.search(r'<table class="points">.*?<tbody>(.*?)</tbody>', raw, re.DOTALL)
    assert body
    rows = re.findall(r'<tr class="fate-.*?</tr>', body[1], re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


def test_every_row_of_the_data_is_accounted_for(january: Published) -> None:
    counted = {name: (n.rows_in, n.read, n.unreadable) for name, n in january.built.rows.items()}
    assert counted == {name: (n, n, 0) for name, n in ROWS.items()}


def test_two_clean_builds_at_other_times_give_the_same_digest(
    january: Published, tmp_path: Path
) -> None:
    later = NOW.replace(year=2031, minute=1)
    _, built = build_case(tmp_path / "again", EXAMPLE / "sheet.toml", later)
    assert built.record_digest == january.built.record_digest


def test_no_link_is_dead_and_every_page_is_reached(january_pages: Crawl) -> None:
    assert january_pages.dead == []
    assert set(january_pages.pages) - january_pages.reached == set()


def test_no_page_asks_the_network_or_runs_what_it_carries(january_pages: Crawl) -> None:
    faults = {name: page.faults for name, page in january_pages.pages.items() if page.faults}
    outside = [
        (name, load)
        for name, page in january_pages.pages.items()
        for load in page.loads
        if load.startswith((*WEB, "//"))
    ]
    assert (faults, outside) == ({}, [])
    for page in january_pages.pages.values():
        assert page.policy.startswith("default-src 'none'")
        assert (page.language, page.headings) == ("en", 1)


def test_own_scripts_and_styles_fetch_nothing(january: Published) -> None:
    asking = re.compile(
        r"\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts)\b"
    )
    for path in (january.out / "assets").glob("*.js"):
        if path.name not in {"leaflet.js", "minisearch.js"}:
            assert not asking.search(path.read_text(encoding="utf-8")), path.name
    for path in january.out.rglob("*.css"):
        for target in re.findall(r"url\(([^)]*)\)", path.read_text(encoding="utf-8")):
            assert not target.strip("'\" ").startswith((*WEB, "//")), path.name


def test_every_claim_of_the_data_is_reachable_and_leads_to_its_row(january_pages: Crawl) -> None:
    homes: dict[str, str] = {}
    for name in january_pages.reached:
        if name.startswith("passages/"):
            for claim in january_pages.pages[name].claims:
                homes[claim] = name
    found = ids_in_the_data()
    assert len(found) == sum(
        ROWS[name] for name in ("statements", "events", "outages", "demands", "framings")
    )
    assert [name for name, _ in found if name not in homes] == []
    for name, row in found[::25]:
        page = january_pages.pages[homes[name]]
        assert name in page.anchors
        for cell in filter(None, row.values()):
            assert " ".join(cell.split()) in page.text, (name, cell)


def test_every_shown_claim_links_to_its_own_passage(january_pages: Crawl) -> None:
    for name, page in january_pages.pages.items():
        if name.startswith("passages/"):
            continue
        passages = {target_of(name, link) for link in page.links if "passages/" in link}
        anchors = {name for _, name in passages}
        missing = [claim for claim in page.claims if anchor(claim) not in anchors]
        assert missing == [], name


@pytest.mark.parametrize(
    ("day", "value", "speaker"),
    [
        ("2022-01-09", "164", "Health Ministry"),
        ("2022-01-15", "225", "Serik Shalabayev"),
        ("2022-01-21", "227", "openDemocracy"),
        ("2022-03-14", "230", "Berik Asylov"),
        ("2022-05-05", "232", "Prosecutor General's Office"),
        ("2022-12-22", "238", "Prosecutor General's Office"),
        ("2022-07-29", "241", "Joint civil society statement"),
        ("2023-01-19", "at least 200", "Associated Press"),
        ("2022-01-15", "50", "Top Channel"),
        ("2022-01", "thousands", "Interviewed activist"),
    ],
)
def test_the_killed_page_shows_each_value_with_speaker_and_day(
    january: Published, day: str, value: str, speaker: str
) -> None:
    rows = rows_of(january.out / KILLED)
    assert [row for row in rows if row.startswith(f"{day} {value}") and speaker in row]


def test_the_164_is_one_voice_taken_back_and_carried_on(january: Published) -> None:
    (row,) = [row for row in rows_of(january.out / KILLED) if " 164 people" in row]
    for said in ("taken back", "C029", "C030", "C031", "denies", "withdraws", "2022-01-10"):
        assert said in row
    assert "carried on by 2 more, counted as one" in row
    assert "OHCHR / UNOG" in row
    assert "2022-01-11" in row


def test_the_227_is_relayed_only_and_the_238_is_one_voice(january: Published) -> None:
    rows = rows_of(january.out / KILLED)
    relayed = [row for row in rows if " 227 people" in row]
    assert len(relayed) == 2
    assert all("relayed, origin not traced" in row for row in relayed)
    offices = [row for row in rows if "Prosecutor General" in row.split(" people ")[1]]
    said = [re.search(r"(\d+) people", row)[1] for row in offices]  # type: ignore[index]
    assert [value for value in said if value != "241"] == ["225", "230", "232", "238", "238", "238"]
    assert sum("this voice's latest value" in row for row in offices) == 1
    text = read_page(january.out / KILLED).text
    assert "22 claims, 5 independent voices, 4 with a value that stands" in text


@pytest.mark.parametrize(
    ("page", "values"),
    [
        ("killed-all-almaty-january-2022", ["103", "149", "139", "151"]),
        (
            "detained-all-kazakhstan-january-2022",
            [
                "hundreds",
                "at least 3,000",
                "3,811",
                "at most 4,000",
                "4,400",
                "5,135",
                "5,800",
                "7,939",
                "7,989",
                "8,000",
                "9,900",
                "at least 10,000",
                "12,000",
                "16,000",
                "10,000",
            ],
        ),
        ("detained-as-suspects-all-kazakhstan-january-2022", ["2,000", "766", "1,237"]),
    ],
)
def test_other_figures_show_their_values(january: Published, page: str, values: list[str]) -> None:
    rows = rows_of(january.out / f"figures/{page}.html")
    for value in values:
        assert [row for row in rows if re.search(rf"(?:^| ){re.escape(value)}\b", row)], value


def test_the_1237_is_not_on_the_page_of_all_detained(january: Published) -> None:
    page = january.out / "figures/detained-all-kazakhstan-january-2022.html"
    assert not [row for row in rows_of(page) if "1,237" in row]


def test_the_20000_shows_who_asserted_and_who_doubted(january: Published) -> None:
    rows = rows_of(january.out / "figures/attackers-almaty-january-2022.html")
    asserted = " ".join(row for row in rows if "Tokayev" in row)
    for name, stance in (("C131", "doubts"), ("C133", "doubts"), ("C312", "doubts")):
        assert re.search(rf"{stance}\W+{name}", asserted)


def test_as_of_the_tenth_shows_164_and_knows_nothing_of_225(
    january: Published, tmp_path: Path
) -> None:
    out = tmp_path / "as-of"
    publish_case(january.case, out, as_of=date(2022, 1, 10))
    (row,) = rows_of(out / KILLED)
    assert " 164 people" in row
    assert "taken back" in row
    assert "C032" not in row
    # D027 was voiced in public only in 2023; its answer is of January.
    answer = (out / "passages").glob("demands*")
    assert all("Old man, leave" not in page.read_text(encoding="utf-8") for page in answer)
    everything = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    later_words = ("225 bodies delivered", "238 dead", "C034", "Jan 2023", "left posts later")
    for later in later_words:
        assert [p.name for p, raw in everything.items() if later.encode() in raw] == [], later


def test_the_same_case_published_twice_is_the_same_to_the_byte(
    january: Published, tmp_path: Path
) -> None:
    publish_case(january.case, tmp_path / "again")
    first = {
        p.relative_to(january.out): p.read_bytes() for p in january.out.rglob("*") if p.is_file()
    }
    again = tmp_path / "again"
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first == second
