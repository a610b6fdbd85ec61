"""The same submissions, and the same chat, in several files of a case."""

from __future__ import annotations

import json
from pathlib import Path

from qantar.model.finding import Locator
from qantar.model.read_document import Begin, End, Quoted, Sound
from qantar.model.segment import Segment, SegmentKind
from qantar.workbench.build import derive
from qantar.workbench.chats import are_one, hours_of
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


def whatsapp(first: int, last: int, *, names: tuple[str, str] = ("Dana", "Erlan")) -> str:
    """The messages of an invented chat from one number to another, every twenty minutes."""
    return "".join(
        f"{5 + n // 72:02d}/01/2022, {n // 3 % 24:02d}:{n % 3 * 20:02d} - {names[n % 2]}: "
        f"Message {n} of the square.\n"
        for n in range(first, last)
    )


def told_of(folder: Path, files: dict[str, str]) -> list[tuple[str | None, str]]:
    for name, content in files.items():
        (folder / name).write_text(content)
    accessions = "".join(f'[[accession]]\npath = "{name}"\n' for name in files)
    (folder / "s.toml").write_text(accessions)
    case, _ = build_case(folder / "case", folder / "s.toml")
    found = derive(case, folded_of(case)).contents.findings
    return [(one.file, one.text) for one in found if one.code == "duplicate-chat"]


def test_a_whatsapp_chat_that_was_exported_again_is_told(tmp_path: Path) -> None:
    """From another telephone too, where the names are others; and not a chat of the same days."""
    files = {
        "WhatsApp Chat with Dana.txt": whatsapp(0, 40),
        "WhatsApp Chat with Work.txt": whatsapp(0, 90).replace("Message", "Another word"),
        "later.txt": whatsapp(31, 90),
        "other.txt": whatsapp(35, 50, names=("D.", "+7 700 000 11 22")),
        "after.txt": whatsapp(90, 130),
    }
    told = told_of(tmp_path, files)
    assert [file for file, _ in told] == ["later.txt", "other.txt", "other.txt"]
    assert '"WhatsApp Chat with Dana.txt" (a1)' in told[0][1]
    assert "(a1)" in told[1][1]
    assert "(a3)" in told[2][1]


def test_what_was_sent_to_two_chats_does_not_make_them_one(tmp_path: Path) -> None:
    shared = "05/01/2022, 23:59 - Dana: To all of you: stay at home.\n"
    files = {
        "a.txt": whatsapp(0, 71) + shared,
        "b.txt": whatsapp(0, 71).replace("Message", "Other") + shared,
    }
    assert told_of(tmp_path, files) == []


def test_chats_are_compared_to_the_minute_and_by_words_alone() -> None:
    """Of one file, each chat by itself; an iPhone writes seconds, and a medium has no words."""

    def document(name: str, *said: tuple[str, str]) -> list[Sound]:
        quoted = [
            Quoted(
                Segment(kind=SegmentKind.MESSAGE, start=0, end=len(t), locator=Locator(), at=at),
                t,
            )
            for at, t in said
        ]
        return [
            Begin(id=name, reader="whatsapp", version=1, media_type="text/plain"),
            *quoted,
            End(chars=0),
        ]

    one = document("1", ("2022-01-05T14:03:00", "Where?"), ("2022-01-05T14:04:00", ""))
    two = document("2", ("2022-01-05T14:03:59", "Where?"), ("2022-01-05T15:04:00", "Here."))
    first, second = hours_of([*one, *two])
    assert are_one(first, second)
    assert (len(first), len(second)) == (1, 2)
    assert not are_one(first, {"2022-01-05T14": b"another"})
    assert not are_one(first, {})
