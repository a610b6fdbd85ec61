"""Review: questions about rows of a case, answers in the journal. All people here are invented."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.unlock import open_case
from qantar.errors import DecisionRefusedError, InputRefusedError, RecordMissingError
from qantar.linking.agreement import agreement
from qantar.linking.result import Origin
from qantar.model.decision import About, Asked, Verdict
from qantar.workbench import entries
from qantar.workbench.add import add
from qantar.workbench.create import create
from qantar.workbench.decide import decide
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded
from qantar.workbench.names import row_name, row_of_id
from qantar.workbench.persons import decisions_on
from qantar.workbench.review import review
from qantar.workbench.review_answers import Answer, agreed, answer_all, read_answers
from qantar.workbench.stores import folded_of
from tests.model.journals import Writer

from .conftest import NOW, rebuild
from .exchange import Exchange
from .team import founder, joined, table, union

SARYOZEN = Path(__file__).parents[2] / "examples" / "saryozen"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a case with the lists of Saryozen, built; nobody writes to it."""
    case = create(tmp_path_factory.mktemp("made") / "case", title="Saryozen", now=NOW)
    add(case, paths=(), sheet_path=SARYOZEN / "sheet.toml", now=NOW, acknowledge=lambda _: None)
    rebuild(case)
    return case.root


@pytest.fixture
def lists(made: Path, tmp_path: Path) -> Case:
    """A case with the lists of Saryozen."""
    return open_case(Path(shutil.copytree(made, tmp_path / "case")))


def test_a_question_shows_rows_as_they_were_found_and_why_they_may_be_one(lists: Case) -> None:
    cards = list(islice(review(lists).cards(), 12))
    assert [one.asked for one in cards].count(Asked.AUDIT) == 3
    shown = cards[0]
    assert len(shown.left.cells) > 2
    assert shown.left.list != shown.left.id
    assert {one.field for one in shown.reasons} >= {"given", "surname"}
    assert 0 < shown.probability < 1
    press = next(one for x in cards for one in (x.left, x.right) if one.list == "press")
    name = next(text for header, text in press.cells if header == "Name")
    assert name in (SARYOZEN / "lists" / "press.csv").read_text("utf-8")


def test_an_answer_is_a_decision_at_once_and_its_question_does_not_come_again(lists: Case) -> None:
    sitting = review(lists)
    first = sitting.next()
    assert first is not None
    name = sitting.answer(first, Verdict.NOT_SAME, at=NOW)
    (said,) = folded_of(lists).standing
    assert (said.id, said.verdict, said.asked) == (name, Verdict.NOT_SAME, first.asked)
    pairs = [(one.left.id, one.right.id) for one in islice(sitting.cards(), 30)]
    assert (first.left.id, first.right.id) not in pairs
    later = [(one.left.id, one.right.id) for one in islice(review(lists).cards(), 30)]
    assert (first.left.id, first.right.id) not in later
    places = sitting.linker.table.places
    left, right = (places[row_of_id(one.id)] for one in (first.left, first.right))  # type: ignore[index]
    assert sitting.now.person[left] != sitting.now.person[right]


def test_undo_takes_the_answer_back_and_asks_again(lists: Case) -> None:
    sitting = review(lists)
    first, before = sitting.next(), sitting.now.person.copy()
    assert first is not None
    sitting.answer(first, Verdict.NOT_SAME, at=NOW)
    again = sitting.undo(at=NOW)
    assert again is not None
    assert (again.left.id, again.right.id) == (first.left.id, first.right.id)
    assert not folded_of(lists).judged.rows
    assert (sitting.now.person == before).all()
    assert sitting.undo(at=NOW) is None


def test_what_was_skipped_is_not_asked_again_in_this_sitting(lists: Case) -> None:
    sitting = review(lists)
    first = sitting.next()
    assert first is not None
    sitting.skip(first)
    pairs = [(one.left.id, one.right.id) for one in islice(sitting.cards(), 30)]
    assert (first.left.id, first.right.id) not in pairs
    assert not folded_of(lists).decisions


