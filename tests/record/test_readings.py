"""Kept readings: the same document comes back, and a damaged store is emptied, never trusted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qantar.archive.original_errors import OriginalMissingError
from qantar.model.document import Document, Row
from qantar.model.read_document import Begin, End, Sound
from qantar.model.read_document import Text as TextRecord
from qantar.record.database import opened
from qantar.record.readings import Readings

from .material import CANARY, KEY
from .test_codec import findings
from .test_database import HARMS, Harm

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
rows = st.builds(
    Row,
    number=st.integers(1, 9),
    line=st.none() | st.integers(1, 9),
    at_row=st.integers(0, 9),
    values=st.lists(texts, max_size=3).map(tuple),
    sheet=st.none() | texts,
    extra=st.lists(texts, max_size=2).map(tuple),
)
documents = st.builds(
    Document,
    reader=texts,
    version=st.integers(1, 9),
    sha256=texts,
    media_type=texts,
    encoding=st.none() | texts,
    header=st.lists(texts, max_size=3).map(tuple),
    rows=st.lists(rows, max_size=3).map(tuple),
    unreadable=st.integers(0, 9),
    findings=st.lists(findings, max_size=2).map(tuple),
    meta=st.dictionaries(texts, texts, max_size=2),
)


def document(text: str = CANARY) -> Document:
    return Document(
        reader="table",
        version=1,
        sha256="5a" * 32,
        media_type="text/csv",
        encoding="utf-8",
        header=("A",),
        rows=tuple(
            Row(number=n, line=n, at_row=n, values=(f"{text} {n}",)) for n in range(1, 2000)
        ),
    )


@pytest.fixture
def store(tmp_path: Path) -> Readings:
    return Readings(tmp_path / "record" / "readings.db", KEY)


@settings(max_examples=25, deadline=None)
@given(documents, documents)
def test_a_document_comes_back_equal(one: Document, other: Document) -> None:
    with TemporaryDirectory() as folder:
        store = Readings(Path(folder) / "readings.db", KEY)
        store.put("one", one)
        store.put("other", one)
        store.put("other", other)
        assert (store.get("one"), store.get("other"), store.get("third")) == (one, other, None)


def test_an_empty_store_gives_nothing_and_makes_no_file(store: Readings) -> None:
    assert store.get("one") is None
    store.forget_others(set())
    assert not store.path.parent.exists()


def test_its_folder_may_have_been_deleted(store: Readings) -> None:
    store.put("one", document())
    assert store.get("one") == document()


def test_what_is_not_named_is_forgotten(store: Readings) -> None:
    for name in ("one", "two", "three"):
        store.put(name, document(name))
    store.forget_others({"two", "four"})
    assert [store.get(name) for name in ("one", "two", "three")] == [None, document("two"), None]


def test_its_bytes_tell_nothing(store: Readings) -> None:
    store.put("one", document())
    assert CANARY.encode() not in store.path.read_bytes()
    assert b"SQLite format" not in store.path.read_bytes()


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_after_any_damage_it_can_be_used_as_if_new(store: Readings, harm: Harm) -> None:
    for name in ("one", "two", "three"):
        store.put(name, document(name))
    store.path.write_bytes(harm(bytearray(store.path.read_bytes())))
    for name in ("one", "two", "three"):
        assert store.get(name) in (None, document(name))
    store.put("four", document("four"))
    assert store.get("four") == document("four")


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_forgetting_and_writing_stumble_over_no_damage(store: Readings, harm: Harm) -> None:
    for name in ("one", "two", "three"):
        store.put(name, document(name))
    sound = bytearray(store.path.read_bytes())
    store.path.write_bytes(harm(bytearray(sound)))
    store.forget_others({"two"})
    store.path.write_bytes(harm(bytearray(sound)))
    store.put("two", document("again"))
    assert store.get("two") == document("again")


def test_a_reading_that_stands_under_a_name_not_its_own_is_not_given(store: Readings) -> None:
    """As when one old page of the file is put back: each page is sound, and they do not fit."""
    for name in ("one", "two"):
        store.put(name, document(name))
    with opened(store.path, KEY, write=True) as connection:
        (kept,) = connection.execute("SELECT document FROM readings WHERE key='one'").fetchone()
        connection.execute("UPDATE readings SET document = ? WHERE key = 'two'", (kept,))
    assert store.get("two") is None
    assert store.get("one") is None
    store.put("two", document("two"))
    assert store.get("two") == document("two")


def test_another_key_empties_it(store: Readings) -> None:
    store.put("one", document())
    other = Readings(store.path, b"k" * 32)
    assert other.get("one") is None
    other.put("one", document("other"))
    assert other.get("one") == document("other")


def test_a_journal_left_behind_is_not_played_into_the_next_store(store: Readings) -> None:
    store.put("one", document())
    left = store.path.with_name("readings.db-journal")
    left.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(4096))
    store.path.write_bytes(b"no database")
    assert store.get("one") is None
    assert not left.exists()
    store.put("one", document("new"))
    assert store.get("one") == document("new")


def stream(text: str, *, breaks: bool = False) -> Iterator[Sound]:
    yield Begin(id="1", reader="text", version=1, media_type="text/plain")
    yield TextRecord(text)
    if breaks:
        message = "original 5a5a is missing."
        raise OriginalMissingError(message)
    yield End(chars=len(text))


def test_what_is_kept_together_is_there_at_once_and_afterwards(store: Readings) -> None:
    with store.together():
        assert store.get("one") is None
        store.put("one", document("one"))
        store.keep("two", stream("two"))
        assert (store.get("one"), store.has("two")) == (document("one"), True)
        assert list(store.records("two")) == list(stream("two"))
        with store.together():  # as a build does that derives
            store.put("three", document("three"))
    for later in (store, Readings(store.path, KEY)):
        assert [later.get(name) for name in ("one", "three")] == [
            document("one"),
            document("three"),
        ]
        assert list(later.records("two")) == list(stream("two"))


def test_a_kill_loses_half_a_second_and_not_all_that_was_kept_together(store: Readings) -> None:
    """Another connection sees what is on the disk, as the next run after a kill does."""
    with store.together():
        store.put("one", document("one"))
        time.sleep(0.6)
        store.put("two", document("two"))
        assert Readings(store.path, KEY).get("one") == document("one")


@pytest.mark.parametrize("are_together", [True, False])
def test_a_stream_that_breaks_off_is_not_kept_and_takes_nothing_with_it(
    store: Readings,
    are_together: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    with store.together() if are_together else nullcontext():
        store.keep("one", stream("one"))
        store.keep("two", stream("before"))
        with pytest.raises(OriginalMissingError):
            store.keep("two", stream("after", breaks=True))
        store.put("three", document("three"))
    assert list(store.records("one")) == list(stream("one"))
    assert list(store.records("two")) == list(stream("before"))
    assert store.get("three") == document("three")


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS)
def test_damage_is_met_together_as_it_is_alone(store: Readings, harm: Harm) -> None:
    for name in ("one", "two", "three"):
        store.put(name, document(name))
    store.path.write_bytes(harm(bytearray(store.path.read_bytes())))
    with store.together():
        for name in ("one", "two", "three"):
            assert store.get(name) in (None, document(name))
        store.put("four", document("four"))
        assert store.get("four") == document("four")
    assert Readings(store.path, KEY).get("four") == document("four")
