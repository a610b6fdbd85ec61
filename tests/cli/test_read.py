from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from .conftest import Run

TABLE = 'имя;город\nАсан;"Саяққент\nқаласы"\n\nБота;Тұзкөл;лишнее\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_table_is_printed_as_document_segments_and_findings(qantar: Run, table: Path) -> None:
    ran = qantar("read", table, "--json")
    assert ran.code == 0
    assert [next(iter(line)) for line in ran.lines] == [
        "document",
        "segment",
        "segment",
        *["finding"] * (len(ran.lines) - 3),
    ]
    document = ran.lines[0]["document"]
    assert (document["reader"], document["parent"], document["language"]) == ("table", None, None)
    assert document["sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert document["header"] == ["имя", "город"]


def test_offsets_lead_into_one_canonical_text(qantar: Run, table: Path) -> None:
    ran = qantar("read", table, "--json")
    segments = [line["segment"] for line in ran.lines if "segment" in line]
    text = "\n".join(segment["text"] for segment in segments)
    assert [text[s["start"] : s["end"]] for s in segments] == [s["text"] for s in segments]
    assert ran.lines[0]["document"]["chars"] == len(text)
    assert [s["locator"]["row"] for s in segments] == [1, 2]
    assert [s["locator"]["line"] for s in segments] == [2, 5]


def test_no_cell_is_left_out(qantar: Run, table: Path) -> None:
    ran = qantar("read", table, "--json")
    segments = [line["segment"] for line in ran.lines if "segment" in line]
    assert [segment["raw"] for segment in segments] == [
        ["Асан", "Саяққент\nқаласы"],
        ["Бота", "Тұзкөл", "лишнее"],
    ]
    assert segments[1]["text"] == "Бота\tТұзкөл\tлишнее"
    codes = {line["finding"]["code"] for line in ran.lines if "finding" in line}
    assert "too-many-cells" in codes


def test_the_encoding_can_be_said(qantar: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("имя\nАсан\n".encode("koi8-r"))
    ran = qantar("read", path, "--encoding", "koi8-r", "--json")
    assert ran.lines[1]["segment"]["text"] == "Асан"


def test_a_delimiter_can_be_said_in_words(qantar: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    path.write_text("a;b\tc\n1;2\t3\n")
    ran = qantar("read", path, "--delimiter", "tab", "--json")
    assert ran.lines[1]["segment"]["raw"] == ["1;2", "3"]


def test_a_person_sees_header_rows_and_warnings(qantar: Run, table: Path) -> None:
    ran = qantar("read", table)
    assert "имя | город" in ran.out
    assert "1: Асан | Саяққент\\nқаласы" in ran.out
    assert "too-many-cells" in ran.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing.csv"], 12),
        (["t.csv", "--encoding", "klingon"], 10),
        (["t.csv", "--delimiter", "ab"], 2),
        (["t.csv", "--header-row", "0"], 2),
    ],
)
def test_what_cannot_be_read_says_why(
    qantar: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("a\n1\n")
    ran = qantar("read", *arguments, "--json")
    assert ran.code == code
    assert ran.only("error")["message"]


def test_an_empty_file_is_a_document_with_a_finding(qantar: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("")
    ran = qantar("read", tmp_path / "t.csv", "--json")
    assert ran.code == 0
    assert ran.only("finding")["code"] == "empty"


def test_a_file_over_the_cap_is_refused_with_the_cap(qantar: Run, tmp_path: Path) -> None:
    """Sparse: three hundred megabytes that take no room on the disk."""
    path = tmp_path / "t.csv"
    with path.open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    ran = qantar("read", path, "--json")
    assert ran.code == 10
    assert "256" in ran.only("error")["message"]


def test_names_and_texts_of_a_stranger_cannot_steer_the_terminal(
    tmp_path: Path, qantar: Run
) -> None:
    """Attack case 14: in the name of a file, of a member, and in what they say."""
    path = tmp_path / "a\x1b[2J.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("b\x1b]0;title\x07\u202e.txt", "Said \x1b[31m, \x9b1m and no more.")
    for extra in ((), ("--json",)):
        ran = qantar("read", path, *extra)
        assert ran.code == 0
        assert "b\\x1b]0" in ran.out or "b\\u001b]0" in ran.out
        assert all(line.isprintable() for line in (ran.out + ran.err).splitlines())


def test_a_folder_is_read_with_what_its_chat_names(qantar: Run, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "WhatsApp Chat with Invented.txt").write_text(
        "05.01.22, 10:00 - Invented: IMG-20220105-WA0001.txt (file attached)\n"
        "25.01.22, 10:01 - Invented: IMG-20220105-WA0002.txt (file attached)\n",
        encoding="utf-8",
    )
    (folder / "IMG-20220105-WA0001.txt").write_text("Said.", encoding="utf-8")
    (folder / "link").symlink_to("/etc/passwd")
    ran = qantar("read", folder, "--json")
    assert ran.code == 0
    media = [m for line in ran.lines if "segment" in line for m in line["segment"].get("media", ())]
    assert [(one["name"], one["present"]) for one in media] == [
        ("IMG-20220105-WA0001.txt", True),
        ("IMG-20220105-WA0002.txt", False),
    ]
    assert "link" in ran.err
    assert "root:" not in ran.out
    by_itself = qantar("read", folder / "WhatsApp Chat with Invented.txt", "--json")
    (first, _) = (line["segment"]["media"] for line in by_itself.lines if "segment" in line)
    assert first == [{"kind": "file", "name": "IMG-20220105-WA0001.txt", "present": None}]
    assert "(file IMG-20220105-WA0001.txt)" in qantar("read", folder).out
