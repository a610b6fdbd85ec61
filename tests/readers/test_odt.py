"""OpenDocument text: the same as DOCX, by its own rules for white space, changes and notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.finding import Locator
from qantar.model.segment import SegmentKind
from qantar.readers.story_composer import Span, uncrossed
from tests.readers.odt_samples import (
    NAMES,
    content,
    deleted,
    flat,
    inserted,
    p,
    package,
    region,
    tracked,
)
from tests.readers.reading import ReadDocument, read_bytes, read_one
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "odt"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestOdt(ReaderSuite):
    reader = "odt"


def read(data: bytes, name: str = "t.odt") -> ReadDocument:
    return read_one(data, name)


def body(inner: str, **more: str) -> ReadDocument:
    return read(package(content(inner, **more)))


def sample(name: str) -> ReadDocument:
    return read((SAMPLES / name).read_bytes())


def test_another_programs_document_is_read_in_order() -> None:
    found = sample("odfpy.odt")
    assert found.of_kind("heading") == ["Отчёт (вымышленный)"]
    assert found.of_kind("list-item") == ["first thing", "second thing"]
    assert found.of_kind("table-cell") == ["Имя", "Возраст", "Ерлан (вымышлен)", "34"]
    assert found.of_kind("footnote") == ["По часам вокзала."]
    assert found.of_kind("header") == ["Header of an invented report"]
    assert found.of_kind("footer") == ["Footer"]
    assert "Two   spaces\ttab\nbreak" in found.of_kind("paragraph")
    assert found.meta["odt.author"] == "A. Editor (invented)"
    assert found.meta["odt.created"] == "2022-01-09T12:00:00"


def test_tracked_changes_keep_what_was_deleted_and_who_did_it() -> None:
    found = body(
        tracked(region("a", "deletion", p("at nine ")), region("b", "insertion", author="B."))
        + p(f"It came {deleted('a')}{inserted('b', 'later')}.")
    )
    assert found.text == "It came at nine later.\n"
    _, gone, new = found.segments
    assert (gone.kind, found.text[gone.start : gone.end]) == ("deleted", "at nine ")
    assert gone.locator == Locator(paragraph=1, author="A. Editor", date="2022-01-10T09:30:00")
    assert (new.kind, new.locator.author) == ("inserted", "B.")
    assert found.text[new.start : new.end] == "later"


def test_deleted_paragraphs_lie_where_they_were() -> None:
    found = body(
        tracked(region("a", "deletion", p("One") + p("two")))
        + p("Before.")
        + deleted("a")
        + p("After.")
    )
    assert found.text == "Before.\nOne\ntwo\nAfter.\n"
    assert found.of_kind("deleted") == ["One\ntwo"]


def test_an_insertion_over_paragraphs_is_one_in_each() -> None:
    found = body(
        tracked(region("a", "insertion"))
        + p('One <text:change-start text:change-id="a"/>two.')
        + p('Three <text:change-end text:change-id="a"/>four.')
    )
    assert found.of_kind("inserted") == ["two.", "Three "]
    assert [s.locator.paragraph for s in found.segments if s.kind == "inserted"] == [1, 2]
    assert found.of_kind("paragraph") == ["One two.", "Three four."]


def test_insertions_that_cross_are_cut_where_they_cross() -> None:
    found = body(
        tracked(region("a", "insertion", author="A"), region("b", "insertion", author="B"))
        + p(
            '<text:change-start text:change-id="a"/>one '
            '<text:change-start text:change-id="b"/>two '
            '<text:change-end text:change-id="a"/>three<text:change-end text:change-id="b"/>'
        )
    )
    said = [
        (found.text[s.start : s.end], s.locator.author)
        for s in found.segments
        if s.kind == "inserted"
    ]
    assert said == [("one two ", "A"), ("two ", "B"), ("three", "B")]


spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12)


@given(spans)
def test_cut_spans_are_nested_or_apart_and_cover_the_same(
    given_spans: list[tuple[int, int]],
) -> None:
    made = [Span(SegmentKind.INSERTED, min(s), max(s), Locator()) for s in given_spans]
    whole = {at for one in made for at in range(one.start, one.end)}
    cut = uncrossed(made)
    for one in cut:
        for other in cut:
            crosses = one.start < other.start < one.end < other.end
            assert not crosses
    assert {at for one in cut for at in range(one.start, one.end)} == whole
    assert [(s.start, -s.end) for s in cut] == sorted((s.start, -s.end) for s in cut)


def test_a_change_of_look_is_none_of_text() -> None:
    found = body(tracked(region("a", "format-change")) + p(inserted("a", "Bold now.")))
    assert [s.kind for s in found.segments] == ["paragraph"]


def test_white_space_counts_once_but_where_it_is_written_out() -> None:
    found = body(p('  One\n  two <text:s text:c="3"/>three<text:span> four</text:span> '))
    assert found.text == "One two    three four \n"
    assert found.of_kind("paragraph") == ["One two    three four"]


def test_spaces_without_number_are_capped() -> None:
    found = body(p('a<text:s text:c="999999999"/>b'))
    assert 2 < len(found.text) <= 10_010


def test_notes_and_comments_follow_their_paragraph_and_their_labels_are_no_text() -> None:
    found = sample("changed.odt")
    assert found.of_kind("footnote") == ["By the clock of the station."]
    (comment,) = [s for s in found.segments if s.kind == "comment"]
    assert found.text[comment.start : comment.end] == "Who saw it?\nAsk again."
    assert comment.locator == Locator(
        paragraph=2, comment="c1", author="A. Editor", date="2022-01-10T09:30:00"
    )
    assert "Seen from the old station." in found.of_kind("paragraph")


def test_a_text_box_follows_its_paragraph() -> None:
    found = sample("changed.odt")
    assert "With a box. After.\nIn the box.\n" in found.text
    assert "no text" not in found.text


def test_cells_that_are_joined_or_repeated_keep_their_columns() -> None:
    found = sample("changed.odt")
    placed = [
        (s.locator.table, s.locator.row, s.locator.column, found.text[s.start : s.end])
        for s in found.segments
        if s.kind == "table-cell"
    ]
    assert placed == [
        (1, 1, 1, "wide"),
        (1, 1, 3, "third"),
        (1, 2, 3, "34\ninner"),
        (2, 1, 1, "inner"),
    ]


def test_hidden_text_is_read_and_told() -> None:
    found = sample("changed.odt")
    assert "Not to be read." in found.text
    assert "A hidden section." in found.text
    assert "32 characters" in found.words("hidden-content")


def test_what_is_named_outside_is_told_and_not_fetched() -> None:
    found = sample("changed.odt")
    said = found.words("external-reference")
    assert '"https://example.org/x"' in said
    assert 'may fetch "http://example.org/pixel.png"' in said
    assert "macros" in found.words("active-content")
    assert '"run.js"' in found.words("active-content")
    assert "1 embedded object" in found.words("active-content")
    assert "earlier versions" in found.words("hidden-content")


def test_a_linked_section_is_told() -> None:
    found = body(
        '<text:section text:name="s"><text:section-source xlink:href="http://example.org/a.odt"/>'
        f"{p('Stored.')}</text:section>"
    )
    assert found.text == "Stored.\n"
    assert "http://example.org/a.odt" in found.words("external-reference")


def test_a_flat_document_is_read() -> None:
    found = read((SAMPLES / "flat.fodt").read_bytes(), "flat.fodt")
    assert found.text == "Flat, invented\nOne paragraph of two lines.\nHeader\n"
    assert found.meta["odt.title"] == "Flat"


@pytest.mark.parametrize("name", ["t.odt", "t.fodt"])
def test_entities_are_refused(name: str) -> None:
    """Attack case 7."""
    bomb = '<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    if name == "t.fodt":
        data = flat(p("&b;")).replace(b"?>\n", b"?>\n" + bomb.encode(), 1)
    else:
        data = package(content(p("&b;")).replace("?>\n", "?>\n" + bomb, 1))
    found = read(data, name)
    assert not found.text
    assert "document type" in found.words("damaged")


def test_a_locked_document_is_encrypted() -> None:
    manifest = (
        '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>'
    )
    found = read(package("\0\1 not readable", {"META-INF/manifest.xml": manifest}))
    assert found.codes() == {"encrypted"}


def test_an_encoding_that_nobody_knows_is_damage() -> None:
    found = read(flat(p("Text.")).replace(b"UTF-8", b"UTFm8"), "t.fodt")
    assert found.codes() == {"damaged", "empty"}


def test_broken_xml_gives_what_came_before() -> None:
    whole = content(p("First.") + p("Cut off"))
    found = read(package(whole[: whole.index("Cut off") + 4]))
    assert found.of_kind("paragraph") == ["First.", "Cut"]
    assert "damaged" in found.codes()


def test_elements_without_end_are_cut_and_told() -> None:
    deep = f"{p('First.')}" + "<text:list><text:list-item>" * 2000
    found = read(package(f"<office:document-content {NAMES}><office:body><office:text>{deep}"))
    assert found.text == "First.\n"
    assert "too-deep" in found.codes()


def test_a_cut_package_is_damaged_and_an_empty_one_empty() -> None:
    data = package(content(p("Text.")))
    assert read(data[: len(data) // 2]).codes() == {"damaged"}
    assert "empty" in body("").codes()


def test_a_spreadsheet_is_a_table() -> None:
    data = package(content("")).replace(b"opendocument.text", b"opendocument.spreadsheet"[:17])
    found = read_bytes(data, "t.ods")
    assert found[0].begin.reader != "odt"
