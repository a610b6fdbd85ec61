"""Long work says how far it is, to a person at a terminal and to nobody else."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from qantar.cli import output
from qantar.cli.main import run


@pytest.fixture
def case(tmp_path: Path) -> Path:
    case = tmp_path / "case"
    assert run(["init", str(case), "--open", "--title", "Invented"]) == 0
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"Said {number} (invented).\n", encoding="utf-8")
    assert run(["add", str(case), *(str(tmp_path / f"{n}.txt") for n in range(3))]) == 0
    return case


def _told_at_a_terminal(case: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        assert run(["build", str(case)]) == 0
        terminal.flush()
        told = os.read(ours, 100_000).decode()
    os.close(ours)
    return told


def test_a_build_tells_a_person_how_many_files_are_read(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_SECONDS_BETWEEN", 0.0)
    told = _told_at_a_terminal(case, monkeypatch)
    assert [f"reading: {done} of 3 files" in told for done in range(4)] == [True, True, True, False]


def test_a_short_build_does_not(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "reading:" not in _told_at_a_terminal(case, monkeypatch)


def test_a_program_is_told_nothing(
    case: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(output, "_SECONDS_BETWEEN", 0.0)
    assert run(["build", str(case)]) == 0
    assert "reading:" not in capsys.readouterr().err
