"""Time stamps of an authority, which these tests are: `openssl ts` answers, offline."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from tests.authority import Authority

from qantar.archive.time_stamp import (
    UnsoundAnswerError,
    answers,
    check_signature,
    new_request,
    read_answer,
)

TEXT = b"qantar/case/device\n3\nroot\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("authority"))


def root_of(authority: Authority) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(authority.root.read_bytes())


@pytest.mark.parametrize("with_chain", [False, True])
def test_an_answer_says_what_was_stamped_when_and_by_whom(
    authority: Authority, *, with_chain: bool
) -> None:
    request = new_request(TEXT)
    answer = read_answer(authority.answer(request, with_chain=with_chain))
    assert answers(answer, TEXT, request)
    assert answer.authority == "CN=Test Authority"
    assert answer.at.tzinfo is not None
    check_signature(answer, TEXT, root_of(authority))


def test_an_answer_fits_its_own_request_and_no_other(authority: Authority) -> None:
    request = new_request(TEXT)
    answer = read_answer(authority.answer(request))
    assert not answers(answer, b"other text", request)
    assert not answers(answer, TEXT, new_request(TEXT))


def test_a_signature_holds_under_the_right_root_over_the_right_text_only(
    authority: Authority, tmp_path: Path
) -> None:
    answer = read_answer(authority.answer(new_request(TEXT)))
    other = Authority.founded(tmp_path / "other")
    with pytest.raises(UnsoundAnswerError):
        check_signature(answer, TEXT, root_of(other))
    with pytest.raises(UnsoundAnswerError):
        check_signature(answer, b"other text", root_of(authority))


def test_an_answer_with_any_byte_of_its_signed_part_changed_does_not_hold(
    authority: Authority,
) -> None:
    request = new_request(TEXT)
    sound = authority.answer(request)
    for at in range(0, len(sound), 7):
        data = bytearray(sound)
        data[at] ^= 1
        try:
            answer = read_answer(bytes(data))
            check_signature(answer, TEXT, root_of(authority))
        except UnsoundAnswerError:
            continue
        # What is not signed (the status, the certificates' order) may differ; what was said may not.
        assert (answer.imprint, answer.at) == (read_answer(sound).imprint, read_answer(sound).at)
        assert answers(answer, TEXT, request)


def test_what_is_no_answer_is_refused(authority: Authority) -> None:
    sound = authority.answer(new_request(TEXT))
    for untrusted in (b"", b"junk", bytes(60), new_request(TEXT), sound[:-9], authority.refusal()):
        with pytest.raises(UnsoundAnswerError):
            read_answer(untrusted)
