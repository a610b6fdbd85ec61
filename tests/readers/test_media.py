"""Films and sound: claims stay claims, devices are protected, and no length that is said is believed."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from qantar.model.read_document import Begin, End
from qantar.readers.answer import DocumentWriter, UnsoundAnswerError, records
from qantar.readers.confined import Readers
from qantar.readers.iso_boxes import MAX_BOXES
from qantar.readers.job import Job
from qantar.readers.media_marks import recording_in
from qantar.readers.protected_names import is_protected_name
from tests.readers.golden import samples
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "media"
# What ffprobe says of them, in seconds; it counts the filling of coders as sound.
LENGTHS = {
    "film.avi": 1.0,
    "film.mkv": 1.138,
    "film.webm": 1.0,
    "keys.mov": 1.0,
    "phone.3gp": 1.0,
    "square.mp4": 1.0,
    "voice.flac": 0.25,
    "voice.m4a": 0.25,
    "voice.mp3": 0.432,
    "voice.ogg": 0.25,
    "voice.opus": 0.25,
    "voice.wav": 0.25,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestMedia(ReaderSuite):
    reader = "media"


def read(data: bytes, name: str = "a.mp4") -> ReadDocument:
    (document,) = read_bytes(data, name)
    return document


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def box(kind: bytes, *content: bytes) -> bytes:
    data = b"".join(content)
    return struct.pack(">I", len(data) + 8) + kind + data


def film(*inside: bytes, created: int = 3_724_222_833, length: int = 2_000) -> bytes:
    """A film of one header and what is put beside it; made on 2022-01-05 at 10:20:33."""
    head = box(b"mvhd", struct.pack(">IIIII", 0, created, created, 1_000, length), bytes(80))
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", head, *inside)


@pytest.mark.parametrize(("name", "seconds"), LENGTHS.items())
def test_the_length_is_what_another_program_finds(name: str, seconds: float) -> None:
    assert read(sample(name), name).meta["container.duration"] == pytest.approx(seconds, abs=0.002)


def test_a_phone_says_where_when_and_with_what() -> None:
    meta = read(sample("keys.mov"), "keys.mov").meta
    assert meta["container.datetime"] == "2022-01-05T16:20:33+06:00"
    assert meta["container.location"] == {"lat": 43.25, "lon": 76.95}
    assert meta["container.altitude"] == 800.0
    assert (meta["container.make"], meta["container.model"]) == ("Invented Maker", "Model 7")
    assert meta["protected.container.serialnumber"] == "SN-INVENTED-1"


def test_the_serial_number_of_a_device_stands_only_under_a_protected_name() -> None:
    for name in ("keys.mov", "film.webm"):
        document = read(sample(name), name)
        open_facts = {k: v for k, v in document.meta.items() if not k.startswith("protected.")}
        said = json.dumps([open_facts, document.text, [f.text for f in document.findings]])
        assert "SN-INVENTED" in json.dumps(document.meta)
        assert "SN-INVENTED" not in said


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("+43.2500+076.9500/", 43.25, 76.95),
        ("-4315.5+07657.5+12/", -43.2583333, 76.9583333),
        ("+431530-0765730/", 43.2583333, -76.9583333),
    ],
)
def test_a_place_is_read_in_each_way_that_iso_6709_has(text: str, lat: float, lon: float) -> None:
    said = struct.pack(">HH", len(text), 0x15C7) + text.encode()
    document = read(film(box(b"udta", box(b"\xa9xyz", said))))
    assert document.meta["container.location"] == {"lat": lat, "lon": lon}


def test_a_place_that_is_none_is_left_out() -> None:
    said = struct.pack(">HH", 18, 0) + b"+93.2500+076.9500/"
    document = read(film(box(b"udta", box(b"\xa9xyz", said))))
    assert "container.location" not in document.meta
    assert "impossible-place" in document.codes()


def test_a_clock_that_counts_from_another_year_gives_no_time() -> None:
    document = read(film(created=1_641_378_033))  # seconds since 1970, written as since 1904
    assert "container.created" not in document.meta
    assert "impossible-date" in document.codes()
    assert "1956" in next(f.text for f in document.findings if f.code == "impossible-date")


def test_a_time_of_zero_is_no_time_and_no_fault() -> None:
    document = read(film(created=0))
    assert "container.datetime" not in document.meta
    assert document.codes() == set()


def test_a_film_that_was_cut_before_its_description_is_said_to_be() -> None:
    data = box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I", 10_000) + b"mdat" + bytes(100)
    assert "truncated" in read(data).codes()


def test_boxes_in_boxes_without_end_are_not_followed() -> None:
    data = b""
    for _ in range(5_000):
        data = box(b"moov", data)
    document = read(box(b"ftyp", b"isom", bytes(4)) + data)
    assert document.begin.reader == "media"


def test_boxes_without_number_are_not_all_read() -> None:
    document = read(film(box(b"udta", box(b"free") * (MAX_BOXES + 1))))
    assert "too-many" in document.codes()
    assert document.meta["container.duration"] == 2.0


def test_a_box_of_no_bytes_does_not_stop_the_reader() -> None:
    document = read(film(box(b"udta", bytes(4), box(b"\xa9nam", bytes(4)))))
    assert document.meta["container.duration"] == 2.0
    document = read(film() + struct.pack(">I", 3) + b"mdat")
    assert "damaged" in document.codes()


@pytest.mark.parametrize("name", [b"Sayakkent", b"\xfe\xff\0S\0a", b""])
def test_a_place_whose_name_does_not_end_costs_only_the_place(name: bytes) -> None:
    document = read(film(box(b"udta", box(b"loci", bytes(4), b"\x15\xc7", name))), "a.3gp")
    assert document.meta["container.duration"] == 2.0
    assert "damaged" in document.codes()


def test_a_tag_of_gigabytes_is_not_believed() -> None:
    data = b"fLaC" + bytes([0x84]) + (100).to_bytes(3, "big")
    data += struct.pack("<I", 0xFFFFFFF0) + b"x" * 96
    assert "damaged" in read(data, "a.flac").codes()


@pytest.mark.parametrize("count", [0xFFFFFFFF, 3_000])
def test_tags_without_number_are_not_all_read(count: int) -> None:
    body = struct.pack("<I", 1) + b"x" + struct.pack("<I", count)
    body += b"".join(struct.pack("<I", 5) + f"A={n:03d}".encode()[:5] for n in range(3_000))
    data = b"fLaC" + bytes([0x84]) + len(body).to_bytes(3, "big") + body
    assert "too-many" in read(data, "a.flac").codes()


def test_a_live_recording_without_lengths_is_read_to_its_first_pictures() -> None:
    head = bytes.fromhex("1a45dfa3 87 4282 84") + b"webm"
    info = bytes.fromhex("1549a966 8b 4461 88") + struct.pack(">q", 662_898_033 * 10**9)
    unknown = bytes.fromhex("18538067 01ffffffffffffff")
    cluster = bytes.fromhex("1f43b675 01ffffffffffffff e7 81 00")
    document = read(head + unknown + info + cluster, "a.webm")
    assert document.meta["container.format"] == "WebM"
    assert document.meta["container.datetime"] == "2022-01-03T10:20:33+00:00"
    assert "truncated" in document.codes()


def test_a_film_goes_by_its_content_whatever_its_name() -> None:
    document = read(sample("square.mp4"), "square.jpg")
    assert document.begin.reader == "media"
    assert "extension-mismatch" in document.codes()


@pytest.mark.parametrize(
    "text",
    [
        b"Liv free and be well\n" * 200,
        b"Not skipped, and not moov\n" * 200,
        b"ID3 is a kind of tag\n" * 200,
        b"RIFF and WAVE and AVI \n" * 200,
        b"OggZ pages\n",
        "\ufeff&ftyp".encode("utf-16"),
    ],
)
def test_a_text_is_no_film(text: bytes) -> None:
    assert recording_in(text) is None


def test_members_of_an_archive_are_read_as_films_too(tmp_path: Path) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for one in samples("media"):
            archive.write(one, one.name)
        archive.write(SAMPLES.parent / "photo" / "claims.webp", "claims.webp")
    _, *members = read_bytes(path.read_bytes(), "chat.zip")
    assert {one.begin.reader for one in members} == {"media", "photo"}
    assert len(members) == len(samples("media")) + 1


def test_a_film_is_read_in_the_confined_child() -> None:
    with Readers() as readers, (SAMPLES / "keys.mov").open("rb") as file:
        came = list(readers.read(file.fileno(), Job(name="keys.mov")))
    (begin,) = [one for one in came if isinstance(one, Begin)]
    assert begin.meta["container.datetime"] == "2022-01-05T16:20:33+06:00"


@pytest.mark.parametrize(
    "name",
    [
        "SerialNumber", "camera serial number", "DEVICE_SERIAL", "com.example.deviceId", "IMEI",
        "android_id", "WiFi SSID", "BSSID", "IPv4", "Cell Info", "cellTowerId", "MacAddress",
        "phone_number", "owner", "subscriber-id", "Locale.IP", "Telephone", "tel.", "WhatsApp",
        "Телефон", "ТЕЛЕФОНЫ родных", "моб. номер", "Серийный номер", "адрес проживания", "ИИН",
        "Номер паспорта", "IMEI устройства", "Эл. почта", "ұялы телефоны", "Мекенжайы", "ЖСН",
        "Құрылғының иесі", "Серии\u0306ныи\u0306 номер", "\xa9csn",
    ],
)  # fmt: skip
def test_names_of_devices_networks_and_people_are_protected(name: str) -> None:
    assert is_protected_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "title",
        "description",
        "script",
        "place",
        "strip",
        "machine",
        "Дата",
        "Место",
        "Примечание",
        "Принимал",
    ],
)
def test_words_that_only_hold_such_a_name_are_not(name: str) -> None:
    assert not is_protected_name(name)


def test_a_film_in_an_archive_is_carried_out_only_where_that_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(SAMPLES / "square.mp4", "square.mp4")
        archive.write(SAMPLES / "voice.mp3", "voice.mp3")
    for films in (True, False):
        carried: dict[str, bytes | None] = {}
        with Readers() as readers, path.open("rb") as file:
            for one in readers.read(file.fileno(), Job(name="a.zip", films=films)):
                if isinstance(one, Begin):
                    name = one.member or ""
                elif isinstance(one, End):
                    held = readers.carried
                    carried[name] = None if held is None else os.pread(held, 1 << 20, 0)
            assert readers.carried is None
        expected = sample("square.mp4") if films else None
        assert carried == {"": None, "square.mp4": expected, "voice.mp3": None}


def test_bytes_that_nobody_asked_for_end_the_reading() -> None:
    out = BytesIO()
    writer = DocumentWriter(out)
    writer.begin(reader="media", version=1, media_type="video/mp4")
    writer.carry(b"film")
    writer.end()
    writer.finish()
    with pytest.raises(UnsoundAnswerError, match="nobody asked for"):
        list(records(BytesIO(out.getvalue())))
    taken = bytearray()
    assert len(list(records(BytesIO(out.getvalue()), taken.extend))) == 2
    assert taken == b"film"
