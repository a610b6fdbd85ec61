"""Whole runs of `qantar verify` and of `tools/verify_case.py`, as a person or a program would."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from qantar.archive.age_keys import new_secret, recipient_of, spell
from qantar.archive.case import store_slot
from qantar.archive.lock import writing
from qantar.archive.slots import ScryptCost, device_way, passphrase_way
from qantar.archive.unlock import open_case
from qantar.workbench.create import create
from tests.cli.conftest import Ran, Run
from tests.faults.sealed import NOW

TOOL = Path(__file__).parents[2] / "tools" / "verify_case.py"
WORDS = "five words out of a book"


def independent(*arguments: object) -> Ran:
    command = [sys.executable, "-W", "error", "-I", str(TOOL), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    way = passphrase_way(WORDS, salt=bytes(16), cost=ScryptCost(n=2**10))
    return create(tmp_path / "sealed", title="Winter", now=NOW, ways=[way]).root


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(f"{WORDS}\n", encoding="utf-8")
    return path


def spoil(case: Path) -> None:
    """Change a byte of an original."""
    path = next(path for path in sorted(case.glob("originals/*/*")))
    data = bytearray(path.read_bytes())
    data[200] ^= 1
    path.write_bytes(bytes(data))


def test_a_sound_case_in_words(built: Path, qantar: Run) -> None:
    ran = qantar("verify", built)
    assert ran.code == 0
    first, witnessed, last = ran.out.splitlines()
    assert first == "checked 7 originals, 8 entries of 1 device"
    assert witnessed.startswith("unwitnessed: ")
    assert last == "nothing is altered, missing or cut short, as far as this can show"


def test_a_fault_in_words_says_where_what_and_what_to_do(built: Path, qantar: Run) -> None:
    spoil(built)
    ran = qantar("verify", built)
    assert ran.code == 20
    fault, *_, last = ran.out.splitlines()
    assert fault.startswith("original: originals/")
    assert "expected SHA-256" in fault
    assert "Put back a sound copy" in fault
    assert last == "altered, missing or cut short: what is named above"


def test_in_json_a_finding_a_line_and_then_what_was_checked(built: Path, qantar: Run) -> None:
    spoil(built)
    for ran in (qantar("verify", built, "--json"), independent(built, "--json")):
        assert ran.code == 20
        finding, summary = ran.lines
        assert set(finding) == {"check", "object", "expected", "found", "next"}
        assert summary["verified"] == {
            "originals": 7,
            "entries": 8,
            "witnessed": 0,
            "witnesses": [],
            "devices": 1,
            "ok": False,
        }


def test_neither_says_that_a_case_is_genuine(built: Path, qantar: Run) -> None:
    said = [qantar("verify", built), independent(built), independent(built, "--locked")]
    spoil(built)
    said += [qantar("verify", built), qantar("verify", built, "--locked"), independent(built)]
    for ran in said:
        words = (ran.out + ran.err).lower()
        assert "authentic" not in words
        assert "true" not in words
        assert "unwitnessed" in words


def test_a_sealed_case_is_opened_by_its_passphrase_alone(
    sealed: Path, passphrase: Path, tmp_path: Path, qantar: Run
) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("five other words\n", encoding="utf-8")
    for verifier in (lambda *given: qantar("verify", *given), independent):
        assert verifier(sealed, "--passphrase-file", passphrase).code == 0
        assert verifier(sealed, "--passphrase-file", wrong).code == 30
        assert verifier(sealed, "--locked").code == 0


def test_keys_that_are_lost_and_what_is_no_case_have_their_own_exits(
    sealed: Path, passphrase: Path, tmp_path: Path, qantar: Run
) -> None:
    def codes(case: Path) -> set[int]:
        given = (case, "--passphrase-file", passphrase)
        return {qantar("verify", *given).code, independent(*given).code}

    assert codes(tmp_path) == {10}
    for path in sealed.glob("keys/device.age*"):
        path.write_bytes(b"lost")
    assert codes(sealed) == {32}
    for path in sealed.glob("keys/slot-1.age*"):
        path.unlink()
    assert codes(sealed) == {32}


def test_a_device_way_in_opens_with_its_identity(sealed: Path, tmp_path: Path, qantar: Run) -> None:
    identity, secret = tmp_path / "identity", new_secret()
    case = open_case(sealed, secret=lambda: WORDS)
    with writing(case):
        store_slot(case, 2, device_way(recipient_of(secret)))
    identity.write_text(f"# made by hand\n{spell(secret)}\n", encoding="utf-8")
    assert qantar("verify", sealed, "--passphrase-file", identity).code == 0
    assert independent(sealed, "--passphrase-file", identity).code == 0


def test_the_independent_verifier_is_short_and_stands_alone() -> None:
    source = TOOL.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 400
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [a.name for a in node.names]
        )
    }
    assert imported - set(sys.stdlib_module_names) == {"nacl", "pyrage"}
