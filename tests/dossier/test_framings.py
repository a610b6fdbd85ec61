from __future__ import annotations

from datetime import date
from pathlib import Path

from qantar.dossier.pages.framings import calendar, write_framings
from qantar.weighing.framings import by_speaker, framings

from .editions import Desk, day, page, written


def test_a_change_by_the_same_voice_stands_beside_what_it_changes(tmp_path: Path) -> None:
    desk = Desk()
    desk.framing("R1", "guests", "strangers", "The akim", made_at=day("2030-01-02"))
    desk.framing(
        "R2", "bandits", "strangers", "The akim", made_at=day("2030-01-03"), targets=("R1",)
    )
    desk.framing("R3", "heroes", "strangers", "A baker", made_at=day("2030-01-04"), targets=("R1",))
    text = page(written(desk.edition(), tmp_path, write_framings), "framings.html").text
    assert "One framing contradicts or replaces an earlier one of the same voice." in text
    changes = text.split("Changes: the same voice, another word")[1].split("By speaker and day")[0]
    assert changes.index("strangers: “guests”") < changes.index("strangers: “bandits”")
    assert "heroes" not in changes
    assert text.count("change by the same voice") == 1


def test_words_come_by_use_and_those_without_a_source_are_in_no_count(tmp_path: Path) -> None:
    desk = Desk()
    desk.framing("R1", "rare", "A", "One")
    for number in range(2):
        desk.framing(f"R2{number}", "common", "B", f"Voice {number}")
    desk.framing("R30", "common", "B", "Voice 9", evidence="general_knowledge")
    read = page(written(desk.edition(), tmp_path, write_framings), "framings.html")
    assert "Sources show 3 uses." in read.text
    assert "used 2 times, by 2 known voices" in read.text
    assert "No source: shown, and in no count." in read.text
    words = read.text.split("Words, those used most often first")[1]
    assert words.index("B: “common”") < words.index("A: “rare”")


def test_the_calendar_shows_the_busiest_two_weeks_and_who_spoke_on_several_days() -> None:
    desk = Desk()
    desk.framing("R0", "early", "X", "The akim", made_at=day("2029-01-01"))
    for number in (2, 3, 9):
        desk.framing(f"R{number}", "late", "X", "The akim", made_at=day(f"2030-01-0{number}"))
    desk.framing("R10", "once", "X", "A baker", made_at=day("2030-01-03"))
    desk.framing("R11", "month", "X", "The akim", made_at=day("2030-01"))
    found = calendar(by_speaker(framings(desk.claims)))
    assert found is not None
    assert (found.days[0], len(found.days)) == (date(2030, 1, 2), 14)
    (row,) = found.rows
    assert row.speaker.voice == "The akim"
    said = [[framed.claim.id for framed in cell] for cell in row.cells]
    assert said[:8] == [["R2"], ["R3"], [], [], [], [], [], ["R9"]]


def test_nobody_on_two_days_gives_no_calendar() -> None:
    desk = Desk()
    desk.framing("R1", "word", "X", "The akim", made_at=day("2030-01-02"))
    assert calendar(by_speaker(framings(desk.claims))) is None
