"""Pictures: claims stay claims, copies look alike, and no bomb is decoded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pi_heif
import pytest
from PIL import Image, ImageOps

from qantar.model.read_document import Begin, Noted
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from tests.readers.reading import ReadDocument, read_bytes, read_confined
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "photo"
ALIKE = 31
"""Bits of 256 in which two hashes of one picture may differ, as those who made PDQ advise."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestPhoto(ReaderSuite):
    reader = "photo"


def read(data: bytes, name: str = "a.jpg") -> ReadDocument:
    (document,) = read_bytes(data, name)
    return document


def saved(image: Image.Image, kind: str, **how: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def differ(one: object, other: object) -> int:
    return (int(str(one), 16) ^ int(str(other), 16)).bit_count()


def test_what_the_camera_claims_is_told_as_its_claim() -> None:
    document = read((SAMPLES / "square.jpg").read_bytes())
    assert document.meta["exif.datetime"] == "2022-01-05T16:20:33+06:00"
    assert document.meta["exif.gps"] == {"lat": 51.5, "lon": 64.0}
    assert document.meta["protected.exif.body_serial"] == "SN-INVENTED-1"
    assert "metadata-date-guessed" in document.codes()


def test_impossible_claims_are_left_out_and_told() -> None:
    document = read((SAMPLES / "claims.webp").read_bytes(), "claims.webp")
    assert "exif.datetime" not in document.meta
    assert "exif.gps" not in document.meta
    assert {"impossible-date", "impossible-place"} <= document.codes()


def test_copies_sizes_and_encodings_of_one_picture_look_alike() -> None:
    image = Image.open(SAMPLES / "square.png").convert("RGB")
    first = read(saved(image, "PNG")).meta["pdq"]
    half = image.resize((240, 160))
    others = [
        saved(image, "JPEG", quality=30),
        saved(half, "WEBP", quality=60),
        saved(half, "GIF"),
        saved(ImageOps.autocontrast(image), "BMP"),
    ]
    for data in others:
        assert differ(first, read(data, "a.bmp").meta["pdq"]) <= ALIKE
    mirrored = read(saved(ImageOps.mirror(image), "PNG"))
    assert differ(first, mirrored.meta["pdq"]) > ALIKE
    assert differ(first, mirrored.meta["pdq_mirrored"]) <= ALIKE


def test_a_picture_that_was_turned_by_its_word_only_looks_the_same() -> None:
    image = Image.open(SAMPLES / "square.png").convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by a quarter
    turned = saved(image.rotate(90, expand=True), "JPEG", quality=95, exif=exif)
    assert differ(read(saved(image, "PNG")).meta["pdq"], read(turned).meta["pdq"]) <= ALIKE


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_scan_of_sixteen_bits_looks_as_one_of_eight(kind: str) -> None:
    """All such scans once were white, and looked like copies of each other."""
    grey = Image.open(SAMPLES / "square.png").convert("L")
    deep = Image.frombytes("I;16", grey.size, b"".join(bytes([v, v]) for v in grey.tobytes()))
    assert differ(read(saved(grey, kind)).meta["pdq"], read(saved(deep, kind)).meta["pdq"]) <= 4


def test_how_much_a_picture_shows_is_told() -> None:
    assert read(saved(Image.new("L", (300, 200), 255), "PNG")).meta["pdq_detail"] == 0
    assert read((SAMPLES / "square.png").read_bytes(), "a.png").meta["pdq_detail"] == 100


def test_another_picture_does_not_look_alike() -> None:
    image = Image.open(SAMPLES / "square.png").convert("RGB")
    other = Image.effect_mandelbrot((480, 320), (-2, -1, 1, 1), 100).convert("RGB")
    assert differ(read(saved(image, "PNG")).meta["pdq"], read(saved(other, "PNG")).meta["pdq"]) > 80


def test_a_small_picture_within_is_told_for_what_it_may_show() -> None:
    image = Image.open(SAMPLES / "square.png").convert("RGB")
    exif = Image.Exif()
    thumbnail = saved(image.resize((64, 48)), "JPEG")
    data = saved(image, "JPEG", exif=exif)
    tiff = struct.pack("<2sHI", b"II", 42, 8)
    tiff += struct.pack("<HHHIIHHIII", 1, 0x0112, 3, 1, 1, 0, 0, 0, 0, 0)[:14] + struct.pack(
        "<I", 26
    )
    ifd1 = struct.pack("<H", 2)
    ifd1 += struct.pack("<HHII", 0x0201, 4, 1, 26 + 2 + 24 + 4)
    ifd1 += struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail))
    ifd1 += struct.pack("<I", 0)
    body = b"Exif\0\0" + tiff[:8] + struct.pack("<H", 1) + struct.pack("<HHIHH", 0x0112, 3, 1, 1, 0)
    body += struct.pack("<I", 26) + ifd1 + thumbnail
    with_exif = data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]
    assert "hidden-content" in read(with_exif).codes()


def test_the_second_page_of_a_tiff_is_no_small_picture_of_the_first() -> None:
    image = Image.open(SAMPLES / "square.png").convert("RGB")
    data = saved(image, "TIFF", save_all=True, append_images=[image])
    assert read(data, "scan.tif").codes() == set()


