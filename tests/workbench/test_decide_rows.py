"""Decisions on rows of lists of people: named so that they mean the same on every device."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive.case import Case
from qantar.errors import DecisionRefusedError
from qantar.model.accession import Accession, Holds
from qantar.model.decision import About, Decision, Dispute, Verdict
from qantar.model.entry import Entry
from qantar.workbench import entries
from qantar.workbench.add import add
from qantar.workbench.decide import decide
from qantar.workbench.fold import fold
from qantar.workbench.folded import Folded
from qantar.workbench.names import accession_in, row_id, row_in, row_name, row_of_id
from qantar.workbench.status import status
from qantar.workbench.stores import folded_of
from qantar.workbench.team_status import dispute_words
from tests.model.journals import Writer

from .conftest import NOW, rebuild
from .team import decide as drafted
from .team import founder, joined, undo, union

SHEET = """
[[accession]]
path = "court.csv"
holds = "persons"
list = "court"
columns = { name = "Name" }

[[accession]]
path = "morgue.csv"
holds = "persons"
columns = { name = "Name" }
"""
FILES = {"court.csv": "Name\nA. Sayakov\nB. Balapanov\n", "morgue.csv": "Name\nSayakov A.\n"}


def people(original: str) -> entries.Draft:
    made = Accession(path=f"{original}.csv", source="s", holds=Holds.PERSONS)
    return entries.accession(original * 64, 9, made, object=original * 64)


def pair(made: Entry, *rows: int) -> tuple[str, ...]:
    return tuple(row_name(made.id, number) for number in rows)


@pytest.fixture
def lists(case: Case, tmp_path: Path) -> Case:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    sheet = tmp_path / "sheet.toml"
    sheet.write_text(SHEET, encoding="utf-8")
    add(case, paths=(), sheet_path=sheet, now=NOW, acknowledge=lambda _: None)
    rebuild(case)
    return case


def decided(case: Case, verdict: Verdict, *targets: str) -> Decision:
    (made,) = decide(case, verdict=verdict, targets=targets, reason="why", now=NOW)
    return made


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64), st.integers(1, 10**12 - 1))
def test_the_name_of_a_row_is_read_back(entry: str, number: int) -> None:
    assert row_in(row_name(entry, number)) == (entry[:16], number)
    assert accession_in(row_name(entry, number)) == entry[:16]
    assert row_of_id(row_id("a3-9f2c", number)) == ("a3-9f2c", number)


@pytest.mark.parametrize("number", ["0", "017", "٣", "-1", "1.5", "", "1" * 13, "²"])
def test_a_row_has_one_name(number: str) -> None:
    assert row_in(f"row:0123456789abcdef:{number}") is None
    assert row_of_id(f"a3/{number}") is None


def test_the_journal_names_rows_by_the_entry_of_their_accession(lists: Case) -> None:
    made = decided(lists, Verdict.SAME, "a1/1", "a2/1")
    assert made.targets == ("a1/1", "a2/1")
    folded = folded_of(lists)
    first, second = (one.entry for one in folded.accessions)
    assert folded.decisions[0].targets == (row_name(first, 1), row_name(second, 1))
    two = tuple(sorted(folded.decisions[0].targets))
    assert folded.judged.rows == {two: Verdict.SAME}
    assert status(lists).decisions[0].targets == ("a1/1", "a2/1")


def test_a_row_may_be_named_by_its_list(lists: Case) -> None:
    assert decided(lists, Verdict.UNSURE, "court/2", "morgue/1").targets == ("a1/2", "a2/1")


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (("a1/1",), "two rows at a time"),
        (("a1/1", "court/1"), "two rows at a time"),
        (("a1/1", "a1/2", "a2/1"), "two rows at a time"),
        (("a1/1", "a2/2"), "no row 2 of a2"),
        (("a1/1", "prison/1"), "There are: a1 (court) a2 (morgue)"),
        (("a1/1", "a2/01"), "is no row"),
    ],
)
def test_what_is_no_two_rows_is_refused(lists: Case, targets: tuple[str, ...], said: str) -> None:
    with pytest.raises(DecisionRefusedError) as refused:
        decided(lists, Verdict.NOT_SAME, *targets)
    assert said in f"{refused.value} {refused.value.next}"
    assert folded_of(lists).decisions == ()


def test_the_later_word_on_a_pair_holds_and_an_undo_gives_the_earlier_back(lists: Case) -> None:
    def held() -> list[Verdict]:
        return list(folded_of(lists).judged.rows.values())

    decided(lists, Verdict.SAME, "a1/1", "a2/1")
    second = decided(lists, Verdict.NOT_SAME, "a2/1", "a1/1")
    assert held() == [Verdict.NOT_SAME]
    decided(lists, Verdict.UNDO, second.id)
    assert held() == [Verdict.SAME]


def test_the_same_table_taken_in_again_has_the_same_rows(lists: Case, tmp_path: Path) -> None:
    decided(lists, Verdict.SAME, "a1/1", "a2/1")
    add(
        lists,
        paths=(),
        sheet_path=tmp_path / "sheet.toml",
        now=NOW,
        acknowledge=lambda _: None,
    )
    rebuild(lists)
    in_use = [one.id for one in folded_of(lists).accessions][-2:]
    said = status(lists).decisions[0].targets
    assert set(said) == {f"{one}/1" for one in in_use}
    decided(lists, Verdict.NOT_SAME, *said)
    assert list(folded_of(lists).judged.rows.values()) == [Verdict.NOT_SAME]


def apart(*verdicts: Verdict) -> tuple[Folded, list[Writer], Entry]:
    """Devices that worked apart, each with a word of its own on one pair."""
    first = founder()
    made = first.write(people("a"))
    writers = [first, *(joined(first, f"other{n}") for n in range(1, len(verdicts)))]
    for writer, verdict in zip(writers, verdicts, strict=True):
        writer.write(drafted(verdict, *pair(made, 1, 2)))
    return fold(union(writers)), writers, made


def test_devices_that_differ_are_disputed_and_neither_holds() -> None:
    folded, writers, made = apart(Verdict.SAME, Verdict.NOT_SAME)
    assert folded.judged.rows == {}
    (dispute,) = folded.disputes
    assert (dispute.about, set(dispute.subject)) == (About.ROWS, set(pair(made, 1, 2)))
    assert "a1/1 and a1/2: not-same" in dispute_words(dispute, folded.rows_shown())
    writers[0].meet(writers[1])
    writers[0].write(drafted(Verdict.UNSURE, *pair(made, 2, 1)))
    settled = fold(union(writers))
    assert settled.disputes == ()
    assert list(settled.judged.rows.values()) == [Verdict.UNSURE]


def test_devices_that_agree_are_not_disputed_and_an_undo_of_one_leaves_the_other() -> None:
    folded, writers, _ = apart(Verdict.SAME, Verdict.SAME)
    assert folded.disputes == ()
    assert list(folded.judged.rows.values()) == [Verdict.SAME]
    mine = writers[0].entries[-1]
    writers[0].write(undo(mine))
    assert list(fold(union(writers)).judged.rows.values()) == [Verdict.SAME]


def test_a_decision_on_rows_that_names_anything_else_says_nothing() -> None:
    first = founder()
    made = first.write(people("a"))
    one, two, three = pair(made, 1, 2, 3)
    for targets in ((one,), (one, one), (one, two, three), (one, "claim:0:x"), (one, "row:0:0")):
        first.write(drafted(Verdict.SAME, *targets))
    folded = fold(first.entries)
    assert folded.judged.rows == {}
    assert folded.disputes == ()


def test_disputes_name_rows_as_the_record_does() -> None:
    dispute = Dispute(about=About.ROWS, subject=("row:0:1", "row:0:2"), sides=(("same", ("d-1",)),))
    assert dispute_words(dispute, {"row:0:1": "a1/1"}).startswith("a1/1 and row:0:2: same")
