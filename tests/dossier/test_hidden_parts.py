"""What a file carries beside what its author left standing is in the case, and in no dossier."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from qantar.workbench.documents import ReadText, read_document
from qantar.workbench.stores import folded_of
from tests.published import PublishedFiles, publish_files
from tests.readers.docx_samples import body, changed, p, package, part, relations

MARK = "Kanarie"
STANDS = "The square of Sayakkent was full (invented)."
# Of a picture: the owner, the serial number, the maker's note, the place, the small picture.
OWNER, SERIAL, NOTE = f"{MARK}Owner", f"{MARK}Serial", f"{MARK}MakerNote"
NORTH, EAST = 51.512345, 64.123456


def docx() -> bytes:
    """A letter with everything that an editor leaves behind in one."""
    document = body(
        f'<w:p w:rsidR="00{MARK}01" w:rsidRDefault="00{MARK}02"><w:r><w:t>{STANDS}</w:t></w:r>'
        + changed("del", f"{MARK}Deleted", author=f"{MARK}Deleter")
        + '<w:r><w:commentReference w:id="1"/></w:r></w:p>'
        + p("", inner=f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{MARK}Hidden</w:t></w:r>")
        + "<w:p><w:r><w:t>Also said.</w:t></w:r></w:p>"
    ).replace(
        "<w:sectPr/>", '<w:sectPr><w:headerReference r:id="rId2" w:type="default"/></w:sectPr>'
    )
    space = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    return package(
        document,
        {
            "word/comments.xml": part(
                "comments",
                f'<w:comment w:id="1" w:author="{MARK}Remarker">{p(f"{MARK}Comment")}</w:comment>',
            ),
            "word/header1.xml": part("hdr", p(f"{MARK}Header")),
            "word/settings.xml": part(
                "settings", f'<w:rsids><w:rsid w:val="00{MARK}03"/></w:rsids>'
            ),
            "word/_rels/document.xml.rels": relations(
                ("rId1", "comments", "comments.xml"),
                ("rId2", "header", "header1.xml"),
                ("rId3", "customXml", "../customXml/item1.xml"),
                outside=(("rId4", "attachedTemplate", f"http://{MARK}Template.example.org/t"),),
            ),
            "customXml/item1.xml": f"<x>{MARK}Custom</x>",
            "docProps/core.xml": (
                f'<cp:coreProperties xmlns:cp="{space}" '
                'xmlns:dc="http://purl.org/dc/elements/1.1/">'
                f"<dc:creator>{MARK}Creator</dc:creator></cp:coreProperties>"
            ),
        },
    )


def photo() -> bytes:
    """A photograph that says where and by whom it was taken, with a picture of itself in it."""
    image = Image.effect_mandelbrot((96, 64), (-2, -1, 1, 1), 50).convert("RGB")
    small = io.BytesIO()
    image.crop((0, 0, 32, 32)).save(small, "JPEG", comment=f"{MARK}Thumbnail".encode())
    exif = Image.Exif()
    exif[0x010E] = f"{MARK}Description"
    more = exif.get_ifd(0x8769)
    more[0xA430], more[0xA431], more[0x927C] = OWNER, SERIAL, NOTE.encode()
    more[0x9003] = "2022:01:05 16:20:33"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", degrees(NORTH), "E", degrees(EAST)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=small.getvalue()[:60_000])
    return out.getvalue()


def degrees(value: float) -> tuple[float, float, float]:
    whole, minutes = int(value), (value - int(value)) * 60
    return float(whole), float(int(minutes)), round((minutes - int(minutes)) * 60, 3)


def chat() -> bytes:
    """A chat of which the words are published, and no account, number or card."""
    common = {"type": "message", "date_unixtime": "1641369600", "from": "Ainur (invented)"}
    return json.dumps(
        {
            "name": "Invented",
            "type": "public_supergroup",
            "id": 1,
            "messages": [
                {"id": 1, "from_id": f"user{MARK}Account", "text": "We were there.", **common},
                {
                    "id": 2,
                    "text": "Call him.",
                    "contact_information": {"first_name": f"{MARK}Card", "phone_number": "+0"},
                    **common,
                },
                {
                    "id": 3,
                    "type": "service",
                    "actor": f"{MARK}Actor",
                    "action": "invite_members",
                    "members": [f"{MARK}Member"],
                    "date_unixtime": "1641369700",
                    "text": "",
                },
            ],
        }
    ).encode()


FILES = {"letter.docx": docx(), "photo.jpg": photo(), "result.json": chat()}
KEPT = ("Deleted", "Deleter", "Hidden", "Comment", "Remarker", "Header", "Creator", "Template")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> PublishedFiles:
    """A case of these files, and every byte of its dossier."""
    return publish_files(tmp_path_factory.mktemp("hidden"), FILES)


def read_again(published: PublishedFiles, name: str) -> ReadText:
    (one,) = (a for a in folded_of(published.case).accessions if a.accession.path == name)
    read = read_document(
        published.case, original=one.original, size=one.size, accession=one.accession
    )
    assert isinstance(read, ReadText)
    return read


def test_nothing_that_an_editor_or_a_camera_left_behind_is_in_a_dossier(
    published: PublishedFiles,
) -> None:
    """Attack cases 8 and 18: every byte of every file of it is looked at."""
    assert any(STANDS.encode() in data for data in published.files.values())
    assert any(b"We were there." in data for data in published.files.values())
    forms = [MARK.encode(enc) for enc in ("utf-8", "utf-16-le", "utf-16-be")]
    forms += [MARK.lower().encode(), b"51.51", b"64.12", b"16:20:33"]
    hits = [
        (form, name) for name, data in published.files.items() for form in forms if form in data
    ]
    assert hits == []
    assert not [name for name in published.files if name.endswith((".jpg", ".docx"))]


def test_the_case_has_all_of_it_as_evidence(published: PublishedFiles) -> None:
    """The test above could pass on files that say nothing: the same words are in the readings."""
    said = repr(list(read_again(published, "letter.docx").records()))
    said += repr(read_again(published, "letter.docx").findings)
    assert [word for word in KEPT if MARK + word not in said] == []
    ((picture, _),) = read_again(published, "photo.jpg").documents
    assert picture.meta["protected.exif.owner"] == OWNER
    assert picture.meta["protected.exif.body_serial"] == SERIAL
    place = picture.meta["exif.gps"]
    assert isinstance(place, dict)
    assert (place["lat"], place["lon"]) == pytest.approx((NORTH, EAST), abs=1e-5)
    assert f"user{MARK}Account" in repr(list(read_again(published, "result.json").records()))
