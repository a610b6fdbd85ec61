from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from qantar.dossier.pages.search import PART_BYTES, recorded_names, scripts, write_search
from qantar.dossier.site import Site
from qantar.model.speaker import Speaker

from .editions import Desk, at, day, page, written


def head(site: Site) -> dict[str, Any]:
    found: dict[str, Any] = assigned(site, "search", "qantarSearch")
    return found


def assigned(site: Site, name: str, variable: str) -> Any:
    """What the classic script assigns to its one global."""
    text = (site.out / f"data/{name}.js").read_text(encoding="utf-8")
    assert text.startswith(f"window.{variable} = ")
    assert text.endswith(";\n")
    return json.loads(text.removeprefix(f"window.{variable} = ").removesuffix(";\n"))


def rows(site: Site) -> list[list[Any]]:
    parts = range(1, head(site)["parts"] + 1)
    return [row for n in parts for row in assigned(site, f"search-{n}", f"qantarSearch{n}")]


def test_claims_events_places_and_voices_can_be_found(tmp_path: Path) -> None:
    desk = Desk()
    desk.framing("R1", "bandits", "strangers", "The akim", where=at("Tuzkol"))
    desk.event("E1", "Bread thrown", when=day("2030-01-05"), actors="bakers", evidence=None)
    site = written(desk.edition(), tmp_path, write_search)
    kinds = [name for name, _ in head(site)["kinds"]]
    found = {(kinds[row[0]], row[2]): row for row in rows(site) if row[0] >= 0}
    framing = found["framing", "calls strangers bandits"]
    assert framing[3] == "R1 · The akim · 2030-01-05 · Tuzkol"
    assert framing[4] == "bandits strangers"
    assert framing[5] == "passages/table-csv-a1-1.html#R1"
    assert head(site)["evidence"][framing[1]] == "Read on the page"
    event = found["event", "Bread thrown"]
    assert (event[4], head(site)["evidence"][event[1]]) == (
        "bakers",
        "How the source was seen is not recorded",
    )
    assert ("event-page", "Clash, 2030-01-05: Bread thrown") in found
    assert found["voice-page", "The akim"][5] == "sources/the-akim.html"
    assert "Novy Sayak" in found["place-page", "Sayaqkent"][3]


def test_names_come_with_all_their_forms_and_lone_surnames_too() -> None:
    speakers = (
        Speaker(id="P1", name="Asan Uydirbayev", forms=("Асан Уйдирбаев", "Assan Uidirbaev")),
        Speaker(id="P2", name="Bota Oylan", forms=("Бота Ойлан",)),
        Speaker(id="P3", name="Dana Oylan", forms=()),
    )
    names = list(recorded_names(Desk().edition(speakers=speakers)))
    # Саяққент is Саяккент on a Russian keyboard: one folded form is enough.
    assert ("Sayaqkent", "Саяккент", "Sajakkent", "Novy Sayak") in names
    assert ("Asan Uydirbayev", "Асан Уйдирбаев", "Assan Uidirbaev") in names
    assert {"Uydirbayev", "Уйдирбаев", "Uidirbaev"} in [set(forms) for forms in names]
    assert not [forms for forms in names if "Oylan" in forms]
    assert not [forms for forms in names if len(forms) < 2]


def test_parts_stay_small_and_lose_nothing() -> None:
    listed: list[list[object]] = [[0, -1, f"Нан {number}", "", "", "x"] for number in range(99)]
    parts = list(scripts(listed, 500))
    assert len(parts) > 5
    assert max(len(part.encode()) for part in parts) <= 500
    assert [row for part in parts for row in json.loads(part)] == listed
    assert PART_BYTES <= 2_000_000


def test_a_row_longer_than_a_part_has_one_of_its_own() -> None:
    listed: list[list[object]] = [[0, "a"], [0, "b" * 99], [0, "c"]]
    assert [json.loads(part) for part in scripts(listed, 50)] == [[row] for row in listed]


def test_nothing_to_find_is_one_empty_part() -> None:
    assert list(scripts([], 50)) == ["[]"]


def test_marks_that_turn_text_round_are_shown_and_scripts_stay_sound(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "a\u202egnp\u2028b</script>")
    site = written(desk.edition(), tmp_path, write_search)
    assert "a[U+202E]gnp\u2028b</script>" in {row[2] for row in rows(site)}
    raw = (site.out / "data/search-1.js").read_text(encoding="utf-8")
    assert "\u202e" not in raw
    assert "\u2028" not in raw


def test_without_scripts_the_page_leads_to_the_lists(tmp_path: Path) -> None:
    site = written(Desk().edition(), tmp_path, write_search)
    read = page(site, "search.html")
    assert "Search needs scripts" in read.text
    assert {"sources/index.html", "places/index.html", "events/index.html"} <= set(read.links)
    assert read.loads[-3:] == ["assets/vendor/minisearch.js", "data/search.js", "assets/search.js"]
    for name in read.loads[-3:]:
        assert (site.out / name).is_file()
