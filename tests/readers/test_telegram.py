"""Exports of Telegram Desktop: messages as they are, private parts unread, damage survived."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from io import BytesIO
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.model.finding import Locator
from qantar.readers.answer import Begin, DocumentWriter, Noted, Quoted
from qantar.readers.chat_writer import place_of
from qantar.readers.confined import Readers
from qantar.readers.confinement import Tier
from qantar.readers.finding_log import FindingLog
from qantar.readers.job import Job
from qantar.readers.json_mending import mended, strict
from qantar.readers.json_stream import BrokenJsonError, JsonStream
from qantar.readers.telegram_html import TelegramPages
from qantar.readers.telegram_json import read_json
from tests.readers.golden import SAMPLES
from tests.readers.reading import ReadDocument, answered, documents, read_bytes
from tests.readers.suite import ReaderSuite, pytest_generate

FOLDER = SAMPLES / "telegram"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    pytest_generate(metafunc)


class TestTelegram(ReaderSuite):
    reader = "telegram"


def sample(name: str) -> list[ReadDocument]:
    return read_bytes((FOLDER / name).read_bytes(), name)


def message(number: int, text: object = "Words.", **more: object) -> dict[str, object]:
    said = {"id": number, "type": "message", "date": "2022-01-05T14:00:00"}
    said |= {"date_unixtime": "1641369600", "from": "Ainur (invented)", "from_id": "user1"}
    return said | more | {"text": text}


def chat(*messages: object, kind: str = "public_supergroup") -> bytes:
    whole = {"name": "Invented", "type": kind, "id": 1, "messages": messages}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def one(data: bytes) -> ReadDocument:
    (read,) = read_bytes(data, "result.json")
    assert read.begin.reader == "telegram"
    return read


def test_every_part_of_a_message_is_where_it_belongs() -> None:
    (read,) = sample("result.json")
    by_id = {s.id: s for s in read.segments if s.kind != "quote"}
    assert by_id["3"].at == "2022-01-05T08:02:10+00:00"
    assert by_id["4"].reply_to == "3"
    assert by_id["5"].edited == "2022-01-05T08:05:00+00:00"
    assert (by_id["6"].speaker, by_id["6"].speaker_id) == (None, "user1003")
    assert by_id["7"].forwarded_from == "News of Tuzkol (invented)"
    assert [(r.sign, r.count) for r in by_id["8"].reactions] == [("👍", 3), ("custom_emoji", 1)]
    assert [(m.kind, m.name, m.present) for m in by_id["9"].media] == [
        ("video", "march.mp4", False)
    ]
    assert [(r.sign, r.count) for r in by_id["17"].reactions] == [("Yes", 2), ("No", 1)]
    assert by_id["18"].locator.author == "The moderator (invented)"
    assert by_id["2"].kind == "system"
    assert read.of_kind("quote") == ["Do we go?"]


def test_no_sentence_of_the_program_and_nobodys_number_is_in_the_text() -> None:
    (read,) = sample("result.json")
    assert "not included" not in read.text
    written = json.dumps(read.to_json(), ensure_ascii=False)
    assert "+00 0" not in written
    assert "exceeds" not in written


def test_nothing_of_an_accounts_private_sections_is_in_the_answer() -> None:
    raw = (FOLDER / "account.json").read_bytes()
    assert raw.count(b"PRIVATE-MARK") == 6
    answer = answered(raw, Job(name="result.json"))
    assert b"PRIVATE" not in answer
    assert b"+00 0" not in answer
    assert b"192.0.2" not in answer
    export, *chats = documents(answer)
    assert [f.text.split('"')[1] for f in export.findings if f.code == "private-section"] == [
        *("personal_information", "profile_pictures", "contacts", "frequent_contacts"),
        *("sessions", "web_sessions", "other_data"),
    ]
    assert [c.begin.parent for c in chats] == ["1"] * 4
    assert chats[0].begin.member == "Daulet (invented)"


def test_the_hash_of_a_chat_is_that_of_its_bytes() -> None:
    raw = (FOLDER / "account.json").read_bytes()
    _, first, *_ = documents(answered(raw, Job(name="result.json")))
    start = raw.index(b'{\n    "name": "Daulet (invented)"')
    end = raw.index(b"\n   },\n", start) + len(b"\n   }")
    assert first.begin.sha256 == hashlib.sha256(raw[start:end]).hexdigest()


def test_old_exports_have_clock_times_and_no_edits_of_1970() -> None:
    (read,) = sample("old.json")
    first, second, third, call = read.segments
    assert (first.at, first.at_zone, first.edited) == ("2019-03-01T10:00:00", None, None)
    assert second.edited == "2019-03-01T10:02:00"
    assert third.at is None
    assert call.service == "phone_call: discard_reason hangup, duration_seconds 61"
    assert {"no-zone", "impossible-date", "unreliable-edit"} <= read.codes()


def test_an_escape_that_json_does_not_have_is_survived_and_told_with_its_place() -> None:
    data = chat(message(1, "A MARK b"), message(2)).replace(b"MARK", rb"\x1B")
    read = one(data)
    assert read.of_kind("message") == ["A \x1b b", "Words."]
    (told,) = (f for f in read.findings if f.code == "invalid-escape")
    place = data.index(rb"\x1B")
    assert f"byte {place:,} " in told.text
    assert told.where is not None
    assert told.where.message == "1"


def test_a_list_of_things_to_do_is_text_and_what_nobody_here_knows_is_told() -> None:
    """Both were once messages that said nothing."""
    todo = {"title": "For tonight", "answers": [{"text": "Water", "id": 1}, {"text": "Bandages"}]}
    read = one(
        chat(
            message(1, "", todo_list=todo),
            message(2, "", giveaway_information={"quantity": 3}),
            message(3, ""),
            message(4, "Play", game_title="Chess", invoice_information={"title": "x"}),
        )
    )
    texts = [read.text[s.start : s.end] for s in read.segments]
    assert texts == ["For tonight\nWater\nBandages", "", "", "Play"]
    assert [s.service for s in read.segments] == [None, "giveaway_information", None, "game: Chess"]
    (told,) = (f for f in read.findings if f.code == "unsupported")
    assert told.where is not None
    assert (told.where.message, told.severity) == ("2", "loss")


def test_gaps_name_what_is_missing_and_do_not_say_why() -> None:
    read = one(chat(message(5), message(9), message(10), message(12)))
    gaps = [f.text for f in read.findings if f.code == "id-gap"]
    assert gaps == [
        "Numbers 6 to 8 (3) are missing from the export: deleted, or not exported.",
        "Number 11 is missing from the export: deleted, or not exported.",
    ]


def test_gaps_of_many_are_bounded() -> None:
    read = one(chat(*(message(2 * number) for number in range(500))))
    gaps = [f.text for f in read.findings if f.code == "id-gap"]
    assert len(gaps) == 21
    assert gaps[-1].startswith("479 more gaps; 499 numbers in all")


def test_messages_out_of_order_leave_no_gap_that_is_none() -> None:
    read = one(chat(message(1), message(3), message(2), message(4)))
    assert "id-gap" not in read.codes()
    assert [s.id for s in read.segments] == ["1", "3", "2", "4"]


@pytest.mark.parametrize("cut", ["within a text", "between two", "within a number"])
def test_what_stands_before_a_cut_is_kept(cut: str) -> None:
    data = chat(message(1, "First."), message(2, "Second."), message(3, "Third."))
    at = {
        "within a text": data.index(b"Third.") + 2,
        "between two": data.index(b"Third."[:0] + b'"id": 3') - 4,
        "within a number": data.index(b'"id": 3') + 7,
    }[cut]
    read = one(data[:at])
    assert read.of_kind("message")[:2] == ["First.", "Second."]
    assert "truncated" in read.codes()


def test_a_bomb_of_depth_is_refused_and_the_rest_read() -> None:
    bomb = b"[" * 100_000 + b"]" * 100_000
    data = chat(message(1), message(2, more="BOMB"), message(3)).replace(b'"BOMB"', bomb)
    read = one(data)
    assert [s.id for s in read.segments] == ["1", "3"]
    (told,) = (f for f in read.findings if f.code == "too-deep")
    assert "at byte" in told.text


def test_a_depth_bomb_in_a_private_section_costs_nothing() -> None:
    account = {"about": "x", "contacts": "BOMB", "chats": {"list": [json.loads(chat(message(1)))]}}
    bomb = b'[{"a":' * 300_000 + b"1" + b"}]" * 300_000
    data = json.dumps(account, indent=1).encode().replace(b'"BOMB"', bomb)
    export, read = read_bytes(data, "result.json", reader="telegram")
    assert "private-section" in export.codes()
    assert read.of_kind("message") == ["Words."]


@pytest.mark.parametrize(
    ("what", "code"),
    [
        (b"1e999", "not-a-number"),
        (b"NaN", "not-a-number"),
        (b"9" * 5000, "not-a-number"),
        (b'"\\ud83d"', "invalid-escape"),
        (b'1, "text": "Others."', "duplicate-key"),
        (b'1, "text"  : "Others."', "duplicate-key"),
        (b'1, "b\\\\": 0, "text": "Others."', "duplicate-key"),
        (b'{"a": 1, "a": 2}', "duplicate-key"),
        (b'"\xff"', "encoding-damage"),
    ],
)
def test_what_no_decoder_should_take_silently_is_told_with_its_place(
    what: bytes, code: str
) -> None:
    data = chat(message(1), message(2, width="MARK"), message(3)).replace(b'"MARK"', what)
    read = one(data)
    assert [s.id for s in read.segments] == ["1", "2", "3"]
    (told,) = (f for f in read.findings if f.code == code)
    assert "byte" in told.text


def test_a_lost_quotation_mark_loses_its_message_and_no_other() -> None:
    data = chat(message(1), message(2, "Here."), message(3), message(4)).replace(
        b'Here."', b"Here."
    )
    read = one(data)
    assert [s.id for s in read.segments] == ["1", "3", "4"]
    assert {"broken-line", "damaged"} & read.codes()


@pytest.mark.parametrize("mark", [b"]", b"}", b"garbage", b",,", b":"])
def test_a_stray_mark_between_messages_loses_none(mark: bytes) -> None:
    data = chat(message(1), message(2), message(3))
    at = data.index(b'{\n   "id": 2')
    read = one(data[:at] + mark + data[at:])
    assert [s.id for s in read.segments] == ["1", "2", "3"]


def test_what_stands_behind_the_end_is_told() -> None:
    read = one(chat(message(1)) + b'{"hidden": 1}')
    assert read.of_kind("message") == ["Words."]
    assert "damaged" in read.codes()


def test_every_layout_of_one_export_reads_alike() -> None:
    whole = json.loads((FOLDER / "result.json").read_bytes())
    layouts = (
        json.dumps(whole, ensure_ascii=False, indent=1),
        json.dumps(whole, indent=4),
        json.dumps(whole, ensure_ascii=False, separators=(",", ":")),
        json.dumps(whole, separators=(" , ", " : ")),
        "\ufeff" + json.dumps(whole, ensure_ascii=False, indent="\t").replace("\n", "\r\n"),
    )
    first, *others = (one(layout.encode()) for layout in layouts)
    for other in others:
        assert other.text == first.text
        assert other.segments == first.segments


def test_reading_batches_and_reading_one_by_one_give_the_same() -> None:
    """A message that no batch can hold, and one that no strict decoder takes, in a long chat."""
    words = [message(n, f"Number {n}: " + "алаң " * (n % 40)) for n in range(1, 3001)]
    words[1500]["text"] = "long " * 100_000
    words[2000]["text"] = "A \\x07 bell"
    data = chat(*words).replace(b"\\\\x07", b"\\x07")
    read = one(data)
    assert [s.id for s in read.segments] == [str(n) for n in range(1, 3001)]
    for segment, word in zip(read.segments, words, strict=True):
        said = read.text[segment.start : segment.end]
        assert said == str(word["text"]).replace("\\x07", "\x07").strip()


def test_files_beside_the_export_are_looked_for_by_name() -> None:
    out = BytesIO()
    writer = DocumentWriter(out)
    data = chat(message(1, photo="photos/a.jpg"), message(2, photo="photos/b.jpg"))
    read_json(BytesIO(data), FindingLog("x"), writer, frozenset({"photos/a.jpg"}))
    writer.finish()
    (read,) = documents(out.getvalue())
    assert [s.media[0].present for s in read.segments] == [True, False]


def test_a_page_reads_like_the_json_of_the_same_messages() -> None:
    (page,) = sample("messages.html")
    (whole,) = sample("result.json")
    by_id = {s.id: s for s in whole.segments}
    (third, fourth) = (s for s in page.segments if s.id in ("3", "4"))
    assert (third.at, third.speaker) == (by_id["3"].at, by_id["3"].speaker)
    assert fourth.reply_to == "3"
    assert fourth.speaker == "Ainur (invented)"
    assert "PRIVATE" not in json.dumps(page.to_json())
    fifth = next(s for s in page.segments if s.id == "5")
    assert (fifth.speaker, fifth.forwarded_from, fifth.forwarded_at) == (
        "Daulet (invented)",
        "News of Tuzkol (invented)",
        "2022-01-04T14:00:00+00:00",
    )
    assert fifth.media[0].present is False


def test_a_place_made_field_by_field_is_the_place() -> None:
    assert place_of("1") == Locator(message="1")
    whole = Locator(message="1", line=2, author="A")
    assert place_of("1", line=2, author="A") == whole
    assert hash(place_of("1", line=2, author="A")) == hash(whole)
    assert place_of("1", line=2, author="A").to_json() == whole.to_json()


@pytest.mark.parametrize("page", ["contacts", "export_results"])
def test_pages_about_the_account_are_named_and_not_read(page: str) -> None:
    marks = {
        "contacts": b'<div class="page_body list_page">',
        "export_results": b'<div class="personal_info clearfix">',
    }
    data = b'<!DOCTYPE html><html><body><div class="page_wrap">' + marks[page] + b"+00 PRIVATE-MARK"
    answer = answered(data, Job(name=f"{page}.html"))
    assert b"PRIVATE" not in answer
    (read,) = documents(answer)
    assert (read.begin.reader, read.text) == ("telegram", "")
    assert "private-section" in read.codes()


PRIVATE = b'<!DOCTYPE html><html><body><div class="page_wrap"><div class="%s">PRIVATE-MARK +00 0'
CARD = b"BEGIN:VCARD\nFN:PRIVATE-MARK\nTEL:+00 0\nEND:VCARD\n"


def packed(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("folder", ["", "DataExport_2022-01-05/", "a/b/"])
@pytest.mark.parametrize("form", ["html", "json"])
def test_an_account_in_an_archive_gives_its_chats_and_nothing_private(
    form: str, folder: str
) -> None:
    """`qantar read FOLDER` packs a folder in the same way."""
    page = (FOLDER / "messages.html").read_bytes()
    common = {
        "profile_pictures/photo_1.jpg": b"\xff\xd8\xff PRIVATE-MARK",
        "contacts/contact_1.vcf": CARD,
    }
    members = {
        "html": {
            "export_results.html": PRIVATE % b"personal_info clearfix",
            "lists/contacts.html": PRIVATE % b"page_body list_page",
            "lists/sessions.html": PRIVATE % b"page_body list_page",
            "other_data.json": b'{"a": "PRIVATE-MARK"}',
            "stories/story_1.txt": b"PRIVATE-MARK",
            "chats/chat_1/messages.html": page,
            "chats/chat_1/contacts/contact_2.vcf": CARD,
            "chats/chat_1/files/said.txt": b"Kept: what somebody sent.",
            **common,
        },
        "json": {
            "result.json": (FOLDER / "account.json").read_bytes(),
            "chats/chat_1/files/said.txt": b"Kept: what somebody sent.",
            **common,
        },
    }[form]
    answer = answered(packed({folder + k: v for k, v in members.items()}), Job(name="a.zip"))
    assert b"PRIVATE" not in answer
    assert b"+00 0" not in answer
    read = {one.begin.member: one for one in documents(answer)}
    assert read[f"{folder}chats/chat_1/files/said.txt"].text.startswith("Kept")
    for name in members:
        if b"PRIVATE" in members[name] and not name.endswith(("result.json", "messages.html")):
            private = read[folder + name]
            told = {(one.code, one.severity.value) for one in private.findings}
            assert ("private-section", "note") in told
            assert private.text == ""
    assert any(one.of_kind("message") for one in read.values())


def test_a_card_outside_an_export_is_read_as_what_it_is() -> None:
    _, card = read_bytes(packed({"contacts/contact_1.vcf": CARD}), "a.zip")
    assert "PRIVATE-MARK" in card.text


def test_chats_of_an_account_share_the_cap_of_their_archive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """More documents than an answer may have would make all of it unsound."""
    chats = [json.loads(chat(message(1))) for _ in range(30)]
    account = json.dumps({"about": "x", "chats": {"list": chats}}).encode()
    data = packed({f"{n}/result.json": account for n in range(3)})
    for module in ("answer", "answer_soundness"):
        monkeypatch.setattr(f"qantar.readers.{module}.MAX_DOCUMENTS", 1_050)
    read = read_bytes(data, "a.zip")
    assert 40 < len(read) < 60
    told = [f.text for one in read for f in one.findings if f.code == "too-many"]
    assert told
    assert sum(int(text.split()[0]) for text in told) + len(read) == 1 + 3 * 31


def test_an_export_in_an_archive_may_be_as_large_as_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As the caps stand: here a member may have 20 kB, and the export has more."""
    for module in ("children", "packed"):
        monkeypatch.setattr(f"qantar.readers.{module}.MAX_MEMBER_BYTES", 20_000)
    large = chat(*(message(number, f"Words {number}.") for number in range(1, 400)))
    accounts = json.dumps(
        {"about": "x", "chats": {"list": [json.loads(large), json.loads(large)]}}, indent=1
    ).encode()
    data = packed({"result.json": large, "b/result.json": accounts, "c.txt": b"x\n" * 15_000})
    _, first, account, *rest, other = read_bytes(data, "a.zip")
    assert first.begin.sha256 == hashlib.sha256(large).hexdigest()
    assert first.begin.member == "result.json"
    (alone,) = read_bytes(large, "result.json")
    assert (first.text, first.segments) == (alone.text, alone.segments)
    assert account.meta["telegram.chats"] == len(rest) == 2
    assert {one.text for one in rest} == {alone.text}
    assert other.codes() == {"too-large"}


