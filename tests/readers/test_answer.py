"""Answers: whatever bytes come, only what is sound is believed."""

from __future__ import annotations

import struct
from contextlib import suppress
from io import BytesIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.errors import InputRefusedError
from qantar.model.finding import Locator
from qantar.model.segment import Segment, SegmentKind
from qantar.readers import answer, answer_soundness
from qantar.readers.answer import DocumentWriter, Quoted, Sound, UnsoundAnswerError, records
from tests.faults.chance import chance
from tests.readers.suite import MUTATIONS, mutated

HERE = Locator()


def frame(*said: object) -> bytes:
    data = msgspec.json.encode(said)
    return struct.pack(">I", len(data)) + data


def begin(**other: object) -> dict[str, object]:
    return {"type": "document", "id": "1", "reader": "r", "version": 1, "media_type": "t"} | other


def text(said: str) -> list[object] | dict[str, object]:
    return {"type": "text", "text": said}


def span(start: int, end: int, kind: str = "paragraph") -> dict[str, object]:
    return {
        "type": "segment",
        "segment": {"kind": kind, "start": start, "end": end, "locator": {}},
    }


def end(chars: int) -> dict[str, object]:
    return {"type": "end", "chars": chars}


WHOLE = struct.pack(">I", 0)


def read(data: bytes) -> list[Sound]:
    return list(records(BytesIO(data)))


def test_a_sound_answer_is_given_with_the_text_of_each_segment() -> None:
    data = frame(begin(), text("one two"), span(0, 7), span(0, 3, "quote"), span(4, 7)) + frame(
        text(" three"), span(8, 13), end(13)
    )
    said = [one.text for one in read(data + WHOLE) if isinstance(one, Quoted)]
    assert said == ["one two", "one", "two", "three"]


@pytest.mark.parametrize(
    "said",
    [
        (),
        (begin(),),
        (end(0),),
        (begin(), begin(), end(0)),
        (begin(), end(0), begin(), end(0)),
        (begin(parent="9"), end(0)),
        (begin(), text("abc"), span(0, 4), end(3)),
        (begin(), span(0, 1), text("abc"), end(3)),
        (begin(), text("abc"), span(2, 1), end(3)),
        (begin(), text("abc"), span(-1, 1), end(3)),
        (begin(), text("abc"), span(1, 2), span(0, 1), end(3)),
        (begin(), text("abcd"), span(0, 2), span(1, 3), end(4)),
        (begin(), text("abcd"), span(0, 2), span(0, 3, "quote"), end(4)),
        (begin(), text("abc"), span(0, 2), span(0, 2), end(3)),
        (begin(), text("abc"), span(0, 2, "made-up"), end(3)),
        (begin(), text("abc"), end(2)),
        (begin(), {"type": "made-up"}, end(0)),
        (begin(), {"type": "refused", "message": "late"}, end(0)),
        (begin(sha256="g" * 64), end(0)),
        ({"type": "document", "id": "1"}, end(0)),
    ],
)
def test_what_no_sound_reader_says_is_refused(said: tuple[object, ...]) -> None:
    with pytest.raises(UnsoundAnswerError):
        read((frame(*said) if said else b"") + WHOLE)


def test_kinds_that_nest_may_stand_twice_at_one_place() -> None:
    data = frame(begin(), text("a"), span(0, 1, "table-cell"), span(0, 1, "table-cell"), end(1))
    assert len(read(data + WHOLE)) == 5


def test_each_cut_of_an_answer_is_refused_and_what_came_before_it_stays() -> None:
    data = frame(begin(), text("abc")) + frame(span(0, 3), end(3)) + WHOLE
    for size in range(len(data)):
        came: list[Sound] = []
        with pytest.raises(UnsoundAnswerError):
            came.extend(records(BytesIO(data[:size])))
        came = []
        with suppress(UnsoundAnswerError):
            for record in records(BytesIO(data[:size])):
                came.append(record)  # what came before the refusal counts
        assert len(came) in (0, 2, 4)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises((UnsoundAnswerError, InputRefusedError)):
        read(data)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["type", "id", "text", "segment", "chars", "start", "end"]),
            st.sampled_from(["document", "text", "end", "1", 1, -1, None, {"kind": "turn"}]),
        ),
        max_size=6,
    )
)
def test_records_of_any_shape_are_refused(said: list[object]) -> None:
    with pytest.raises(UnsoundAnswerError):
        read(frame(begin(), *said, {"type": "none"}) + WHOLE)


def test_answers_changed_at_random_are_sound_or_refused() -> None:
    """Attack case 17: of lengths, too. A million of them with QANTAR_LONG_MUTATIONS=1000000."""
    whole = frame(begin(), text("one two"), span(0, 7), span(0, 3, "quote")) + frame(
        text(" three"), span(8, 13), end(13)
    )
    random = chance(17)
    refused = 0
    for _ in range(max(2_000, MUTATIONS)):
        data = mutated(whole + WHOLE, random)
        said = ""
        try:
            for record in records(BytesIO(data)):
                said += record.text if isinstance(record, answer.Text) else ""
                if isinstance(record, Quoted):
                    assert record.text == said[record.segment.start : record.segment.end]
        except (UnsoundAnswerError, InputRefusedError):
            refused += 1
    assert refused > 1_000


def test_a_frame_that_says_it_is_huge_is_not_waited_for() -> None:
    with pytest.raises(UnsoundAnswerError, match="more than any"):
        read(struct.pack(">I", 0xFFFFFFFF))


def test_a_refusal_of_the_reader_is_an_error_with_its_advice() -> None:
    data = frame({"type": "refused", "message": "no such worksheet.", "next": "Name another."})
    with pytest.raises(InputRefusedError) as caught:
        read(data + WHOLE)
    assert (caught.value.message, caught.value.next) == ("no such worksheet.", "Name another.")


def test_text_that_nothing_can_quote_any_more_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A million messages must not be held to check the last."""
    monkeypatch.setattr(answer_soundness, "_KEPT_CHARS", 100)
    out = BytesIO()
    writer = DocumentWriter(out)
    writer.begin(reader="r", version=1, media_type="t")
    for number in range(2000):
        start, stop = writer.text(f"message {number}\n")
        writer.segment(Segment(kind=SegmentKind.MESSAGE, start=start, end=stop - 1, locator=HERE))
        writer.close_block()
    writer.end()
    writer.finish()
    said = [one.text for one in read(out.getvalue()) if isinstance(one, Quoted)]
    assert said == [f"message {number}" for number in range(2000)]


def test_the_documents_of_one_answer_stand_one_after_another() -> None:
    """The text of the second once came before the end of the first."""
    out = BytesIO()
    writer = DocumentWriter(out)
    for number in range(3):
        writer.begin(reader="r", version=1, media_type="t")
        start, stop = writer.text(f"{number}" * 100_000)
        writer.segment(Segment(kind=SegmentKind.PARAGRAPH, start=start, end=stop, locator=HERE))
        writer.end()
    writer.finish()
    said = [one.text[:1] for one in read(out.getvalue()) if isinstance(one, Quoted)]
    assert said == ["0", "1", "2"]


def test_a_finding_that_quotes_too_much_is_cut() -> None:
    out = BytesIO()
    writer = DocumentWriter(out)
    writer.begin(reader="r", version=1, media_type="t")
    writer.note("damaged", "x" * 100_000)
    writer.end()
    writer.finish()
    (told,) = [one for one in read(out.getvalue()) if isinstance(one, answer.Noted)]
    assert len(told.text) == 10_000
