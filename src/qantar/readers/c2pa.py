"""Content Credentials (C2PA): what they claim of a picture or film, and whether they fit it.

Three things are checked, all without a connection: that each assertion is the one that the
claim names (its hash), that the file is the one that the claim speaks of (the hash of its
bytes, where the format has such), and that the signature fits the claim and the key in it.
Who holds that key is **not** checked: there is no list of trusted signers here, no
revocation and no time stamp is asked for, and nothing is fetched. So all of it stays claimed.

Source: C2PA Technical Specification 2.1, chapters 8, 10, 13 and 15.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import BinaryIO, Final

from qantar.model.protected import PREFIX
from qantar.readers.c2pa_binding import ALGORITHMS, is_bound, is_bound_by_boxes
from qantar.readers.c2pa_signature import look_at
from qantar.readers.cbor import BrokenCborError, CborValue, decode
from qantar.readers.finding_log import counted, shown
from qantar.readers.jumbf import MAX_STORE_BYTES, Box, BrokenBoxesError, boxes
from qantar.readers.media_claims import Claims
from qantar.readers.protected_names import is_protected_name

_BY_BOXES: Final = ("c2pa.hash.bmff.v2", "c2pa.hash.bmff.v3")
_MAX_ASSERTIONS: Final = 500
_MAX_LEAVES: Final = 2_000
_MAX_DEPTH: Final = 12
_BINDINGS: Final = ("c2pa.hash.",)
_BINARY: Final = (b"bidb", b"bfdb")
_CHECKED: Final = (
    "The file carries Content Credentials (C2PA). {}. Who holds the key was not checked, nor "
    "whether it was withdrawn: what they say stays a claim."
)


def read_credentials(store: bytes, source: BinaryIO | None, claims: Claims) -> None:
    """Keep what Content Credentials claim.

    Args:
        store: the boxes, as a file carries them, or as they stand in one of their own.
        source: the file that they speak of, None where it is not at hand.
        claims: receives facts and findings.
    """
    try:
        root = boxes(store[:MAX_STORE_BYTES])
        top = root.named("c2pa") or root
        manifests = [one for one in top.inside if one.kind == b"jumb"]
        claims.keep("c2pa.manifests", len(manifests))
        if manifests:
            _Manifest(store, manifests[-1], claims).read(source)
        else:
            claims.log.loss("damaged", "The Content Credentials (C2PA) hold no manifest.")
    except (BrokenBoxesError, BrokenCborError, ValueError, RecursionError) as error:
        text = f"The Content Credentials (C2PA) of the file cannot be followed: {error}."
        claims.log.loss("damaged", text)


class _Manifest:
    """The manifest that speaks of the file itself; those before it speak of what it was made of."""

    def __init__(self, store: bytes, box: Box, claims: Claims) -> None:
        self._store, self._box, self._claims = store, box, claims
        self._leaves = 0
        self._faults: list[str] = []

    def read(self, source: BinaryIO | None) -> None:
        """Keep what it claims, and say what of it holds."""
        box = self._box.named("c2pa.claim.v2") or self._box.named("c2pa.claim")
        data = self._content(box, b"cbor")
        claim = decode(data) if data else None
        if not isinstance(claim, dict):
            message = "there is no claim in them"
            raise BrokenBoxesError(message)
        self._claims.say("c2pa.label", self._box.label)
        self._general(claim)
        self._assertions(claim)
        bound = self._binding(source, str(claim.get("alg") or "sha256"))
        fits = self._signature(data, bound=bound)
        for fault in self._faults:
            self._claims.log.loss("digest-mismatch", fault)
        # Whoever changes a file can state its new hash, but not sign that: both have to hold.
        if self._faults or (bound and fits):
            self._claims.keep("c2pa.intact", not self._faults)

    def _content(self, box: Box | None, kind: bytes) -> bytes:
        found = box.of_kind(kind) if box else None
        return self._store[found.start : found.end] if found else b""

    def _general(self, claim: dict[int | str | bytes, CborValue]) -> None:
        for name, key in (
            ("title", "dc:title"),
            ("format", "dc:format"),
            ("instance", "instanceID"),
            ("generator", "claim_generator"),
        ):
            if isinstance(text := claim.get(key), str):
                self._claims.say(f"c2pa.{name}", text)
        made_by = claim.get("claim_generator_info")
        for one in made_by if isinstance(made_by, list) else [made_by]:
            if isinstance(one, dict):
                words = (one.get("name"), one.get("version"))
                self._claims.say("c2pa.generator", " ".join(w for w in words if isinstance(w, str)))

    def _assertions(self, claim: dict[int | str | bytes, CborValue]) -> None:
        """Keep what each says, and hold it against the hash that the claim has of it."""
        hashed = _references(claim)
        listed = self._box.named("c2pa.assertions")
        inside = [one for one in listed.inside if one.kind == b"jumb"] if listed else []
        for box in inside[:_MAX_ASSERTIONS]:
            if box.label not in hashed:
                self._faults.append(f"The claim does not know the assertion {shown(box.label)}.")
            else:
                algorithm, digest = hashed.pop(box.label)
                if _hash(algorithm, self._store[box.start : box.end]) != digest:
                    text = f"The assertion {shown(box.label)} is not the one that was signed."
                    self._faults.append(text)
            self._say(box)
        self._faults.extend(f"The assertion {shown(label)} is missing." for label in hashed)
        if len(inside) > _MAX_ASSERTIONS:
            text = f"There are {len(inside):,} assertions. The first {_MAX_ASSERTIONS} were read."
            self._claims.log.loss("too-many", text)

    def _say(self, box: Box) -> None:
        if box.label.startswith(_BINDINGS):
            return
        value: CborValue = None
        if data := self._content(box, b"cbor"):
            value = decode(data)
        elif data := self._content(box, b"json"):
            value = json.loads(data)
        elif any(one.kind in _BINARY for one in box.inside):
            size = counted(box.end - box.start, "byte")
            text = f"The credentials hold a picture or file, {shown(box.label)} ({size}), not read."
            self._claims.log.note("hidden-content", text)
        for path, text in _leaves(value):
            self._leaves += 1
            if self._leaves > _MAX_LEAVES:
                self._claims.log.loss("too-many", "The credentials say more than is kept.")
                return
            self._keep(f"{box.label}.{path}" if path else box.label, path, text)

    def _keep(self, name: str, path: str, text: str) -> None:
        hidden = is_protected_name(path.removeprefix("exif:"))
        self._claims.say(f"{PREFIX}c2pa.{name}" if hidden else f"c2pa.{name}", text)

    def _binding(self, source: BinaryIO | None, algorithm: str) -> bool | None:
        """Whether the file is the one that is meant; None where that cannot be told."""
        listed = self._box.named("c2pa.assertions")
        bound: bool | None = None
        if source is None or listed is None:
            return None
        for one in listed.inside:
            data = self._content(one, b"cbor")
            if one.label == "c2pa.hash.data" and data:
                bound = is_bound(source, decode(data), algorithm)
            elif one.label in _BY_BOXES and data:
                bound = is_bound_by_boxes(source, decode(data), algorithm)
        if bound is False:
            self._faults.append(
                "The file is not the one that its Content Credentials speak of: it was changed "
                "since."
            )
        return bound

    def _signature(self, claim: bytes, *, bound: bool | None) -> bool | None:
        """Keep who signed, and say whether it fits; None where that cannot be told."""
        found = look_at(self._content(self._box.named("c2pa.signature"), b"cbor"), claim)
        self._claims.say("c2pa.signer_organisation", found.organisation)
        self._claims.say("c2pa.signer_issuer", found.issuer)
        # Some cameras and telephones have a certificate each.
        self._claims.say(f"{PREFIX}c2pa.signer", found.name)
        self._claims.say(f"{PREFIX}c2pa.signer_serial", found.serial)
        if found.fits is False:
            self._faults.append("The signature of the Content Credentials does not fit the claim.")
            return False
        said = (
            "Their signature fits the claim and the key in it"
            if found.fits
            else "Whether their signature fits cannot be told"
        )
        if bound is None:
            said += "; whether they speak of this file was not checked"
        self._claims.log.note("signature-unchecked", _CHECKED.format(said))
        return found.fits


def _references(claim: dict[int | str | bytes, CborValue]) -> dict[str, tuple[str, bytes]]:
    """Give, for each assertion that the claim names, how it is hashed, and its hash."""
    found: dict[str, tuple[str, bytes]] = {}
    plain = str(claim.get("alg") or "sha256")
    for key in ("assertions", "created_assertions", "gathered_assertions"):
        listed = claim.get(key)
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, dict) and isinstance(one.get("hash"), bytes):
                label = str(one.get("url", "")).rpartition("/")[2]
                digest = one["hash"]
                if isinstance(digest, bytes):
                    found[label] = (str(one.get("alg") or plain), digest)
    return found


def _hash(algorithm: str, data: bytes) -> bytes:
    return hashlib.new(algorithm, data).digest() if algorithm in ALGORITHMS else b""


def _leaves(value: object) -> Iterator[tuple[str, str]]:
    """Give the texts and numbers in a value, each with the names that lead to it."""
    waiting: list[tuple[str, object, int]] = [("", value, 0)]
    while waiting:
        path, one, depth = waiting.pop()
        if isinstance(one, dict) and depth < _MAX_DEPTH:
            inner = [
                (_under(path, str(k)), v, depth + 1) for k, v in one.items() if k != "@context"
            ]
            waiting.extend(reversed(inner))
        elif isinstance(one, list) and depth < _MAX_DEPTH:
            waiting.extend((path, each, depth + 1) for each in reversed(one))
        elif isinstance(one, str | int | float) and not isinstance(one, bool):
            yield path, str(one)


def _under(path: str, name: str) -> str:
    return f"{path}.{name[:100]}" if path else name[:100]