def test_a_large_export_that_is_a_bomb_or_damaged_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("children", "packed"):
        monkeypatch.setattr(f"qantar.readers.{module}.MAX_MEMBER_BYTES", 20_000)
    monkeypatch.setattr("qantar.readers.children.RATIO_FLOOR_BYTES", 100_000)
    bomb = chat(message(1, "x" * 5_000_000))
    data = bytearray(packed({"result.json": bomb, "b/result.json": chat(message(1))}))
    _, refused, sound = read_bytes(bytes(data), "a.zip")
    assert refused.codes() == {"ratio"}
    assert sound.of_kind("message") == ["Words."]
    whole = packed({"result.json": chat(*(message(n, str(n) * 9) for n in range(2_000)))})
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    _, told = read_bytes(bytes(damaged), "a.zip")
    assert told.codes() == {"damaged"}


def test_several_pages_become_one_chat() -> None:
    out = BytesIO()
    writer = DocumentWriter(out)
    writer.begin(reader="telegram", version=1, media_type="text/html")
    log = FindingLog("x")
    pages = TelegramPages(writer, log, frozenset({"photos/photo_1@05-01-2022_14-03-00.jpg"}))
    for name in ("messages.html", "messages2.html"):
        pages.add((FOLDER / name).read_bytes())
    pages.report()
    writer.end()
    writer.finish()
    (read,) = documents(out.getvalue())
    assert [s.id for s in read.segments if s.id] == [
        "2",
        "3",
        "4",
        "5",
        "9",
        "10",
        "11",
        "1200",
        "1201",
    ]
    photo = next(s for s in read.segments if s.id == "4")
    assert photo.media[0].present is True


