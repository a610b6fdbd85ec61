"""Files that stand beside a picture or film and vouch for it: ProofMode, Tella, C2PA, signatures.

A proof says which bytes it speaks of (their SHA-256), when and where its program saw them, and
with which device and network. What it says of the last two, and all that is not known to
be harmless, is protected. Whether the case has those bytes shows when it is built
(`workbench/proofs.py`). No signature is checked: that needs a key that somebody vouches for.

Source: ProofMode, "Metadata Detail" (proofmode.org/metadata); Tella's verification metadata, as
its app for Android names the fields; RFC 9580 for the armour of OpenPGP.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from qantar.model.protected import PREFIX
from qantar.model.read_document import MetaValue
from qantar.readers.answer import DocumentWriter
from qantar.readers.c2pa import read_credentials
from qantar.readers.encoding import choose_encoding
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.jumbf import MAX_STORE_BYTES
from qantar.readers.media_claims import Claims
from qantar.readers.start import Start
from qantar.readers.text_lines import TextLines

READER: Final = "provenance"
VERSION: Final = 2
MAX_PROOF_BYTES: Final = 4 * 1024 * 1024
MAX_PROOFS: Final = 10_000
_MAX_LEAVES: Final = 500
_MAX_DEPTH: Final = 6

HASH: Final = "filehashsha256"
# One of these stands beside the hash in every proof.
_BESIDE: Final = ("proofgenerated", "deviceid", "wifimac", "filemodified")
_STORE: Final = b"jumb"
_ARMOURED: Final = {
    "-----BEGIN PGP SIGNATURE-----": ("application/pgp-signature", "a signature (OpenPGP)"),
    "-----BEGIN PGP PUBLIC KEY BLOCK-----": ("application/pgp-keys", "a public key (OpenPGP)"),
}
_HARMLESS: Final = {
    HASH: "file_hash", "filecreated": "file_created", "filemodified": "file_modified",
    "proofgenerated": "generated", "timestamp": "timestamp", "manufacturer": "manufacturer",
    "hardware": "hardware", "screensize": "screen_size", "language": "language",
    "locale": "locale", "safetycheck": "safety_check", "notes": "notes",
    "locationprovider": "location_provider", "locationaccuracy": "location_accuracy",
    "locationaltitude": "altitude", "locationbearing": "bearing", "locationspeed": "speed",
    "locationtime": "location_time", "locationtimestamp": "location_time",
    "ambienttemperature": "temperature", "light": "light",
    "safetycheckbasicintegrity": "safety_check_basic", "safetycheckctsmatch": "safety_check_cts",
    "safetychecktimestamp": "safety_check_time",
}  # fmt: skip
_LATITUDE, _LONGITUDE = "locationlatitude", "locationlongitude"
_NAME: Final = re.compile(r'"([^"\\]{1,60})"\s*:')
_LOOKED_AT: Final = 20_000
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


def knows(start: Start) -> bool:
    """Whether a file is a proof: boxes of C2PA, an OpenPGP armour, or a hash with what it names."""
    if start.head[4:8] == _STORE:
        return True
    if not start.is_text:
        return False
    text = start.text.lstrip("\ufeff \r\n")
    if text.startswith(tuple(_ARMOURED)):
        return True
    words = _word(text[:_LOOKED_AT])
    return HASH in words and any(word in words for word in _BESIDE) and _is_proof(text)


def _is_proof(text: str) -> bool:
    """Whether the hash stands as the name of a value, and not in somebody's words about proofs."""
    if text.startswith(("{", "[")):
        return any(_word(name) == HASH for name in _NAME.findall(text[:_LOOKED_AT]))
    try:
        rows = list(csv.reader(io.StringIO(text[:_LOOKED_AT])))
    except csv.Error:
        return False
    named = [row for row in rows if len(row) > 1 and _word(row[0]) == HASH]
    pairs = any(_SHA256.fullmatch(row[1].strip()) for row in named)
    return pairs or (bool(rows) and HASH in map(_word, rows[0]))


def read(source: BinaryIO, job: Job, out: DocumentWriter) -> None:
    """Read a proof; see `registry.read`."""
    log = FindingLog(job.name)
    source.seek(0)
    head = source.read(8)
    if head[4:8] == _STORE:
        _read_store(source, log, out)
        return
    encoding = choose_encoding(source, declared=job.encoding, log=log)
    if source.seek(0, 2) > MAX_PROOF_BYTES:
        _begin(out, "text/plain", {})
        out.loss("too-large", f"No proof has more than {MAX_PROOF_BYTES >> 20} MiB. It is kept.")
        out.end()
        return
    text = "".join(TextLines(source, encoding)).lstrip("\ufeff")
    armour = next((one for one in _ARMOURED if text.lstrip().startswith(one)), None)
    if armour is not None:
        _write_armoured(armour, out)
    else:
        _write_proofs(text, log, out)


