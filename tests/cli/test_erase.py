"""Whole runs of `qantar erase`, as a person or a program would make them."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from qantar.archive.journal import append
from qantar.archive.originals import list_originals
from qantar.archive.slots import ScryptCost, passphrase_way
from qantar.archive.unlock import open_case
from qantar.workbench.create import create
from qantar.workbench.erase import plan_to_erase
from tests.cli.conftest import Run
from tests.cli.terminal import at_terminal

NOW = datetime(2030, 2, 3, 4, 5, 6, tzinfo=UTC)
WORDS = "five words out of a book"


def test_it_shows_its_plan_erases_and_says_what_it_did(built: Path, qantar: Run) -> None:
    ran = qantar("erase", built, "a5", "--reason", "consent-withdrawn", "--yes")
    assert ran.code == 0
    assert ran.out == "erased here: 2 keys, 1 sealed file, 1 entry\n"
    assert "Erased for good, and not taken in again:\n  a5: letter.txt (" in ran.err
    assert "MAY NAME THE PERSON" in ran.err
    assert "Whatever left this folder stays where it is" in ran.err
    assert "Flash disks" in ran.err
    status = qantar("status", built, "--json").lines[0]
    assert [one["id"] for one in status["accessions"]] == ["a1", "a2", "a3", "a4"]
    assert status["record"]["state"] == "current"
    (erasure,) = status["erasures"]
    assert (erasure["reason"], erasure["pending"]) == ("consent-withdrawn", [])


def test_in_json_it_says_the_same(built: Path, qantar: Run) -> None:
    erased = qantar("erase", built, "a5", "--reason", "safety", "--yes", "--json").only("erased")
    assert (erased["keys"], erased["files"], erased["bodies"]) == (2, 1, 1)
    assert len(erased["requests"]) == 1
    assert erased["rebuilt"] is True
    plan = erased["plan"]
    assert (plan["entries"], plan["objects"]) == (1, 1)
    assert plan["goes"][0].startswith("a5: letter.txt (")
    assert set(plan) >= {"counts_again", "stays", "out_of_reach", "requests"}
    again = qantar("erase", built, "--pending", "--json").only("erased")
    assert again["requests"] == []


def test_it_asks_and_without_an_answer_nothing_happens(built: Path, tmp_path: Path) -> None:
    for answer, code in (("n", 130), ("y", 0)):
        ran = at_terminal(tmp_path, ["erase", built, "a5", "--reason", "error"], [answer])
        assert "a5: letter.txt" in ran.screen
        assert "Erase this for good?" in ran.screen
        assert (ran.code, bool(ran.out)) == (code, code == 0)
        assert ("Nothing was erased." in ran.screen) is (code == 130)
        assert "acknowledged" not in ran.screen
    case = open_case(built)
    assert len(list_originals(case)) == 7 - 1


def test_without_anybody_to_ask_it_needs_yes(
    built: Path, qantar: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr("sys.stdin", nothing)
        ran = qantar("erase", built, "a5", "--reason", "error")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert "erase" not in str(qantar("status", built, "--json").lines[0]["erasures"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "nothing to erase"),
        (("a5",), "needs a reason"),
        (("a5", "--reason", "she asked us to"), "is not one of"),
        (("a5", "--pending"), "Leave TARGET"),
        (("--pending", "--reason", "error"), "Leave TARGET"),
    ],
)
def test_wrong_usage_is_told(
    built: Path, qantar: Run, arguments: tuple[str, ...], said: str
) -> None:
    ran = qantar("erase", built, *arguments, "--yes")
    assert ran.code == 2
    assert said in ran.err


def test_what_is_not_there_is_exit_14(built: Path, qantar: Run) -> None:
    ran = qantar("erase", built, "a99", "--reason", "error", "--yes", "--json")
    assert ran.code == 14
    error = ran.only("error")
    assert (error["code"], error["where"]) == ("erase-refused", "a99")


def test_what_was_erased_is_refused_by_add_with_exit_12(
    built: Path, qantar: Run, sayaqkent: Path
) -> None:
    assert qantar("erase", built, "a5", "--reason", "error", "--yes").code == 0
    ran = qantar("add", built, sayaqkent / "letter.txt")
    assert ran.code == 12
    assert "was erased from this case at somebody's request and is refused for good" in ran.err
    assert "Correct" not in ran.err


def test_a_sheet_that_names_what_was_erased_is_warned_of(
    built: Path, qantar: Run, sayaqkent: Path
) -> None:
    assert qantar("erase", built, "a5", "--reason", "error", "--yes").code == 0
    ran = qantar("add", built, "--sheet", sayaqkent / "sheet.toml")
    assert ran.code == 12
    assert "the sheet that was taken in names what was erased" in ran.err
    assert "erase the sheet too" in ran.err


def test_an_interrupted_erasure_is_finished_by_build(built: Path, qantar: Run) -> None:
    case = open_case(built)
    plan = plan_to_erase(case, ["a5"])
    named = {"entries": sorted(plan.new.entries), "objects": sorted(plan.new.objects)}
    append(case, kind="erase", body={**named, "reason": "safety", "by_name": []}, at=NOW)
    waiting = "\n".join(qantar("status", built, "--json").lines[0]["waiting"])
    assert "Erasing, unfinished" in waiting
    assert "qantar erase CASE --pending" in waiting
    ran = qantar("build", built)
    assert ran.code == 0
    assert "An erasure that had been interrupted was finished." in ran.err
    assert "nothing is waiting" in qantar("erase", built, "--pending").out
    assert "finished" not in qantar("build", built).err


def test_a_sealed_case_asks_for_what_opens_it(tmp_path: Path, qantar: Run) -> None:
    way = passphrase_way(WORDS, salt=os.urandom(16), cost=ScryptCost(n=2))
    root = create(tmp_path / "sealed", title="Winter", now=NOW, ways=[way]).root
    words = tmp_path / "words.txt"
    words.write_text(WORDS + "\n")
    material = tmp_path / "letter.txt"
    material.write_text("canary")
    assert qantar("add", root, material, "--passphrase-file", words).code == 0
    words.write_text("other words\n")
    erase = ("erase", root, "a1", "--reason", "safety", "--yes", "--passphrase-file", words)
    assert qantar(*erase).code == 30
    words.write_text(WORDS + "\n")
    assert qantar(*erase).code == 0
    assert list_originals(open_case(root, secret=lambda: WORDS)) == ()


def test_its_help_says_what_it_cannot_do(qantar: Run) -> None:
    """No word of a promise that it cannot keep."""
    shown = " ".join(qantar("erase", "--help").out.split())
    for said in ("on this device", "not reached", "may keep traces", "cannot be undone"):
        assert said in shown
    for promise in ("unrecoverable", "permanently", "securely", "forensic", "everywhere"):
        assert promise not in shown
