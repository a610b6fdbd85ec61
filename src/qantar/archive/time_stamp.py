"""Time stamps of an outside authority (RFC 3161): asked for and answered by files.

The authority signs the hash of a checkpoint's text together with the time. Nothing of
the case leaves but 32 bytes of hash, and no connection is opened: the request goes out
and the answer comes back by whatever way the user has. Needs `qantar[witness]`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptography import x509

from qantar.errors import MissingExtraError

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

_GRANTED: Final = (0, 1)
_LONG_FORM: Final = 0x80
_SIGNED_DATA: Final = (1, 1, 0)
"""The way from an answer to its signed data: each time to the child of this number, from 0."""
_CERTIFICATES: Final = 0xA0


class UnsoundAnswerError(Exception):
    """It is no answer of an authority, or not a good one; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an authority answered.

    `imprint` is the hash that it signed, `nonce` the number by which it says which
    request it answers, `at` the time it vouches for, in UTC. `authority` is what its
    certificate calls it, in the authority's own words; "" where it sent none.
    """

    imprint: bytes
    nonce: int | None
    at: datetime
    authority: str
    _whole: TimeStampResponse


def new_request(text: bytes) -> bytes:
    """Make a request for the time stamp of a text, with a random number of its own.

    Raises:
        MissingExtraError: `qantar[witness]` is not installed.
    """
    client = _client()
    builder = client.TimestampRequestBuilder().data(text)
    made: bytes = builder.hash_algorithm(client.HashAlgorithm.SHA256).build().as_bytes()
    return made


def read_answer(untrusted: bytes) -> Answer:
    """Read the answer of an authority; says nothing of whether its signature holds.

    Raises:
        UnsoundAnswerError: it is none, or the authority refused.
        MissingExtraError: `qantar[witness]` is not installed.
    """
    whole = _decoded(untrusted)
    if whole.status not in _GRANTED:
        said = "; ".join(whole.status_string) or "it does not say why"
        message = f"the authority refused: {said}"
        raise UnsoundAnswerError(message)
    try:
        info = whole.tst_info
        return Answer(
            imprint=bytes(info.message_imprint.message),
            nonce=info.nonce,
            at=info.gen_time.astimezone(UTC),
            authority=_authority(whole),
            _whole=whole,
        )
    except ValueError as error:
        raise UnsoundAnswerError(str(error)) from error


def answers(answer: Answer, text: bytes, request: bytes) -> bool:
    """Whether this is the answer to this request for this text."""
    if answer.imprint != hashlib.sha256(text).digest() or answer.nonce is None:
        return False
    size = answer.nonce.bit_length() // 8 + 1
    # As the request spells it: DER, an integer, its length, its bytes.
    return bytes([2, size]) + answer.nonce.to_bytes(size, "big") in request


def check_signature(answer: Answer, text: bytes, roots: Sequence[x509.Certificate]) -> None:
    """Hold the answer's signature, and the certificates it came with, against roots one trusts.

    Raises:
        UnsoundAnswerError: it does not hold; the message says why.
        MissingExtraError: `qantar[witness]` is not installed.
    """
    client = _client()
    builder = client.VerifierBuilder(roots=list(roots), nonce=answer.nonce)
    try:
        builder.build().verify_message(answer._whole, text)  # noqa: SLF001  # kept for this alone
    except (client.VerificationError, ValueError) as error:
        raise UnsoundAnswerError(str(error)) from error


def _client() -> ModuleType:
    try:
        import rfc3161_client  # noqa: PLC0415  # an extra
    except ModuleNotFoundError as missing:
        message = f"time stamps need a part of Qantar that is not installed ({missing.name})."
        hint = 'Install it: pip install "qantar[witness]"'
        raise MissingExtraError(message, next=hint) from missing
    return rfc3161_client


def _decoded(untrusted: bytes) -> Any:
    client = _client()
    try:
        return client.decode_timestamp_response(untrusted)
    except ValueError:
        pass
    try:
        return client.decode_timestamp_response(_with_sorted_certificates(untrusted))
    except (ValueError, IndexError, StopIteration) as error:
        message = "it is no answer of a time-stamp authority in the form of RFC 3161"
        raise UnsoundAnswerError(message) from error


def _authority(whole: TimeStampResponse) -> str:
    signed = whole.signed_data
    signers = {(one.issuer, one.serial_number) for one in signed.signer_infos}
    certificates = [x509.load_der_x509_certificate(one) for one in signed.certificates]
    names = [c.subject for c in certificates if (c.issuer, c.serial_number) in signers]
    return names[0].rfc4514_string() if names else ""


class _Value(NamedTuple):
    """A value in DER: its tag, where it begins, where its contents are."""

    tag: int
    begin: int
    start: int
    end: int


def _with_sorted_certificates(untrusted: bytes) -> bytes:
    """Put the certificates of an answer into the order that DER asks for.

    Authorities that run on OpenSSL do not sort them; they are not part of what is
    signed, and the reader of answers takes sorted ones only.
    """
    value = next(_values(untrusted, 0, len(untrusted)))
    for number in _SIGNED_DATA:
        value = list(_values(untrusted, value.start, value.end))[number]
    for one in _values(untrusted, value.start, value.end):
        if one.tag == _CERTIFICATES:
            parts = [untrusted[c.begin : c.end] for c in _values(untrusted, one.start, one.end)]
            return untrusted[: one.start] + b"".join(sorted(parts)) + untrusted[one.end :]
    return untrusted


def _values(untrusted: bytes, start: int, end: int) -> Iterator[_Value]:
    while start < end:
        begin, tag, size = start, untrusted[start], untrusted[start + 1]
        start += 2
        if size & _LONG_FORM:
            digits = size - _LONG_FORM
            size = int.from_bytes(untrusted[start : start + digits], "big")
            start += digits
        yield _Value(tag, begin, start, min(start + size, end))
        start += size
