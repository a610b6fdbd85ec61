"""Exports of Signal by sigtop and signal-export: what the one form says, the others say too."""

from __future__ import annotations

import json
import tempfile
from io import BytesIO
from time import process_time

import pytest

from qantar.readers.answer import Begin, DocumentWriter, Noted, Quoted
from qantar.readers.confined import Readers
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.signal_chat import read_chat
from tests.readers.golden import SAMPLES
from tests.readers.reading import ReadDocument, documents, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

FOLDER = SAMPLES / "signal"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestSignal(ReaderSuite):
    reader = "signal"


def sample(name: str) -> ReadDocument:
    (read,) = read_bytes((FOLDER / name).read_bytes(), name)
    assert read.begin.reader == "signal"
    return read


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("sigtop.json", "sigtop JSON"),
        ("sigtop.txt", "sigtop text"),
        ("sigtop-short.txt", "sigtop text-short"),
        ("chat.md", "signal-export Markdown"),
        ("data.json", "signal-export lines"),
    ],
)
def test_each_form_is_known_by_its_content(name: str, form: str) -> None:
    for called in (name, "unnamed"):
        (read,) = read_bytes((FOLDER / name).read_bytes(), called)
        assert read.meta["signal.form"] == form


def test_records_keep_ids_instants_replies_and_deletions() -> None:
    read = sample("sigtop.json")
    first, second, _, gone, edited, call, card, _ = read.segments
    assert first.at == "2022-01-05T08:00:00+00:00"
    assert second.reply_to == first.id
    assert [(r.sign, r.count) for r in second.reactions] == [("👍", 2), ("😢", 1)]
    assert gone.deleted
    assert edited.edited == "2022-01-05T08:05:00+00:00"
    assert (call.kind, call.service) == ("system", "call-history")
    assert card.media[0].kind == "contact"
    assert "PRIVATE" not in json.dumps(read.to_json())
    assert "old station" not in read.text
    assert "hidden-content" in read.codes()


def test_the_two_ways_of_writing_one_chat_give_the_same_words() -> None:
    markdown, lines = sample("chat.md"), sample("data.json")
    assert markdown.of_kind("quote") == lines.of_kind("quote")
    assert markdown.of_kind("message")[1] == lines.of_kind("message")[1]
    assert [s.deleted for s in markdown.segments if s.kind == "message"][3]
    assert "media/" not in markdown.text
    assert "example.org/map" in markdown.text


def test_sigtops_text_has_instants_and_its_marks_are_no_text() -> None:
    read = sample("sigtop.txt")
    assert [s.at for s in read.segments if s.kind != "quote"] == [
        f"2022-01-05T08:0{minute}:00+00:00" for minute in (0, 1, 2, 3, 6)
    ]
    assert "Attachment" not in read.text
    assert "Version" not in read.text
    assert read.of_kind("message")[0] == "Алаңда жиырма адам тұр.\n\nPeople stand on the square."


def test_a_line_like_a_beginning_within_markdown_stays_in_its_message() -> None:
    text = (
        "[2022-01-05 14:00:00] Ainur: she wrote:\n[2022-01-05 13:00:00] Daulet: I did it  \n\n"
        "[2022-01-05 14:01:00] Me: yes  \n\n"
    )
    (read,) = read_bytes(text.encode(), "chat.md")
    assert [s.speaker for s in read.segments] == ["Ainur", "Me"]


def test_files_beside_the_export_are_looked_for() -> None:
    out = BytesIO()
    writer = DocumentWriter(out)
    data = (FOLDER / "chat.md").read_bytes()
    members = frozenset({"square.jpg"})
    read_chat(BytesIO(data), Job(name="chat.md"), FindingLog("chat.md"), writer, members)
    writer.finish()
    (read,) = documents(out.getvalue())
    assert [m.present for s in read.segments for m in s.media] == [True, False]


def test_a_cut_list_keeps_what_came_before() -> None:
    data = (FOLDER / "sigtop.json").read_bytes()
    (read,) = read_bytes(data[: data.index(b"A caption")], "sigtop.json")
    assert len(read.of_kind("message")) == 2
    assert "truncated" in read.codes()


