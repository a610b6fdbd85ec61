"""The same submissions, and the same chat, in several files of a case."""

from __future__ import annotations

import json
from pathlib import Path

from qantar.workbench.build import derive
from qantar.workbench.stores import folded_of
from tests.published import build_case


def submission(uuid: str, root: str) -> dict[str, object]:
    return {
        "_uuid": uuid,
        "meta/instanceID": f"uuid:{uuid}",
        "meta/rootUuid": f"uuid:{root}",
        "_submission_time": "2022-01-06T08:00:00",
        "said": "They shot.",
    }


def chat(*numbers: int, id: int = 7) -> dict[str, object]:  # noqa: A002  # as the export has it
    messages = [
        {"id": n, "type": "message", "date_unixtime": "1641351660", "from": "Dana", "text": "Shots"}
        for n in numbers
    ]
    return {"name": "Chat", "type": "public_supergroup", "id": id, "messages": messages}


def test_what_was_exported_again_is_told_with_the_file_that_has_it_too(tmp_path: Path) -> None:
    files = {
        "a.json": [submission("u-1", "u-1"), submission("u-2", "u-2")],
        "b.json": [submission("u-3", "u-1"), submission("u-2", "u-2"), submission("u-4", "u-4")],
        "chat1.json": chat(1, 2),
        "chat2.json": chat(2, 3),
        "other.json": chat(2, 3, id=8),
    }
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    accessions = "".join(f'[[accession]]\npath = "{name}"\n' for name in files)
    (tmp_path / "s.toml").write_text(accessions)
    case, _ = build_case(tmp_path / "case", tmp_path / "s.toml")
    told = [f for f in derive(case, folded_of(case)).contents.findings if f.code == "duplicate-id"]
    assert [(f.file, f.accession) for f in told] == [("b.json", "a2"), ("chat2.json", "a4")]
    assert 'Of its submissions 2 stand in "a.json" (a1) too' in told[0].text
    assert '"chat1.json" (a3)' in told[1].text


def test_an_outage_that_two_downloads_have_is_told(tmp_path: Path) -> None:
    hours = [f"2022-01-{1 + at // 24:02d}T{at % 24:02d}:00:00Z;100" for at in range(96)]
    hours[80:84] = [line.replace(";100", ";3") for line in hours[80:84]]
    (tmp_path / "a.csv").write_text("\n".join(["at;n", *hours]))
    (tmp_path / "b.csv").write_text("\n".join(["at;n", *hours[24:]]))
    one = (
        'path = "{}.csv"\nholds = "series"\n[accession.columns]\nat = "at"\nvalue = "n"\n'
        'method = {{ constant = "bgp" }}\ninstrument = {{ constant = "Probe (invented)" }}\n'
    )
    (tmp_path / "s.toml").write_text("".join("[[accession]]\n" + one.format(n) for n in "ab"))
    case, _ = build_case(tmp_path / "case", tmp_path / "s.toml")
    contents = derive(case, folded_of(case)).contents
    assert [claim.id for claim in contents.claims] == ["a-outage-1", "b-outage-1"]
    (told,) = (f for f in contents.findings if f.code == "duplicate-instant")
    assert (told.accession, "a-outage-1" in told.text) == ("a2", True)
