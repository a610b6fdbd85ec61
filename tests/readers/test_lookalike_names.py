"""Attack case 15 through the readers: a name that looks like another is told where it stands."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from qantar.workbench.add import add
from qantar.workbench.build import derive
from qantar.workbench.create import create
from qantar.workbench.stores import folded_of
from tests.readers.reading import read_bytes

HER = "Сера Ойдан"
TWIN = "Cepa Ойдан"
NOW = datetime(2030, 2, 3, 4, 5, 6, tzinfo=UTC)


def message(number: int, name: str) -> dict[str, object]:
    return {
        "id": number,
        "type": "message",
        "date_unixtime": str(1641369600 + number),
        "from": name,
        "text": "Said.",
    }


def test_a_speaker_under_anothers_name_is_told_and_stays_another() -> None:
    names = [HER, TWIN, HER, TWIN, "Серiк", "Серiк"]
    chat = {
        "name": "Invented",
        "type": "public_supergroup",
        "id": 1,
        "messages": [message(number, name) for number, name in enumerate(names, start=1)],
    }
    (read,) = read_bytes(json.dumps(chat, ensure_ascii=False, indent=1).encode(), "result.json")
    assert [one.speaker for one in read.segments] == names
    told = [one for one in read.findings if one.code == "lookalike-name"]
    assert [one.where and one.where.message for one in told] == ["2", "5"]
    assert "looks the same as another" in told[0].text
    assert "'i' Latin" in told[1].text


def test_in_other_chats_too() -> None:
    lines = [f"05.01.22, 10:0{n} - {name}: Said.\n" for n, name in enumerate((HER, TWIN, "Б"))]
    lines.append("25.01.22, 10:05 - Б: Said.\n")
    (read,) = read_bytes("".join(lines).encode(), "WhatsApp Chat.txt")
    assert read.begin.reader == "whatsapp"
    (told,) = (one for one in read.findings if one.code == "lookalike-name")
    assert told.where is not None
    assert told.where.line == 2


def test_a_name_of_a_table_that_looks_like_another_is_told_at_its_cell(tmp_path: Path) -> None:
    rows = f"id,what,who,where\n1,a,{HER},Сарыөзен\n2,b,{TWIN},Сарыөзен\n3,c,{HER},Сapыөзен\n"
    (tmp_path / "t.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "s.toml").write_text(
        '[[accession]]\npath = "t.csv"\nholds = "statements"\n[accession.columns]\nid = "id"\n'
        'statement = "what"\nsaid_by = "who"\nabout_place = "where"\n'
    )
    case = create(tmp_path / "case", title=None, now=NOW)
    add(case, paths=(), sheet_path=tmp_path / "s.toml", now=NOW, acknowledge=lambda _: None)
    contents = derive(case, folded_of(case)).contents
    told = [one for one in contents.findings if one.code == "lookalike-name"]
    assert [(f.where.row, f.where.column) for f in told if f.where] == [(2, "who"), (3, "where")]
    assert [claim.said_by for claim in contents.claims] == [HER, TWIN, HER]