def test_a_page_cut_off_is_told_and_its_last_message_kept() -> None:
    data = (FOLDER / "messages.html").read_bytes()
    (read,) = read_bytes(data[: data.index(b"A caption of") + 9], "messages.html")
    assert read.of_kind("message")[-1] == "A caption"
    assert "truncated" in read.codes()


@pytest.mark.parametrize(
    "hostile",
    [
        b"<div>" * 200_000,
        b"<div class='message' " * 200_000,
        b'<div class="message" id="message1"><a href="' * 50_000,
        b"<!-- <!-- " * 200_000,
        b'<div class="message default" id="message7"><div class="text">&#x110000;&#55296;&nope;',
        b'<div class="message default" id="message7"><div class="text">'
        + b'<a href="https://example.org/">x</a><blockquote>y</blockquote>' * 60_000,
    ],
    ids=["depth", "open tags", "open values", "comments", "entities", "links"],
)
def test_hostile_pages_are_read_in_passing(hostile: bytes) -> None:
    began = process_time()
    data = (FOLDER / "messages.html").read_bytes()
    read_bytes(data[:900] + b'<div class="page_body chat_page">' + hostile, "messages.html")
    assert process_time() - began < 20


def test_other_json_is_left_to_others() -> None:
    lines = b'{"messages": [{"sender_name": "A", "timestamp_ms": 1, "content": "x"}]}'
    (read,) = read_bytes(lines, "messages.json")
    assert read.begin.reader != "telegram"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
        ),
        max_leaves=20,
    ),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t: ")]),
)
def test_a_value_ends_where_its_own_brackets_do(value: object, separators: tuple[str, str]) -> None:
    written = json.dumps([value, "behind"], ensure_ascii=False, separators=separators).encode()
    stream = JsonStream(BytesIO(written))
    stream.enter(b"[")
    assert json.loads(stream.value()) == value
    skipping = JsonStream(BytesIO(written))
    skipping.enter(b"[")
    skipping.skip()
    assert skipping.offset == stream.offset
    assert mended(written, 0) == ([value, "behind"], [])


