"""Messages in tables: what the sheet says of the columns, and nothing that it does not say."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qantar.errors import InputRefusedError
from qantar.model.date_order import DateOrder
from qantar.readers.job import Job
from qantar.reading.message_times import message_time
from tests.readers.golden import SAMPLES, job_of
from tests.readers.reading import ReadDocument, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate
from tests.readers.table_samples import part_of, with_part, xlsx

VIBER = SAMPLES / "chat" / "viber.csv"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestChatTable(ReaderSuite):
    """Golden samples, damage, repetition."""

    reader = "chat"


def chat(text: str, *columns: Mapping[str, object], **asked: object) -> ReadDocument:
    sheet = {"holds": "messages", "columns": list(columns), **asked}
    (document,) = read_bytes(text.encode(), "chat.csv", reader="chat", sheet=sheet)
    return document


TEXT = {"field": "text", "header": "text"}


def test_without_a_word_on_the_columns_nothing_is_guessed() -> None:
    with pytest.raises(InputRefusedError, match="which column"):
        read_bytes(b"a,b\n1,2\n", "chat.csv", reader="chat")


def test_a_telephone_number_never_stands_where_it_could_be_shown() -> None:
    (document,) = read_bytes(VIBER.read_bytes(), VIBER.name, **{**_asked(), "reader": "chat"})
    numbers = ("+7 000 000 00 01", "+7 000 000 00 02")
    assert [document.meta[f"protected.number-{n}"] for n in (1, 2)] == [*numbers]
    shown = str([document.text, document.segments, document.findings])
    assert all(number not in shown for number in numbers)
    assert [(one.speaker, one.speaker_id) for one in document.segments][:3] == [
        ("Dana (invented)", "number-1"),
        (None, "number-2"),
        ("Me", None),
    ]


def test_a_number_is_kept_apart_whichever_column_it_stands_in() -> None:
    document = chat(
        "who,account,first,text\nDana,+7 000 000 00 01,+70000000002,Shots\n+70000000002,77,,Where\n",
        TEXT,
        {"field": "author", "header": "who"},
        {"field": "author_id", "header": "account"},
        {"field": "forwarded_from", "header": "first"},
    )
    assert [(s.speaker, s.speaker_id, s.forwarded_from) for s in document.segments] == [
        ("Dana", "number-1", "number-2"),
        (None, "77", None),
    ]
    assert "000000" not in str(document.segments).replace(" ", "")


def test_a_row_that_says_nothing_is_one_that_was_not_read() -> None:
    document = chat("who,text\nDana,Shots\nDana,\n", TEXT, {"field": "author", "header": "who"})
    assert document.end is not None
    assert (document.meta["chat.messages"], document.end.unreadable) == (1, 1)
    (told,) = (f for f in document.findings if f.code == "empty")
    assert (told.severity, told.where and told.where.line) == ("loss", 3)


def _asked() -> dict[str, object]:
    job = job_of(VIBER)
    return {"header_row": job.header_row, "sheet": job.sheet}


def test_one_number_written_in_two_ways_is_one_speaker() -> None:
    phone = {"field": "phone", "header": "phone"}
    document = chat("phone,text\n+7 (000) 111-22-33,a\n+70001112233,b\n", TEXT, phone)
    assert [one.speaker_id for one in document.segments] == ["number-1", "number-1"]


@pytest.mark.parametrize("author", ["Dana 7", "12", "1-2-3", "7 January", "٣٣٣٣٣٣٣ people"])
def test_a_name_with_digits_is_a_name(author: str) -> None:
    document = chat(f"who,text\n{author},a\n", TEXT, {"field": "author", "header": "who"})
    assert document.segments[0].speaker == author


def test_text_of_a_deleted_message_is_told_and_not_read() -> None:
    deleted = {"field": "deleted", "header": "gone"}
    document = chat("text,gone\nsecret,yes\n,yes\n", TEXT, deleted)
    assert [(one.deleted, one.start == one.end) for one in document.segments] == [(True, True)] * 2
    (told,) = document.findings
    assert (told.code, "secret" in told.text) == ("hidden-content", True)
    assert "secret" not in document.text


def test_some_rows_of_a_table_may_be_meant() -> None:
    only = {"header": "kind", "values": ["msg"]}
    document = chat("kind,text\nmsg,a\ncall,b\nmsg,c\n", TEXT, only=only)
    assert document.of_kind("message") == ["a", "c"]
    assert document.codes() == {"rows-not-chosen"}


@pytest.mark.parametrize(
    ("text", "order", "read"),
    [
        ("2022-01-05 14:03", DateOrder.ISO, "2022-01-05T14:03"),
        ("2022-01-05T14:03:09.123", DateOrder.DMY, "2022-01-05T14:03:09"),
        ("2022-01-05T14:03:09+06:00", DateOrder.ISO, "2022-01-05T08:03:09+00:00"),
        ("2022-01-05 14:03 UTC+6", DateOrder.ISO, "2022-01-05T08:03+00:00"),
        ("2022-01-05T14:03:09Z", DateOrder.ISO, "2022-01-05T14:03:09+00:00"),
        ("05.01.2022, 14:03", DateOrder.DMY, "2022-01-05T14:03"),
        ("5/1/22 2:03 pm", DateOrder.DMY, "2022-01-05T14:03"),
        ("1/5/22, 12:03\u202fAM", DateOrder.MDY, "2022-01-05T00:03"),
        ("1/5/22, 12:03 p.m.", DateOrder.MDY, "2022-01-05T12:03"),
        ("2022/1/5 14:03", DateOrder.YMD, "2022-01-05T14:03"),
        ("05.01.2022", DateOrder.DMY, "2022-01-05"),
        ("05.01.2022 14:03", DateOrder.ISO, None),
        ("13/5/22 7:32", DateOrder.MDY, None),
        ("30.02.2022 10:00", DateOrder.DMY, None),
        ("05.01.2022 25:00", DateOrder.DMY, None),
        ("05.01.2022 13:00 PM", DateOrder.DMY, None),
        ("05.01/2022 13:00", DateOrder.DMY, None),
        ("2022-01-05T14:03:09+99:00", DateOrder.ISO, None),
        ("0001-01-01T00:00:00+14:00", DateOrder.ISO, None),
        ("14:03", DateOrder.DMY, None),
        ("1" * 60 + ".", DateOrder.DMY, None),
        ("", DateOrder.DMY, None),
    ],
)
def test_a_time_is_read_as_it_is_written(text: str, order: DateOrder, read: str | None) -> None:
    assert message_time(text, order) == read


def test_what_the_sheet_says_of_columns_is_small_enough_to_be_passed_on() -> None:
    assert Job.from_bytes(job_of(VIBER).to_bytes()) == job_of(VIBER)


def test_more_rows_than_findings_are_told_one_by_one_are_counted() -> None:
    at = {"field": "at", "header": "at"}
    document = chat("at,text\n" + "never,a\n" * 3000, TEXT, at)
    assert len(document.segments) == 3000
    assert len(document.findings) == 1001


@pytest.mark.parametrize(("said", "hidden"), [("keep", ["secret"]), ("publish", [])])
def test_a_message_of_a_hidden_row_is_hidden_unless_the_sheet_lets_it_leave(
    said: str, hidden: list[str]
) -> None:
    part = "xl/worksheets/sheet1.xml"
    data = xlsx({"N": [["text"], ["open"], ["secret"]]})
    changed = part_of(data, part).replace(b'<row r="3"', b'<row r="3" hidden="1"')
    sheet = {"holds": "messages", "columns": [TEXT], "hidden_rows": said}
    (document,) = read_bytes(with_part(data, part, changed), "c.xlsx", reader="chat", sheet=sheet)
    texts = [(one.kind, document.text[one.start : one.end]) for one in document.segments]
    assert [text for kind, text in texts if kind == "hidden"] == hidden
    assert [text for kind, text in texts if kind == "message"] == ["open", "secret"]
