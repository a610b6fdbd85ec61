"""What was written is read back equal, and the file tells nothing without its key."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.model.claim import Claim
from qantar.model.counted import CountedStrata, Headline
from qantar.model.text import fold
from qantar.record.contents import Contents
from qantar.record.counts import Counts, CountTold, read_counts, told_of
from qantar.record.database import opened
from qantar.record.facts import read_facts
from qantar.record.load import write_record
from qantar.record.persons import read_linkage
from qantar.record.read import read_contents, read_person_rows, record_digest
from qantar.record.statuses import read_statuses

from . import material
from .material import CANARY, EMPTY, KEY
from .test_codec import claims

# Texts are looked up, and rows of persons read one by one: neither comes back with the rest.
CONTENTS = replace(material.CONTENTS, texts=(), persons={}, statuses=(), linkage=None, counts=())


def written(folder: Path, contents: Contents) -> Path:
    path = folder / "record.db"
    path.unlink(missing_ok=True)
    write_record(path, KEY, contents, software="test", state="e" * 64)
    return path


@pytest.mark.parametrize("contents", [CONTENTS, EMPTY], ids=["everything", "nothing"])
def test_contents_come_back_equal_but_for_figures(contents: Contents, tmp_path: Path) -> None:
    assert read_contents(written(tmp_path, contents), KEY) == replace(contents, figures=())


def test_the_order_of_taking_in_is_kept(tmp_path: Path) -> None:
    turned = replace(
        CONTENTS,
        claims=CONTENTS.claims[::-1],
        places=CONTENTS.places[::-1],
        accessions=CONTENTS.accessions[::-1],
        findings=CONTENTS.findings[::-1],
        figures=(),
    )
    assert read_contents(written(tmp_path, turned), KEY) == turned


@settings(max_examples=25, deadline=None)
@given(st.lists(claims, max_size=4, unique_by=lambda claim: claim.id))
def test_generated_claims_survive_the_record_whole(made: list[Claim]) -> None:
    ids = {claim.id: f"{claim.id} alone" for claim in made}
    contents = replace(EMPTY, claims=tuple(made), accessions=CONTENTS.accessions, own_ids=ids)
    with TemporaryDirectory() as folder:
        assert read_contents(written(Path(folder), contents), KEY) == contents


def test_statuses_come_back_whole_under_their_rows(tmp_path: Path) -> None:
    path = written(tmp_path, replace(CONTENTS, statuses=material.STATUSES))
    rows = [("a1", 2), ("a1", 7), ("a1", 1)]
    later, earlier = material.STATUSES[2:], material.STATUSES[:2]
    assert tuple(read_statuses(path, KEY, rows)) == (*later, *earlier)


def test_statuses_enter_the_digest(tmp_path: Path) -> None:
    said = replace(CONTENTS, statuses=material.STATUSES)
    other = replace(material.STATUSES[0], words="отпущен")
    changed = replace(CONTENTS, statuses=(other, *material.STATUSES[1:]))
    assert record_digest(written(tmp_path, said), KEY) != record_digest(
        written(tmp_path, changed), KEY
    )


def test_rows_of_persons_come_back_whole_in_the_order_of_taking_in(tmp_path: Path) -> None:
    later = tuple(replace(person, list="police") for person in material.PERSONS)
    contents = replace(CONTENTS, persons={"a2": later, "a1": material.PERSONS})
    found = list(read_person_rows(written(tmp_path, contents), KEY))
    assert found == [
        *(("a1", person) for person in material.PERSONS),
        *(("a2", person) for person in later),
    ]
    assert list(read_person_rows(written(tmp_path, EMPTY), KEY)) == []


def test_who_is_who_comes_back_equal(tmp_path: Path) -> None:
    contents = replace(CONTENTS, linkage=material.LINKAGE)
    assert read_linkage(written(tmp_path, contents), KEY) == material.LINKAGE
    assert read_linkage(written(tmp_path, EMPTY), KEY) is None


def test_what_countings_came_to_comes_back_equal(tmp_path: Path) -> None:
    path = written(tmp_path, replace(CONTENTS, counts=material.COUNTS))
    assert read_counts(path, KEY) == material.COUNTS
    assert read_facts(path, KEY).counts == tuple(map(told_of, material.COUNTS))
    assert read_counts(written(tmp_path, EMPTY), KEY) == ()


def test_a_counting_is_told_by_its_interval_or_its_refusal() -> None:
    counted = material.COUNTED
    one = Counts(counting=material.COUNTING, found=counted)
    assert told_of(one) == CountTold("killed", 47, refused="few-lists")
    said = Headline(
        estimate=66.0,
        low=50.0,
        high=90.0,
        level=0.95,
        method="latent_class",
        rule="the one that converged",
        linkage_share=None,
        sentence="Between 50 and 90 persons.",
    )
    whole = CountedStrata(strata=(), total=replace(counted, headline=said, refused=None))
    assert told_of(replace(one, found=whole)) == CountTold("killed", 47, 66.0, 50.0, 90.0, 0.95)
    assert told_of(replace(one, found=None, problem="nobody")) == CountTold(
        "killed", problem="nobody"
    )


def test_what_countings_came_to_does_not_enter_the_digest(tmp_path: Path) -> None:
    one = record_digest(written(tmp_path, replace(CONTENTS, counts=material.COUNTS)), KEY)
    assert record_digest(written(tmp_path, CONTENTS), KEY) == one


def test_what_was_told_of_people_before_is_kept(tmp_path: Path) -> None:
    told = material.LINKAGE.told
    path = tmp_path / "record.db"
    contents = replace(CONTENTS, linkage=material.LINKAGE)
    write_record(path, KEY, contents, software="test", state="e" * 64, people_before=told)
    facts = read_facts(path, KEY)
    assert (facts.people, facts.people_before) == (told, told)
    facts = read_facts(written(tmp_path, EMPTY), KEY)
    assert (facts.people, facts.people_before) == (None, None)


def test_figures_are_stored_for_queries(tmp_path: Path) -> None:
    with opened(written(tmp_path, CONTENTS), KEY) as connection:
        stored = connection.execute("SELECT key, state, claims, voices FROM figures").fetchall()
        points = connection.execute("SELECT claim, fate FROM figure_points ORDER BY ord").fetchall()
    (figure,) = CONTENTS.figures
    assert stored == [(figure.key, figure.state.value, figure.claims, figure.voices)]
    assert points == [(p.utterance.shown.id, p.fate.value) for p in figure.points]


def test_the_record_says_which_entries_it_follows_from(tmp_path: Path) -> None:
    path = written(tmp_path, CONTENTS)
    with opened(path, KEY) as connection:
        meta = dict(connection.execute("SELECT name, value FROM meta"))
    assert meta == {
        "format": "11",
        "software": "test",
        "record_digest": record_digest(path, KEY),
        "state": "e" * 64,
        "libraries": "{}",
        "people": "null",
        "people_before": "null",
    }


def test_names_of_places_stand_folded_for_lookup(tmp_path: Path) -> None:
    with opened(written(tmp_path, CONTENTS), KEY) as connection:
        forms = connection.execute(
            "SELECT key, place FROM place_forms WHERE place = 'L1'"
        ).fetchall()
    assert (fold("Саяқкент"), "L1") in forms
    assert len(forms) == 5


def test_a_file_that_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    path = written(tmp_path, EMPTY)
    before = path.read_bytes()
    with pytest.raises(Exception, match="already exists"):
        write_record(path, KEY, CONTENTS, software="test", state="")
    assert path.read_bytes() == before


def test_the_file_is_no_plain_database_and_holds_no_text_of_the_material(tmp_path: Path) -> None:
    path = written(tmp_path, CONTENTS)
    stored = path.read_bytes()
    for telltale in (CANARY, "Саяқкент", "Winter", "CREATE TABLE", "SQLite format"):
        for encoding in ("utf-8", "utf-16-le"):
            assert telltale.encode(encoding) not in stored
    connection = sqlite3.connect(path)
    try:
        with pytest.raises(sqlite3.DatabaseError, match="not a database"):
            connection.execute("SELECT count(*) FROM sqlite_master")
    finally:
        connection.close()


def test_nothing_is_left_beside_the_record(tmp_path: Path) -> None:
    path = written(tmp_path, CONTENTS)
    assert list(tmp_path.iterdir()) == [path]
