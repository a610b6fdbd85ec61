"""Proofs and Content Credentials: claims stay claims, devices are protected, damage is told.

The signed samples were made with c2pa-python, which shares no code with ours.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import NameOID

from qantar.model.read_document import Begin
from qantar.readers.c2pa_signature import look_at
from qantar.readers.cbor import MAX_DEPTH, BrokenCborError, CborValue, decode
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from qantar.readers.jumbf import BrokenBoxesError, boxes, store_in_picture
from tests.readers.golden import SAMPLES
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

Key: TypeAlias = "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey"
KEYS: dict[str, Callable[[], Key]] = {
    "rsa": lambda: rsa.generate_private_key(65537, 2048),
    "ec": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
}
PROOFS = ("square.jpg.proof.csv", "square.jpg.proof.json", "tella.csv", "tella.json")
SIGNED = ("photo/signed.jpg", "photo/signed.png", "photo/signed.avif", "media/signed.mp4")
DEVICE = ("INVENTED-DEVICE-7", "02:00:00:00:00:07", "192.0.2.7", "2001:db8::7")
IN_CREDENTIALS = ("INVENTED-serial", "INVENTED-imei", "INVENTED-signer")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestProvenance(ReaderSuite):
    reader = "provenance"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def read(data: bytes, name: str) -> ReadDocument:
    (document,) = read_bytes(data, Path(name).name)
    return document


def open_words(document: ReadDocument) -> str:
    """All that a document says outside of its protected facts."""
    facts = {name: v for name, v in document.meta.items() if not name.startswith("protected.")}
    return json.dumps([facts, document.text, [found.text for found in document.findings]])


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_says_which_bytes_when_and_where(name: str) -> None:
    meta = read(sample(f"provenance/{name}"), name).meta
    assert meta["proof.location"] == {"lat": 43.25, "lon": 76.95}
    assert meta["proof.hardware"]
    assert len(str(meta["proof.file_hash"])) == 64


@pytest.mark.parametrize("name", PROOFS)
def test_devices_and_networks_stand_only_under_protected_names(name: str) -> None:
    document = read(sample(f"provenance/{name}"), name)
    everything = json.dumps(document.meta)
    said = open_words(document)
    for value in (*DEVICE, "CellInfo", "Invented Net"):
        assert value in everything
        assert value not in said


def test_a_fact_of_a_name_that_nobody_foresaw_is_protected() -> None:
    proof = json.loads(sample("provenance/tella.json")) | {"somethingNew": "INVENTED-NEW"}
    document = read(json.dumps(proof).encode(), "a.json")
    assert document.meta["protected.proof.somethingnew"] == "INVENTED-NEW"
    assert "INVENTED-NEW" not in open_words(document)


def test_words_about_proofs_are_no_proof() -> None:
    text = b"The file hash SHA256 and the DeviceID are told.\nProof Generated: in its app.\n" * 3
    assert read(text, "about.txt").begin.reader == "text"


def test_a_proof_without_a_hash_is_said_to_speak_of_nothing() -> None:
    proof = json.loads(sample("provenance/tella.json")) | {"fileHashSHA256": "none"}
    assert "damaged" in read(json.dumps(proof).encode(), "a.json").codes()


def test_many_proofs_in_one_table_are_a_document_each() -> None:
    head, row = sample("provenance/square.jpg.proof.csv").splitlines()
    documents = read_bytes(b"\n".join([head, row, row, row]), "proofmode.csv")
    assert [one.begin.reader for one in documents] == ["provenance"] * 3


@pytest.mark.parametrize("name", SIGNED)
def test_credentials_that_fit_are_said_to_and_no_more(name: str) -> None:
    document = read(sample(name), name)
    assert document.meta["c2pa.intact"] is True
    assert document.meta["c2pa.generator"] == "Invented Camera App 1.0"
    assert document.meta["c2pa.signer_organisation"] == "Invented Organisation"
    (told,) = [one.text for one in document.findings if one.code == "signature-unchecked"]
    assert "signature fits" in told
    assert "Who holds the key was not checked" in told


@pytest.mark.parametrize("name", SIGNED)
def test_devices_in_credentials_are_protected(name: str) -> None:
    document = read(sample(name), name)
    for value in IN_CREDENTIALS:
        assert value in json.dumps(document.meta)
        assert value not in open_words(document)


def test_a_changed_picture_is_not_the_one_that_was_signed() -> None:
    data = bytearray(sample("photo/signed.jpg"))
    data[-40] ^= 1
    document = read(bytes(data), "signed.jpg")
    assert document.meta["c2pa.intact"] is False
    assert any("changed since" in one.text for one in document.findings)


def test_a_film_to_which_something_was_added_is_not_the_one_that_was_signed() -> None:
    data = sample("media/signed.mp4") + b"\0\0\0\x10mdatinvented"
    document = read(data, "signed.mp4")
    assert document.meta["c2pa.intact"] is False
    assert "digest-mismatch" in document.codes()


def test_a_changed_assertion_is_told() -> None:
    data = sample("photo/signed.jpg").replace(b"Invented Maker", b"Another Maker!")
    document = read(data, "signed.jpg")
    assert document.meta["c2pa.stds.exif.exif:Make"] == "Another Maker!"
    assert any("is not the one that was signed" in one.text for one in document.findings)


def test_a_changed_claim_does_not_fit_its_signature() -> None:
    data = sample("photo/signed.jpg").replace(b"Invented Camera App", b"Another! Camera App")
    document = read(data, "signed.jpg")
    assert document.meta["c2pa.intact"] is False
    assert any("does not fit the claim" in one.text for one in document.findings)


def test_a_file_whose_signature_was_taken_off_is_not_said_to_be_intact() -> None:
    """Whoever changes a picture can state its new hash; only the signature is beyond them."""
    label = b"c2pa.signature\0"
    data = sample("photo/signed.jpg")
    assert data.count(label) == 1
    document = read(data.replace(label, b"c2pa.nothing!!\0"), "signed.jpg")
    assert "c2pa.intact" not in document.meta
    assert "fits cannot be told" in document.words("signature-unchecked")


def test_a_signature_that_cannot_be_followed_is_no_signature_that_fits() -> None:
    assert look_at(b"", b"").fits is None
    assert look_at(bytes.fromhex("8440a0f640"), b"").fits is None


def test_a_store_of_its_own_is_read_without_its_file() -> None:
    document = read(sample("provenance/signed.c2pa"), "signed.c2pa")
    assert "c2pa.intact" not in document.meta
    assert "was not checked" in open_words(document)


@pytest.mark.parametrize("name", ["photo/signed.jpg", "media/signed.mp4", "provenance/tella.json"])
def test_each_is_read_in_the_confined_child(name: str) -> None:
    path = SAMPLES / name
    with Readers() as readers, path.open("rb") as file:
        came = list(readers.read(file.fileno(), Job(name=path.name)))
    (begin,) = [one for one in came if isinstance(one, Begin)]
    assert begin.meta.get("c2pa.intact", True) is True
    assert any(key.startswith("protected.") for key in begin.meta)


def certificate(key: Key) -> bytes:
    """A certificate that a key gives itself."""
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Invented")])
    built = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=7,
        not_valid_before=datetime(2022, 1, 1, tzinfo=UTC),
        not_valid_after=datetime(2052, 1, 1, tzinfo=UTC),
    )
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return built.sign(key, digest).public_bytes(serialization.Encoding.DER)


def spelled(data: bytes) -> bytes:
    return b"\x59" + len(data).to_bytes(2, "big") + data


@pytest.mark.parametrize("kind", ["rsa", "ed25519", "ec"])
def test_a_signature_of_each_kind_fits_what_it_signs_and_nothing_else(kind: str) -> None:
    """Put together by hand as COSE has it: the sums are the library's, the structure is ours."""
    claim, key = b"claimed", KEYS[kind]()
    head = {"rsa": "a1013824", "ed25519": "a10127", "ec": "a10126"}[kind]
    protected = bytes.fromhex(head)
    to_sign = b"\x84\x6aSignature1" + bytes([0x40 | len(protected)]) + protected
    to_sign += b"\x40" + bytes([0x40 | len(claim)]) + claim
    if isinstance(key, rsa.RSAPrivateKey):
        filled = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        signed = key.sign(to_sign, filled, hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = utils.decode_dss_signature(key.sign(to_sign, ec.ECDSA(hashes.SHA256())))
        signed = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    else:
        signed = key.sign(to_sign)
    cose = b"\xd2\x84" + bytes([0x40 | len(protected)]) + protected
    cose += b"\xa1\x18\x21" + spelled(certificate(key)) + b"\xf6" + spelled(signed)
    found = look_at(cose, claim)
    assert (found.fits, found.organisation, found.serial) == (True, "Invented", "7")
    assert look_at(cose, b"Claimed").fits is False


# Of RFC 8949, appendix A.
@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("1b000000e8d4a51000", 1_000_000_000_000),
        ("3903e7", -1000),
        ("f93c00", 1.0),
        ("fb3ff199999999999a", 1.1),
        ("f4", False),
        ("f6", None),
        ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
        ("4401020304", b"\x01\x02\x03\x04"),
        ("62c3bc", "ü"),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
        ("5f42010243030405ff", b"\x01\x02\x03\x04\x05"),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("bf61610161629f0203ffff", {"a": 1, "b": [2, 3]}),
    ],
)
def test_cbor_is_read_as_its_standard_has_it(data: str, value: CborValue) -> None:
    assert decode(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x81" * (MAX_DEPTH + 2) + b"\x00",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xa1\x80\x00",
        b"\x00\x00",
        b"\x9f" * 1000,
        b"\x1c",
    ],
)
def test_cbor_that_lies_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenCborError):
        decode(data)


def test_boxes_that_lie_are_refused() -> None:
    with pytest.raises(BrokenBoxesError):
        boxes(b"\x00\x00\x00\xffjumb" + bytes(16))
    with pytest.raises(BrokenBoxesError):
        boxes((b"\x00\x00\x00\x08free") * 30_000)
    deep = b""
    for _ in range(2_000):
        deep = (len(deep) + 8).to_bytes(4, "big") + b"jumb" + deep
    assert boxes(deep).inside


def test_a_picture_without_credentials_has_none() -> None:
    for name in ("photo/square.jpg", "photo/square.png", "photo/claims.webp"):
        assert store_in_picture(io.BytesIO(sample(name))) is None
