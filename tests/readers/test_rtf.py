"""RTF: every letter in its encoding, what was changed and hidden; nothing opened, nothing run."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.finding import Locator
from qantar.readers.rtf_state import MAX_GROUPS
from qantar.readers.rtf_words import clock_date, packed_date
from tests.readers.reading import ReadDocument, read_bytes, read_one
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLE = Path(__file__).parent / "samples" / "rtf" / "by-hand.rtf"
FONTS = (
    rb"{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset0 B;}{\f2\fcharset2 Symbol;}{\f3\fcharset128 C;}"
    rb"{\f4\fnil D;}}"
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestRtf(ReaderSuite):
    reader = "rtf"


def read(data: bytes, name: str = "t.rtf") -> ReadDocument:
    return read_one(data, name)


def body(inner: bytes, *, head: bytes = rb"\ansi\ansicpg1251\uc1") -> ReadDocument:
    return read(rb"{\rtf1" + head + FONTS + rb"\pard " + inner + b"}")


def test_all_that_a_document_has_is_in_its_place() -> None:
    found = read(SAMPLE.read_bytes())
    assert found.of_kind("heading") == ["Показания"]
    assert found.of_kind("footnote") == ["По часам вокзала."]
    assert found.of_kind("list-item") == ["first thing", "second thing"]
    assert found.of_kind("header") == ["Header of an invented report"]
    assert found.of_kind("footer") == ["Page 1"]
    assert found.of_kind("deleted") == ["at nine"]
    assert found.of_kind("inserted") == ["after nine"]
    assert "Қала тұрғындары, 😀." in found.text
    assert found.meta["rtf.title"] == "Отчёт (вымышленный)"
    assert found.meta["rtf.created"] == "2022-01-09T12:00"
    assert found.meta["rtf.company"] == "Invented"


def test_changes_and_comments_have_who_and_when() -> None:
    found = read(SAMPLE.read_bytes())
    places = {str(s.kind): s.locator for s in found.segments}
    assert places["deleted"] == Locator(paragraph=3, author="A. Editor", date="2022-01-10T09:30")
    assert places["inserted"] == Locator(paragraph=3, author="B. Reader", date="2022-01-11T10:00")
    assert places["comment"] == Locator(
        paragraph=4, comment="1", author="A. Editor", date="2022-01-10T09:30"
    )
    assert found.of_kind("comment") == ["Who saw it?\nAsk again."]


def test_tables_have_their_cells_and_tables_within_them() -> None:
    assert read(SAMPLE.read_bytes()).cells() == [
        (1, 1, 1, "Name"),
        (1, 1, 2, "Age"),
        (1, 2, 1, "one\ntwo"),
        (1, 2, 2, "inner A\tinner B"),
        (2, 1, 1, "inner A"),
        (2, 1, 2, "inner B"),
    ]


def test_empty_cells_keep_the_columns_of_others() -> None:
    found = body(rb"\trowd\intbl\cell\cell third\cell\row\pard after\par")
    assert found.cells() == [(1, 1, 3, "third")]
    assert found.of_kind("paragraph") == ["after"]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (rb"\f0 \'d1\'e0\'ff", "Сая"),
        (rb"\f4 \'d1\'e0\'ff", "Сая"),  # the document's encoding, where the font says none
        (rb"\f1 \'e9", "é"),
        (rb"\f3 \'93\'fa\'96\'7b", "日本"),
        (rb"\f2 \'b7", "\uf0b7"),
        ("\\f0 Сая".encode("cp1251"), "Сая"),
        (rb"{\f1 \'e9}\f0\'e9", "éй"),
        (rb"\u1178?\u-10179?\u-8704?!", "Қ😀!"),
        (rb"\uc0\u1178\u1179 x", "Ққx"),
        (rb"\uc2\u1178\'8c\'8cx", "Қx"),
        (rb"{\uc0\u1178}\u1178?x", "ҚҚx"),
        (rb"\u1178{?}x", "Қ?x"),
        (rb"\u8226\bullet x", "•x"),
        (rb"\u1178\par x", "Қ\nx"),
        (rb"a\~b\_c", "a\xa0b\u2011c"),
    ],
)
def test_letters_are_read_in_their_encoding(inner: bytes, text: str) -> None:
    found = body(inner)
    assert found.text == f"{text}\n"
    assert "encoding-damage" not in found.codes()


def test_letters_that_are_none_are_told() -> None:
    found = body(rb"\f0 a\'98b \u-10179?c")
    assert found.text == "a\ufffdb c\n"
    assert "encoding-damage" in found.codes()
    lone = body(rb"\u-8704?")
    assert "\ufffd" in lone.text
    assert "encoding-damage" in lone.codes()


def test_a_font_that_contradicts_the_document_is_told() -> None:
    assert "encoding-guessed" in body(rb"\f1 \'e9\'f2").codes()
    assert "encoding-guessed" not in body(rb"\f1 plain").codes()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_any_text_that_is_written_out_comes_back(text: str) -> None:
    units = memoryview(text.encode("utf-16-le")).cast("H")
    spelt = "".join(f"\\u{u - 65536 if u > 32767 else u}?" for u in units)
    assert body(spelt.encode()).text == text + "\n"


def test_hidden_text_is_read_and_told() -> None:
    found = body(rb"Seen {\v not to be read} again \v and this\v0  not.")
    assert found.text == "Seen not to be read again and this not.\n"
    assert "22 characters" in found.words("hidden-content")


def test_what_is_no_text_is_left_out() -> None:
    found = body(
        rb"A{\*\unknown no}{\*\bkmkstart no}{\xe no}{\colortbl;\red0;}{\*\listtable{\list no}}"
        rb"{\pict 89504e47}{\pict\bin8 }}}{{{no}B{\object\objemb{\*\objdata 00}{\result C}}"
    )
    assert found.text == "ABC\n"
    assert "1 embedded object" in found.words("active-content")
    assert "2 pictures" in found.words("needs-ocr")


def test_fields_that_reach_out_and_templates_are_told() -> None:
    found = body(
        rb"{\*\template http://example.org/evil.dotm}"
        rb"{\field{\*\fldinst {DDEAUTO c:\\\\x.exe}}{\fldrslt stored}}"
        rb'{\field{\*\fldinst HYPERLINK "https://example.org/x"}{\fldrslt link}}'
    )
    assert found.text == "storedlink\n"
    assert "DDEAUTO" in found.words("active-content")
    assert "http://example.org/evil.dotm" in found.words("external-reference")
    assert "https://example.org/x" in found.words("external-reference")


def test_a_heading_may_be_said_by_a_style_or_by_the_paragraph() -> None:
    found = body(
        rb"{\stylesheet{\s0 Normal;}{\s3 heading 2;}{\s4\outlinelevel1 Mine;}{\s5\outlinelevel9 No;}}"
        rb"\pard\s3 One\par\pard\s4 Two\par\pard\outlinelevel0 Three\par\pard\s5 Four\par\pard Five"
    )
    assert found.of_kind("heading") == ["One", "Two", "Three"]
    assert found.of_kind("paragraph") == ["Four", "Five"]


def test_changes_do_not_reach_over_what_ends_them() -> None:
    found = body(rb"a {\deleted b\par c}\plain d {\revised e{\deleted f}g}")
    assert found.of_kind("deleted") == ["b", "c", "f"]
    assert found.of_kind("inserted") == ["e", "g"]


def test_a_cut_file_gives_what_is_there() -> None:
    data = SAMPLE.read_bytes()
    found = read(data[: data.index(b"after nine")])
    assert "truncated" in found.codes()
    assert "The column came at nine" in found.text


def test_what_follows_the_document_is_told() -> None:
    found = read(rb"{\rtf1 Text.}" + b"PK\x03\x04" + b"x" * 100)
    assert found.text == "Text.\n"
    assert "after the end of the document" in found.words("hidden-content")
    assert "hidden-content" not in read(b"{\\rtf1 Text.}\r\n\0").codes()


def test_groups_without_end_are_flat() -> None:
    found = read(rb"{\rtf1 " + b"{" * 200_000 + b"Deep." + b"}" * 200_000 + b" After.}")
    assert found.text == "Deep. After.\n"
    assert "too-deep" in found.codes()
    assert MAX_GROUPS < 200_000


def test_tables_without_end_are_capped() -> None:
    found = body(rb"\intbl\itap999999 x\nestcell\nestrow\cell\row")
    assert "x" in found.text
    assert len(found.cells()) <= 32


@pytest.mark.parametrize(
    "unit",
    [
        rb"{\footnote ",
        rb"{\shptxt ",
        rb"{\*\annotation ",
        rb"\nestcell ",
        rb"\row ",
        rb"\u-10179 ",
        rb"\'e9",
        rb"\deleted x\revised ",
        b"}",
        b"\\",
        rb"\bin99999999 ",
        rb"{\fonttbl\f1",
        rb"\intbl\itap3 a\pard b",
    ],
)
def test_what_is_said_again_and_again_ends_soon(unit: bytes) -> None:
    began = time.process_time()
    (found,) = read_bytes(rb"{\rtf1\ansi " + unit * 30_000, "t.rtf")
    assert found.end is not None
    assert time.process_time() - began < 20


def test_an_empty_document_and_another_ending_are_told() -> None:
    assert "empty" in read(rb"{\rtf1}").codes()
    assert "extension-mismatch" in read(rb"{\rtf1 x}", "t.doc").codes()


def test_dates_are_read_from_both_of_their_forms() -> None:
    assert packed_date(30 | 9 << 6 | 10 << 11 | 1 << 16 | 122 << 20) == "2022-01-10T09:30"
    assert packed_date(0) is None
    assert clock_date({"yr": 2022, "mo": 1, "dy": 9}) == "2022-01-09"
    assert clock_date({"yr": 2022, "mo": -1, "dy": 9}) is None
    assert clock_date({"yr": 0, "mo": 0, "dy": 0, "hr": 0, "min": 0}) is None


def test_of_a_fact_that_stands_there_twice_the_unicode_one_is_taken() -> None:
    info = rb"{\info{\upr{\title ???}{\*\ud{\title \u1061\'3f\u1072\'3f\u1090\'3f}}}{\author A (invented)}}"
    found = read(rb"{\rtf1\ansi" + info + rb"\pard Text.\par}")
    assert found.meta["rtf.title"] == "Хат"
    alone = read(rb"{\rtf1\ansi{\info{\upr{\title Plain}}}\pard Text.\par}")
    assert alone.meta["rtf.title"] == "Plain"
    assert found.meta["rtf.author"] == "A (invented)"
    assert found.text == "Text.\n"


def test_a_name_in_unicode_is_one_name() -> None:
    """LibreOffice writes each letter that is not ASCII by itself; once each was an author."""
    table = rb"{\*\revtbl {Unknown;}{\u1040\'3f. (invented);}{B;}}"
    found = read(
        rb"{\rtf1\ansi"
        + table
        + rb"\pard {\revised\revauth1\revdttm0 in}{\deleted\revauthdel2 out}\par}"
    )
    authors = {s.kind.value: s.locator.author for s in found.segments if s.locator.author}
    assert authors == {"inserted": "А. (invented)", "deleted": "B"}


def test_what_is_hidden_letter_by_letter_is_one_passage() -> None:
    found = read(rb"{\rtf1\ansi\pard Seen. {\v \u1046\'3f\u1072\'3f\u1089\'3f}\par}")
    assert found.of_kind("hidden") == ["Жас"]
