"""DOCX: all that was written, changed and hidden, in its place; nothing fetched, nothing run."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from qantar.model.finding import Locator
from qantar.readers.office_package import MAX_XML_DEPTH
from qantar.readers.story import MAX_TABLE_DEPTH
from tests.readers.docx_samples import (
    NAMES,
    body,
    box,
    changed,
    field,
    p,
    package,
    part,
    r,
    relations,
    table,
)
from tests.readers.reading import ReadDocument, read_one
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "docx"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestDocx(ReaderSuite):
    reader = "docx"


def read(data: bytes, name: str = "t.docx") -> ReadDocument:
    return read_one(data, name)


def sample(name: str) -> ReadDocument:
    return read((SAMPLES / name).read_bytes())


def test_another_programs_document_is_read_in_order() -> None:
    found = sample("python-docx.docx")
    assert found.of_kind("heading") == ["Отчёт (вымышленный)"]
    assert found.of_kind("list-item") == ["first thing", "second thing", "A numbered one"]
    assert found.of_kind("comment") == ["Кто это видел?"]
    assert found.of_kind("header") == ["Header of an invented report"]
    assert found.of_kind("footer") == ["Footer"]
    assert found.of_kind("quote") == ["Said by somebody."]
    assert found.of_kind("caption") == ["A picture of nothing"]
    assert found.cells()[3:] == [
        (1, 2, 1, "Ерлан (вымышлен)"),
        (1, 2, 2, "34\ninner A\tinner B"),
        (2, 1, 1, "inner A"),
        (2, 1, 2, "inner B"),
        (1, 2, 3, "one\ntwo"),
        (3, 1, 1, "wide"),
        (3, 1, 3, "last"),
    ]
    assert found.meta["docx.author"] == "A. Editor (invented)"
    assert found.meta["docx.created"] == "2022-01-09T12:00:00Z"


def test_tracked_changes_keep_what_was_deleted_and_who_did_it() -> None:
    found = read(
        package(
            body(
                p(
                    inner=r("The column came ")
                    + changed("del", "at nine", date="2022-01-10T09:30:00Z")
                    + changed("ins", "after nine", author="B. Reader")
                    + r(".")
                )
            )
        )
    )
    assert found.text == "The column came at nineafter nine.\n"
    paragraph, deleted, inserted = found.segments
    assert (paragraph.kind, paragraph.start, paragraph.end) == ("paragraph", 0, 34)
    assert (deleted.kind, found.text[deleted.start : deleted.end]) == ("deleted", "at nine")
    assert deleted.locator == Locator(paragraph=1, author="A. Editor", date="2022-01-10T09:30:00Z")
    assert (inserted.kind, found.text[inserted.start : inserted.end]) == ("inserted", "after nine")
    assert inserted.locator.author == "B. Reader"


def test_changes_to_the_look_of_text_bring_nothing_old_back() -> None:
    look = (
        '<w:rPr><w:b/><w:rPrChange w:id="3" w:author="A"><w:rPr><w:vanish/></w:rPr></w:rPrChange>'
        "</w:rPr>"
    )
    marks = '<w:pPr><w:rPr><w:ins w:id="4" w:author="A"/></w:rPr></w:pPr>'
    found = read(package(body(f"<w:p>{marks}<w:r>{look}<w:t>Bold now.</w:t></w:r></w:p>")))
    assert [s.kind for s in found.segments] == ["paragraph"]
    assert "hidden-content" not in found.codes()


def test_a_paragraph_that_is_all_deleted_stays_with_its_place() -> None:
    found = read(package(body(p("One.") + p(inner=changed("del", " Two. ")) + p("Three."))))
    assert found.text == "One.\n Two. \nThree.\n"
    assert [(s.kind, s.locator.paragraph) for s in found.segments] == [
        ("paragraph", 1),
        ("paragraph", 2),
        ("deleted", 2),
        ("paragraph", 3),
    ]
    assert found.of_kind("deleted") == ["Two."]


def test_notes_and_comments_follow_the_paragraph_that_names_them() -> None:
    found = sample("changed.docx")
    note = next(s for s in found.segments if s.kind == "footnote")
    assert found.of_kind("footnote")[0] == "By the clock of the station."
    assert note.locator.paragraph == 2
    (comment,) = [s for s in found.segments if s.kind == "comment"]
    assert comment.locator == Locator(
        paragraph=3, comment="7", author="A. Editor", date="2022-01-10T09:30:00Z"
    )
    assert found.text[comment.start : comment.end] == "Who saw it?\nAsk again."
    assert "nothing in its text refers to them" in found.words("hidden-content")


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    found = read(package(body(p(inner=r("Before ") + box(p("In the box.")) + r("after.")))))
    assert found.text == "Before after.\nIn the box.\n"


def test_a_text_box_in_a_cell_follows_the_table() -> None:
    inner = table((p(inner=r("Cell.") + box(p("Box."))), p("Next.")), (p("Last."), p()))
    found = read(package(body(inner)))
    assert found.text == "Cell.\tNext.\nLast.\t\nBox.\n"


def test_hidden_text_is_read_and_told() -> None:
    styles = part(
        "styles",
        '<w:style w:type="character" w:styleId="X"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="Y"><w:basedOn w:val="X"/></w:style>'
        '<w:style w:type="character" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>',
    )
    document = body(
        p("Seen.")
        + p(inner=r("Plain ", '<w:vanish w:val="0"/>') + r("not to be read", "<w:vanish/>"))
        + p(inner=r("nor this", '<w:rStyle w:val="Y"/>') + r(" loop", '<w:rStyle w:val="Loop"/>'))
    )
    parts = {
        "word/styles.xml": styles,
        "word/_rels/document.xml.rels": relations(("rId1", "styles", "styles.xml")),
    }
    found = read(package(document, parts))
    assert found.text == "Seen.\nPlain not to be read\nnor this loop\n"
    assert "22 characters" in found.words("hidden-content")
    assert "paragraphs 2, 3" in found.words("hidden-content")


def test_the_results_of_fields_are_text_and_their_commands_are_not() -> None:
    nested = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        + field("MERGEFIELD x", "SECRET")
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("yes")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    found = read(package(body(p(inner=r("Page ") + field(" PAGE ", "3") + r(". ") + nested))))
    assert found.text == "Page 3. yes\n"
    assert "SECRET" in found.words("hidden-content")


@pytest.mark.parametrize("code", ["DDEAUTO c:\\\\x.exe", "INCLUDEPICTURE http://x/y.png", "dde a"])
def test_fields_that_reach_out_are_told(code: str) -> None:
    found = read(package(body(p(inner=field(code, "stored")))))
    assert found.text == "stored\n"
    assert "would fetch or start something" in found.words("active-content")


def test_what_is_fetched_when_the_document_is_opened_is_told_and_not_fetched() -> None:
    """Attack case 7: a remote template (no socket is there: see test_confined)."""
    said = sample("changed.docx").words("external-reference")
    assert '"http://example.org/evil.dotm" ("attachedTemplate")' in said
    assert '"http://example.org/pixel.png" ("image")' in said
    assert '"https://example.org/x"' in said
    assert '"https://example.org/y"' in said


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {x} "{f"&{y};" * 10}">' for x, y in zip("bcdefghij", "abcdefghi", strict=True)
    )
    + f"]><w:document {NAMES}><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<w:document {NAMES}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
)


@pytest.mark.parametrize("document", [BOMB, OUTSIDE], ids=["billion laughs", "external entity"])
def test_entities_are_refused(document: str) -> None:
    """Attack case 7."""
    found = read(package(document))
    assert not found.text
    assert "document type" in found.words("damaged")


def test_entities_in_a_lesser_part_cost_only_that_part() -> None:
    parts = {
        "word/comments.xml": BOMB.replace("document", "comments"),
        "word/_rels/document.xml.rels": relations(("rId1", "comments", "comments.xml")),
    }
    found = read(package(body(p("Text.")), parts))
    assert found.text == "Text.\n"
    assert "document type" in found.words("damaged")


def test_elements_without_end_are_cut_and_told() -> None:
    deep = "<w:sdt><w:sdtContent>" * MAX_XML_DEPTH
    found = read(package(f"<w:document {NAMES}><w:body>{p('First.')}{deep}"))
    assert found.text == "First.\n"
    assert "too-deep" in found.codes()


def test_tables_within_tables_without_end_are_text_of_a_cell() -> None:
    depth = MAX_TABLE_DEPTH + 10
    found = read(
        package(body("<w:tbl><w:tr><w:tc>" * depth + p("Deep.") + "</w:tc></w:tr></w:tbl>" * depth))
    )
    assert found.text.strip() == "Deep."
    assert len(found.of_kind("table-cell")) == MAX_TABLE_DEPTH
    assert "too-deep" in found.codes()


def test_boxes_within_boxes_without_end_are_read() -> None:
    depth = 150
    found = read(
        package(
            body(
                "<w:p><w:r><w:txbxContent>" * depth
                + p("Deep.")
                + "</w:txbxContent></w:r></w:p>" * depth
            )
        )
    )
    assert found.text.strip() == "Deep."


def test_a_part_that_unpacks_like_a_bomb_is_cut() -> None:
    """Attack case 4."""
    bomb = body(p("First.") + p("x" * 40_000_000))
    found = read(package(bomb))
    assert found.text.startswith("First.")
    assert len(found.text) < 20_000_000
    assert found.codes() >= {"ratio"}


def test_broken_xml_gives_what_came_before() -> None:
    whole = body(p("First.") + table((p("a"), p("b"))) + p("Cut off"))
    found = read(package(whole[: whole.index("Cut off") + 4]))
    assert found.of_kind("paragraph") == ["First.", "Cut"]
    assert found.cells() == [(1, 1, 1, "a"), (1, 1, 2, "b")]
    assert "broken XML" in found.words("damaged")


def test_a_cut_package_is_damaged() -> None:
    data = package(body(p("Text.")))
    assert read(data[: len(data) // 2]).codes() == {"damaged"}


def test_a_locked_part_is_encrypted() -> None:
    data = bytearray(package(body(p("Text."))))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + at] |= 1
    assert "encrypted" in read(bytes(data)).codes()


def test_a_part_that_is_there_twice_is_told() -> None:
    out = io.BytesIO(package(body(p("First."))))
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("word/document.xml", body(p("Second.")))
    found = read(out.getvalue())
    assert found.text == "First.\n"
    assert "same name twice" in found.words("hidden-content")


def test_names_that_lead_out_of_the_package_lead_nowhere() -> None:
    parts = {
        "word/_rels/document.xml.rels": relations(
            ("rId1", "footnotes", "../../../../etc/passwd"), ("rId2", "styles", "/etc/passwd")
        )
    }
    found = read(package(body(p("Text.")), parts))
    assert found.text == "Text.\n"
    assert "no part" in found.words("damaged")


def test_signs_stand_as_what_they_are() -> None:
    run = (
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t>"
        '<w:softHyphen/><w:sym w:font="Wingdings" w:char="F04A"/><w:sym w:char="D800"/></w:r>'
    )
    tabs = '<w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr>'
    found = read(package(body(f"<w:p>{tabs}{run}</w:p>")))
    assert found.text == "a\tb\nc\u2011d\u00ad\uf04a\n"


def test_a_row_that_was_deleted_is_deleted_in_each_cell() -> None:
    row = (
        '<w:tbl><w:tr><w:trPr><w:del w:id="1" w:author="A"/></w:trPr>'
        f"<w:tc>{p('a')}</w:tc><w:tc>{p('b')}</w:tc></w:tr><w:tr><w:tc>{p('c')}</w:tc></w:tr>"
        "</w:tbl>"
    )
    found = read(package(body(row)))
    assert found.of_kind("deleted") == ["a", "b"]


def test_a_strict_document_is_read() -> None:
    strict = body(p("Strictly.")).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert read(package(strict)).of_kind("paragraph") == ["Strictly."]


def test_the_main_part_may_have_another_name() -> None:
    data = package(
        "<unused/>",
        {
            "_rels/.rels": relations(("rId1", "officeDocument", "/word/document2.xml")),
            "word/document2.xml": body(p("Text.")),
        },
    )
    assert read(data).text == "Text.\n"


def test_an_empty_document_is_told() -> None:
    assert "empty" in read(package(body(""))).codes()


def test_another_ending_is_noted() -> None:
    assert "extension-mismatch" in read(package(body(p("Text."))), "t.pdf").codes()


def test_thousands_of_paragraphs_are_read_in_their_order() -> None:
    count = 30_000
    found = read(package(body("".join(p(f"Paragraph {at}.") for at in range(count)))))
    assert len(found.segments) == count
    assert found.segments[-1].locator.paragraph == count
    assert found.text.endswith(f"Paragraph {count - 1}.\n")
