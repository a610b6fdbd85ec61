from __future__ import annotations

from pathlib import Path

from qantar.dossier.pages.sources import write_sources
from qantar.model.speaker import Speaker

from .editions import Desk, day, page, written


def test_a_voice_has_all_that_it_said_in_order_and_by_kind(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C3", "assertion", "third", said_by="The akim", published=day("2030-01-09"))
    desk.claim("C1", "assertion", "first", said_by="The akim", published=day("2030-01-02"))
    desk.figure("C2", 4, "killed", said_by="The akim", published=day("2030-01-03"))
    desk.claim("C4", "assertion", "of another", said_by="A baker")
    read = page(written(desk.edition(), tmp_path, write_sources), "sources/the-akim.html")
    assert read.claims == {"C1", "C2", "C3"}
    everything = read.text.split("What it said to the same question, in order")[1]
    assert everything.index("4 killed") < everything.index("first") < everything.index("third")


def test_what_is_relayed_and_what_has_no_source_is_counted_apart(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "own", said_by="The akim", basis="official")
    desk.claim("C2", "assertion", "heard", said_by="The akim", basis="told")
    desk.claim("C3", "assertion", "again", said_by="The akim", repeats="C1")
    desk.claim("C4", "assertion", "unfounded", said_by="The akim", evidence="not_found")
    text = page(written(desk.edition(), tmp_path, write_sources), "sources/the-akim.html").text
    assert "3 claims: 1 said by itself, 2 relayed or carried on." in text
    assert "One more has no source" in text
    assert "unfounded" in text


def test_the_succession_of_values_says_what_became_of_each(tmp_path: Path) -> None:
    desk = Desk()
    for number, value in enumerate((164, 225, 238), start=1):
        said = day(f"2030-01-0{number}")
        desk.figure(f"C{number}", value, "killed-all", said_by="The akim", published=said)
    desk.claim(
        "C4", "assertion", "took it back", said_by="The akim", stance="withdraws", targets=("C1",),
        detail=desk.claims[0].detail,
    )  # fmt: skip
    raw = written(desk.edition(), tmp_path, write_sources).out / "sources/the-akim.html"
    html = raw.read_text(encoding="utf-8")
    assert "<s>164</s>" in html
    succession = html.split('class="succession"')[1].split("</ol>")[0]
    assert succession.index("164") < succession.index("225") < succession.index("238")
    assert succession.count("superseded") == 1
    assert succession.count("this voice&#39;s latest value") == 1


def test_a_speaker_without_a_known_body_is_filed_and_is_no_voice(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "heard", said_by="Officials", voice=None)
    desk.claim("C2", "assertion", "nobody", said_by=None)
    site = written(desk.edition(), tmp_path, write_sources)
    assert (
        "No: the body behind this speaker is not known."
        in page(site, "sources/officials.html").text
    )
    index = page(site, "sources/index.html").text
    assert "counts as no voice" in index
    assert "For one more claim nobody knows who spoke" in index


def test_an_office_shows_who_spoke_for_it_and_its_spellings(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "a", said_by="A. Bek", role="Press secretary", voice="Akimat")
    desk.claim("C2", "assertion", "b", said_by="The akim", voice="Akimat")
    desk.claim("C3", "assertion", "c", said_by="Bota Oylan")
    speaker = Speaker(id="P1", name="Bota Oylan", role="Baker", forms=("Бота Ойлан",))
    site = written(desk.edition(speakers=(speaker,)), tmp_path, write_sources)
    assert "A. Bek (Press secretary) 1; The akim 1" in page(site, "sources/akimat.html").text
    assert "Бота Ойлан" in page(site, "sources/bota-oylan.html").text


def test_an_outlet_lists_what_was_read_there(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "read", said_by="The akim", outlet="Sayaq News")
    desk.claim("C2", "assertion", "elsewhere", said_by="The akim", outlet="TV Sayaq")
    site = written(desk.edition(), tmp_path, write_sources)
    read = page(site, "outlets/sayaq-news.html")
    assert read.claims == {"C1"}
    assert "../sources/the-akim.html" in read.links
    assert "does not make it the outlet's own" in read.text
    assert {"sayaq-news.html", "tv-sayaq.html"} <= {
        link.rsplit("/", 1)[-1] for link in page(site, "outlets/index.html").links
    }


def test_more_than_three_hundred_claims_go_on_in_parts(tmp_path: Path) -> None:
    desk = Desk()
    for number in range(301):
        desk.claim(f"C{number}", "assertion", f"said {number}", said_by="The akim")
    site = written(desk.edition(), tmp_path, write_sources)
    parts = [page(site, f"sources/the-akim{end}.html") for end in ("", "--2")]
    assert [len(part.claims) for part in parts] == [300, 1]
    assert "../sources/the-akim--2.html" in parts[0].links


def test_no_name_takes_the_place_of_the_index(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "I speak", said_by="Index", outlet="INDEX")
    site = written(desk.edition(), tmp_path, write_sources)
    assert page(site, "sources/index.html").text.startswith("Sources –")
    assert page(site, "outlets/index.html").text.startswith("Outlets –")
    assert page(site, "sources/index-2.html").claims == {"C1"}


def test_a_declared_source_stands_with_its_files(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "read", said_by="The akim")
    text = page(written(desk.edition(), tmp_path, write_sources), "sources/index.html").text
    assert "The collectors" in text.split("Where the files came from")[1]
    assert "table.csv – All that was said" in text
