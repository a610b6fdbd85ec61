"""Mails: their header, text, quotes and enclosures; nothing they hold stops the others."""

from __future__ import annotations

import hashlib
import mailbox
import os
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from qantar.model.read_document import Begin, Noted
from qantar.readers import mail
from qantar.readers.answer import Quoted
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate
from tests.readers.test_attack_cases import measured

SAMPLES = Path(__file__).parent / "samples" / "mail"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestMail(ReaderSuite):
    reader = "mail"


def sample(name: str) -> list[ReadDocument]:
    return read_bytes((SAMPLES / name).read_bytes(), name)


def written(text: str = "Invented.\n", **fields: str) -> EmailMessage:
    """A mail as Python's own library writes it, which is not what reads it here."""
    message = EmailMessage()
    for name, value in {"From": "a@example.org", "To": "b@example.net", **fields}.items():
        message[name] = value
    message["Message-ID"] = "<1@example.org>"
    message.set_content(text)
    return message


def raw(head: str, body: str | bytes = "Invented.\n") -> bytes:
    data = body if isinstance(body, bytes) else body.encode()
    return f"From: a@example.org\nTo: b@example.net\nMessage-ID: <1@x>\n{head}\n\n".encode() + data


def test_header_text_quote_and_enclosures_of_a_reply() -> None:
    letter, text, table, picture = sample("reply.eml")
    assert letter.of_kind("header")[0] == "From: Аян Серікұлы <ayan@example.org>"
    assert letter.meta["mail.date"] == "2022-01-06T09:15:00+06:00"
    assert letter.meta["mail.received"] == "2022-01-06T03:15:07+00:00"
    (quote,) = letter.of_kind("quote")
    assert quote.startswith("> Сколько")
    assert quote.endswith("> Please write it down.")
    assert letter.of_kind("paragraph")[-2:] == [
        "Please write it down.",
        "The buses came from Tuzkol.",
    ]
    assert [one.begin.member for one in (text, table)] == ["список.txt", "people.csv"]
    assert table.begin.reader == "table"
    assert table.of_kind("row") == ["A. B.\tSayakkent", "C. D.\tTuzkol"]
    assert picture.begin.member == "../photo\u202egnp.exe"
    assert {"unsafe-name", "unsupported"} <= picture.codes()
    assert {one.begin.parent for one in (text, table, picture)} == {letter.begin.id}
    body = "name,town\nA. B.,Sayakkent\nC. D.,Tuzkol\n"
    assert table.begin.sha256 == hashlib.sha256(body.encode()).hexdigest()


def test_each_part_is_named_by_its_number() -> None:
    letter = sample("reply.eml")[0]
    assert {s.locator.part for s in letter.segments if s.kind != "header"} == {"1"}


def test_an_enclosed_mail_is_a_mail_with_enclosures_of_its_own() -> None:
    outer, inner, deep, tnef = sample("enclosed.eml")
    assert (inner.begin.parent, inner.begin.reader) == (outer.begin.id, "mail")
    assert inner.meta["mail.subject"] == "Inner (invented)"
    assert (deep.begin.parent, deep.text) == (inner.begin.id, "deep note, invented\n")
    assert tnef.codes() == {"unsupported"}
    assert "winmail.dat" in tnef.findings[0].text


def test_the_plain_form_is_read_and_the_other_is_told() -> None:
    (letter,) = sample("both-forms.eml")
    assert letter.of_kind("paragraph") == ["Invented. The plain form."]
    assert "alternative-text" in letter.codes()


def test_an_html_form_that_says_something_else_is_a_document_of_its_own() -> None:
    message = written("Please view this mail in a browser.\n")
    page = "<p>Invented: seven people were taken from the old station at night.</p>"
    message.add_alternative(page, subtype="html")
    letter, other = read_bytes(message.as_bytes(), "m.eml")
    assert letter.of_kind("paragraph") == ["Please view this mail in a browser."]
    assert (other.begin.parent, other.begin.reader) == (letter.begin.id, "html")
    assert other.of_kind("paragraph") == [page[3:-4]]


def test_html_alone_is_read_and_what_it_hides_and_loads_is_told() -> None:
    (letter,) = sample("html-only.eml")
    assert letter.of_kind("heading") == ["Sayakkent, 5\xa0January"]
    assert letter.of_kind("quote") == ["Quoted question?\nQuoted again."]
    assert "preheader" not in letter.text
    assert {"hidden-content", "external-reference", "alternative-text"} <= letter.codes()


