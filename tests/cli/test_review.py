"""`qantar review`: questions on the terminal, as JSON, and answers from a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qantar.archive.unlock import open_case
from qantar.cli.review import ask
from qantar.cli.review_card import card_lines
from qantar.linking.result import Reason
from qantar.model.decision import Asked, Verdict
from qantar.workbench.review import review
from qantar.workbench.review_cards import Card, RowShown
from qantar.workbench.stores import folded_of

from .conftest import Run

SARYOZEN = Path(__file__).parents[2] / "examples" / "saryozen"


@pytest.fixture
def lists(tmp_path: Path, qantar: Run) -> Path:
    """A case with the lists of Saryozen, built."""
    made = tmp_path / "saryozen"
    assert qantar("init", made, "--open").code == 0
    assert qantar("add", made, "--sheet", SARYOZEN / "sheet.toml").code == 0
    assert qantar("build", made).code == 0
    return made


def keys(pressed: str) -> Callable[[], str]:
    """Press keys one after another; then nobody is there any more."""
    waiting: Iterator[str] = iter(pressed)

    def key() -> str:
        found = next(waiting, None)
        if found is None:
            raise EOFError
        return found

    return key


def test_without_a_terminal_it_says_what_to_do(lists: Path, qantar: Run) -> None:
    ran = qantar("review", lists)
    assert ran.code == 2
    assert "--json" in ran.err
    assert "--answers" in ran.err


def test_questions_are_printed_for_programs_and_answers_taken_in(
    lists: Path, tmp_path: Path, qantar: Run
) -> None:
    asked = [line["question"] for line in qantar("review", lists, "--json", "--count", 9).lines]
    assert len(asked) == 9
    lines = [f"{one['left']['row']},{one['right']['row']},same,{one['asked']}" for one in asked]
    path = tmp_path / "answers.csv"
    path.write_text("left,right,answer,asked\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ran = qantar("review", lists, "--answers", path, "--json")
    (said,) = ran.lines
    assert said["answers"] == len(said["decisions"]) == 9
    again = qantar("review", lists, "--json", "--count", 200).lines
    pairs = {(one["question"]["left"]["row"], one["question"]["right"]["row"]) for one in again}
    assert not pairs & {(one["left"]["row"], one["right"]["row"]) for one in asked}
    assert qantar("review", lists, "--answers", path).out.startswith("9 answers")
    assert qantar("build", lists).code == 0


def test_a_bad_file_of_answers_is_refused(lists: Path, tmp_path: Path, qantar: Run) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("left,right,answer\na1/1,a2/1,maybe\n", encoding="utf-8")
    ran = qantar("review", lists, "--answers", path, "--json")
    assert ran.code == 14
    assert 'line 2: "maybe"' in json.loads(ran.out)["error"]["message"]


def test_keys_answer_skip_undo_and_stop(lists: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = open_case(lists)
    made = ask(review(case), keys("xsnkzuq"))
    said = [one.verdict for one in folded_of(case).standing]
    assert said == [Verdict.SAME, Verdict.UNSURE]
    assert made == 2
    out = capsys.readouterr().out
    assert out.count("s same") == 7
    assert out.count("the last answer is undone") == 1
    assert "│" in out


def test_undo_with_nothing_to_undo_asks_the_same_again(
    lists: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(review(open_case(lists)), keys("z")) == 0
    first, _, rest = capsys.readouterr().out.partition("q stop\n")
    told, _, second = rest.partition("\n")
    assert told == "  there is no answer of this sitting to undo"
    assert first == second.partition("q stop\n")[0]


def card(asked: Asked) -> Card:
    """A question about two rows, one of which would steer the terminal."""
    left = RowShown(id="a1/1", list="court", cells=(("Name", "A.\x1b[2J Sayakov"),), person=1)
    right = RowShown(id="a2/7", list="morgue", cells=(("Name", "B" * 60),), person=2)
    near = RowShown(id="a1/9", list="court", cells=(("Name", "C. Sayakov"),), person=2)
    reasons = (Reason("surname", "x", "x", 6.2, "same spelling"), Reason("birth", "", "", -3.0))
    return Card(
        left=left,
        right=right,
        asked=asked,
        probability=0.71,
        joined=False,
        reasons=reasons,
        near=(near,),
    )


def test_a_card_shows_bits_as_bars_and_escapes_what_would_steer_the_terminal() -> None:
    lines = list(card_lines(card(Asked.TARGETED)))
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert "\\x1b[2J" in text
    assert "│██████" in text
    assert "███│" in text
    assert "+6.2 bits  surname: same spelling" in text
    assert "now they count as two" in text
    assert "same family: a1/9  court: C. Sayakov (now one person with a2/7)" in text


def test_what_was_found_is_never_cut_and_the_sides_stay_apart() -> None:
    """A patronymic that ran out of its side was cut, and with it what tells two brothers apart."""
    name, address = "Ойдан Шығарылған Ешкімнің-Баласы " * 3, "ж" * 150
    shown = replace(card(Asked.TARGETED), left=RowShown(
        id="a1/1", list="court", cells=(("ФИО", name), ("Адрес", address)), person=1
    ))  # fmt: skip
    lines = list(card_lines(shown))
    rows = [line for line in lines if " │ " in f"{line} " and "bits" not in line]
    assert {line.index("│") for line in rows} == {45}
    left = "".join(line.partition("│")[0].strip() + " " for line in rows)
    assert name.strip() in left
    assert address in left.replace(" ", "")
    assert "B" * 60 in "".join(line.partition("│")[2].strip() for line in rows)


def test_a_second_opinion_is_not_told_what_the_first_led_to() -> None:
    text = "\n".join(card_lines(card(Asked.BLIND)))
    assert "count" not in text
    assert "now one person" not in text
    assert "a second opinion" in text
