"""An entry refuses what it cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from qantar.model.entry import Entry, Ref, whole_minute

SOUND: dict[str, Any] = {
    "id": "ab" * 32,
    "device": "0d" * 16,
    "seq": 2,
    "prev": "cd" * 32,
    "refs": (Ref("0e" * 16, 7, "ef" * 32),),
    "kind": "original.add",
    "at": datetime(2022, 1, 6, 14, 5, tzinfo=UTC),
    "body": {"size": 3},
    "commitment": "c0" * 32,
}


def test_a_sound_entry_is_taken_as_it_is() -> None:
    entry = Entry(**SOUND)
    assert (entry.seq, entry.kind, entry.body) == (2, "original.add", {"size": 3})
    assert entry.refs[0].seq == 7


def test_an_entry_may_be_without_its_body_and_the_first_is_without_one_before() -> None:
    first = Entry(**(SOUND | {"seq": 1, "prev": "", "refs": (), "body": None}))
    assert (first.body, first.commitment) == (None, "c0" * 32)


@pytest.mark.parametrize(
    ("field", "impossible"),
    [
        ("id", "AB" * 32),
        ("id", "ab"),
        ("id", "ab" * 32 + "\n"),
        ("device", "0D" * 16),
        ("device", "0d" * 32),
        ("commitment", ""),
        ("commitment", "c0" * 31),
        ("seq", 0),
        ("seq", 1),  # the first has no entry before it
        ("prev", ""),  # and only the first
        ("prev", "ab"),
        ("kind", ""),
        ("kind", "Original.Add"),
        ("kind", "original."),
        ("kind", "k" * 65),
        ("at", datetime(2022, 1, 6, 14, 5)),  # noqa: DTZ001  # naive on purpose
        ("at", datetime(2022, 1, 6, 14, 5, tzinfo=timezone(timedelta(hours=6)))),
        ("at", datetime(2022, 1, 6, 14, 5, 1, tzinfo=UTC)),
        ("at", datetime(2022, 1, 6, 14, 5, 0, 1, tzinfo=UTC)),
        ("body", ["no", "mapping"]),
    ],
)
def test_an_impossible_value_is_refused_by_name(field: str, impossible: object) -> None:
    with pytest.raises(ValueError, match=f"an entry's {'prev' if impossible == 1 else field} "):
        Entry(**(SOUND | {field: impossible}))


def test_a_time_is_brought_to_utc_and_cut_to_the_minute() -> None:
    almaty = timezone(timedelta(hours=6))
    told = datetime(2022, 1, 6, 2, 59, 59, 999999, tzinfo=almaty)
    assert whole_minute(told) == datetime(2022, 1, 5, 20, 59, tzinfo=UTC)


def test_a_time_without_zone_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        whole_minute(datetime(2022, 1, 6, 2, 59))  # noqa: DTZ001  # naive on purpose