@pytest.mark.parametrize(
    ("said", "date", "code"),
    [
        ("Thu, 06 Jan 2022 09:15:00 +0600", "2022-01-06T09:15:00+06:00", None),
        ("Thu, 06 Jan 2022 09:15:00 -0000", "2022-01-06T09:15:00", "no-zone"),
        ("6 Jan 2022 09:15 ALMT", "2022-01-06T09:15:00", "no-zone"),
        ("Thu, 06 Jan 2022 09:15:00 GMT", "2022-01-06T09:15:00+00:00", None),
        ("32 Jan 2022 09:15:00 +0600", None, "impossible-date"),
        ("9" * 5000, None, "impossible-date"),
    ],
)
def test_dates_keep_their_zone_or_say_that_they_have_none(
    said: str, date: str | None, code: str | None
) -> None:
    (letter,) = read_bytes(raw(f"Date: {said}"), "m.eml")
    assert letter.meta.get("mail.date") == date
    assert letter.codes() == ({code} if code else set())


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("=?utf-8?B?0KHQsNGP?= =?utf-8?B?0LrQutC10L3Rgg==?=", "Саяккент"),
        ("=?windows-1251?Q?=D1=E0=FF=EA=EA=E5=ED=F2?=", "Саяккент"),
        ("=?utf-8?B?0KE=?= and =?utf-8?Q?=D0=A2?=", "С and Т"),
        ("=?utf-8?B?0A==?= =?utf-8?B?oQ==?=", "С"),  # one letter cut between two words
        ("=?x-none?B?0KE=?=", "=?x-none?B?0KE=?="),
        ("=?utf-8?B?!?=", "=?utf-8?B?!?="),
        ("=?utf-7?Q?+2AA-?=", "\ufffd"),  # half a character
    ],
)
def test_encoded_words_are_read_or_left_as_they_are(field: str, said: str) -> None:
    (letter,) = read_bytes(raw(f"Subject: {field}"), "m.eml")
    assert letter.meta["mail.subject"] == said


@pytest.mark.parametrize(
    "disposition",
    [
        "attachment; filename*=utf-8''%D1%81%D0%BF%D0%B8%D1%81%D0%BE%D0%BA.txt",
        "attachment; filename*0*=utf-8''%D1%81%D0%BF%D0%B8; filename*1*=%D1%81%D0%BE%D0%BA; filename*2=.txt",
        'attachment; filename="=?utf-8?B?0YHQv9C40YHQvtC6LnR4dA==?="',
        'attachment; filename="список.txt"',
        'attachment;\n filename = "сп\\исок.txt"',
    ],
)
def test_names_of_enclosures_in_every_way_of_writing_them(disposition: str) -> None:
    body = f"--b\nContent-Disposition: {disposition}\n\nInvented.\n--b--\n"
    _, enclosed = read_bytes(raw('Content-Type: multipart/mixed; boundary="b"', body), "m.eml")
    assert enclosed.begin.member == "список.txt"


def test_a_missing_end_keeps_what_was_there() -> None:
    body = "--b\n\nFirst, invented.\n--b\nContent-Type: text/csv\n\na,b\n1,2\n"
    letter, table = read_bytes(raw("Content-Type: multipart/mixed; boundary=b", body), "m.eml")
    assert letter.of_kind("paragraph") == ["First, invented."]
    assert "truncated" in letter.codes()
    assert table.of_kind("row") == ["1\t2"]


@pytest.mark.parametrize("said", ["multipart/mixed", "multipart/mixed; boundary=other"])
def test_parts_without_their_boundary_are_not_lost(said: str) -> None:
    body = "--b\nContent-Type: text/plain\n\nStill here, invented.\n--b--\n"
    letter = read_bytes(raw(f"Content-Type: {said}", body), "m.eml")[0]
    assert "Still here, invented." in letter.text
    assert "damaged" in letter.codes()


def test_broken_base64_is_decoded_as_far_as_it_goes_and_told() -> None:
    head = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64"
    (letter,) = read_bytes(raw(head, "SW52ZW50ZWQgdG93\n!!bi4gTW9y"), "m.eml")
    assert letter.text.endswith("Invented town. Mor")
    assert "damaged" in letter.codes()


