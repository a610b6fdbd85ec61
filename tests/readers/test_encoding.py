"""Encodings: what is found without being told, what is said about it, and what a wrong word in the sheet costs."""

from __future__ import annotations

import io

import pytest

from qantar.errors import InputRefusedError
from qantar.model.finding import Severity
from qantar.readers import eight_bit
from qantar.readers.encoding import Origin, choose_encoding
from qantar.readers.finding_log import FindingLog
from qantar.readers.text_codecs import codec_for, spoken

from .table_samples import codes, losses, only, read, values

RUSSIAN = "Имя,Место\nАйман,Саякент\nЕрлан,площадь у акимата\n"
KAZAKH = "Аты,Орны\nҚаңтар оқиғасы,Саяқкент\nҰлжан Әбілқызы,әкімдік алаңы\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp866", "cp866"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (RUSSIAN, "utf-16-be", "utf-16-be"),
        (RUSSIAN.upper(), "cp1251", "windows-1251"),
        (RUSSIAN.upper(), "koi8-r", "koi8-r"),
        (RUSSIAN.lower(), "cp1251", "windows-1251"),
        (RUSSIAN.lower(), "koi8-r", "koi8-r"),
        ("ФИО\nПЕТРОВ П. П.\n", "cp1251", "windows-1251"),
        ("ФИО\nПЕТРОВ П. П.\n", "koi8-r", "koi8-r"),
        (KAZAKH, "kz1048", "kz1048"),
        ("Name,City\nJosé,Zürich\nRené,Genève\n", "cp1252", "windows-1252"),
        ("Name,City\nAnna,Sayaqkent\n", "utf-16-le", "utf-16-le"),
    ],
)
def test_an_encoding_that_says_nothing_of_itself_is_guessed_and_reported(
    text: str, codec: str, name: str
) -> None:
    document = read(text.encode(codec))
    assert document.encoding == name
    assert document.meta["encoding"] == name
    assert document.meta["encoding_origin"] == "guessed"
    assert [document.header, *values(document)] == [
        tuple(line.split(",")) for line in text.splitlines()
    ]
    finding = only(document, "encoding-guessed")
    assert name in finding.text
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_that_says_what_it_is_needs_no_guess(codec: str) -> None:
    document = read(KAZAKH.encode(codec))
    assert document.header == ("Аты", "Орны")
    assert codes(document) == []


def test_a_guess_that_rests_on_a_word_names_its_rivals() -> None:
    assert "koi8-r" in only(read("ФИО\n".encode("cp1251")), "encoding-guessed").text


def test_a_guess_on_enough_text_has_no_rival() -> None:
    sample = eight_bit.words_with_high_bytes((RUSSIAN * 5).encode("cp1251"))
    assert eight_bit.guess(sample) == eight_bit.Guess("cp1251", sure=True)


def test_what_no_candidate_reads_is_said_to_be_uncertain() -> None:
    document = read("Ad,Yer\nŞükrü,Eskişehir çarşısı\nYağız,Iğdır\n".encode("cp1254"))
    assert "may be wrong" in only(document, "encoding-guessed").text


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("windows-1251", "cp1251"),
        ("CP1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("KOI8_R", "koi8-r"),
        ("kz1048", "kz1048"),
        ("utf-16", "utf-16-le"),
        ("latin-1", "iso8859-1"),
        ("UTF8", "utf-8"),
    ],
)
def test_the_sheet_may_use_any_usual_spelling(declared: str, codec: str) -> None:
    document = read("a,b\n1,2\n".encode(codec), encoding=declared)
    assert document.header == ("a", "b")
    assert document.meta["encoding_origin"] == "given by the sheet"
    assert "encoding-guessed" not in codes(document)


@pytest.mark.parametrize(
    "declared", ["nonsense", "hex", "zip", "rot13", "idna", "punycode", "utf-7", "unicode_escape"]
)
def test_what_is_no_text_encoding_is_refused(declared: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read(b"a,b\n", encoding=declared)
    assert declared in refused.value.message
    assert refused.value.where == "list.csv"
    assert refused.value.next


def test_a_name_with_a_nul_is_refused_and_no_crash() -> None:
    with pytest.raises(InputRefusedError):
        codec_for("utf\x008", where="a.csv")


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "kz1048", "cp866", "utf-8", "utf-16-le"])
def test_the_name_that_is_shown_can_be_given_in_the_sheet(codec: str) -> None:
    assert codec_for(spoken(codec), where="a.csv") == codec


