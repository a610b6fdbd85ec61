"""Whole runs of `qantar witness`, as a person or a program would make them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from qantar.cli import witness
from tests.authority import Authority
from tests.cli.conftest import Run


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.founded(tmp_path_factory.mktemp("authority"))


def test_ask_have_it_stamped_take_it_in_and_see(
    built: Path, tmp_path: Path, authority: Authority, qantar: Run
) -> None:
    assert qantar("witness", "list", built).out.startswith(witness.NOBODY)
    asked = tmp_path / "winter.tsq"
    ran = qantar("witness", "request", built, asked)
    assert (ran.code, ran.out) == (0, f"8 entries to be stamped: {asked}\n")
    assert (
        "asked, and not answered yet: the first 8 entries" in qantar("witness", "list", built).out
    )
    answer = tmp_path / "winter.tsr"
    answer.write_bytes(authority.answer(asked.read_bytes()))
    ran = qantar("witness", "add", built, answer)
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "signature not checked: give --root to check it"
    ran = qantar("witness", "add", built, answer, "--root", authority.root)
    assert ran.out.splitlines()[0].startswith("CN=Test Authority saw 8 entries of ")
    assert ran.out.splitlines()[-1] == "signature checked"
    listed = qantar("witness", "list", built).out.splitlines()
    assert listed[0].startswith("witnessed up to entry 8 of ")
    assert any(
        line.startswith("entries 1 to 8 of ") and ", first witnessed 20" in line for line in listed
    )
    assert any(line.startswith("entries 9 to 10 of ") for line in listed)
    assert listed[-1].endswith(", not witnessed")
    verified = qantar("verify", built)
    assert verified.code == 0
    assert "witnessed up to entry 8 of " in verified.out
    assert "unwitnessed" not in verified.out


def test_in_json_it_says_the_same(
    built: Path, tmp_path: Path, authority: Authority, qantar: Run
) -> None:
    asked, answer = tmp_path / "winter.tsq", tmp_path / "winter.tsr"
    made = qantar("witness", "request", built, asked, "--json").only("request")
    assert (made["entries"], made["path"]) == (8, str(asked))
    answer.write_bytes(authority.answer(asked.read_bytes()))
    added = qantar("witness", "add", built, answer, "--json").only("added")
    assert (added["entries"], added["checked"], added["authority"]) == (
        8,
        False,
        "CN=Test Authority",
    )
    lines = qantar("witness", "list", built, "--json").lines
    assert [line["entries"]["last"] for line in lines if "entries" in line] == [8, 9]
    assert lines[-1] == {"requests": []}


def test_a_refusal_has_the_exit_code_of_refused_input(
    built: Path, tmp_path: Path, authority: Authority, qantar: Run
) -> None:
    answer = tmp_path / "winter.tsr"
    answer.write_bytes(authority.refusal())
    assert qantar("witness", "add", built, answer).code == 10
    assert qantar("witness", "add", built, tmp_path / "nowhere").code == 12


def test_without_the_extra_it_says_what_to_install(
    built: Path, tmp_path: Path, qantar: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    ran = qantar("witness", "request", built, tmp_path / "winter.tsq")
    assert ran.code == 43
    assert 'pip install "qantar[witness]"' in ran.err
    assert qantar("verify", built).code == 0
    assert qantar("witness", "list", built).code == 0
