"""Letters that a PDF draws late stand where they are seen; nothing else of a line moves."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qantar.readers.pdf_lines import GAP, Box, Line, characters
from qantar.readers.pdf_order import goes_back, in_place
from tests.faults.chance import chance
from tests.readers.golden import SAMPLES
from tests.readers.reading import read_bytes

WIDTH, HEIGHT = 6.0, 12.0


def put(units: str, lefts: list[float | None], *, gaps: frozenset[int] = frozenset()) -> Line:
    """Put a line in order whose letters are 6 points wide and begin where it is said."""
    rooms: list[Box | None] = [
        None if left is None else (left, 100.0, left + WIDTH, 100.0 + HEIGHT) for left in lefts
    ]
    line = Line(text=units, first=0, count=len(units))
    return in_place(units, line, rooms.__getitem__, gaps.__contains__)


def row(*columns: float) -> list[float | None]:
    """Where letters begin that stand in these columns."""
    return [WIDTH * column for column in columns]


def test_a_kazakh_word_is_whole_again() -> None:
    """The Russian letters of «қоғам» come first, with a gap; then its other two."""
    line = put("о ам қ ғ", row(1, 2, 3, 4, 5, 0, 2, 2), gaps=frozenset({1, 4, 6}))
    assert line.text == "қоғам"
    assert line.places == (5, 0, 7, 2, 3)


def test_spaces_stay_and_gaps_that_were_filled_go() -> None:
    line = put("а б в ң", row(0, 1, 2, 3, 4, 5, 3), gaps=frozenset({3, 5}))
    assert line.text == "а бңв"


def test_where_letters_moved_a_gap_is_a_space() -> None:
    line = put("абв", row(0, 5, 2))
    assert line.text == "а в б"
    assert line.places == (0, GAP, 2, GAP, 1)


def test_marks_and_pairs_stay_with_their_letter() -> None:
    units = "a\ud83d\ude00" + "и\u0306"
    line = Line(text="a\U0001f600и\u0306", first=0, count=len(units))
    rooms = [
        (0.0, 0, 6, 12),
        (12.0, 0, 18, 12),
        (12.0, 0, 18, 12),
        (6.0, 0, 12, 12),
        (6.0, 0, 6, 12),
    ]
    put_right = in_place(units, line, rooms.__getitem__, lambda _at: False)
    assert put_right.text == "aи\u0306\U0001f600"
    assert put_right.places == (0, 3, 4, 1)


@pytest.mark.parametrize(
    ("units", "lefts"),
    [
        ("абвб", row(0, 1, 2, 1)),  # drawn twice to look bold
        ("אבגד", row(3, 1, 2, 0)),  # written from the right
        ("абв", [0.0, 12.0, None]),  # what has no place stays with the letter before it
        ("абв", row(0, 1, 2)),
    ],
    ids=["upon each other", "from the right", "without a place", "in order"],
)
def test_other_lines_stay_as_they_are(units: str, lefts: list[float | None]) -> None:
    line = put(units, lefts)
    assert line.text == units
    assert line.places == ()


def test_what_stands_on_another_line_does_not_move() -> None:
    rooms = [(0.0, 0.0, 6.0, 12.0), (12.0, 0.0, 18.0, 12.0), (6.0, 20.0, 12.0, 32.0)]
    line = Line(text="абв", first=0, count=3)
    assert in_place("абв", line, rooms.__getitem__, lambda _at: False) == line


def test_any_order_of_drawing_reads_the_same() -> None:
    """Whatever comes first: letters side by side are read from the left."""
    words = "Хат қоғамға арналған"
    for seed in range(200):
        order = list(range(len(words)))
        chance(seed).shuffle(order)
        line = put("".join(words[at] for at in order), row(*order))
        assert line.text == words
        assert [order[at] for at in characters(line.text, line)] == list(range(len(words)))


def test_parts_that_follow_each_other_do_not_go_back() -> None:
    boxes: list[Box] = [(0, 0, 10, 5), (9.8, 0, 20, 5), (30, 0, 40, 5)]
    assert not goes_back(boxes)
    assert not goes_back([boxes[2], boxes[0]])  # set to the left of all the rest
    assert goes_back([(0, 0, 40, 5), (20, 0, 26, 5)])
    assert not goes_back([])


def test_a_page_whose_font_lacks_kazakh_letters_is_read_as_it_is_seen() -> None:
    """LibreOffice took them from another font and drew them after the rest of each line."""
    data = (SAMPLES / "pdf" / "libreoffice.pdf").read_bytes()
    (document,) = read_bytes(data, "letter.pdf", boxes=True)
    assert "Хат қойма қоғамға арналған: ғ, ң, ө, қ, ә, ұ, ү, һ, і." in document.text
    assert "Күні Саны" in document.text
    (line,) = [one for one in document.segments if one.start == document.text.index("Хат қойма")]
    boxes = [box for box in line.boxes if box is not None]
    assert len(boxes) == line.end - line.start
    assert all(one[0] < other[0] for one, other in pairwise(boxes))