@pytest.mark.parametrize(
    ("real", "declared", "fits"),
    [
        ("cp1251", "koi8-r", "windows-1251"),
        ("koi8-r", "cp1251", "koi8-r"),
        ("cp866", "cp1251", "cp866"),
        ("cp1251", "latin-1", "windows-1251"),
        ("utf-8", "cp1251", "utf-8"),
        ("utf-8", "utf-16", "utf-8"),
        ("utf-8-sig", "cp1251", "utf-8"),
        ("cp1251", "utf-8", "windows-1251"),
        ("utf-16-le", "utf-8", "utf-16-le"),
        ("utf-16", "cp1251", "utf-16-le"),
    ],
)
def test_a_wrong_encoding_in_the_sheet_is_obeyed_and_called_wrong(
    real: str, declared: str, fits: str
) -> None:
    document = read(RUSSIAN.encode(real), encoding=declared)
    first = next(each for each in document.findings if each.code == "encoding-damage")
    assert first.severity is Severity.LOSS
    assert f'"{fits}" would fit' in first.text
    assert document.meta["encoding_origin"] == "given by the sheet"


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-8"),
        (RUSSIAN, "utf-16"),
        ("a,b\n1,2\n", "cp1251"),
        ("a,b\n1,2\n", "utf-8"),
        ("Name\nJosé\n", "cp1252"),
        ("Name\nJosé\n", "latin-1"),
    ],
)
def test_a_right_encoding_in_the_sheet_raises_no_doubt(text: str, declared: str) -> None:
    assert codes(read(text.encode(declared), encoding=declared)) == []


def test_a_damaged_byte_costs_its_character_and_is_told_with_cell_offset_and_hex() -> None:
    data = "Имя,Место\nАйман,Саякент\nЕрлан,площадь\n".encode()
    at = data.index("площадь".encode())
    broken = data[: at + 2] + b"\xff\xfe" + data[at + 4 :]
    document = read(broken)
    finding = only(document, "encoding-damage")
    assert document.encoding == "utf-8"
    assert finding.where is not None
    assert (finding.where.row, finding.where.line, finding.where.cell) == (2, 3, "B3")
    assert "ff fe" in finding.text
    assert f"at byte {at + 2} of the file" in finding.text
    assert values(document) == [("Айман", "Саякент"), ("Ерлан", "п\ufffd\ufffdощадь")]


def test_a_file_cut_inside_a_character_keeps_the_rest_and_says_where() -> None:
    document = read("Имя\nАйман\nЕрлан".encode()[:-1])
    assert values(document) == [("Айман",), ("Ерла\ufffd",)]
    assert "d0 at byte 26" in only(document, "encoding-damage").text


def test_a_byte_that_windows_1251_does_not_have_is_damage() -> None:
    data = RUSSIAN.encode("cp1251") + b"\x98,\xe0\xe1\n"
    finding = only(read(data), "encoding-damage")
    assert "98 at byte" in finding.text
    assert finding.where is not None
    assert finding.where.cell == "A4"


def test_half_a_utf_16_character_is_damage() -> None:
    data = "a,b\n1,2\n".encode("utf-16") + b"\x00\xd8" + ",x\n3,4\n".encode("utf-16-le")
    document = read(data)
    assert values(document) == [("1", "2"), ("\ufffd", "x"), ("3", "4")]
    where = only(document, "encoding-damage").where
    assert where is not None
    assert (where.line, where.cell) == (3, "A3")


def test_the_first_hundred_damaged_lines_are_told_and_the_others_counted() -> None:
    lines = "Имя,Место\n".encode() + "Айман,Сая\nкент,к\n".encode() * 200 + b"\xff,x\n" * 150
    damage = [each for each in read(lines).findings if each.code == "encoding-damage"]
    assert len(damage) == 101
    assert "50 more lines (150 in all)" in damage[-1].text


def test_damage_in_the_header_is_told_with_its_line() -> None:
    document = read("Имя,М\xff".encode()[:-2] + b"\xff\n" + "Айман,Саякент\n".encode())
    where = only(document, "encoding-damage").where
    assert where is not None
    assert (where.line, where.row) == (1, None)


def test_bytes_that_are_no_text_are_said_to_be_none() -> None:
    document = read(bytes(range(1, 32)) * 40 + b"\n")
    assert "encoding-damage" in losses(document)
    assert any("control characters" in each.text for each in document.findings)


def test_letters_beyond_the_first_pieces_decide_too() -> None:
    """A long plain-ASCII beginning once hid the only letters of a list."""
    data = b"a,b\n" + b"plain,text\n" * 200_000 + "Ерлан,площадь у акимата\n".encode("koi8-r")
    log = FindingLog("list.csv")
    chosen = choose_encoding(io.BytesIO(data), declared=None, log=log)
    assert (chosen.codec, chosen.origin) == ("koi8-r", Origin.GUESS)