@pytest.mark.parametrize(
    ("label", "data", "text", "code"),
    [
        ("windows-1251", "Площадь".encode("cp1251"), "Площадь", None),
        ("iso-2022-jp", "駅".encode("iso2022_jp"), "駅", None),
        ("utf-8", "Площадь станции".encode("cp1251"), "Площадь станции", "encoding-guessed"),
        ("windows-1251", "Площадь".encode(), "Площадь", "encoding-guessed"),
        ("none-such", "Площадь".encode(), "Площадь", "encoding-guessed"),
        ("hex", b"616263", "616263", "encoding-guessed"),  # a codec that is no text
        ("utf-8", "Площадь".encode() + b"\xff", "Площадь\ufffd", "encoding-damage"),
        ("us-ascii", "„a“".encode("cp1252"), "„a“", None),
    ],
)
def test_the_encoding_that_is_named_is_believed_where_it_can_be(
    label: str, data: bytes, text: str, code: str | None
) -> None:
    (letter,) = read_bytes(raw(f"Content-Type: text/plain; charset={label}", data), "m.eml")
    assert letter.text.endswith(text)
    assert letter.codes() == ({code} if code else set())


def test_what_is_encrypted_is_named_and_what_is_signed_is_read() -> None:
    sealed = "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\n\nXXXX\n--b--\n"
    head = "Content-Type: multipart/encrypted; boundary=b"
    letter, inner = read_bytes(raw(head, sealed), "m.eml")
    assert "encrypted" in letter.codes() & inner.codes()
    assert not letter.of_kind("paragraph")
    signed = "--b\n\nRead me, invented.\n--b\nContent-Type: application/pgp-signature\n\nX\n--b--\n"
    (letter,) = read_bytes(raw("Content-Type: multipart/signed; boundary=b", signed), "m.eml")
    assert letter.of_kind("paragraph") == ["Read me, invented."]
    assert letter.codes() == {"signature-unchecked"}
    (letter,) = read_bytes(raw("", "-----BEGIN PGP MESSAGE-----\n\nX\n"), "m.eml")
    assert "encrypted" in letter.codes()
    letter, _ = read_bytes(raw("Content-Type: application/pkcs7-mime; name=smime.p7m"), "m.eml")
    assert "encrypted" in letter.codes()


def test_two_senders_are_told() -> None:
    (letter,) = read_bytes(raw("From: other@example.org"), "m.eml")
    assert letter.meta["mail.from"] == "a@example.org"
    assert "duplicate-header" in letter.codes()


def test_text_outside_of_the_parts_is_told() -> None:
    body = "Hidden words.\n--b\n\nInvented.\n--b--\nAnd more.\n"
    (letter,) = read_bytes(raw("Content-Type: multipart/mixed; boundary=b", body), "m.eml")
    told = [f.text for f in letter.findings if f.code == "hidden-content"]
    assert len(told) == 2
    assert "Hidden words." in told[0]
    assert "And more." in told[1]


def test_an_mbox_is_a_document_and_each_mail_in_it_one() -> None:
    box, first, second, third = sample("box.mbox")
    assert (box.meta["mail.count"], box.text, box.segments) == (3, "", [])
    assert [one.begin.parent for one in (first, second, third)] == [box.begin.id] * 3
    assert "\nFrom here we saw the buses.\n" in first.text  # its mark taken off
    assert "\nFrom what the guard said" in first.text  # no line that parts mails
    assert "unquoted" in first.codes()
    assert second.meta["mail.deleted"] is True
    assert second.of_kind("quote") == ["> From here we saw the buses."]
    assert "impossible-date" in third.codes()


def test_an_mbox_written_by_another_program_has_the_same_mails(tmp_path: Path) -> None:
    """Python's mailbox module writes it, and its bytes are those that are hashed here."""
    path = tmp_path / "box.mbox"
    box = mailbox.mbox(path)
    for number in range(20):
        box.add(written(f"From number {number}\n\nFrom number {number} again.\n"))
    box.flush()
    _, *mails = read_bytes(path.read_bytes(), "box.mbox")
    assert len(mails) == 20
    for number, (key, one) in enumerate(zip(box.keys(), mails, strict=True)):
        assert f"From number {number}\n\nFrom number {number} again.\n" in one.text
        stored = box.get_bytes(key)
        assert one.begin.sha256 in {
            hashlib.sha256(stored).hexdigest(),
            hashlib.sha256(stored + b"\n").hexdigest(),
        }
    box.close()


