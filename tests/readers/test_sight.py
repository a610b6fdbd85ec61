"""Reading by sight: words where they were drawn, nothing made of noise, and nothing let out."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageOps
from pypdf import PdfWriter

from qantar.model.read_document import Begin, End, Noted, Quoted, Sound, Text
from qantar.readers import answer
from qantar.readers.answer import (
    DocumentWriter,
    Picture,
    UnsoundAnswerError,
    records,
    records_and_pictures,
)
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from qantar.readers.registry import read
from qantar.readers.showing import stills
from qantar.readers.sight import REGISTRY, Sight
from qantar.readers.tesseract import LANGUAGES, Tesseract, tesseract_here
from qantar.readers.tool_run import Limits
from tests.readers.pdf_samples import document, written
from tests.readers.reading import ReadDocument
from tests.readers.sight_samples import Drawn, page, places, saved
from tests.readers.tool_programs import needs, script

HOSTILE = Path(__file__).with_name("hostile_tesseract.py")
TOP_HIGH = 190
NEAR = 6
"""Pixels by which a box may miss the ink: the program works on a picture twice as large."""


class Both:
    """The two parents of readings that reading by sight has."""

    def __init__(self) -> None:
        self.readers, self.tables = Readers(), Readers(registry=REGISTRY)

    def read(self, data: bytes, name: str, sight: Sight | None = None) -> list[ReadDocument]:
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            sight = sight or Sight(self.readers, self.tables)
            return put_together(sight.read(file.fileno(), Job(name=name)))

    def close(self) -> None:
        for one in (self.readers, self.tables):
            one.__exit__(None, None, None)


def put_together(records: Iterator[Sound]) -> list[ReadDocument]:
    found: list[ReadDocument] = []
    for record in records:
        match record:
            case Begin():
                found.append(ReadDocument(record))
            case Text():
                found[-1].text += record.text
            case Quoted():
                assert found[-1].end is None
                found[-1].segments.append(record.segment)
            case Noted():
                found[-1].findings.append(record.finding)
            case End():
                assert record.chars == len(found[-1].text)
                found[-1].end = record
    return found


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    made = Both()
    yield made
    made.close()


@pytest.fixture(scope="module")
def notice(both: Both) -> list[ReadDocument]:
    """The whole page, read once for all tests that look at it."""
    needs("tesseract")
    return both.read(saved(page(), "PNG"), "notice.png")


@pytest.fixture
def seen(both: Both) -> Both:
    needs("tesseract")
    return both


def top() -> Image.Image:
    """Its first two lines, which take less time."""
    return page().crop((0, 0, 1000, TOP_HIGH))


def top_places() -> list[Drawn]:
    return [one for one in places() if one.box[3] < TOP_HIGH]


def folded(text: str) -> str:
    """Without what the models of Russian and Kazakh make of each other's letters."""
    return text.casefold().translate(str.maketrans("қңғүұөһәіъ", "кнгууохаиь"))


def hold_to_places(read: ReadDocument, drawn: list[Drawn], near: float = NEAR) -> None:
    """Every word that was drawn was found, and its box is around its ink."""
    found = [
        (folded(read.text[word.start : word.end]), word.box)
        for segment in read.segments
        for word in segment.words
    ]
    assert [text for text, _ in found] == [folded(one.text) for one in drawn]
    for (text, box), one in zip(found, drawn, strict=True):
        far = max(abs(a - b) for a, b in zip(box, one.box, strict=True))
        assert far <= near, (text, box, one.box)


def codes(read: ReadDocument) -> list[str]:
    return sorted(finding.code for finding in read.findings)


def test_every_word_is_found_where_it_was_drawn(notice: list[ReadDocument]) -> None:
    photo, read = notice
    assert (photo.begin.reader, photo.text, codes(photo)) == ("photo", "", [])
    assert (read.begin.reader, read.begin.parent) == ("ocr", photo.begin.id)
    hold_to_places(read, places())
    assert read.segments[0].kind == "page"
    assert read.segments[0].locator.box == (0.0, 0.0, 1000.0, 520.0)
    assert codes(read) == ["read-by-sight"]


