"""What peers are given: plain columns, as a careful user would make them; all names invented."""

from __future__ import annotations

from datetime import date

import pytest
from benchmarks.linking.peers import components, parted, plain_columns, romanised

from qantar.model.person_row import DaySpan, NameOrder, PersonRow, Sex


def row(**facts: object) -> PersonRow:
    return PersonRow(list="a", row=1, **facts)  # type: ignore[arg-type]  # as the test says


@pytest.mark.parametrize(
    ("facts", "parts"),
    [
        (
            {"name": "Остов Ада Ивановна"},
            {"surname": "ostov", "given": "ada", "patronymic": "ivanovna"},
        ),
        (
            {"name": "Ada Ostova", "name_order": NameOrder.GIVEN_FIRST},
            {"given": "ada", "surname": "ostova"},
        ),
        ({"name": "ОСТОВ А.И."}, {"surname": "ostov", "given": "a i"}),
        (
            {"surname": "Остов", "given": "Ада", "patronymic": "Иванқызы"},
            {"surname": "ostov", "given": "ada", "patronymic": "ivankyzy"},
        ),
        (
            {"surname": "Остов", "given": "Ада Ивановна"},
            {"surname": "ostov", "given": "ada", "patronymic": "ivanovna"},
        ),
        ({"name": None}, {}),
    ],
)
def test_names_are_parted_by_column_or_place(
    facts: dict[str, object], parts: dict[str, str]
) -> None:
    assert parted(row(**facts)) == parts


def test_every_alphabet_becomes_plain_latin() -> None:
    assert [romanised(text) for text in ("Жұмабек", "Çiğdem-Nur", "O‘ktam", "", None)] == [
        "zhumabek",
        "cigdem nur",
        "oktam",
        "",
        "",
    ]


def test_days_are_whole_or_left_out_and_years_stay() -> None:
    known = row(
        birth=DaySpan.of(date(1990, 5, 1)),
        event=DaySpan.of(date(2018, 10, 9)),
        sex=Sex.MALE,
        place="Остов",
    )
    vague = row(birth=DaySpan.of(date(1990, 1, 1), date(1990, 12, 31)))
    columns = plain_columns([known, vague])
    assert columns["born"] == ["1990-05-01", None]
    assert columns["year"] == ["1990", "1990"]
    assert columns["day"] == ["2018-10-09", None]
    assert (columns["sex"], columns["place"]) == (["male", None], ["ostov", None])


def test_rows_joined_by_any_chain_are_one() -> None:
    label = components(6, [0, 1, 4], [1, 2, 5])
    assert len(set(label.tolist())) == 3
    assert label[0] == label[1] == label[2]
    assert label[4] == label[5] != label[3]
