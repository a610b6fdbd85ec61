"""Publishing touches nothing but OUT, ships whole or not at all, and leaves its trace in the case."""

from __future__ import annotations

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from qantar.archive import journal
from qantar.archive.case import Case
from qantar.archive.journal import append, read
from qantar.archive.kept import read_kept
from qantar.archive.lock import writing
from qantar.archive.originals import object_name, original_path
from qantar.archive.unlock import open_case
from qantar.errors import OriginalAlteredError, OutputExistsError, SealedAwayError
from qantar.model.decision import Verdict
from qantar.workbench.create import create_collector, create_waiting
from qantar.workbench.decide import decide
from qantar.workbench.fold import fold
from qantar.workbench.plan import plan
from qantar.workbench.publish import PublishReport, publish

from .conftest import NOW, rebuild


def published(case: Case, out: Path, *, replace_old: bool = False) -> PublishReport:
    with writing(case):
        return publish(
            case,
            out,
            as_of=None,
            language="en",
            replace_old=replace_old,
            now=NOW,
            software="test",
        )


def test_who_cannot_read_the_case_publishes_nothing(built: Case, tmp_path: Path) -> None:
    """An empty dossier would say that there is nothing."""
    home = built.signer.public.line(built.id)
    waiting = create_waiting(tmp_path / "waiting")
    for case in (waiting, create_collector(tmp_path / "field", home=home)):
        with pytest.raises(SealedAwayError):
            plan(case, as_of=None)
        with pytest.raises(SealedAwayError):
            published(case, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_folders_beside_out_are_left_alone(built: Case, tmp_path: Path) -> None:
    for name in ("out.new", "out.old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("mine", encoding="utf-8")
    published(built, tmp_path / "out")
    published(built, tmp_path / "out", replace_old=True)
    for name in ("out.new", "out.old"):
        assert (tmp_path / name / "thesis.txt").read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_link_to_a_dossier_stays_a_link(built: Case, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for _ in range(2):
        published(built, tmp_path / "link", replace_old=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").is_file()


@pytest.mark.parametrize("where", ["", "inside", "originals/deep"])
def test_a_dossier_never_goes_into_the_case(built: Case, where: str) -> None:
    with pytest.raises(OutputExistsError):
        published(built, built.root / where)


def test_a_foreign_folder_is_never_written_over(built: Case, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(OutputExistsError):
        published(built, tmp_path / "mine", replace_old=True)


def test_a_copy_of_what_left_is_kept_once_and_journalled(built: Case, tmp_path: Path) -> None:
    for name in ("one", "two"):
        published(built, tmp_path / name)
    (kept,) = built.releases.iterdir()
    (made,) = fold(journal.read(built)).releases
    assert kept.name == made.object
    packed = BytesIO()
    read_kept(built, made.object, made.release, size=made.size, take=packed.write)
    with zipfile.ZipFile(packed) as dossier:
        shipped = {
            path.relative_to(tmp_path / "two").as_posix(): path.read_bytes()
            for path in (tmp_path / "two").rglob("*")
            if path.is_file()
        }
        assert {name: dossier.read(name) for name in dossier.namelist()} == shipped
    assert b"index.html" not in kept.read_bytes()


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


def spoilt(case: Case, how: str) -> str:
    """Spoil the original of a public file; gives its accession."""
    one = plan(case, as_of=None).shipped[0]
    path = original_path(case, object_name(case, one.original))
    flip(path, 300) if how == "altered" else path.unlink()
    return one.id


@pytest.mark.parametrize("how", ["missing", "altered"])
def test_nothing_leaves_while_a_file_that_it_ships_is_not_here_whole(
    built: Case, tmp_path: Path, how: str
) -> None:
    """It was once read from the cache, or left out, and the dossier said nothing of it."""
    lost = spoilt(built, how)
    planned = plan(built, as_of=None)
    assert [(one.id, why) for one, why in planned.not_whole] == [(lost, how)]
    assert any(line.endswith(f"({how})") for line in planned.lines())
    with pytest.raises(OriginalAlteredError, match=lost):
        published(built, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    decide(built, verdict=Verdict.WITHDRAW, targets=[lost], reason="lost", now=NOW)
    rebuild(built)
    published(built, tmp_path / "out")


def test_an_empty_dossier_is_not_written_of_a_case_without_its_files(
    built: Case, tmp_path: Path
) -> None:
    shutil.rmtree(built.originals)
    shutil.rmtree(built.record_db.parent)
    case = open_case(built.root)
    rebuild(case)
    with pytest.raises(OriginalAlteredError):
        published(case, tmp_path / "out")
    assert any("map layer is not here" in line for line in plan(case, as_of=None).lines())


def test_a_size_that_somebody_made_up_stops_no_publication(built: Case, tmp_path: Path) -> None:
    one = plan(built, as_of=None).shipped[0]
    told = next(entry.body for entry in read(built) if entry.id == one.entry) or {}
    append(built, kind="accession", body={**told, "size": one.size + 1}, at=NOW)
    assert not plan(built, as_of=None).not_whole