def _begin(out: DocumentWriter, media_type: str, meta: Mapping[str, MetaValue]) -> None:
    out.begin(reader=READER, version=VERSION, media_type=media_type, meta=meta)


def _read_store(source: BinaryIO, log: FindingLog, out: DocumentWriter) -> None:
    """Read Content Credentials that stand in a file of their own."""
    claims = Claims(log)
    source.seek(0)
    read_credentials(source.read(MAX_STORE_BYTES), None, claims)
    _begin(out, "application/c2pa", claims.facts)
    log.write_to(out)
    out.end()


def _write_armoured(armour: str, out: DocumentWriter) -> None:
    """Name a signature or a key; its letters are no text, and a key tells its owner apart."""
    media_type, what = _ARMOURED[armour]
    _begin(out, media_type, {})
    out.note(
        "signature-unchecked", f"The file is {what}. It was not checked, and is kept as it is."
    )
    out.end()


def _write_proofs(text: str, log: FindingLog, out: DocumentWriter) -> None:
    """Write each proof of a file as a document with facts and no text."""
    is_json = text.lstrip().startswith(("{", "["))
    media_type = "application/json" if is_json else "text/csv"
    try:
        proofs = list(_in_json(text) if is_json else _in_csv(text))
    except (ValueError, RecursionError, csv.Error) as error:
        proofs = []
        log.loss("damaged", f"The proof cannot be followed ({error}). It is kept as it is.")
    if len(proofs) > MAX_PROOFS:
        text = f"There are {len(proofs):,} proofs. The first {MAX_PROOFS:,} were read."
        log.loss("too-many", text)
    for number, proof in enumerate(proofs[:MAX_PROOFS] or [{}]):
        claims = Claims(log if not number else FindingLog(log.file))
        _claim(proof, claims)
        _begin(out, media_type, claims.facts)
        claims.log.write_to(out)
        out.end()


def _in_json(text: str) -> Iterator[dict[str, str]]:
    found = json.loads(text)
    for one in found if isinstance(found, list) else [found]:
        yield dict(_flat(one))


def _flat(value: object) -> Iterator[tuple[str, str]]:
    """Give the texts in a value by their names; those of a place after the word for it."""
    waiting: list[tuple[str, object, int]] = [("", value, 0)]
    given = 0
    while waiting and given < _MAX_LEAVES:
        name, one, depth = waiting.pop()
        if isinstance(one, dict) and depth < _MAX_DEPTH:
            waiting.extend(
                (f"{name}.{key}" if name else str(key), inner, depth + 1)
                for key, inner in reversed(one.items())
            )
        elif isinstance(one, list):
            given += 1
            yield name, "; ".join(str(each) for each in one[:_MAX_LEAVES])
        elif one is not None:
            given += 1
            yield name, str(one)


def _in_csv(text: str) -> Iterator[dict[str, str]]:
    """Give the proofs of a table: a row each below their names, or a name and its value a row."""
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if rows and HASH not in map(_word, rows[0]):
        yield {row[0]: row[1] for row in rows[:_MAX_LEAVES] if len(row) > 1}
        return
    for row in rows[1:]:
        yield dict(zip(rows[0][:_MAX_LEAVES], row, strict=False))


def _claim(proof: Mapping[str, str], claims: Claims) -> None:
    """Keep what a proof says; what is not known to be harmless is protected."""
    said = {_word(name): (name, value) for name, value in proof.items() if value.strip()}
    lat, lon = (_degrees(said.get(name, ("", ""))[1]) for name in (_LATITUDE, _LONGITUDE))
    for word, (name, value) in said.items():
        if word in _HARMLESS:
            claims.say(f"proof.{_HARMLESS[word]}", value.lower() if word == HASH else value)
        elif word not in (_LATITUDE, _LONGITUDE):
            claims.say(f"{PREFIX}proof.{word or _plain_name(name)}", value)
    if lat is not None and lon is not None and not lat == lon == 0:
        if abs(lat) <= 90 and abs(lon) <= 180:  # noqa: PLR2004  # degrees
            claims.keep("proof.location", {"lat": lat, "lon": lon})
        else:
            claims.log.loss("impossible-place", "The place that the proof claims is none on Earth.")
    digest = str(claims.facts.get("proof.file_hash", ""))
    if not _SHA256.fullmatch(digest):
        claims.log.loss("damaged", "The proof does not say of which bytes it speaks.")
    claims.log.note(
        "signature-unchecked",
        "The proof says when, where and with what a file was seen. Its signature, if it has one, "
        "was not checked.",
    )


def _plain_name(untrusted_name: str) -> str:
    """Name a fact whose name has no letters of Latin."""
    return untrusted_name.strip()[:50] or "unnamed"


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _degrees(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if abs(found) < 1000 else None  # noqa: PLR2004  # no number of degrees