@pytest.mark.parametrize("size", [1, 7, 50, 1000])
def test_mails_are_found_wherever_the_file_is_cut_in_reading(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qantar.readers.mbox.MIB", size)
    assert len(sample("box.mbox")) == 4


def nested(depth: int) -> bytes:
    data = b"Content-Type: text/plain\n\nInnermost.\n"
    for number in range(depth):
        head = f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n".encode()
        data = head + data + f"\n--b{number}--\n".encode()
    return b"From: a@x\nTo: b@x\nMessage-ID: <1@x>\n" + data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (nested(5_000), "too-deep"),
        (raw("Content-Type: multipart/mixed; boundary=b", "--b\n\n\n" * 20_000), "too-many"),
        (raw("X-A: b\n" * 5_000), "too-many"),
        (raw("Subject: " + "=?" * 1_000_000), None),
        (raw('Content-Type: multipart/mixed; boundary="' + '\\"' * 500_000), None),
        (raw("Content-Type: text/plain" + "; a*0*=b" * 100_000), None),
        (raw("Content-Type: text/plain; a*99999999999999999999*=b"), None),
        (raw("Content-Type: multipart/mixed; boundary=b", "--b" * 1_000_000), "damaged"),
        (raw("Content-Transfer-Encoding: base64", "=" * 1_000_000), None),
        (raw("", ">" * 1_000_000), None),
        (raw("", "> \n" * 200_000 + "a"), None),
        (b"From: a@x\nTo: b@x\nMessage-ID: <1@x>\n" + b"\x00\xff" * 1_000, None),
    ],
)
def test_hostile_mails_end_soon_and_with_findings(data: bytes, code: str | None) -> None:
    letter = read_bytes(data, "m.eml", reader="mail")[0]
    assert code is None or code in letter.codes()


def test_mails_in_mails_are_read_two_deep() -> None:
    message = written("Innermost.")
    for number in range(4):
        outer = written(f"Number {number}.")
        outer.add_attachment(message)
        message = outer
    read = read_bytes(message.as_bytes(), "m.eml")
    assert [one.codes() for one in read] == [set(), set(), set(), {"too-deep"}]


def test_what_is_beyond_the_budget_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qantar.readers.children.MAX_DOCUMENTS", 102)
    message = written()
    for number in range(5):
        message.add_attachment(f"Note {number}, invented.\n", filename=f"{number}.txt")
    read = read_bytes(message.as_bytes(), "m.eml")
    assert len(read) == 3
    assert read[-1].codes() == {"too-many"}
    assert "4 members" in read[-1].findings[0].text


def test_a_reader_that_fails_fails_for_its_member_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mail, "_reader_of", lambda _: failing)
    message = written()
    message.add_attachment("One, invented.\n", filename="1.txt")
    message.add_attachment("Two, invented.\n", filename="2.txt")
    letter, one, two = read_bytes(message.as_bytes(), "m.eml")
    assert (letter.codes(), one.codes(), two.codes()) == (set(), {"unparsed"}, {"unparsed"})
    assert one.begin.member == "1.txt"


@pytest.mark.parametrize("name", ["reply.eml", "box.mbox", "html-only.eml", "enclosed.eml"])
def test_confined_it_reads_the_same(name: str, confined: Callable[[str], list[object]]) -> None:
    came = confined(name)
    told = [one.code for one in came if isinstance(one, Noted)]
    assert "unparsed" not in told
    begun = [one for one in came if isinstance(one, Begin)]
    assert [one.member for one in begun] == [one.begin.member for one in sample(name)]
    assert sum(isinstance(one, Quoted) for one in came) == sum(
        len(one.segments) for one in sample(name)
    )


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers() as readers:
        yield readers


@pytest.fixture
def confined(readers: Readers) -> Callable[[str], list[object]]:
    def read(name: str) -> list[object]:
        with (SAMPLES / name).open("rb") as file:
            return list(readers.read(file.fileno(), Job(name=name)))

    return read


def test_a_large_mbox_is_never_held_whole(tmp_path: Path) -> None:
    """200 MB; `QANTAR_LONG_MBOX_MB=1200` for more than a gigabyte."""
    size = int(os.environ.get("QANTAR_LONG_MBOX_MB", "200"))
    mail_bytes = b"From a@x Thu Jan  6 03:15:07 2022\n" + raw("Subject: s", "word " * 20_000)
    path, count = tmp_path / "b.mbox", size * 10
    with path.open("wb") as file:
        for _ in range(count):
            file.write(mail_bytes + b"\n\n")
    peak, _, documents = measured(str(path))
    path.unlink()
    assert documents == count + 1
    assert peak < max(size, 200) * 4 // 5
