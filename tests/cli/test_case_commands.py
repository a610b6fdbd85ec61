"""Whole runs of the commands on a case, as a person or a program would make them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

MATERIAL = ["places.csv", "speakers.csv", "lists/claims.csv", "lists/events.csv", "letter.txt"]


class Terminal(io.StringIO):
    """Someone at a keyboard who types this."""

    def isatty(self) -> bool:
        """There is someone."""
        return True


def test_init_makes_an_open_case_and_says_that_it_is_open(qantar: Run, tmp_path: Path) -> None:
    ran = qantar("init", tmp_path / "case", "--open", "--title", "Winter", "--json")
    made = ran.only("case")
    assert (made["path"], made["title"], made["open"]) == (str(tmp_path / "case"), "Winter", True)
    assert qantar("status", tmp_path / "case", "--json").lines[0]["case"]["id"] == made["id"]
    plain = qantar("init", tmp_path / "other", "--open")
    assert "anyone who has the folder can read it" in plain.err


def test_init_takes_no_folder_that_holds_something(qantar: Run, sayaqkent: Path) -> None:
    ran = qantar("init", sayaqkent, "--open", "--json")
    assert ran.code == 42
    assert ran.only("error")["code"] == "output-exists"


def test_add_acknowledges_each_file_on_its_own_line(
    qantar: Run, case: Path, sayaqkent: Path
) -> None:
    ran = qantar("add", case, "--sheet", sayaqkent / "sheet.toml")
    assert ran.code == 0
    lines = [line.split(" ", 2) for line in ran.out.splitlines()]
    assert [line[0] for line in lines] == ["sealed"] * 5
    assert all(len(line[1]) == 64 for line in lines)
    assert [line[2] for line in lines] == MATERIAL
    assert "5 files sealed, 5 new" in ran.err


def test_add_in_json_ends_with_what_it_did(qantar: Run, case: Path, sayaqkent: Path) -> None:
    ran = qantar("add", case, "--sheet", sayaqkent / "sheet.toml", "--json")
    sealed = [line["sealed"] for line in ran.lines if "sealed" in line]
    assert [one["path"] for one in sealed] == MATERIAL
    assert set(sealed[0]) == {"original", "path", "accession", "size", "new"}
    assert ran.only("added") == {"sealed": 5, "new": 5, "refused": [], "findings": {}}


def test_add_goes_on_after_a_missing_path_and_ends_with_12(
    qantar: Run, case: Path, sayaqkent: Path
) -> None:
    ran = qantar("add", case, sayaqkent / "nothing.txt", sayaqkent / "letter.txt", "--json")
    assert ran.code == 12
    assert [line["sealed"]["path"] for line in ran.lines if "sealed" in line] == [
        str(sayaqkent / "letter.txt")
    ]
    error = ran.only("error")
    assert error["code"] == "missing-path"
    assert error["where"] == str(sayaqkent / "nothing.txt")


def test_add_names_the_lines_of_a_faulty_sheet(qantar: Run, case: Path, sayaqkent: Path) -> None:
    sheet = sayaqkent / "sheet.toml"
    text = sheet.read_text().replace('consent = "restricted"', 'consent = "perhaps"')
    sheet.write_text(text.replace('holds = "events"', 'holds = "evnts"'))
    ran = qantar("add", case, "--sheet", sheet, "--json")
    assert ran.code == 11
    faults = ran.only("error")["message"].splitlines()
    assert len(faults) == 2
    for fault, word in zip(faults, ('"evnts"', '"perhaps"'), strict=True):
        (line,) = (n for n, one in enumerate(sheet.read_text().splitlines(), 1) if word in one)
        assert fault.startswith(f"sheet.toml:{line}: ")
    assert len(ran.err.splitlines()) == 3


def test_a_misspelt_column_is_a_warning_with_the_way_out(
    qantar: Run, case: Path, sayaqkent: Path
) -> None:
    sheet = sayaqkent / "sheet.toml"
    sheet.write_text(sheet.read_text().replace('said_by = "speaker"', 'said_by = "speeker"', 1))
    ran = qantar("add", case, "--sheet", sheet)
    assert ran.code == 0
    assert 'Did you mean "speaker"?' in ran.err
    assert "correct it and add it again" in ran.err
    assert qantar("add", case, "--sheet", sheet, "--strict").code == 1
    listed = qantar("add", case, "--sheet", sheet, "--json")
    assert listed.only("finding")["code"] == "unknown-column"
    assert listed.only("added")["findings"] == {"unknown-column": 1}


def test_a_mended_sheet_replaces_the_reading_and_keeps_one_original(
    qantar: Run, case: Path, sayaqkent: Path
) -> None:
    sheet = sayaqkent / "sheet.toml"
    good = sheet.read_text()
    sheet.write_text(good.replace('statement = "statement"', 'statement = "sttement"'))
    qantar("add", case, "--sheet", sheet)
    before = qantar("build", case, "--json").lines[0]
    assert before["rows"]["statements"] == {"in": 4, "read": 0, "unreadable": 4}
    sheet.write_text(good)
    qantar("add", case, "--sheet", sheet)
    after = qantar("build", case, "--json").lines[0]
    assert after["rows"]["statements"] == {"in": 4, "read": 4, "unreadable": 0}
    # One more original only: the mended sheet.
    assert after["originals"] == before["originals"] + 1


def test_build_accounts_for_every_row(qantar: Run, case: Path, sayaqkent: Path) -> None:
    qantar("add", case, "--sheet", sayaqkent / "sheet.toml")
    (report,) = qantar("build", case, "--json").lines
    assert set(report) >= {
        "originals",
        "accessions",
        "documents",
        "rows",
        "claims",
        "events",
        "persons",
        "figures",
        "lists",
        "findings",
        "record_digest",
        "changed",
        "seconds",
        "peak_memory_mb",
    }
    assert report["rows"] == {
        "events": {"in": 3, "read": 3, "unreadable": 0},
        "places": {"in": 3, "read": 3, "unreadable": 0},
        "speakers": {"in": 2, "read": 2, "unreadable": 0},
        "statements": {"in": 4, "read": 4, "unreadable": 0},
    }
    assert report["claims"] == {"assertion": 1, "event": 3, "figure": 3}
    assert report["peak_memory_mb"] > 10


def test_a_second_build_changes_nothing_and_says_so(qantar: Run, built: Path) -> None:
    (first,) = qantar("build", built, "--json").lines
    assert first["changed"] is False
    assert "(unchanged)" in qantar("build", built).out


def test_build_is_strict_when_asked(qantar: Run, case: Path, sayaqkent: Path) -> None:
    claims = sayaqkent / "lists" / "claims.csv"
    claims.write_text(claims.read_text().replace("Саяккент", "Nowhere"))
    qantar("add", case, "--sheet", sayaqkent / "sheet.toml")
    assert qantar("build", case).code == 0
    ran = qantar("build", case, "--strict", "--json")
    assert ran.code == 1
    assert ran.lines[0]["findings"]["unresolved-place"] == 1
    assert qantar("status", case, "--strict").code == 1


def test_status_tells_what_is_in_and_what_waits(qantar: Run, case: Path, sayaqkent: Path) -> None:
    qantar("add", case, "--sheet", sayaqkent / "sheet.toml")
    (found,) = qantar("status", case, "--json").lines
    assert found["case"]["title"] == "Winter in Sayaqkent"
    assert found["originals"] == 7
    assert found["holds"] == {
        "documents": 1,
        "events": 1,
        "places": 1,
        "speakers": 1,
        "statements": 1,
    }
    assert found["consent"] == {"public": 4, "restricted": 1}
    assert [(one["id"], one["protected"], one["accessions"]) for one in found["sources"]] == [
        ("baker", True, 1),
        ("collectors", False, 4),
    ]
    assert [one["path"] for one in found["accessions"]] == MATERIAL
    # The case, the sheet, its map layer and five files.
    assert found["journal"]["entries"] == 8
    assert found["record"]["state"] == "missing"
    assert found["waiting"] == ["The record is missing: run `qantar build`."]


def test_status_says_in_words_that_an_open_case_is_open(qantar: Run, built: Path) -> None:
    out = qantar("status", built).out
    assert "This case is open: anyone who has the folder can read it." in out
    assert "record: current" in out
    assert "waits" not in out


def test_status_sees_a_record_that_is_behind_or_damaged(
    qantar: Run, built: Path, sayaqkent: Path
) -> None:
    def state() -> str:
        (found,) = qantar("status", built, "--json").lines
        return str(found["record"]["state"])

    assert state() == "current"
    qantar("add", built, sayaqkent / "letter.txt")
    assert state() == "outdated"
    qantar("build", built)
    assert state() == "current"
    (built / "record" / "record.db").write_bytes(b"not a database" * 500)
    assert state() == "damaged"


def test_status_sees_an_original_that_was_never_acknowledged(qantar: Run, built: Path) -> None:
    orphan = built / "originals" / "ab"
    orphan.mkdir(exist_ok=True)
    (orphan / ("ab" + "0" * 62)).write_bytes(b"half a run")
    (found,) = qantar("status", built, "--json").lines
    assert found["waiting"] == [
        "1 stored original has no entry: a run was interrupted. Add that material again."
    ]


def test_search_prints_one_hit_a_line(qantar: Run, built: Path) -> None:
    ran = qantar("search", built, "fifteen", "саяққент")
    assert ran.out == (
        "c2  2030-01-07  Fifteen people were detained  Bota Oylan  lists/claims.csv, row 2\n"
    )
    assert "саяққент: looked for as" in ran.err
    assert "1 found." in ran.err


def test_search_in_json_tells_the_forms_first(qantar: Run, built: Path) -> None:
    ran = qantar("search", built, "tuzkol", "--json", "--limit", "1")
    assert ran.lines[0]["query"]["total"] == 3
    assert ran.lines[0]["query"]["terms"] == [
        {"typed": "tuzkol", "forms": ["Tuzkol", "Тұзкөл", "Тузколь"]}
    ]
    assert len(ran.lines) == 2


def test_a_search_that_finds_nothing_is_done(qantar: Run, built: Path) -> None:
    ran = qantar("search", built, "marmalade")
    assert (ran.code, ran.out) == (0, "")


def test_search_without_a_record_says_what_to_do(qantar: Run, case: Path) -> None:
    ran = qantar("search", case, "bread", "--json")
    assert ran.code == 15
    assert "qantar build" in ran.only("error")["next"]


def test_decide_prints_an_id_that_undo_takes(qantar: Run, built: Path) -> None:
    made = qantar("decide", built, "split", "e1", "e2", "--reason", "two rallies")
    assert made.code == 0
    assert f"qantar build {built}" in made.err
    name = made.out.strip()
    assert f"decision {name} of" in qantar("status", built).out
    undone = qantar("decide", built, "undo", name, "--reason", "was one", "--json")
    assert undone.only("decision")["targets"] == [name]
    (found,) = qantar("status", built, "--json").lines
    assert found["decisions"] == []
    assert found["record"]["state"] == "outdated"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["same", "c1", "c2", "--reason", "r"], 14, "is no row of a list of people"),
        (["accept", "ev-e9", "--reason", "r"], 14, "Did you mean"),
        (["accept", "ev-e1"], 2, "Missing option '--reason'"),
    ],
)
def test_decide_refuses_what_cannot_be_meant(
    qantar: Run, built: Path, arguments: list[str], code: int, said: str
) -> None:
    ran = qantar("decide", built, *arguments)
    assert ran.code == code
    assert said in ran.err


def test_publish_leaves_out_what_is_not_public(qantar: Run, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "dossier"
    ran = qantar("publish", built, out, "--yes", "--json")
    assert ran.code == 0
    (report,) = ran.lines
    assert set(report) >= {"out", "pages", "bytes", "withheld", "as_of", "policy", "seconds"}
    assert (report["withheld"], report["as_of"]) == (1, None)
    assert "letter.txt" in ran.err
    (found,) = qantar("status", built, "--json").lines
    assert len(found["releases"]) == 1
    assert found["record"]["state"] == "current"
    again = qantar("publish", built, out, "--yes")
    assert again.code == 42
    assert "--replace" in again.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--policy", "p.toml"], "release policies are not there yet"),
        (["--lang", "kk"], "only in English"),
        ([], "Add --yes"),
    ],
)
def test_publish_refuses_what_it_cannot_do_or_ask(
    qantar: Run,
    built: Path,
    tmp_path: Path,
    options: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    ran = qantar("publish", built, tmp_path / "dossier", *options)
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "dossier").exists()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 130), ("", 130)])
def test_publish_asks_the_person_at_the_keyboard(
    qantar: Run,
    built: Path,
    tmp_path: Path,
    answer: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    ran = qantar("publish", built, tmp_path / "dossier")
    assert "Publish this to" in ran.err
    assert ran.code == code
    assert ("Nothing was published." in ran.err) is (answer == "n\n")
    assert (tmp_path / "dossier").is_dir() is (code == 0)


def test_two_writers_do_not_meet(built: Path, qantar: Run) -> None:
    holder = subprocess.Popen(  # noqa: S603  # our own interpreter, our own words
        [
            sys.executable,
            "-c",
            "import sys, pathlib\n"
            "from qantar.archive.unlock import open_case\n"
            "from qantar.archive.lock import writing\n"
            "with writing(open_case(pathlib.Path(sys.argv[1]))):\n"
            "    print('held', flush=True); sys.stdin.read()\n",
            str(built),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        ran = qantar("build", built, "--json")
        assert ran.code == 41
        assert ran.only("error")["code"] == "case-locked"
        assert qantar("status", built).code == 0
    finally:
        holder.communicate()


def test_a_tampered_journal_stops_every_command(qantar: Run, built: Path) -> None:
    (segment,) = (built / "journal").glob("*/0001.qj")
    data = bytearray(segment.read_bytes())
    data[200] ^= 1
    segment.write_bytes(bytes(data))
    for arguments in (["status", built], ["build", built]):
        ran = qantar(*arguments, "--json")
        assert ran.code == 21
        assert json.loads(ran.out)["error"]["code"] == "journal-broken"


def test_a_collector_is_told_to_take_home_what_it_cannot_open(
    case: Path, tmp_path: Path, qantar: Run
) -> None:
    line = qantar("devices", "show", case).out.strip()
    words = tmp_path / "words.txt"
    words.write_text("five words in a row\n")
    field, opening = tmp_path / "field", ("--passphrase-file", words)
    assert qantar("init", field, "--collector", "--for", line, *opening).code == 0
    (tmp_path / "note.txt").write_text("seen from the window")
    added = qantar("add", field, tmp_path / "note.txt", *opening)
    assert added.code == 0
    assert "qantar bundle" in added.err
    assert f"sealing for device {line.rsplit(':', 1)[1]}" in added.err
    status = qantar("status", field, *opening)
    assert status.code == 0
    assert "take it home by bundle" in status.out
    for command in (
        ("search", field, "window"),
        ("decide", field, "withdraw", "a1", "--reason", "x"),
    ):
        refused = qantar(*command, *opening)
        assert (refused.code, "bundle" in refused.err) == (31, True)
    assert "qantar build" not in status.out


def test_a_passphrase_for_a_case_that_is_open_is_told(
    case: Path, tmp_path: Path, qantar: Run
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("five words in a row\n")
    assert "open to everyone" in qantar("status", case, "--passphrase-file", words).err
    assert qantar("status", case).err == ""


def test_a_device_that_waits_has_nothing_to_erase_or_search(tmp_path: Path, qantar: Run) -> None:
    words = tmp_path / "words.txt"
    words.write_text("five words in a row\n")
    opening, waits = ("--passphrase-file", words), tmp_path / "waits"
    assert qantar("init", waits, "--join", *opening).code == 0
    for command in (
        ("search", waits, "window"),
        ("erase", waits, "a1", "--reason", "safety", "--yes"),
        ("build", waits),
    ):
        refused = qantar(*command, *opening)
        assert (refused.code, "has not joined" in refused.err) == (31, True)
