"""`docs/formats.md` is enough: its own commands check a case, and notice damage, without Qantar."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.originals import original_path, put

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)
FILES = [b"first", "екінші".encode(), b""]
SHA256S = sorted(hashlib.sha256(data).hexdigest() for data in FILES)


def _block(heading: str, language: str) -> str:
    section = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


def _run(case: Case, heading: str, language: str = "python") -> subprocess.CompletedProcess[str]:
    text = _block(heading, language)
    # -I: nothing of this project is on the path of the script.
    command = [sys.executable, "-I", "-c", text, str(case.root)]
    if language == "sh":
        command = ["/bin/sh", "-c", text]
    return subprocess.run(  # noqa: S603  # our own page
        command, cwd=case.root, capture_output=True, text=True, check=False
    )


@pytest.fixture
def filled(case: Case) -> Case:
    """Give a case with three originals, small entries and two segments."""
    for data in FILES:
        stored = put(case, BytesIO(data))
        append(case, kind="original.add", body={"sha256": stored.sha256, "at": "Саяқкент"}, at=AT)
    for letter in "abcde":
        append(case, kind="note", body={"text": letter * 1_000_000}, at=AT)
    return case


def test_the_originals_are_checked_with_sha256sum_alone(filled: Case) -> None:
    ran = _run(filled, "Originals", "sh")
    assert ran.returncode == 0, ran.stderr
    assert sorted(line.split()[0] for line in ran.stdout.splitlines()) == SHA256S


def test_the_names_of_originals_are_checked_by_the_script(filled: Case) -> None:
    ran = _run(filled, "Originals")
    assert ran.returncode == 0, ran.stderr
    assert sorted(ran.stdout.split()) == SHA256S
    original_path(filled, SHA256S[0]).write_bytes(b"other")
    assert (
        "altered, now " + hashlib.sha256(b"other").hexdigest() in _run(filled, "Originals").stderr
    )


def test_the_journal_is_read_and_checked_by_the_script(filled: Case) -> None:
    ran = _run(filled, "The journal")
    assert (ran.returncode, ran.stderr) == (0, "")
    printed = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(entry["seq"], entry["prev"], entry["kind"], entry["body"]) for entry in printed] == [
        (entry.seq, entry.prev, entry.kind, entry.body) for entry in read(filled)
    ]


def test_the_script_tells_a_torn_tail_from_a_broken_journal(filled: Case) -> None:
    last = filled.journal / "0002.qj"
    with last.open("ab") as file:
        file.write(b"\0\0\1")
    torn = _run(filled, "The journal")
    assert torn.returncode == 0
    assert "3 bytes after entry 8 are no entry" in torn.stderr
    last.write_bytes(last.read_bytes()[:-5])
    assert "entry 8 was acknowledged" in _run(filled, "The journal").stderr
    first = filled.journal / "0001.qj"
    first.write_bytes(first.read_bytes()[:-1])
    assert "this is not its end" in _run(filled, "The journal").stderr


def test_the_page_names_every_file_of_a_case(filled: Case) -> None:
    listed = PAGE.read_text(encoding="utf-8").split("\n## The folder\n")[1].split("```")[1]
    for path in filled.root.rglob("*"):
        if path.is_file():
            name = str(path.relative_to(filled.root))
            name = re.sub(r"originals/.*", "originals/ab/<name>", name)
            name = name.replace(filled.device, "<device>").replace("0002.qj", "0001.qj")
            assert name in listed