def test_a_picture_that_says_to_be_huge_is_not_decoded() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9)))
    document = read(data, "bomb.png")
    assert (document.meta["photo.width"], document.codes()) == (60_000, {"too-large"})
    assert "pdq" not in document.meta


def test_what_is_cut_off_keeps_what_it_says() -> None:
    data = (SAMPLES / "square.jpg").read_bytes()
    document = read(data[: len(data) // 2])
    assert document.meta["exif.make"] == "Invented Maker"
    assert "damaged" in document.codes()
    assert "Error(" not in document.words("damaged"), "a person reads it"


def test_a_finding_names_no_place_in_memory() -> None:
    """Another run, or another device, must say the same: findings are in the record's digest."""
    said = read(b"\xff\xd8\xff\xe0", "torn.jpg").words("damaged")
    assert "cannot be followed" in said
    assert "0x" not in said


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF"])
def test_every_kind_is_decoded_in_the_confined_child(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture"
    path.write_bytes(saved(Image.open(SAMPLES / "square.png").convert("RGB"), kind))
    with Readers() as readers, path.open("rb") as file:
        came = list(readers.read(file.fileno(), Job(name=f"a.{kind.lower()}")))
    (begin,) = [one for one in came if isinstance(one, Begin)]
    assert begin.reader == "photo"
    assert "pdq" in begin.meta, [one.text for one in came if isinstance(one, Noted)]


def test_a_telephones_picture_is_read_in_the_confined_child_also_within_others(
    readers: Readers,
) -> None:
    """Its library starts a thread; where it could not, it ended the process and all beside it."""
    picture = (SAMPLES / "square.heic").read_bytes()
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("IMG_0001.HEIC", picture)
        file.writestr("note.txt", "Beside it (invented).")
    _, within, note = read_confined(readers, packed.getvalue(), Job(name="phone.zip"))
    (alone,) = read_confined(readers, picture, Job(name="IMG_0001.HEIC"))
    assert alone.meta["pdq"] == within.meta["pdq"]
    assert alone.meta["exif.datetime"] == "2022-01-05T16:20:33+06:00"
    assert note.text == "Beside it (invented)."


def test_claims_are_read_in_the_confined_child(tmp_path: Path) -> None:
    with Readers() as readers, (SAMPLES / "square.jpg").open("rb") as file:
        came = list(readers.read(file.fileno(), Job(name="a.jpg")))
    (begin,) = [one for one in came if isinstance(one, Begin)]
    assert begin.meta["exif.datetime"] == "2022-01-05T16:20:33+06:00"


def test_the_library_for_heic_has_no_encoder_and_so_no_copyleft_codec() -> None:
    found = pi_heif.libheif_info()
    assert set(found["decoders"]) == {"libde265"}
    assert not found["HEIF"]


def test_what_another_program_wrote_is_read_as_it_wrote_it() -> None:
    """ExifTool 12.57 wrote EXIF and XMP of the sample, each with a place and a time of its own."""
    document = read((SAMPLES / "exiftool.jpg").read_bytes())
    told = document.meta
    assert told["exif.gps"] == {"lat": -51.512345, "lon": -64.123456}
    assert told["xmp.gps"] == {"lat": -51.525, "lon": -64.125}
    assert told["exif.datetime"] == "2022-01-05T16:20:33+06:00"
    assert told["xmp.date_created"] == "2022-01-05T16:20:34+06:00"
    assert told["protected.exif.body_serial"] == "SN-INVENTED-7"
    assert told["protected.xmp.body_serial"] == "SN-INVENTED-8"
    assert told["protected.xmp.owner"] == "Another owner (invented)"
    assert "xmp.date_created" in document.words("metadata-date-guessed")


def xmp(said: str) -> ReadDocument:
    """A picture with these words as its XMP."""
    packet = f"<rdf:Description {said}</rdf:Description>"
    return read(saved(Image.new("RGB", (8, 8)), "JPEG", xmp=packet.encode()))


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ('exif:GPSLatitude="51,30N" exif:GPSLongitude="64,0,36E">', (51.5, 64.01)),
        ("exif:GPSLatitude = '51,30.0N' exif:GPSLongitude='64,0E'>", (51.5, 64.0)),
        ('exif:GPSLatitude="0,0S" exif:GPSLongitude="180,0W">', (0.0, -180.0)),
    ],
)
def test_a_place_in_xmp_is_read_in_each_of_its_forms(said: str, place: tuple[float, float]) -> None:
    assert xmp(said).meta["xmp.gps"] == {"lat": place[0], "lon": place[1]}


@pytest.mark.parametrize(
    "said",
    [
        'exif:GPSLatitude="91,0N" exif:GPSLongitude="64,0E">',
        'exif:GPSLatitude="90,1N" exif:GPSLongitude="64,0E">',
        'exif:GPSLatitude="51,30E" exif:GPSLongitude="64,0N">',
        'exif:GPSLatitude="51,30N">',
        'exif:GPSLatitude="51.5" exif:GPSLongitude="64.0">',
    ],
)
def test_a_place_in_xmp_that_is_none_is_left_out_and_told(said: str) -> None:
    document = xmp(said)
    assert "xmp.gps" not in document.meta
    assert "impossible-place" in document.codes()


def test_words_of_xmp_without_an_end_cost_nothing() -> None:
    document = xmp('exif:GPSLatitude="' * 3_000)
    assert not [name for name in document.meta if name.startswith("xmp.")]
