"""Public speakers: one name for every spelling that only one of them has."""

from __future__ import annotations

import pytest

from qantar.model.speaker import Speaker, Speakers

MINISTER = Speaker(
    id="O1", name="Aidar Sayaqov", forms=("Айдар Саяқов", "Айдар Саяков", "A. Sayaqov")
)
MAYOR = Speaker(id="O2", name="Bota Sayaqova", forms=("A. Sayaqov",))


@pytest.mark.parametrize(
    "spelling", ["Aidar Sayaqov", "aidar  sayaqov", "Айдар Саяқов", "АЙДАР САЯКОВ", "A. Sayaqov"]
)
def test_every_spelling_leads_to_the_speaker(spelling: str) -> None:
    assert Speakers.of((MINISTER,)).named(spelling) is MINISTER


def test_a_spelling_that_two_have_leads_to_neither() -> None:
    both = Speakers.of((MINISTER, MAYOR))
    assert both.named("A. Sayaqov") is None
    assert both.named("Aidar Sayaqov") is MINISTER
    assert both.forms_of("A. Sayaqov") == (
        "Aidar Sayaqov",
        "Айдар Саяқов",
        "Айдар Саяков",
        "A. Sayaqov",
        "Bota Sayaqova",
    )


def test_nobody_is_named_by_a_spelling_that_is_not_recorded() -> None:
    listed = Speakers.of((MINISTER, Speaker(id="O3", name="Nobody else", forms=("",))))
    assert listed.named("Sayaqov") is None
    assert listed.named("") is None
    assert listed.forms_of("Sayaqov") == ()