@given(
    st.dictionaries(st.text(max_size=6), st.text(max_size=6) | st.integers(0, 5), min_size=1),
    st.sampled_from([(",", ":"), (", ", ": "), (", ", " : "), (",\n", "\r\n:\t")]),
    st.data(),
)
def test_a_key_given_twice_is_never_taken_silently(
    sound: dict[str, object], separators: tuple[str, str], data: st.DataObject
) -> None:
    written = json.dumps([sound], ensure_ascii=False, separators=separators)
    key = json.dumps(data.draw(st.sampled_from(sorted(sound))), ensure_ascii=False)
    colon = data.draw(st.sampled_from([":", " :", "  :", "\n:"]))
    twice = f"[{{{key}{colon}1,{written[2:]}"
    assert strict(twice.encode()) is None
    _, flaws = mended(twice.encode(), 0)
    assert [flaw.code for flaw in flaws] == ["duplicate-key"]


def test_what_is_cut_short_is_never_a_value() -> None:
    whole = b'{"a": [1, "b\\" }", {"c": "d"}]}'
    for size in range(len(whole)):
        with pytest.raises(BrokenJsonError):
            JsonStream(BytesIO(whole[:size])).value()


def test_an_export_is_read_in_confinement() -> None:
    with Readers() as readers, tempfile.TemporaryFile() as file:
        assert readers.tier is Tier.FULL or os.name != "posix"
        for name in ("account.json", "damaged.json", "messages.html"):
            file.seek(0)
            file.truncate()
            file.write((FOLDER / name).read_bytes())
            file.flush()
            came = list(readers.read(file.fileno(), Job(name=name)))
            assert isinstance(came[0], Begin)
            assert came[0].reader == "telegram"
            assert any(isinstance(one, Quoted) for one in came)
            assert not any(isinstance(one, Noted) and one.code == "unparsed" for one in came)
