"""Web archives: each answer in them a document, its digest checked; damage costs what it touches."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import resource
import zipfile
import zlib
from base64 import b32encode
from io import BytesIO
from pathlib import Path

import brotli
import pytest
from warcio.archiveiterator import ArchiveIterator

from qantar.readers import http_answer
from qantar.readers.gzip_members import GzipMembers
from qantar.readers.http_answer import UndecodableError, decoded
from qantar.readers.mail_header import parse_header
from qantar.readers.warc_records import Archive
from tests.faults.chance import chance
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "warc"
PAGE = "<!DOCTYPE html><p>Invented {}.</p>"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestWebArchive(ReaderSuite):
    reader = "warc"


def sample(name: str) -> list[ReadDocument]:
    return read_bytes((SAMPLES / name).read_bytes(), name)


def record(
    block: bytes, *, kind: str = "response", length: int | None = None, **more: str
) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": "https://news.example.org/a",
        "WARC-Date": "2022-01-06T04:00:00Z",
        "Content-Type": "application/http;msgtype=response",
        "Content-Length": str(len(block) if length is None else length),
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes = b"<p>Invented.", status: int = 200, **more: str) -> bytes:
    fields = {"Content-Type": "text/html", **{k.replace("_", "-"): v for k, v in more.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} OK\r\n{head}\r\n".encode() + body


def pages(number: int) -> list[bytes]:
    return [record(answer(PAGE.format(at).encode())) for at in range(number)]


def said(read: list[ReadDocument]) -> list[str]:
    return [one.text for one in read[1:]]


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_each_answer_is_a_document_with_its_address_moment_status_and_digest(name: str) -> None:
    archive, *answers = sample(name)
    assert archive.meta["warc.records"] == 11
    assert archive.meta["warc.software"] == "invented-crawler 1.0"
    assert [(one.meta["warc.url"], one.meta.get("warc.status")) for one in answers] == [
        ("https://news.example.org/square", 200),
        ("https://news.example.org/br", 200),
        ("https://news.example.org/gone", 404),
        ("https://news.example.org/list.csv", 200),
        ("urn:text:https://news.example.org/square", None),
    ]
    first = answers[0]
    assert first.text == "Площадь Саяккента\nВымышленный текст."  # chunked, packed, windows-1251
    assert first.meta["warc.date"] == "2022-01-06T04:00:03Z"
    assert str(first.meta["warc.digest"]).startswith("sha1:")
    assert {one.begin.parent for one in answers} == {archive.begin.id}
    assert not any(one.codes() for one in answers)
    (told,) = [f.text for f in archive.findings if f.code == "archive-records"]
    for what in ("request ×1", "revisit ×1", "metadata ×1", "text/css ×1", "led elsewhere"):
        assert what in told


def test_records_are_those_that_another_reader_finds() -> None:
    """warcio, which wrote the samples, reads them: same kinds, addresses and blocks."""
    data = (SAMPLES / "crawl.warc.gz").read_bytes()
    theirs = [
        (one.rec_type, one.rec_headers.get_header("WARC-Target-URI") or "", one.length)
        for one in ArchiveIterator(BytesIO(data))
    ]
    ours = [(one.kind, one.address, one.length) for one in Archive(BytesIO(data)).records()]
    assert ours == theirs


def test_a_wacz_holds_archives_that_hold_answers() -> None:
    whole, archive, *answers = sample("crawl.wacz")
    assert whole.meta["wacz.title"] == "Invented crawl"
    assert whole.codes() == set()
    assert (archive.begin.parent, archive.begin.member) == (whole.begin.id, "archive/data.warc.gz")
    with zipfile.ZipFile(SAMPLES / "crawl.wacz") as inside:
        data = inside.read("archive/data.warc.gz")
    assert archive.begin.sha256 == hashlib.sha256(data).hexdigest()
    assert {one.begin.parent for one in answers} == {archive.begin.id}
    assert len(answers) == 5


def wacz(data: bytes, claimed: str, **more: object) -> bytes:
    out = BytesIO()
    listed = {"resources": [{"path": "archive/a.warc", "hash": claimed}], **more}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/a.warc", data)
        archive.writestr("datapackage.json", json.dumps(listed))
    return out.getvalue()


def test_a_hash_of_the_list_that_does_not_fit_is_told() -> None:
    data = b"".join(pages(1))
    right = "sha256:" + hashlib.sha256(data).hexdigest()
    assert "digest-mismatch" not in read_bytes(wacz(data, right), "a.wacz")[1].codes()
    _, archive, page = read_bytes(wacz(data, "sha256:" + "0" * 64), "a.wacz")
    assert "digest-mismatch" in archive.codes()
    assert page.text == "Invented 0."
    whole = read_bytes(wacz(data, right, resources=[{"path": "no", "hash": "x"}]), "a.wacz")[0]
    assert "missing-member" in whole.codes()


@pytest.mark.parametrize("listed", ["[" * 100_000, "null", "{}", '{"resources": [1, {"path": 2}]}'])
def test_a_list_that_is_none_costs_nothing(listed: str) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("archive/a.warc", b"".join(pages(2)))
        archive.writestr("datapackage.json", listed)
    assert said(read_bytes(out.getvalue(), "a.wacz"))[1:] == ["Invented 0.", "Invented 1."]


def sha1(data: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


BODY = b"<p>Invented."
CHUNKS = b"5\r\n<p>In\r\n7\r\nvented.\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("body", "claimed", "codes"),
    [
        (BODY, sha1(BODY), set()),
        (BODY, "sha1:" + hashlib.sha1(BODY, usedforsecurity=False).hexdigest(), set()),
        (BODY, "sha256:" + hashlib.sha256(BODY).hexdigest(), set()),
        (BODY, sha1(BODY + b"x"), {"digest-mismatch"}),
        (BODY, "sha1:", {"digest-mismatch"}),
        (BODY, "whirlpool:abc", {"digest-unchecked"}),
        (CHUNKS, sha1(CHUNKS), set()),
        (CHUNKS, sha1(BODY), set()),
        (CHUNKS, sha1(b""), {"digest-mismatch"}),
    ],
)
def test_digests_are_checked(body: bytes, claimed: str, codes: set[str]) -> None:
    how = "chunked" if body is CHUNKS else "identity"
    data = record(answer(body, Transfer_Encoding=how), WARC_Payload_Digest=claimed)
    page = read_bytes(data, "a.warc")[1]
    assert (page.text, page.codes()) == ("Invented.", codes)


def test_a_block_that_was_changed_is_told() -> None:
    block = answer()
    data = record(block, WARC_Block_Digest=sha1(block)).replace(b"Invented", b"Altered!")
    assert read_bytes(data, "a.warc")[1].codes() == {"digest-mismatch"}


def test_one_byte_changed_anywhere_in_a_payload_is_told() -> None:
    data = (SAMPLES / "crawl.warc").read_bytes()
    at = data.index(b"Not found, invented")
    changed = data[:at] + b"n" + data[at + 1 :]
    told = [one for one in read_bytes(changed, "c.warc") if "digest-mismatch" in one.codes()]
    assert [one.meta["warc.url"] for one in told] == ["https://news.example.org/gone"]


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_archive_keeps_what_stood_before(packed: bool) -> None:  # noqa: FBT001
    parts = pages(5)
    parts = [gzip.compress(one, mtime=0) for one in parts] if packed else parts
    data = b"".join(parts)
    for size in range(len(parts[0]), len(data), 37):
        read = read_bytes(data[:size], "a.warc")
        whole = sum(len(b"".join(parts[: at + 1])) <= size for at in range(5))
        assert said(read)[:whole] == [f"Invented {at}." for at in range(whole)]
    assert "truncated" in read_bytes(data[:-30], "a.warc")[0].codes()


def test_a_damaged_member_costs_its_own_record_only() -> None:
    parts = [gzip.compress(one, mtime=0) for one in pages(5)]
    broken = bytearray(parts[2])
    broken[len(broken) // 2 :] = b"\x00" * (len(broken) - len(broken) // 2)
    read = read_bytes(b"".join((*parts[:2], bytes(broken), *parts[3:])), "a.warc.gz")
    kept = [text for text in said(read) if text.startswith("Invented") and text.endswith(".")]
    assert kept == ["Invented 0.", "Invented 1.", "Invented 3.", "Invented 4."]
    assert "damaged" in read[0].codes()


@pytest.mark.parametrize("length", [0, 10, 40, 10**17])
def test_a_record_that_lies_about_its_length_is_told(length: int) -> None:
    one, two = pages(2)
    lying = record(answer(PAGE.format("x").encode()), length=length)
    read = read_bytes(one + lying + two, "a.warc")
    assert said(read)[0] == "Invented 0."
    assert read[0].codes() & {"damaged", "truncated"}
    if length < 100:
        assert said(read)[-1] == "Invented 1."


def test_rubbish_between_records_is_stepped_over() -> None:
    one, two = pages(2)
    read = read_bytes(one + b"rubbish\nmore\n" * 100 + two, "a.warc")
    assert said(read) == ["Invented 0.", "Invented 1."]
    assert "damaged" in read[0].codes()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),  # as some servers send it
        ("br", brotli.compress(BODY)),
        ("gzip, br", brotli.compress(gzip.compress(BODY, mtime=0))),
        ("identity", BODY),
    ],
)
def test_packed_content_is_unpacked(coding: str, packed: bytes) -> None:
    page = read_bytes(record(answer(packed, Content_Encoding=coding)), "a.warc")[1]
    assert (page.text, page.codes()) == ("Invented.", set())
    assert page.begin.sha256 == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize(
    ("coding", "packed", "code"),
    [
        ("zstd", b"x", "unsupported"),
        ("gzip", gzip.compress(BODY * 500, mtime=0)[:-20], "unsupported"),
        ("gzip", b"no gzip", "unsupported"),
        ("br", b"no brotli at all", "unsupported"),
        ("br", brotli.compress(chance(1).randbytes(5_000))[:-20], "unsupported"),
        ("gzip,gzip,gzip,gzip", b"x", "unsupported"),
        ("gzip", gzip.compress(b"\0" * 40_000_000, mtime=0), "ratio"),
        ("br", brotli.compress(b"\0" * 40_000_000, quality=5), "ratio"),
        ("deflate", zlib.compress(b"\0" * 40_000_000), "ratio"),
    ],
)
def test_what_cannot_or_must_not_be_unpacked_is_named(
    coding: str, packed: bytes, code: str
) -> None:
    one, two = pages(2)
    middle = record(answer(packed, Content_Encoding=coding))
    read = read_bytes(one + middle + two, "a.warc")
    assert read[2].codes() == {code}
    assert said(read)[0::2] == ["Invented 0.", "Invented 1."]


def test_without_brotli_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answer, "brotli", None)
    page = read_bytes(record(answer(brotli.compress(BODY), Content_Encoding="br")), "a.warc")[1]
    (finding,) = page.findings
    assert finding.code == "unsupported"
    assert 'pip install "qantar[readers]"' in finding.text


def test_a_bomb_of_an_archive_is_left_early_and_takes_little_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = BytesIO()
    with gzip.GzipFile(fileobj=out, mode="w", mtime=0) as packed:
        packed.write(pages(1)[0] + b"WARC/1.1\r\nContent-Length: 999999999999\r\n\r\n")
        for _ in range(400):
            packed.write(bytes(1024 * 1024))
    read = read_bytes(out.getvalue(), "a.warc.gz")
    assert said(read)[0] == "Invented 0."
    assert "ratio" in read[0].codes()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024  # KiB


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.1\r\n" * 100_000,
        b"WARC/1.1\r\n" + b"a: b\r\n" * 200_000,
        b"WARC/1.1\r\nContent-Length: " + b"9" * 5_000 + b"\r\n\r\n",
        b"WARC/1.1\r\nContent-Length: -5\r\n\r\n",
        b"WARC/1.0\r\n" + b"a" * 5_000_000,
        record(answer(b"1\r\n" * 300_000, Transfer_Encoding="chunked")),
        record(answer(b"fffffffffffffff\r\nabc", Transfer_Encoding="chunked")),
        record(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 100_000),
        record(b"HTTP/1.1"),
        record(answer(), WARC_Date="yesterday", WARC_Target_URI="x" * 100_000),
        gzip.compress(b"", mtime=0) * 10_000,
        b"\x1f\x8b\x08" * 200_000,
    ],
)
def test_hostile_archives_end_with_findings(data: bytes) -> None:
    read = read_bytes(data, "a.warc", reader="warc")
    assert read[0].codes()


@pytest.mark.parametrize("size", [1, 3, 100, 10_000])
def test_members_are_unpacked_however_the_bytes_come(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qantar.readers.gzip_members._CHUNK_BYTES", size)
    data = (SAMPLES / "crawl.warc.gz").read_bytes()
    members = GzipMembers(BytesIO(data))
    pieces = []
    while piece := members.read(50):
        pieces.append(piece)
    assert b"".join(pieces) == gzip.decompress(data)
    assert (members.damages, members.cut) == (0, False)


def test_other_protocols_and_empty_answers_are_counted_and_not_read() -> None:
    data = record(b"20 text/gemini\r\nInvented") + record(answer(b""), kind="request")
    (archive,) = read_bytes(data, "a.warc")
    assert (
        "of no type" in archive.findings[0].text or "application/http" in archive.findings[0].text
    )


def test_a_record_beyond_the_cap_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qantar.readers.warc.MAX_RECORD_BYTES", 100_000)
    big = record(answer(b"<p>" + b"a" * 200_000))
    read = read_bytes(big + pages(1)[0], "a.warc")
    assert [one.codes() for one in read[1:]] == [{"too-large"}, set()]


def test_unpacking_gives_all_of_it_in_small_pieces() -> None:
    data = chance(2).randbytes(3_000_000)
    header = parse_header(b"Content-Encoding: br\n\n", 0, 22)
    stream = decoded(brotli.compress(data, quality=1), header)
    assert stream is not None
    out = io.BytesIO()
    while piece := stream.read(1000):
        out.write(piece)
    assert out.getvalue() == data
    with pytest.raises(UndecodableError):
        decoded(b"", parse_header(b"Content-Encoding: none-such\n\n", 0, 29))
