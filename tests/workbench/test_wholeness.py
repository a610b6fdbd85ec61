"""An original that is missing and one that is altered are told alike, and stop nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.lock import writing
from qantar.archive.originals import list_originals, original_path
from qantar.model.document import Document
from qantar.workbench.build import build
from qantar.workbench.build_report import BuildReport
from qantar.workbench.documents import read_document
from qantar.workbench.status import status
from qantar.workbench.stores import folded_of

from .conftest import NOW
from .exchange import Exchange


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def derived(case: Case) -> BuildReport:
    with writing(case):
        return build(case, software="test")


def fresh(case: Case) -> BuildReport:
    """Build without what was kept of earlier readings."""
    case.readings_db.unlink()
    return derived(case)


def test_a_build_goes_on_and_tells_which_originals_are_missing(built: Case) -> None:
    """It once ended with 0 originals, 5 documents read, unchanged, and not a word."""
    for name in list_originals(built):
        original_path(built, name).unlink()
    report = derived(built)
    read_files = len(folded_of(built).accessions)
    assert (report.originals, report.documents) == (0, 0)
    assert report.findings["original-missing"] == read_files == len(report.not_whole)
    assert all("merge a bundle made with --whole" in one.text for one in report.not_whole)
    assert derived(built).record_digest == fresh(built).record_digest == report.record_digest


@pytest.mark.parametrize("at", [10, 300])
def test_a_build_goes_on_when_a_file_that_must_be_read_is_altered(built: Case, at: int) -> None:
    """One flipped byte once stopped every build of the case."""
    before = derived(built)
    names = {one.object for one in folded_of(built).accessions}
    flip(original_path(built, sorted(names)[0]), at)
    report = fresh(built)
    assert report.findings["original-altered"] == len(report.not_whole) == 1
    assert report.documents == before.documents - 1
    assert "add the material again" in report.not_whole[0].text
    assert status(built).altered == 1
    assert any("1 original was altered" in line for line in status(built).waiting())


def test_what_is_missing_is_told_in_words_that_fit_the_case(built: Case, tmp_path: Path) -> None:
    original_path(built, folded_of(built).accessions[0].object).unlink()
    (told,) = [line for line in status(built).waiting() if "not here" in line]
    assert "bundle" not in told
    assert "add the same files again" in told
    team = Exchange.begun(tmp_path)
    team.joined("bo")
    original_path(team.home, list_originals(team.home)[0]).unlink()
    (told,) = [line for line in status(team.home).waiting() if "not here" in line]
    assert "--whole" in told


def test_a_size_that_somebody_made_up_costs_one_reading_and_is_kept(built: Case) -> None:
    one = folded_of(built).accessions[0]
    wrong = one.size + 1
    told = next(entry.body for entry in read(built) if entry.id == one.entry) or {}
    append(built, kind="accession", body={**told, "size": wrong}, at=NOW)
    report = derived(built)
    assert not report.not_whole
    assert report.findings["unparsed"] == 1
    original_path(built, one.object).unlink()
    kept = read_document(built, original=one.original, size=wrong, accession=one.accession)
    assert isinstance(kept, Document)
    assert "another size" in kept.findings[0].text
