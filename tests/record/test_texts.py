"""Documents of text in the record: spans by offset, and passages found, the newest first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qantar.model.finding import Locator
from qantar.model.read_document import Begin, End, Quoted, Sound, Text
from qantar.model.segment import Segment, SegmentKind
from qantar.record import passage_search, schema, texts
from qantar.record.contents import TextRecord
from qantar.record.load import write_record
from qantar.record.passage_search import search_passages
from qantar.record.texts import in_order, passages_of

from .material import CONTENTS, EMPTY, FIRST, KEY, SAID, SECOND


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("texts") / "record.db"
    write_record(path, KEY, CONTENTS, software="test", state="1")
    return path


def test_segments_come_back_with_their_text_across_blocks(record: Path) -> None:
    found = passages_of(record, KEY, "a2")
    assert [one.text for one in found] == [SAID, FIRST, SECOND]
    assert {(one.document, one.member) for one in found} == {(2, "letter.txt")}
    assert [one.id for one in found] == ["a2/2/1", "a2/2/2", "a2/2/3"]


def test_what_is_found_is_the_smallest_passage_and_the_newest_first(record: Path) -> None:
    found = search_passages(record, KEY, "another", limit=10)
    assert [hit.passage.id for hit in found.hits] == ["a2/2/3"]
    assert (found.total, found.is_counted) == (1, True)
    # 09:00 in an unknown zone sorts as it stands, behind 10:00+06:00, which is 04:00 in UTC.
    both = search_passages(record, KEY, "one", limit=10)
    assert [hit.passage.id for hit in both.hits] == ["a2/2/3", "a2/2/2"]


@pytest.mark.parametrize(
    "query", ['"', "NEAR(", "*", "exact:", "one AND", "a OR b -c", "^one", "';--"]
)
def test_operators_are_words_and_nothing_else(record: Path, query: str) -> None:
    search_passages(record, KEY, query, limit=5)


def test_a_stranger_s_record_without_texts_finds_nothing(tmp_path: Path) -> None:
    write_record(tmp_path / "r.db", KEY, EMPTY, software="test", state="1")
    assert search_passages(tmp_path / "r.db", KEY, "one", limit=5).hits == ()


def chat(size: int) -> tuple[Sound, ...]:
    """So many messages, a minute apart, told backwards."""
    said, records, start = [], list[Sound](), 0
    records.append(Begin(id="1", reader="r", version=1, media_type="t"))
    for number in range(size):
        text = f"message {number} қаңтарының\n"
        said.append(text)
        at = f"2022-01-05T{23 - number // 60:02d}:{59 - number % 60:02d}:00+00:00"
        segment = Segment(
            kind=SegmentKind.MESSAGE,
            start=start,
            end=start + len(text) - 1,
            locator=Locator(message=str(number)),
            at=at,
        )
        records += [Text(text), Quoted(segment, text[:-1])]
        start += len(text)
    return (*records, End(chars=start))


def test_the_newest_by_their_time_come_first_and_all_are_counted(tmp_path: Path) -> None:
    read = chat(300)
    text = TextRecord(accession="a1", original="0" * 64, documents=(), records=lambda: iter(read))
    write_record(tmp_path / "r.db", KEY, replace(EMPTY, texts=(text,)), software="t", state="1")
    found = search_passages(tmp_path / "r.db", KEY, "кантар", limit=50)
    assert [hit.passage.segment.locator.message for hit in found.hits] == [
        str(n) for n in range(50)
    ]
    assert found.total == 300


@pytest.mark.parametrize("size", [0, 99, 100, 101, 250, 300])
@pytest.mark.parametrize("limit", [1, 100, 130, None])
def test_parts_of_the_index_are_searched_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, limit: int | None
) -> None:
    monkeypatch.setattr(texts, "_BATCH", 50)
    for module in (texts, passage_search):
        monkeypatch.setattr(module, "PASSAGES_A_PART", 100)
    read = chat(size)
    text = TextRecord(accession="a1", original="0" * 64, documents=(), records=lambda: iter(read))
    write_record(tmp_path / "r.db", KEY, replace(EMPTY, texts=(text,)), software="t", state="1")
    found = search_passages(tmp_path / "r.db", KEY, "кантар message", limit=limit)
    assert [hit.passage.segment.locator.message for hit in found.hits] == [
        str(n) for n in range(min(size, limit or size))
    ]
    assert found.total == size
    oldest = search_passages(tmp_path / "r.db", KEY, f"{size - 1}", limit=limit)
    assert size == 0 or oldest.hits[-1].passage.segment.locator.message == str(size - 1)


def test_a_part_holds_whole_batches() -> None:
    assert schema.PASSAGES_A_PART % texts._BATCH == 0


FORMS = {
    "қаңтар": ["қаңтарының", "Қаңтарда", "кантарында", "ҚАҢТАР", "қаңтардағы"],
    "тюрьма": ["тюрьмы", "тюрьме", "Тюрьмой", "тюрьмах"],
    "задержанный": ["задержанные", "задержанных", "ЗАДЕРЖАННОГО", "задержан"],
    "район": ["района", "ра\u0438\u0306он", "районе"],
    "ёлка": ["елки", "ёлкой", "Елка"],
    "detained": ["detaining", "detain"],
}


@pytest.mark.parametrize(("typed", "form"), [(typed, f) for typed in FORMS for f in FORMS[typed]])
def test_a_word_is_found_in_its_other_forms(tmp_path: Path, typed: str, form: str) -> None:
    said = f"So stand {form} in it."
    text = TextRecord(
        accession="a1",
        original="0" * 64,
        documents=(),
        records=lambda: iter(
            (
                Begin(id="1", reader="r", version=1, media_type="t"),
                Text(said),
                Quoted(
                    Segment(kind=SegmentKind.PARAGRAPH, start=0, end=len(said), locator=Locator()),
                    said,
                ),
                End(chars=len(said)),
            )
        ),
    )
    write_record(tmp_path / "r.db", KEY, replace(EMPTY, texts=(text,)), software="t", state="1")
    assert search_passages(tmp_path / "r.db", KEY, typed, limit=5).total == 1
    assert search_passages(tmp_path / "r.db", KEY, "мост", limit=5).total == 0


@pytest.mark.parametrize(
    ("at", "sorted_as"),
    [
        (None, None),
        ("2022-01-05T10:00:00", "2022-01-05T10:00:00"),
        ("2022-01-05T10:00:00Z", "2022-01-05T10:00:00"),
        ("2022-01-05T10:00:00+06:00", "2022-01-05T04:00:00"),
        ("2022-01-05T22:00:00-03:00", "2022-01-06T01:00:00"),
        ("2022-01-05", "2022-01-05"),
        ("no time+06:00", "no time+06:00"),
        ("0001-01-01T00:00:00+06:00", "0001-01-01T00:00:00+06:00"),
    ],
)
def test_times_sort_as_texts(at: str | None, sorted_as: str | None) -> None:
    assert in_order(at) == sorted_as
