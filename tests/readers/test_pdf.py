"""PDF: text and its places, what cannot be seen, what is never run; whatever is damaged."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pypdf
import pytest
from msgspec import structs
from pypdf.actions import JavaScript

from qantar.model.finding import Severity
from qantar.readers import pdf
from qantar.readers.answer import Text
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from qantar.readers.pdf_said import iso_date
from qantar.readers.pdfium import PdfError
from qantar.readers.pdfium_page import MAX_RASTER_PIXELS, PageTooLargeError
from tests.readers.pdf_samples import assemble, document, stream, with_packed_objects, written
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SECRET = "invented"  # noqa: S105
ROOT = Path(__file__).parents[2]
SAMPLES = Path(__file__).parent / "samples" / "pdf"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestPdf(ReaderSuite):
    reader = "pdf"


def read(data: bytes) -> ReadDocument:
    (found,) = read_bytes(data, "t.pdf")
    return found


def sample(name: str) -> ReadDocument:
    return read((SAMPLES / name).read_bytes())


def words(found: ReadDocument, code: str) -> str:
    """What all findings of a code say."""
    return " ".join(one.text for one in found.findings if one.code == code)


def test_a_browsers_file_keeps_every_letter_and_line() -> None:
    found = sample("chromium.pdf")
    said = found.of_kind("paragraph")
    assert said[0] == "Показания жителя\nСаяккента"
    assert said[1].startswith("Вымышленный текст для проверки. Утром 5 января\n2022 года")
    assert "Қала тұрғындары сағат тоғызда алаңға жиналды;" in said[2]
    assert "😀 office, affliction" in said[2]
    assert "Second paragraph in the\ncolumns, which is long" in found.text
    assert {s.locator.page for s in found.segments} == {1, 2}


def test_a_word_that_a_hyphen_breaks_stands_as_it_is_printed() -> None:
    assert "the old sta-\ntion and saw the column" in sample("beside.pdf").text


def placed(data: bytes) -> ReadDocument:
    """Read it, and ask where every character stands."""
    (found,) = read_bytes(data, "t.pdf", boxes=True)
    return found


def test_every_code_point_of_a_paragraph_leads_to_its_box() -> None:
    found = placed((SAMPLES / "chromium.pdf").read_bytes())
    paragraphs = [one for one in found.segments if one.kind == "paragraph"]
    assert len({one.locator.page for one in paragraphs}) > 1
    for one in paragraphs:
        text = found.text[one.start : one.end]
        assert len(one.boxes) == len(text)
        drawn = [box for box, char in zip(one.boxes, text, strict=True) if not char.isspace()]
        left, top, right, bottom = one.locator.box or (0, 0, 0, 0)
        for box in drawn:
            assert box is not None
            assert left - 1 <= box[0] <= box[2] <= right + 1
            assert top - 1 <= box[1] <= box[3] <= bottom + 1


def test_boxes_are_given_to_who_asks_alone_and_change_nothing_else() -> None:
    data = (SAMPLES / "chromium.pdf").read_bytes()
    plain, asked = read(data), placed(data)
    assert not any(one.boxes for one in plain.segments)
    without = [structs.replace(one, boxes=()) for one in asked.segments]
    assert (asked.text, without) == (plain.text, plain.segments)


def test_boxes_count_from_the_upper_left_corner_in_points() -> None:
    found = placed(document(written("Hello", at=(100, 700), size=20)))
    (paragraph,) = [one for one in found.segments if one.kind == "paragraph"]
    first = paragraph.boxes[0]
    assert first is not None
    left, top, right, bottom = first
    # A capital H of Helvetica: 0.722 of the size wide, 0.718 high, on the line at 792 - 700.
    assert left == pytest.approx(101.5, abs=0.3)
    assert bottom == pytest.approx(92, abs=0.3)
    assert right - left == pytest.approx(0.722 * 20 - 3.1, abs=0.4)
    assert bottom - top == pytest.approx(0.718 * 20, abs=0.3)


def _darkest(data: bytes, page: int = 1) -> tuple[int, int, int, int]:
    """Where a picture of the page is not white: left, top, right, bottom in points."""
    shown = pdf.raster(io.BytesIO(data), page, dpi=72)
    dark = [at // 3 for at in range(0, len(shown.pixels), 3) if shown.pixels[at] < 128]
    columns, rows = [at % shown.width for at in dark], [at // shown.width for at in dark]
    return min(columns), min(rows), max(columns), max(rows)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_lie_where_the_picture_of_the_page_is_dark(turn: int) -> None:
    data = document(
        written("MMMMMMMM", at=(200, 600), size=20),
        page=b"/MediaBox [0 0 500 700] /CropBox [50 20 480 690] /Rotate %d" % turn,
    )
    (paragraph,) = [s for s in read(data).segments if s.kind == "paragraph"]
    assert paragraph.locator.box == pytest.approx(_darkest(data), abs=1.6)


def test_pages_that_are_shown_turned_are_read_line_by_line() -> None:
    assert sample("turned.pdf").text == "A page that is shown turned,\nread line by line.\n"


def test_empty_pages_and_scans_ask_to_be_read_by_sight() -> None:
    found = sample("scan.pdf")
    asked = [(f.where.page if f.where else 0) for f in found.findings if f.code == "needs-ocr"]
    assert asked == [1, 2, 3, 4]
    assert "a program read the picture" in words(found, "hidden-content")


def test_what_cannot_be_seen_is_read_and_told() -> None:
    found = sample("beside.pdf")
    assert "Unseen: nobody was to read this." in found.of_kind("paragraph")
    assert "Beside the page." in found.of_kind("paragraph")
    assert "2 lines of the text cannot be seen" in words(found, "hidden-content")
    assert "marked to be blacked out, and is not" in words(found, "hidden-content")


def test_notes_on_a_page_are_comments_and_fields_are_read() -> None:
    found = sample("beside.pdf")
    (note,) = [s for s in found.segments if s.kind == "comment"]
    assert found.of_kind("comment") == ["Which column? Ask again."]
    assert (note.locator.author, note.locator.date) == ("A. Editor", "2022-01-10T09:30:00+06:00")
    assert "Sayakkent" in found.of_kind("paragraph")


def test_what_a_file_would_do_is_told_and_not_done() -> None:
    """Attack case 1: script, launch action, embedded file."""
    found = sample("beside.pdf")
    said = words(found, "active-content")
    assert "JavaScript" in said
    assert "actions that start a program" in said
    assert '"names.txt"' in said
    assert "a form to fill in" in said
    assert "calc.exe" in words(found, "external-reference")
    assert "https://example.org/sayakkent" in words(found, "external-reference")
    assert "invented list of names" not in found.text


@pytest.mark.parametrize("name", [b"/JavaScript", b"/J#61vaScript", b"/#4aS"])
def test_scripts_are_found_under_names_in_disguise(name: bytes) -> None:
    data = document(written("Text."), more=[b"<< /S %s >>" % name])
    assert "JavaScript" in words(read(data), "active-content")


def test_scripts_are_found_in_objects_that_are_packed() -> None:
    plain = document(written("Text."))
    assert "active-content" not in read(plain).codes()
    packed = with_packed_objects({901: b"<< /S /JavaScript /JS (x) >>"}, plain)
    assert b"JavaScript" not in packed
    assert "JavaScript" in words(read(packed), "active-content")


def test_letters_in_the_text_of_a_page_are_no_scripts() -> None:
    assert "active-content" not in read(document(written("/JavaScript /JS /Launch"))).codes()


def _made_by_pypdf(*, user: str | None = None, owner: str | None = None) -> bytes:
    writer = pypdf.PdfWriter()
    writer.append(io.BytesIO(document(written("Kept from changes, invented."))))
    writer.add_open_action(JavaScript("app.alert('no');"))
    writer.add_attachment("list.txt", b"invented")
    if user is not None:
        writer.encrypt(user, owner, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_another_programs_scripts_and_files_are_told() -> None:
    found = read(_made_by_pypdf())
    assert "JavaScript" in words(found, "active-content")
    assert '"list.txt"' in words(found, "active-content")


def test_a_file_that_asks_for_a_password_is_told() -> None:
    found = read(_made_by_pypdf(user=SECRET))
    assert found.codes() == {"encrypted"}
    assert not found.text


def test_a_file_that_only_forbids_changes_is_read_and_looked_through() -> None:
    data = _made_by_pypdf(user="", owner=SECRET)
    found = read(data)
    assert found.of_kind("paragraph") == ["Kept from changes, invented."]
    assert "JavaScript" in words(found, "active-content")


def test_a_page_that_says_it_is_huge_is_told_and_gets_no_picture() -> None:
    """Attack case 2."""
    data = document(written("Text."), page=b"/MediaBox [0 0 1000000 1000000]")
    found = read(data)
    assert "too-large" in found.codes()
    assert found.of_kind("paragraph") == ["Text."]
    with pytest.raises(PageTooLargeError, match="pixels"):
        pdf.raster(io.BytesIO(data), 1, dpi=150)


def test_a_million_pages_are_cut_at_the_cap() -> None:
    """Attack case 2: one page, named a million times."""
    kids = b"[" + b"3 0 R " * 1000 + b"]"
    middle = b"<< /Type /Pages /Parent 2 0 R /Count 1000 /Kids %s >>" % kids
    data = assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1000000 /Kids [%s] >>" % (b"4 0 R " * 1000),
            b"<< /Type /Page /Parent 4 0 R /MediaBox [0 0 10 10] >>",
            middle,
        ]
    )
    found = read(data)
    assert "too-many" in found.codes()
    assert len(found.of_kind("page")) == 20_000


def test_a_page_tree_in_a_circle_ends() -> None:
    data = assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 3 /Kids [2 0 R 2 0 R 3 0 R] >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>",
        ]
    )
    assert read(data).end is not None


def test_a_stream_that_unpacks_without_end_is_left() -> None:
    bomb = with_packed_objects({901: b"<<" + b" " * 80_000_000 + b">>"}, document(written("Text.")))
    found = read(bomb)
    assert found.of_kind("paragraph") == ["Text."]
    assert "too many objects" in words(found, "active-content")


def test_a_cut_file_says_so_and_gives_what_is_there() -> None:
    data = document(written("First page."), written("Second page."))
    found = read(data[: data.index(b"xref\n0")])
    assert found.codes() >= {"truncated", "damaged"}
    assert found.text == "First page.\nSecond page.\n"


def test_bytes_that_are_no_document_are_damaged() -> None:
    found = read(b"%PDF-1.7\n" + b"nothing of a document " * 40)
    assert found.codes() >= {"damaged"}
    assert all(f.severity is Severity.LOSS for f in found.findings if f.code == "damaged")


def test_what_is_stored_before_and_after_the_document_is_told() -> None:
    """Attack case 12: a file that is two."""
    data = document(written("Text."))
    found = read(b"#!/bin/sh\n" + data + b"PK\x03\x04" + b"x" * 100)
    assert found.begin.reader == "pdf"
    assert "10 bytes before" in words(found, "hidden-content")
    assert "104 bytes after" in words(found, "hidden-content")


def test_earlier_states_within_the_file_are_told() -> None:
    data = document(written("Old."))
    added = data + b"5 0 obj\n" + stream(written("New.")) + b"\nendobj\n"
    at = added.rindex(b"5 0 obj")
    added += b"xref\n5 1\n%010d 00000 n \ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n" % (
        at,
        data.rindex(b"xref\n0"),
    )
    added += b"startxref\n%d\n%%%%EOF\n" % added.rindex(b"xref\n5")
    found = read(added)
    assert found.text == "New.\n"
    assert "2 times" in words(found, "hidden-content")


def test_a_zip_that_holds_a_pdf_is_no_pdf() -> None:
    (found, *_) = read_bytes(b"PK\x03\x04" + document(written("Text.")), "t.zip")
    assert found.begin.reader != "pdf"


def test_prose_about_the_format_is_prose() -> None:
    text = b"Files begin so:\n%PDF-1.7\nand then come objects.\n\nThat is all.\n"
    (found,) = read_bytes(text, "t.txt")
    assert found.begin.reader == "text"


def test_another_ending_is_noted() -> None:
    (found,) = read_bytes(document(written("Text.")), "t.docx")
    assert "extension-mismatch" in found.codes()


def test_where_the_library_is_missing_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("qantar.readers.pdfium_library._LIBRARY", None)
    found = read(document(written("Text.")))
    assert 'pip install "qantar[readers]"' in words(found, "unsupported")


def test_a_picture_of_a_page_has_its_size() -> None:
    shown = pdf.raster(io.BytesIO(document(written("Text."))), 1, dpi=144)
    assert (shown.width, shown.height) == (1224, 1584)
    assert len(shown.pixels) == 1224 * 1584 * 3 <= 3 * MAX_RASTER_PIXELS


@pytest.mark.parametrize("name", ["beside.pdf", "chromium.pdf"])
def test_a_confined_process_makes_the_same_picture(name: str) -> None:
    """It has no font of the system: those of the file, and those built in, are enough."""
    data = (SAMPLES / name).read_bytes()
    registry = Readers(registry="tests.readers.raster_reading", path=(str(ROOT),))
    with registry as readers, tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        came = list(readers.read(file.fileno(), Job(name=name)))
    (said,) = [one.text for one in came if isinstance(one, Text)]
    shown = pdf.raster(io.BytesIO(data), 1, dpi=72)
    dark = sum(value < 128 for value in shown.pixels[::3])
    assert said == f"{shown.width} {shown.height} {dark}"
    assert dark > 1_000


def test_a_page_that_is_not_there_has_no_picture() -> None:
    with pytest.raises(PdfError):
        pdf.raster(io.BytesIO(document(written("Text."))), 2, dpi=72)


@pytest.mark.parametrize(
    ("found", "iso"),
    [
        ("D:20220105143000+06'00'", "2022-01-05T14:30:00+06:00"),
        ("D:20220105143000+06'00", "2022-01-05T14:30:00+06:00"),
        ("D:20220105143000Z", "2022-01-05T14:30:00+00:00"),
        ("D:20220105143000Z00'00'", "2022-01-05T14:30:00+00:00"),
        ("D:202201051430", "2022-01-05T14:30"),
        ("D:20220105", "2022-01-05"),
        ("D:2022", "2022"),
        ("5 January 2022", "5 January 2022"),
    ],
)
def test_dates_are_written_as_iso_does(found: str, iso: str) -> None:
    assert iso_date(found) == iso