def test_kazakh_russian_and_english_are_read(notice: list[ReadDocument]) -> None:
    _, read = notice
    lines = read.text.splitlines()
    assert lines[:4] == [
        "Notice of the town council (invented)",
        "The bakery is closed until Monday",
        "Объявление городского совета",
        "Хлебный магазин закрыт до понедельника",
    ]
    assert lines[4:] == [
        "Саяққент қаласының хабарландыруы",
        "Дүйсенбіге дейін нан дүкені жабық болады",
    ]


def test_who_read_it_is_named_with_the_data_it_read_with(notice: list[ReadDocument]) -> None:
    here = tesseract_here()
    assert here is not None
    _, read = notice
    assert str(read.meta["ocr.program"]).startswith("tesseract 5.")
    assert read.meta["ocr.languages"] == "kaz rus eng"
    assert [one.split()[0] for one in str(read.meta["ocr.data"]).split(", ")] == list(LANGUAGES)
    assert read.meta["ocr.extractor"] == here.identity
    assert read.meta["ocr.words"] == len(places())
    assert read.meta["ocr.unit"] == "pixel"


def test_boxes_are_on_the_picture_as_its_exif_turns_it(seen: Both) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = top().transpose(Image.Transpose.ROTATE_90)
    _, read = seen.read(saved(turned, "JPEG", quality=92, exif=exif), "notice.jpg")
    hold_to_places(read, top_places())


def test_a_page_on_its_head_is_read_and_its_boxes_stay_on_it(seen: Both) -> None:
    """No EXIF says so: the program notices by itself."""
    _, read = seen.read(saved(page().rotate(180), "WEBP", lossless=True), "notice.webp")
    turned = [
        Drawn(one.text, (1000 - one.box[2], 520 - one.box[3], 1000 - one.box[0], 520 - one.box[1]))
        for one in places()
    ]
    hold_to_places(read, turned)


def test_each_page_of_a_tiff_is_read(seen: Both) -> None:
    data = saved(top(), "TIFF", save_all=True, append_images=[blank(), top()])
    _, read = seen.read(data, "notice.tif")
    assert {segment.locator.page for segment in read.segments} == {1, 3}
    assert [(f.code, f.where and f.where.page) for f in read.findings if f.where] == [
        ("no-text-seen", 2)
    ]


def test_what_can_be_seen_through_is_read_on_white(seen: Both) -> None:
    clear = Image.new("RGBA", top().size, (0, 0, 0, 0))
    clear.putalpha(ImageOps.invert(top()))
    _, read = seen.read(saved(clear, "PNG"), "notice.png")
    hold_to_places(read, top_places())


def blank() -> Image.Image:
    return Image.new("L", (300, 200), 255)


def noise() -> Image.Image:
    return Image.effect_noise((300, 200), 120)


@pytest.mark.parametrize("image", [blank, noise])
def test_what_says_nothing_makes_no_document_but_a_note(seen: Both, image: object) -> None:
    assert callable(image)
    (photo,) = seen.read(saved(image(), "PNG"), "street.png")
    assert photo.begin.reader == "photo"
    assert codes(photo) == ["no-text-seen"]


def test_a_picture_above_the_cap_is_neither_decoded_nor_shown(seen: Both) -> None:
    """60,000 × 60,000 points in a file of a few bytes."""
    small = saved(Image.new("L", (16, 16)), "PNG")
    header = small[12:16] + 2 * (60_000).to_bytes(4, "big") + small[24:29]
    data = small[:12] + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]
    (photo,) = seen.read(data, "bomb.png")
    assert codes(photo) == ["too-large"]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("1", "TIFF"),
        ("P", "GIF"),
        ("LA", "PNG"),
        ("CMYK", "JPEG"),
        ("RGB", "AVIF"),
        ("I;16", "PNG"),
    ],
)
def test_whatever_a_picture_is_made_of_the_same_greys_are_shown(mode: str, kind: str) -> None:
    wide = numpy.asarray(top()).astype(numpy.uint16) * 257
    image = Image.fromarray(wide) if mode == "I;16" else top().convert(mode)
    with Image.open(BytesIO(saved(image, kind))) as opened:
        (shown,) = stills(opened, lambda _: True)
    assert (shown.wide, shown.high, shown.width, shown.height) == (
        1000,
        TOP_HIGH,
        2000,
        2 * TOP_HIGH,
    )
    grey = numpy.frombuffer(shown.pixels, dtype=numpy.uint8).reshape(shown.height, shown.width)
    drawn = numpy.asarray(top().resize((2000, 2 * TOP_HIGH), Image.Resampling.LANCZOS))
    assert abs(grey.astype(int) - drawn).mean() < 4