def test_linking_hears_how_a_pair_came_to_be_asked(lists: Case) -> None:
    asked = list(islice(review(lists).cards(), 8))
    answer_all(
        lists,
        [Answer(one.left.id, one.right.id, Verdict.SAME, one.asked) for one in asked],
        at=NOW,
    )
    rows = {row_of_id(x.id) for one in asked for x in (one.left, one.right)}
    told = list(decisions_on(folded_of(lists), {row for row in rows if row}))
    assert sorted(str(one.origin) for one in told) == ["audit"] * 2 + ["targeted"] * 6
    rebuild(lists)


def test_answers_go_in_all_or_none(lists: Case) -> None:
    good = Answer("a2/9", "a4/48", Verdict.SAME)
    with pytest.raises(DecisionRefusedError, match="no row 9999"):
        answer_all(lists, [good, Answer("a2/9999", "a4/48", Verdict.SAME)], at=NOW)
    assert not folded_of(lists).decisions


def test_a_case_without_lists_or_without_a_record_has_nothing_to_review(
    case: Case, tmp_path: Path
) -> None:
    with pytest.raises(RecordMissingError):
        review(case)
    (tmp_path / "note.txt").write_text("A note.", encoding="utf-8")
    add(case, paths=[tmp_path / "note.txt"], sheet_path=None, now=NOW, acknowledge=lambda _: None)
    rebuild(case)
    with pytest.raises(DecisionRefusedError, match="no two rows"):
        review(case)


@pytest.mark.parametrize("asked", [None, *Asked])
def test_a_journal_keeps_how_a_decision_was_asked(asked: Asked | None) -> None:
    writer = founder()
    made = writer.write(entries.decision(Verdict.SAME, ("row:1:1", "row:1:2"), "r", asked))
    assert entries.decision_of(made, name="d", place=1).asked is asked


@pytest.mark.parametrize("asked", ["random", "", None, 1])
def test_a_way_to_be_asked_that_nobody_knows_sets_the_entry_aside(asked: object) -> None:
    writer = founder()
    kind, body = entries.decision(Verdict.SAME, ("row:1:1", "row:1:2"), "r")
    writer.write((kind, {**body, "asked": asked}))
    folded = fold(union([writer]))
    assert not folded.decisions
    assert len(folded.set_aside) == 1


def opinions(
    second: Verdict, asked: Asked | None
) -> tuple[Folded, Writer, Writer, tuple[str, str]]:
    """One device decided; another, which has that in its journal, gives its own opinion."""
    one = founder()
    rows = one.write(table("a"))
    pair = row_name(rows.id, 1), row_name(rows.id, 2)
    other = joined(one, "other")
    one.write(entries.decision(Verdict.SAME, pair, "r", Asked.TARGETED))
    other.meet(one)
    other.write(entries.decision(second, pair, "r", asked))
    return fold(union([one, other])), one, other, pair


def test_a_second_opinion_that_differs_replaces_nothing_and_is_disputed() -> None:
    folded, *_, pair = opinions(Verdict.NOT_SAME, Asked.BLIND)
    assert not folded.judged.rows
    (dispute,) = folded.disputes
    assert (dispute.about, dispute.subject) == (About.ROWS, tuple(sorted(pair)))
    assert agreed(folded) == (1, 0, 0.0, 0.0)


def test_a_second_opinion_that_agrees_leaves_the_first_in_force() -> None:
    folded, *_ = opinions(Verdict.SAME, Asked.BLIND)
    assert list(folded.judged.rows.values()) == [Verdict.SAME]
    assert not folded.disputes
    assert agreed(folded)[:3] == (1, 1, 1.0)


def test_who_knows_both_opinions_settles_the_dispute() -> None:
    _, one, other, pair = opinions(Verdict.NOT_SAME, Asked.BLIND)
    one.meet(other)
    one.write(entries.decision(Verdict.NOT_SAME, pair, "looked again"))
    folded = fold(union([one, other]))
    assert list(folded.judged.rows.values()) == [Verdict.NOT_SAME]
    assert not folded.disputes


