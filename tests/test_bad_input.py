"""Bad input, all of it in one case: each gives a clear finding, and nothing else is lost.

The whole way is run, as a user would: a sheet, `add`, `build`, `publish`.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from qantar.archive import journal
from qantar.archive.case import Case
from qantar.record.contents import Contents
from qantar.workbench.build import BuildReport, derive
from qantar.workbench.fold import fold
from tests.published import build_case, publish_case

GOOD = "G1,A queue for bread,Baker,2030-01-05,Sayaqkent\n"
HEAD = "id,statement,said_by,published,place\n"
COLUMNS = 'id = "id"\nstatement = "statement"\nsaid_by = "said_by"\npublished = "published"\nabout_place = "place"\n'
HOSTILE = '<script>document.title="taken"</script><img src=x onerror="document.title=1">'
LARGE = 300 * 1024 * 1024


def accession(path: str, columns: str = COLUMNS, more: str = "") -> str:
    return f'[[accession]]\npath = "{path}"\nsource = "group"\nconsent = "public"\nholds = "statements"\n{more}[accession.columns]\n{columns}\n'


def workbook() -> bytes:
    """A workbook whose second row is computed and whose third is an error."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD.strip().split(","), GOOD.strip().replace("G1", "X1").split(",")):
        sheet.append(row)
    sheet.append(["X2", "=1+1", "Baker", "2030-01-05", "Sayaqkent"])
    sheet.append(["X3", "Third", "#REF!", "2030-01-05", "Sayaqkent"])
    sheet["C4"].data_type = "e"
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, BuildReport, Path]:
    folder = tmp_path_factory.mktemp("bad")
    rows = {
        "misspelt.csv": HEAD.replace("said_by", "siad_by") + GOOD.replace("G1", "M1"),
        "bad-date.csv": HEAD
        + GOOD.replace("2030-01-05", "2030-02-31").replace("G1", "D1")
        + GOOD.replace("G1", "D2"),
        "too-many.csv": HEAD
        + "T1,A,B,2030-01-05,Sayaqkent,extra,more\n"
        + GOOD.replace("G1", "T2"),
        "no-id.csv": HEAD + GOOD.replace("G1", "") + GOOD.replace("G1", "N2"),
        "twice.csv": HEAD + GOOD.replace("G1", "W1") + GOOD.replace("G1", "W1"),
        "hostile.csv": HEAD
        + f'H1,"{HOSTILE.replace(chr(34), chr(34) * 2)}","{HOSTILE.replace(chr(34), chr(34) * 2)}",2030-01-05,Sayaqkent\n',
        "good.csv": HEAD + GOOD,
    }
    for name, text in rows.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "wrong-encoding.csv").write_bytes(
        (HEAD + "E1,Очередь за хлебом,Пекарь,2030-01-05,Саякент\n").encode("windows-1251")
    )
    line = json.dumps(
        {
            "id": "J1",
            "statement": "S",
            "said_by": "B",
            "published": "2030-01-05",
            "place": "Sayaqkent",
        }
    )
    (folder / "cut.jsonl").write_text(f"{line}\n{line.replace('J1', 'J2')[:40]}", encoding="utf-8")
    (folder / "formulas.xlsx").write_bytes(workbook())
    (folder / "empty.csv").write_bytes(b"")
    with (folder / "large.csv").open("wb") as stream:
        stream.write(HEAD.encode())
        chunk = GOOD.encode() * (1 << 15)
        while stream.tell() < LARGE:
            stream.write(chunk)
    sheet = '[case]\nzone = "Asia/Almaty"\n[sources.group]\nname = "Group"\nkind = "ngo"\n'
    names = [*rows, "cut.jsonl", "formulas.xlsx", "empty.csv", "large.csv"]
    sheet += "".join(accession(name) for name in names)
    sheet += accession("wrong-encoding.csv", more='encoding = "utf-8"\n')
    (folder / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, report = build_case(folder / "case", folder / "sheet.toml")
    (folder / "large.csv").unlink()
    return case, report, folder


def findings(case: Case, file: str) -> dict[str, str]:
    """The findings about one file, by code, each with its place in words."""
    contents = contents_of(case)
    return {
        f.code: f"{f.where.words() if f.where else ''} | {f.text}"
        for f in contents.findings
        if f.file == file
    }


def contents_of(case: Case) -> Contents:
    """All that the record of the case holds."""
    return derive(case, fold(journal.read(case))).contents


def test_rows_add_up_and_all_files_are_kept(bad: tuple[Case, BuildReport, Path]) -> None:
    _, report, _ = bad
    assert report.originals == 13
    counted = report.rows["statements"]
    assert counted.rows_in == counted.read + counted.unreadable
    assert report.documents == 12


@pytest.mark.parametrize(
    ("file", "code", "said"),
    [
        ("misspelt.csv", "unknown-column", 'Did you mean "siad_by"?'),
        ("bad-date.csv", "impossible-date", "row 1, line 2, column published (cell D2)"),
        ("too-many.csv", "too-many-cells", "extra"),
        ("no-id.csv", "missing-id", "row 1"),
        ("twice.csv", "duplicate-id", "W1#2"),
        ("cut.jsonl", "broken-line", "line 2"),
        ("formulas.xlsx", "formula", "B3"),
        ("formulas.xlsx", "error-cell", "#REF!"),
        ("empty.csv", "empty", ""),
        ("large.csv", "too-large", "300"),
        ("wrong-encoding.csv", "encoding-damage", "give another `encoding`"),
    ],
)
def test_each_fault_is_named_where_it_stands(
    bad: tuple[Case, BuildReport, Path], file: str, code: str, said: str
) -> None:
    found = findings(bad[0], file)
    assert code in found, found
    assert said.casefold() in found[code].casefold(), found[code]


def test_the_other_rows_go_on(bad: tuple[Case, BuildReport, Path]) -> None:
    contents = contents_of(bad[0])
    ids = Counter(claim.id for claim in contents.claims)
    assert {"G1", "M1", "D1", "D2", "T1", "T2", "N2", "W1", "W1#2", "J1", "X1", "H1"} <= set(ids)
    dated = {claim.id: claim.published for claim in contents.claims}
    assert dated["D1"] is None
    assert dated["D2"] is not None


def test_the_dossier_lists_the_findings_and_hostile_text_is_inert(
    bad: tuple[Case, BuildReport, Path], tmp_path: Path
) -> None:
    publish_case(bad[0], tmp_path / "out")
    raw = (tmp_path / "out" / "findings.html").read_text(encoding="utf-8")
    for code in ("impossible-date", "too-many-cells", "broken-line", "too-large"):
        assert code in raw
    for path in (tmp_path / "out").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>document" not in text, path
        assert "<img src=x" not in text, path