def test_what_would_take_the_time_for_text_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three scanned pages one is shown; the others are read as before, and say what they lack."""
    monkeypatch.setattr(answer, "MAX_SEEN_PIXELS", 2_000_000)
    made = PdfWriter()
    for _ in range(3):
        made.append(BytesIO(saved(top(), "PDF", resolution=100)))
    data, out = BytesIO(), BytesIO()
    made.write(data)
    read(data, Job(name="scans.pdf", sight=True), writer := DocumentWriter(out))
    writer.finish()
    came = list(records_and_pictures(BytesIO(out.getvalue())))
    assert [one.page for one in came if isinstance(one, Picture)] == [1]
    asked = [
        one.where and one.where.page
        for one in came
        if isinstance(one, Noted) and one.code == "needs-ocr"
    ]
    assert asked == [1, 2, 3]


def scanned(image: Image.Image) -> PdfWriter:
    made = PdfWriter()
    made.append(BytesIO(document(written("Written by a program, invented."))))
    made.append(BytesIO(saved(image, "PDF", resolution=100)))
    made.append(BytesIO(document(written("The last page."))))
    return made


def test_scanned_pages_among_written_ones_are_read_with_boxes_in_points(seen: Both) -> None:
    out = BytesIO()
    scanned(top()).write(out)
    pdf, read = seen.read(out.getvalue(), "mixed.pdf")
    assert (pdf.begin.reader, read.begin.reader, read.begin.parent) == ("pdf", "ocr", pdf.begin.id)
    assert "needs-ocr" not in codes(pdf)
    assert "Written by a program" in pdf.text
    assert "Written by a program" not in read.text
    assert {segment.locator.page for segment in read.segments} == {2}
    points = [
        Drawn(one.text, tuple(0.72 * edge for edge in one.box))  # type: ignore[arg-type]  # four
        for one in top_places()
    ]
    hold_to_places(read, points, near=4)
    assert read.meta["ocr.unit"] == "point"


def test_reading_twice_gives_the_same(seen: Both, notice: list[ReadDocument]) -> None:
    again = seen.read(saved(page(), "PNG"), "notice.png")
    assert [one.to_json() for one in again] == [one.to_json() for one in notice]


def shown(**wrong: int) -> bytes:
    """An answer that shows a picture of 10 × 10 points, but for what is wrong with it."""
    out = BytesIO()
    writer = DocumentWriter(out)
    writer.begin(reader="photo", version=1, media_type="image/png")
    sizes = {"page": 1, "width": 10, "height": 10, "wide": 10, "high": 10, "dpi": 100, **wrong}
    writer.show(Picture(pixels=bytes(100), **sizes))
    writer.end()
    writer.finish()
    return out.getvalue()


@pytest.mark.parametrize(
    "wrong", [{"width": 11}, {"height": 0}, {"page": 0}, {"wide": -1}, {"dpi": 1}, {"width": 10**9}]
)
def test_a_picture_that_is_not_as_it_says_ends_the_reading(wrong: dict[str, int]) -> None:
    assert any(isinstance(one, Picture) for one in records_and_pictures(BytesIO(shown())))
    with pytest.raises(UnsoundAnswerError):
        list(records_and_pictures(BytesIO(shown(**wrong))))


def test_a_picture_that_nobody_asked_for_ends_the_reading() -> None:
    with pytest.raises(UnsoundAnswerError, match="nobody asked"):
        list(records(BytesIO(shown())))


def test_no_reading_can_take_the_name_of_what_was_read_by_sight() -> None:
    out = BytesIO()
    writer = DocumentWriter(out)
    writer.begin(reader="photo", version=1, media_type="image/png")
    writer.end()
    writer.finish()
    forged = out.getvalue().replace(b'"id":"1"', b'"id":"sight-1"')
    length = int.from_bytes(forged[:4], "big") + len("sight-")
    with pytest.raises(UnsoundAnswerError, match="began a document"):
        list(records(BytesIO(length.to_bytes(4, "big") + forged[4:])))


def test_without_the_program_that_is_told_with_the_command_that_installs_it(both: Both) -> None:
    sight = Sight(both.readers, both.tables, find=lambda: None)
    (photo,) = both.read(saved(page(), "PNG"), "notice.png", sight)
    (finding,) = [one for one in photo.findings if one.code == "ocr-missing"]
    assert "apt-get install tesseract-ocr tesseract-ocr-rus tesseract-ocr-kaz" in finding.text


def test_without_the_program_a_scan_still_says_that_it_has_to_be_seen(both: Both) -> None:
    sight = Sight(both.readers, both.tables, find=lambda: None)
    (pdf,) = both.read(saved(page(), "PDF", resolution=100), "scan.pdf", sight)
    assert {"needs-ocr", "ocr-missing"} <= set(codes(pdf))


def test_text_needs_no_program_and_says_nothing_of_it(both: Both) -> None:
    sight = Sight(both.readers, both.tables, find=lambda: None)
    for data, name in ((b"Said.\n", "a.txt"), (document(written("Said, and more.")), "a.pdf")):
        (read,) = both.read(data, name, sight)
        assert "ocr-missing" not in codes(read)


def test_a_language_that_is_missing_is_told(
    seen: Both, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tesseract_here()
    assert whole is not None
    (tmp_path / "eng.traineddata").write_bytes(
        (Path(whole.folder) / "eng.traineddata").read_bytes()
    )
    monkeypatch.setenv("QANTAR_TESSDATA", str(tmp_path))
    here = tesseract_here()
    assert here is not None
    assert here.identity != whole.identity, "kept readings would never be read anew"
    photo, read = seen.read(saved(page().crop((0, 0, 1000, 200)), "PNG"), "notice.png")
    (finding,) = [one for one in photo.findings if one.code == "ocr-missing"]
    assert "Kazakh and Russian" in finding.text
    assert "The bakery is closed until Monday" in read.text


def hostile(action: str, **limits: float) -> Tesseract:
    """A program of ours that plays Tesseract, run by the same launcher."""
    return Tesseract(
        tool=script(HOSTILE, action),
        folder="/",
        data={"eng": "0" * 64},
        missing=(),
        upright=False,
        identity="0" * 64,
        limits=Limits(**{"output": 1024 * 1024, **limits}),  # type: ignore[arg-type]  # by name
    )


def with_hostile(both: Both, action: str, **limits: float) -> list[ReadDocument]:
    program = hostile(action, **limits)
    sight = Sight(both.readers, both.tables, find=lambda: program)
    return both.read(saved(page().crop((0, 0, 400, 200)), "PNG"), "notice.png", sight)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("hang", "took too long"),
        ("flood", "answered more than it should"),
        ("die", "failed"),
        ("fail", "failed"),
    ],
)
def test_a_program_that_does_not_answer_is_told_and_the_picture_kept(
    both: Both, action: str, says: str
) -> None:
    (photo,) = with_hostile(both, action, patience=3 if action == "hang" else 60)
    (finding,) = [one for one in photo.findings if one.code == "ocr-failed"]
    assert says in finding.text
    assert (finding.severity, finding.where and finding.where.page) == ("loss", 1)


def test_pages_that_are_made_to_take_long_do_not_hold_up_the_rest_for_ever(both: Both) -> None:
    """Two thousand such pages in one file would take days."""
    one = page().crop((0, 0, 400, 200))
    program = hostile("hang", patience=2)
    sight = Sight(both.readers, both.tables, find=lambda: program, patience=1)
    data = saved(one, "TIFF", save_all=True, append_images=[one, one, one])
    (photo,) = both.read(data, "notice.tif", sight)
    told = [(each.code, each.where and each.where.page) for each in photo.findings]
    assert told == [("ocr-failed", 1), ("too-many", 2)]


@pytest.mark.parametrize("action", ["silence", "noise", "ask"])
def test_an_answer_that_says_nothing_is_no_document(both: Both, action: str) -> None:
    (photo,) = with_hostile(both, action)
    assert "no-text-seen" in codes(photo)


def test_of_a_program_that_lies_what_can_be_is_taken_and_the_rest_counted(both: Both) -> None:
    _, read = with_hostile(both, "lie")
    assert read.text == "sound \u202eturned words\n"
    assert {"broken-line", "read-by-sight"} <= set(codes(read))
    (broken,) = [one for one in read.findings if one.code == "broken-line"]
    assert broken.text.startswith("8 words")
    assert all(word.box[2] <= 400 for segment in read.segments for word in segment.words)