@pytest.mark.parametrize(
    ("value", "at"),
    [("1e999", None), ("-1", "1969-12-31T23:59:59+00:00"), ('"x"', None), ("9" * 30, None)],
)
def test_times_that_are_none_are_told(value: str, at: str | None) -> None:
    data = f'[{{"id":"a","conversationId":"c","type":"incoming","body":"x","sent_at":{value}}}]'
    (read,) = read_bytes(data.encode(), "a.json")
    assert [s.at for s in read.segments] == [at]
    if at is None:
        assert read.codes() & {"impossible-date", "not-a-number"}


@pytest.mark.parametrize(
    "hostile",
    [
        "Conversation: x\n\nFrom: a\nType: incoming\nSent: x\n\n" + "> From: a\n" + ">\n" * 400_000,
        "Conversation: x\n\nFrom: a\nType: incoming\nEdited: 2 versions\n\n| Version: 2\n"
        + "| Attachment: a\n" * 300_000,
        "Conversation: x\n\nFrom: a\nType: incoming\n" + "\n" * 500_000,
        "[2022-01-05 14:00:00] A: b  \n" + "[](" * 400_000,
        "[2022-01-05 14:00:00] A: b  \n\n" + "(- " * 400_000,
        "2022-01-05 14:00 A: [1 attachment]\n" + "2022-01-05 14:00 A: [9999 attachments]\n" * 9000,
    ],
    ids=["quotes", "versions", "blanks", "links", "reactions", "attachments"],
)
def test_hostile_texts_take_no_longer_than_others(hostile: str) -> None:
    began = process_time()
    (read,) = read_bytes(hostile.encode(), "chat.txt")
    assert read.begin.reader == "signal"
    assert process_time() - began < 20


def test_an_export_is_read_in_confinement() -> None:
    with Readers() as readers:
        for path in sorted(FOLDER.iterdir()):
            if path.name.endswith(".expected.json"):
                continue
            with tempfile.TemporaryFile() as file:
                file.write(path.read_bytes())
                file.flush()
                came = list(readers.read(file.fileno(), Job(name=path.name)))
            assert isinstance(came[0], Begin)
            assert came[0].reader == "signal"
            assert any(isinstance(one, Quoted) for one in came)
            assert not any(isinstance(one, Noted) and one.code == "unparsed" for one in came)


OLD_MARKDOWN = (
    "[2022-01-05 14:00] Ainur: People stand on the square.  \n"
    "[2022-01-05, 14:01] Me: Which square?  \n"
    "the old one?  \n"
    "[2022-01-05 14:02] Ainur:   ![square.jpg](./media/square.jpg)  \n"
    "[2022-01-05 14:03] Daulet: They shoot  \n"
)


def test_messages_of_older_versions_follow_each_other_without_a_blank_line() -> None:
    """All were once one message of whoever spoke first."""
    (read,) = read_bytes(OLD_MARKDOWN.encode(), "index.md")
    said = [(s.speaker, read.text[s.start : s.end], s.at) for s in read.segments]
    assert said == [
        ("Ainur", "People stand on the square.", "2022-01-05T14:00"),
        ("Me", "Which square?\nthe old one?", "2022-01-05T14:01"),
        ("Ainur", "", "2022-01-05T14:02"),
        ("Daulet", "They shoot", "2022-01-05T14:03"),
    ]
    assert "header-in-message" not in read.codes()


def test_a_quoted_chat_in_one_that_blank_lines_part_is_told_and_stays_where_it_is() -> None:
    text = "[2022-01-05 14:00:00] Dana: This I got:  \n" + OLD_MARKDOWN
    text += "\n[2022-01-05 15:00:00] Me: Thanks.  \n\n"
    (read,) = read_bytes(text.encode(), "chat.md")
    assert [s.speaker for s in read.segments] == ["Dana", "Me"]
    (told,) = [f for f in read.findings if f.code == "header-in-message"]
    assert "4 lines" in told.text
