"""Who is who in a dossier is worked out by published tables of names alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qantar.record.persons import read_linkage
from qantar.workbench.stores import record_of
from tests.published import build_case, files_in, publish_case
from tests.workbench.test_name_tables import FILES, FORMS, NAMES, SHEET

OPEN = 'consent = "public"\nholds'


@pytest.mark.parametrize(("consent", "joined"), [("public", True), ("restricted", False)])
def test_a_table_that_is_not_public_joins_nobody_in_a_dossier(
    tmp_path: Path, consent: str, *, joined: bool
) -> None:
    for name, text in {**FILES, "forms.csv": FORMS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    sheet = SHEET.replace("holds", OPEN) + NAMES.replace("holds", f'consent = "{consent}"\nholds')
    (tmp_path / "sheet.toml").write_text(sheet, encoding="utf-8")
    case, _ = build_case(tmp_path / "case", tmp_path / "sheet.toml")
    built = read_linkage(*record_of(case))
    assert built is not None
    publish_case(case, tmp_path / "out")
    files = files_in(tmp_path / "out")
    shown = len(json.loads(files["data/persons.json"]))
    assert shown == built.count.point + (not joined)
    leaks = [path for path, data in files.items() if b"Borik" in data]
    assert bool(leaks) is joined
