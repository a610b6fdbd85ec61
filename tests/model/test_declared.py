"""What a sheet declares: places on Earth, and words that a vocabulary can hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qantar.model.declared import DeclaredPlace, DeclaredTerm


@pytest.mark.parametrize("lat", ["91", "NaN", "sNaN", "Infinity", "north", "1E-999999999"])
def test_a_point_off_the_earth_is_refused(lat: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        DeclaredPlace.from_record({"id": "X", "name": "X", "lat": lat, "lon": "10"})


@pytest.mark.parametrize(
    "wrong", [{"vocabulary": "colour"}, {"id": "A word"}, {"en": " "}, {"ru": ""}]
)
def test_a_word_of_no_vocabulary_is_refused(wrong: dict[str, str]) -> None:
    sound = {"vocabulary": "event-kind", "id": "queue", "en": "queue"}
    assert DeclaredTerm.from_record(sound).en == "queue"
    with pytest.raises(ValueError, match=r"."):
        DeclaredTerm.from_record(sound | wrong)


def test_half_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="one coordinate without the other"):
        DeclaredPlace(id="X", name="X", lat=Decimal(1))