def test_an_opinion_given_knowingly_replaces_the_first_one() -> None:
    folded, *_ = opinions(Verdict.NOT_SAME, None)
    assert list(folded.judged.rows.values()) == [Verdict.NOT_SAME]
    assert agreed(folded).questions == 0


def test_a_second_opinion_of_ones_own_replaces_the_one_before() -> None:
    _, one, other, pair = opinions(Verdict.NOT_SAME, Asked.BLIND)
    other.write(entries.decision(Verdict.SAME, pair, "r", Asked.BLIND))
    folded = fold(union([one, other]))
    assert list(folded.judged.rows.values()) == [Verdict.SAME]
    assert not folded.disputes


LISTS = """
[[accession]]
path = "court.csv"
holds = "persons"
columns = { name = "Name" }

[[accession]]
path = "morgue.csv"
holds = "persons"
columns = { name = "Name" }
"""


@pytest.fixture
def two(tmp_path: Path) -> tuple[Case, Case]:
    """Two devices with the same two small lists; the first one has decided on a pair."""
    exchange = Exchange.begun(tmp_path)
    for name, text in {"court": "A. Sayakov\nB. Balapanov", "morgue": "Sayakov A."}.items():
        (tmp_path / f"{name}.csv").write_text(f"Name\n{text}\n", encoding="utf-8")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(LISTS, encoding="utf-8")
    add(exchange.home, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    rebuild(exchange.home)
    other = exchange.waiting("other")
    targets = ("court/1", "morgue/1")
    decide(exchange.home, verdict=Verdict.SAME, targets=targets, reason="why", now=NOW)
    exchange.hand_over(exchange.home, other, "other", whole=True)
    other = open_case(other.root)
    rebuild(other)
    return exchange.home, other


def test_second_opinions_are_asked_about_what_other_devices_decided(
    two: tuple[Case, Case],
) -> None:
    home, other = two
    assert review(home, blind=True).next() is None
    sitting = review(other, blind=True)
    shown = sitting.next()
    assert shown is not None
    assert {shown.left.list, shown.right.list} == {"court", "morgue"}
    assert shown.asked is Asked.BLIND
    assert "joined" not in shown.to_json()
    sitting.answer(shown, Verdict.NOT_SAME, at=NOW)
    assert sitting.next() is None
    assert review(other, blind=True).next() is None
    assert agreed(folded_of(other)).alike == 0
    assert folded_of(other).disputes


def test_a_file_of_answers_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text(
        'left,right,answer,asked,reason\na1/1,a2/1,same,audit,"one photograph"\n'
        "a1/2,a2/2,,audit,\na1/3,a2/3,n,,\n",
        encoding="utf-8",
    )
    first, second = read_answers(path)
    assert first == Answer("a1/1", "a2/1", Verdict.SAME, Asked.AUDIT, "one photograph")
    assert (second.verdict, second.asked, second.reason) == (Verdict.NOT_SAME, None, "review")
    assert {one.asked for one in read_answers(path, blind=True)} == {Asked.BLIND}


def test_a_file_with_faults_is_refused_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("left,right,answer,asked\na1/1,a2/1,yes,\na1/1,a2/1,s,chance\n", "utf-8")
    with pytest.raises(DecisionRefusedError, match=r'line 2: "yes".*line 3: "chance"'):
        read_answers(path)
    path.write_text("left,right\n", "utf-8")
    with pytest.raises(InputRefusedError, match="no column answer"):
        read_answers(path)


def test_agreement_beyond_chance_worked_by_hand() -> None:
    # 20 alike "s", 15 alike "n", 5 + 10 not: 35/50 = 0.7; chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5
    answers = [("s", "s")] * 20 + [("s", "n")] * 5 + [("n", "s")] * 10 + [("n", "n")] * 15
    found = agreement(answers)
    assert found.share == pytest.approx(0.7)
    assert found.kappa == pytest.approx(0.4)
    assert agreement([("s", "s")] * 9).kappa is None
    assert agreement([]) == (0, 0, None, None)


def test_origins_of_both_layers_go_by_one_word() -> None:
    assert {one.value for one in Origin} == {one.value for one in Asked} - {"blind"}
