"""Lists of people in a case: counted, kept in the record as rows of persons, read once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from qantar.archive.case import Case
from qantar.archive.lock import writing
from qantar.model.person_row import DaySpan, PersonRow
from qantar.record.read import read_person_rows
from qantar.workbench.add import add
from qantar.workbench.build import build
from qantar.workbench.stores import record_of

SHEET = """
[case]
span = "2022-01-02/2022-01-31"

[[accession]]
path = "court.csv"
holds = "persons"
dates = "dmy"
[accession.columns]
id = "No"
name = "Name"
age = "Age"
event_date = "Day"

[[accession]]
path = "morgue.csv"
holds = "persons"
[accession.columns]
name = "Name"
"""
FILES = {
    "sheet.toml": SHEET,
    "court.csv": 'No,Name,Age,Day\n1,А Саяқов,35,5 января\n2,,400,05.01.2022\n3,"torn\n',
    "morgue.csv": "Name\nА. Саяков\n",
}


def test_every_row_of_a_list_is_counted_and_kept_as_a_row_of_persons(
    case: Case, tmp_path: Path, now: datetime
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    add(case, paths=(), sheet_path=tmp_path / "sheet.toml", now=now, acknowledge=lambda _: None)
    with writing(case):
        report = build(case, software="test")
    said = report.to_json()
    rows = said["rows"]
    assert isinstance(rows, dict)
    assert rows["persons"]["in"] == rows["persons"]["read"] + rows["persons"]["unreadable"]
    assert said["lists"] == 2
    assert rows["persons"] == {"in": 4, "read": 3, "unreadable": 1}
    born = DaySpan.of(date(1986, 1, 6), date(1987, 1, 5))
    day = DaySpan.of(date(2022, 1, 5))
    kept = list(read_person_rows(*record_of(case)))
    assert kept[:2] == [
        ("a1", PersonRow(list="court", row=1, id="1", name="А Саяқов", birth=born, event=day)),
        ("a1", PersonRow(list="court", row=2, id="2", event=day)),
    ]
    assert kept[-1] == ("a2", PersonRow(list="morgue", row=1, name="А. Саяков"))
    assert {"no-name", "impossible-age"} <= report.findings.keys()
    with writing(case):
        assert not build(case, software="test").changed
