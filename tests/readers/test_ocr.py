"""What a program made out on pages: strict with its table, honest about what it was unsure of."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.readers.ocr import MAGIC, PageHead
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

SAMPLES = Path(__file__).parent / "samples" / "ocr"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestOcr(ReaderSuite):
    reader = "ocr"


def read(data: bytes) -> ReadDocument:
    (document,) = read_bytes(data, "pages")
    return document


def page(*rows: str, number: int = 1, second: tuple[str, ...] = ()) -> bytes:
    table, again = ("".join(f"{row}\n" for row in some).encode() for some in (rows, second))
    head = PageHead(
        page=number,
        width=100,
        height=50,
        wide=50,
        high=25,
        length=len(table),
        second=len(again),
    )
    return head.to_line() + table + again


def word(text: str, *, left: int = 1, line: int = 1, conf: float = 95) -> str:
    return "\t".join(map(str, (5, 1, 1, 1, line, 1, left, 2, 10, 5, conf, text)))


def test_unsure_words_are_kept_and_told() -> None:
    unsure = read((SAMPLES / "unsure.sight").read_bytes())
    assert "Jаnuаry" in unsure.text
    (finding,) = [one for one in unsure.findings if one.code == "low-confidence"]
    assert finding.text.startswith("4 words of 8")
    assert unsure.meta["ocr.unsure"] == 3


def test_marks_that_are_no_text_are_quoted_in_the_note_and_nowhere_else() -> None:
    unsure = read((SAMPLES / "unsure.sight").read_bytes())
    (finding,) = [one for one in unsure.findings if one.code == "no-text-seen"]
    assert "leaves" in finding.text
    assert "leaves" not in unsure.text


def test_words_off_the_page_and_rows_that_are_none_are_left_out_and_counted() -> None:
    unsure = read((SAMPLES / "unsure.sight").read_bytes())
    (finding,) = [one for one in unsure.findings if one.code == "broken-line"]
    assert finding.text.startswith("4 words")
    assert (finding.where and finding.where.page) == 4
    assert "kept too" in unsure.text


def test_kazakh_letters_that_only_the_second_reading_has_are_taken_from_it() -> None:
    first = (word("Саяккент", conf=92), word("хабар", left=20), word("города", left=40))
    second = (word("Саяққент", conf=91), word("хабар", left=20), word("ғорода", left=40, conf=60))
    said = read(MAGIC + page(*first, second=second))
    assert said.text == "Саяққент хабар города\n"
    assert said.segments[1].words[0].confidence == 0.91
    assert said.meta["ocr.reread"] == 1


@pytest.mark.parametrize(
    "other",
    [
        word("Саяққенд", conf=99),  # another word
        word("Саяққент", conf=99, left=8),  # another place
        word("Саяққент", conf=80),  # much less sure
        word("Саяккент", conf=99),  # no other letters
    ],
)
def test_nothing_else_of_the_second_reading_counts(other: str) -> None:
    first = word("Саяккент", conf=92)
    assert read(MAGIC + page(first, second=(other,))).text == "Саяккент\n"


def test_one_sure_word_alone_is_text() -> None:
    """A sign over a door says one word."""
    assert read(MAGIC + page(word("ДӘРІХАНА"))).text == "ДӘРІХАНА\n"


def test_one_sure_word_among_marks_is_not() -> None:
    said = read(MAGIC + page(word("the"), word("~|", conf=20), word("ii", conf=10)))
    assert (said.text, said.codes()) == ("", {"no-text-seen"})


def test_blanks_and_controls_within_a_word_do_not_shift_the_next_one() -> None:
    said = read(MAGIC + page(word("a b\x0bc"), word("\u200bnext", left=20), word("third", left=40)))
    spans = [said.text[one.start : one.end] for one in said.segments[1].words]
    assert spans == ["a b c", "\u200bnext", "third"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MAGIC[:-1],
        MAGIC + b"no head\n",
        MAGIC + b'{"page": 0}\n',
        MAGIC + b'{"page": 1, "width": 1e99}\n',
        MAGIC + b"[" * 2000,
        MAGIC + page(word("cut"))[:-3],
        MAGIC + page(word("cut")).replace(b'"length":', b'"length":9'),
        MAGIC + page(word("cut"), second=(word("cut"),))[:-3],
    ],
)
def test_what_is_not_put_together_as_ours_is_damaged(data: bytes) -> None:
    if data.startswith(MAGIC):
        assert "damaged" in read(data).codes()
    else:
        (document,) = read_bytes(data, "pages", reader="ocr")
        assert "damaged" in document.codes()


def test_a_flood_of_words_is_cut() -> None:
    flood = page(*(word("word") for _ in range(20_010)))
    said = read(MAGIC + flood + page(word("after"), word("it"), number=2))
    assert "too-many" in said.codes()
    assert len(said.segments[1].words) == 20_000
    assert said.text.endswith("after it\n")
