"""Whether the case has the bytes that a proof speaks of is said, also of what is in an archive."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.model.finding import Finding
from qantar.workbench.add import add
from qantar.workbench.build import derive
from qantar.workbench.stores import folded_of
from tests.readers.golden import SAMPLES

PICTURE = (SAMPLES / "photo" / "square.jpg").read_bytes()
PROOF = (SAMPLES / "provenance" / "square.jpg.proof.csv").read_bytes()
CODES = {"proof-matched", "proof-unmatched", "digest-mismatch"}


def findings(case: Case, folder: Path, files: dict[str, bytes], now: datetime) -> list[Finding]:
    paths = []
    for name, data in files.items():
        (folder / name).write_bytes(data)
        paths.append(folder / name)
    add(case, paths=paths, sheet_path=None, now=now, acknowledge=lambda _: None)
    contents = derive(case, folded_of(case)).contents
    return [one for one in contents.findings if one.code in CODES]


def test_a_proof_of_a_picture_of_the_case_is_told_to_fit(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    files = {"renamed.jpg": PICTURE, "a.proof.csv": PROOF}
    (found,) = findings(case, tmp_path, files, now)
    assert (found.code, found.file) == ("proof-matched", "a.proof.csv")
    assert '"renamed.jpg"' in found.text


def test_a_picture_that_was_changed_since_is_told(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    files = {"square.jpg": PICTURE[:-1] + b"\0", "a.proof.csv": PROOF}
    (found,) = findings(case, tmp_path, files, now)
    assert (found.code, found.severity) == ("digest-mismatch", "loss")


def test_a_proof_without_its_picture_is_told(case: Case, tmp_path: Path, now: datetime) -> None:
    (found,) = findings(case, tmp_path, {"a.proof.csv": PROOF}, now)
    assert found.code == "proof-unmatched"


@pytest.mark.parametrize(("data", "code"), [(PICTURE, "proof-matched"), (b"x", "digest-mismatch")])
def test_a_bundle_in_one_archive_is_held_together(
    case: Case, tmp_path: Path, now: datetime, data: bytes, code: str
) -> None:
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as archive:
        archive.writestr("proof/square.jpg", data)
        archive.writestr("proof/square.proof.csv", PROOF)
    add(
        case,
        paths=[tmp_path / "bundle.zip"],
        sheet_path=None,
        now=now,
        acknowledge=lambda _: None,
    )
    contents = derive(case, folded_of(case)).contents
    assert [one.code for one in contents.findings if one.code in CODES] == [code]
