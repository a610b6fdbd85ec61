from __future__ import annotations

import hashlib
import os
import tomllib
from datetime import datetime
from pathlib import Path

import pytest

from qantar.archive.case import Case
from qantar.archive.journal import read
from qantar.archive.originals import list_originals, open_original
from qantar.errors import MissingPathError, SheetError, UsageError
from qantar.model.accession import Consent
from qantar.workbench.add import add
from qantar.workbench.fold import fold
from qantar.workbench.taken_in import AddReport, Sealed

MATERIAL = ["places.csv", "speakers.csv", "lists/claims.csv", "lists/events.csv", "letter.txt"]


def taken_in(
    case: Case, *paths: Path, sheet: Path | None = None, now: datetime
) -> tuple[AddReport, list[Sealed]]:
    heard: list[Sealed] = []
    report = add(case, paths=paths, sheet_path=sheet, now=now, acknowledge=heard.append)
    return report, heard


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_all_that_a_sheet_names_is_sealed_in_its_order(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    report, heard = taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    assert [one.path for one in heard] == MATERIAL
    assert [one.original for one in heard] == [sha256(sayaqkent / path) for path in MATERIAL]
    assert [one.accession for one in heard] == ["a1", "a2", "a3", "a4", "a5"]
    assert all(one.new for one in heard)
    assert report.sealed == tuple(heard)
    assert (report.refused, report.torn) == ((), ())
    with open_original(case, heard[-1].original, size=heard[-1].size) as stored:
        assert stored.read() == (sayaqkent / "letter.txt").read_bytes()


def test_the_journal_tells_of_sheet_map_layer_and_accessions(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    folded = fold(read(case))
    assert folded.title == "Winter in Sayaqkent"
    assert folded.sheets == (sha256(sayaqkent / "sheet.toml"),)
    assert folded.boundaries is not None
    assert folded.boundaries.original == sha256(sayaqkent / "map" / "town.geojson")
    assert [one.accession.path for one in folded.accessions] == MATERIAL
    assert folded.accessions[-1].accession.consent is Consent.RESTRICTED
    # Five files, the sheet and the layer.
    assert len(list_originals(case)) == 7


def test_no_path_of_this_machine_enters_the_journal(
    case: Case, sayaqkent: Path, tmp_path: Path, now: datetime
) -> None:
    taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    taken_in(case, sayaqkent / "letter.txt", sayaqkent / "lists", now=now)
    written = b"".join(path.read_bytes() for path in case.journal.iterdir())
    assert str(tmp_path).encode() not in written
    assert tmp_path.name.encode() not in written


def test_the_same_bytes_twice_are_one_original_and_two_accessions(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    sheet = sayaqkent / "sheet.toml"
    taken_in(case, sheet=sheet, now=now)
    before = list_originals(case)
    _, heard = taken_in(case, sheet=sheet, now=now)
    assert [one.accession for one in heard] == ["a6", "a7", "a8", "a9", "a10"]
    assert not any(one.new for one in heard)
    assert list_originals(case) == before


def test_with_paths_only_these_of_the_sheet_are_taken_in(
    case: Case, sayaqkent: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sayaqkent / "lists")
    paths = (Path("../letter.txt"), sayaqkent / "lists")
    _, heard = taken_in(case, *paths, sheet=sayaqkent / "sheet.toml", now=now)
    assert [one.path for one in heard] == ["lists/claims.csv", "lists/events.csv", "letter.txt"]


def test_a_path_that_the_sheet_does_not_name_is_not_taken_in(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    (sayaqkent / "stray.txt").write_text("stray")
    report, heard = taken_in(
        case,
        sayaqkent / "stray.txt",
        sayaqkent / "letter.txt",
        sheet=sayaqkent / "sheet.toml",
        now=now,
    )
    assert [one.path for one in heard] == ["letter.txt"]
    (refused,) = report.refused
    assert "is not named by sheet.toml" in refused.reason


def test_without_a_sheet_files_are_documents_of_which_nothing_is_known(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    _, heard = taken_in(case, sayaqkent / "letter.txt", sayaqkent / "lists", now=now)
    folder = sayaqkent / "lists"
    assert [one.path for one in heard] == [
        str(sayaqkent / "letter.txt"),
        str(folder / "claims.csv"),
        str(folder / "events.csv"),
    ]
    described = [one.accession for one in fold(read(case)).accessions]
    assert [one.path for one in described] == ["letter.txt", "lists/claims.csv", "lists/events.csv"]
    assert {(one.source, one.holds, one.consent) for one in described} == {
        ("unknown", None, Consent.UNKNOWN)
    }


def test_a_missing_path_is_named_and_the_others_go_on(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    (sayaqkent / "speakers.csv").unlink()
    (sayaqkent / "map" / "town.geojson").unlink()
    report, heard = taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    assert [one.path for one in heard] == [one for one in MATERIAL if one != "speakers.csv"]
    assert {one.words() for one in report.refused} == {
        "speakers.csv is not there",
        "map/town.geojson is not there",
    }
    with pytest.raises(MissingPathError, match=r"2 of 6 not taken in: .*speakers\.csv"):
        report.raise_if_refused()


def test_nothing_outside_the_sheets_folder_is_followed_to(
    case: Case, sayaqkent: Path, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "elsewhere.txt").write_text("not meant for anyone")
    (sayaqkent / "letter.txt").unlink()
    (sayaqkent / "letter.txt").symlink_to(tmp_path / "elsewhere.txt")
    (sayaqkent / "places.csv").rename(sayaqkent / "places-2030.csv")
    (sayaqkent / "places.csv").symlink_to("places-2030.csv")
    report, heard = taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    assert "places.csv" in [one.path for one in heard]
    (refused,) = report.refused
    assert refused.path == "letter.txt"
    assert "leads out of material" in refused.reason


def test_a_folder_gives_every_file_below_it_and_follows_no_linked_folder(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    box = tmp_path / "box"
    (box / "b" / "c").mkdir(parents=True)
    for name in ("z.txt", "a.txt", "b/m.txt", "b/c/n.txt"):
        (box / name).write_text(name)
    (box / "circle").symlink_to(box)
    (box / "gone").symlink_to(box / "nowhere")
    report, heard = taken_in(case, box, now=now)
    names = [one.accession.path for one in fold(read(case)).accessions]
    assert names == ["box/a.txt", "box/b/c/n.txt", "box/b/m.txt", "box/z.txt"]
    assert [one.path for one in heard] == [str(tmp_path / name) for name in names]
    assert [(Path(one.path).name, one.reason) for one in report.refused] == [
        ("circle", "is a link to a folder; name the folder itself"),
        ("gone", "is not there"),
    ]


@pytest.mark.parametrize("what", ["nothing", "empty folder", "pipe", "own case"])
def test_what_is_no_file_is_refused_with_its_reason(
    case: Case, tmp_path: Path, now: datetime, what: str
) -> None:
    path = tmp_path / "thing"
    if what == "empty folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    elif what == "own case":
        path = case.root / "CASE"
    report, heard = taken_in(case, path, now=now)
    expected = {
        "nothing": "is not there",
        "empty folder": "is an empty folder",
        "pipe": "is neither a file nor a folder",
        "own case": "lies in the case's own folder; material comes from outside it",
    }
    assert [one.reason for one in report.refused] == [expected[what]]
    assert heard == []


@pytest.mark.parametrize("name", ["~notes.txt", "C:notes.txt", "line\nbreak.txt", "back\\slash"])
def test_a_name_that_no_sheet_may_hold_is_taken_in_all_the_same(
    case: Case, tmp_path: Path, now: datetime, name: str
) -> None:
    (tmp_path / name).write_text("kept")
    report, heard = taken_in(case, tmp_path / name, now=now)
    assert report.refused == ()
    assert [one.size for one in heard] == [4]
    assert len(fold(read(case)).accessions) == 1


def test_a_name_that_is_no_text_is_taken_in_all_the_same(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / os.fsdecode("письмо.txt".encode("koi8-r"))
    path.write_text("kept")
    taken_in(case, path, now=now)
    (one,) = fold(read(case)).accessions
    assert one.accession.path.endswith(".txt")
    assert "\N{REPLACEMENT CHARACTER}" in one.accession.path


def test_a_faulty_sheet_takes_in_nothing(case: Case, sayaqkent: Path, now: datetime) -> None:
    sheet = sayaqkent / "sheet.toml"
    sheet.write_text(sheet.read_text().replace('consent = "restricted"', 'consent = "perhaps"'))
    with pytest.raises(SheetError, match="perhaps"):
        taken_in(case, sheet=sheet, now=now)
    assert list_originals(case) == ()


def test_a_sheet_that_is_not_utf8_is_refused_with_the_line(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    sheet = sayaqkent / "sheet.toml"
    text = sheet.read_text().replace("Winter", "Зима")
    sheet.write_bytes(text.encode("windows-1251"))
    line = text[: text.index("Зима")].count("\n") + 1
    with pytest.raises(SheetError, match="save the sheet as UTF-8") as refused:
        taken_in(case, sheet=sheet, now=now)
    assert refused.value.faults[0].line == line


def test_a_sheet_that_is_not_there_is_said_to_be_missing(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    with pytest.raises(MissingPathError, match="sheet cannot be opened"):
        taken_in(case, sheet=tmp_path / "sheet.toml", now=now)


def test_nothing_to_add_is_wrong_usage(case: Case, now: datetime) -> None:
    with pytest.raises(UsageError):
        taken_in(case, now=now)


def test_a_misspelt_column_is_told_at_once_and_everything_is_sealed(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    sheet = sayaqkent / "sheet.toml"
    sheet.write_text(
        sheet.read_text().replace('figure_key = "question"', 'figure_key = "questoin"')
    )
    report, heard = taken_in(case, sheet=sheet, now=now)
    assert len(heard) == len(MATERIAL)
    (finding,) = report.findings
    assert (finding.code, finding.file) == ("unknown-column", "lists/claims.csv")
    assert (finding.accession, finding.original) == ("a3", sha256(sayaqkent / "lists/claims.csv"))
    assert 'Did you mean "question"?' in finding.text


def test_a_table_that_cannot_be_read_as_the_sheet_says_is_sealed_with_a_finding(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    sheet = sayaqkent / "sheet.toml"
    text = sheet.read_text().replace(
        'path = "lists/events.csv"', 'path = "lists/events.csv"\nreader = "crystal-ball"'
    )
    assert tomllib.loads(text)["accession"][3]["reader"] == "crystal-ball"
    sheet.write_text(text)
    report, heard = taken_in(case, sheet=sheet, now=now)
    assert len(heard) == len(MATERIAL)
    assert [(one.code, one.file) for one in report.findings] == [
        ("unsupported", "lists/events.csv")
    ]


def test_an_empty_table_is_told_once(case: Case, sayaqkent: Path, now: datetime) -> None:
    (sayaqkent / "lists" / "claims.csv").write_text("")
    report, heard = taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    assert len(heard) == len(MATERIAL)
    assert [(one.code, one.file) for one in report.findings] == [("empty", "lists/claims.csv")]


def test_an_interrupted_run_keeps_what_it_acknowledged(
    case: Case, sayaqkent: Path, now: datetime
) -> None:
    heard: list[Sealed] = []

    def interrupted(sealed: Sealed) -> None:
        heard.append(sealed)
        if len(heard) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add(
            case,
            paths=(),
            sheet_path=sayaqkent / "sheet.toml",
            now=now,
            acknowledge=interrupted,
        )
    assert [one.original for one in fold(read(case)).accessions] == [s.original for s in heard]
    _, again = taken_in(case, sheet=sayaqkent / "sheet.toml", now=now)
    assert [one.new for one in again] == [False, False, True, True, True]
