"""What a case adds to the tables: forms of names and old names of places count, and are named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qantar.linking.candidates import candidates
from qantar.linking.case_tables import mark_of, shipped_tables, tables_of
from qantar.linking.fields import compared
from qantar.linking.likeness import alike
from qantar.linking.link import link
from qantar.linking.people_table import people_table
from qantar.linking.result import Reason
from qantar.model.name_table import NameForms, NameKind
from qantar.model.person_row import PersonRow

from .test_link import DAY, people
from .test_other_names import TOWN, row


def named(kind: NameKind, name: str, *forms: str, row: int = 1) -> NameForms:
    return NameForms(kind=kind, name=name, forms=forms, accession="a7", row=row)


GIVEN = named(NameKind.GIVEN, "Бауыржан", "Сапсан", "Борик", row=3)
SURNAME = named(NameKind.SURNAME, "Жандосов", "Кривошеев", row=4)
TABLES = tables_of([GIVEN, SURNAME])
COURT = row("court", 500, "Жандосов Бауыржан", DAY - 7000)
CLINIC = row("clinic", 500, "Жандосов Сапсан", DAY - 7000)


def level(field: str, one: PersonRow, two: PersonRow, **kept: object) -> int:
    table = people_table([*TOWN, one, two], kept.get("tables", TABLES))  # type: ignore[arg-type]
    last = np.array([len(table) - 2]), np.array([len(table) - 1])
    return int(compared(table, *last, alike).levels[field][0])


def reasons(one: PersonRow, two: PersonRow, tables: object = TABLES) -> dict[str, Reason]:
    found = link([*TOWN, one, two], tables=tables)  # type: ignore[arg-type]
    at = len(found.rows) - 2
    (place,) = np.flatnonzero((found.pairs.left == at) & (found.pairs.right == at + 1))
    return {reason.field: reason for reason in found.reasons(int(place))}


def test_a_form_of_the_case_is_a_form() -> None:
    assert level("given", COURT, CLINIC) == 4
    assert level("given", COURT, CLINIC, tables=None) in (5, 6)


def test_two_forms_of_one_name_are_forms_of_each_other() -> None:
    assert level("given", replace(COURT, name="Жандосов Борик"), CLINIC) == 4


def test_surnames_have_forms_where_the_case_says_so_alone() -> None:
    other = replace(CLINIC, name="Кривошеева Бауыржан")
    assert level("surname", COURT, other) == 4
    assert level("surname", COURT, other, tables=None) in (5, 6)
    assert level("given", replace(COURT, name="Кривошеев Марат"), COURT) not in (1, 4)


def test_fathers_go_by_given_names() -> None:
    court = replace(COURT, name="Мусин Марат Бауыржанұлы")
    clinic = replace(CLINIC, name="Мусин Марат Сапсанович")
    assert level("father", court, clinic) == 4


def test_one_person_is_found_by_a_form_and_the_reason_names_the_row_that_says_so() -> None:
    found = link([*TOWN, COURT, CLINIC], tables=TABLES)
    assert any({COURT.key, CLINIC.key} <= person for person in people(found))
    without = link([*TOWN, COURT, CLINIC])
    assert not any({COURT.key, CLINIC.key} <= person for person in people(without))
    told = reasons(COURT, CLINIC)["given"]
    assert (told.left, told.right, told.by) == ("Бауыржан", "Сапсан", "a7/3")
    assert told.words == "short or other form, by a7/3"


def test_what_ships_already_is_not_said_to_be_the_cases() -> None:
    tables = tables_of([named(NameKind.GIVEN, "Александр", "Саша", "Искандер")])
    one, two = replace(COURT, name="Жандосов Александр"), replace(CLINIC, name="Жандосов Саша")
    assert reasons(one, two, tables)["given"].by == ""
    assert reasons(one, replace(two, name="Жандосов Искандер"), tables)["given"].by == "a7/1"


def test_the_tables_that_ship_hold_beside_those_of_the_case() -> None:
    one, two = replace(COURT, name="Жандосов Александр"), replace(CLINIC, name="Жандосов Саша")
    assert level("given", one, two) == 4


def test_rows_are_found_by_a_form_that_shares_no_letter() -> None:
    one = replace(COURT, birth=None, name="Жандосов Бауыржан")
    two = replace(CLINIC, birth=None, name="Кривошеев Сапсан")
    for tables, expected in ((TABLES, True), (None, False)):
        found = candidates(people_table([*TOWN, one, two], tables))
        pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
        assert ((len(TOWN), len(TOWN) + 1) in pairs) is expected


OLD = tables_of(places=[("Sayaqkent", "Саяқкент", "Желтореченск"), ("Temirtuz", "Теміртұз")])


@pytest.mark.parametrize("text", ["Желтореченск", "Zheltorechensk", "САЯҚКЕНТ", "Саяккент"])
def test_a_place_is_one_by_all_its_names(text: str) -> None:
    one, two = replace(COURT, place="Sayaqkent"), replace(CLINIC, place=text)
    assert level("place", one, two, tables=OLD) == 1


def test_the_reason_says_that_two_names_of_a_place_are_one() -> None:
    one = replace(COURT, place="Саяккент")
    two = replace(CLINIC, name=COURT.name, place="Желтореченск")
    told = reasons(one, two, OLD)["place"]
    assert (told.left, told.right) == ("Саяккент", "Желтореченск")
    assert told.words == "same, by the places of the case"
    plain = reasons(one, replace(two, place="Саяккент"), OLD)["place"]
    assert plain.words == "same"


def test_a_name_that_several_places_have_leads_to_none() -> None:
    tables = tables_of(places=[("Sayaqkent", "Октябрьское"), ("Temirtuz", "Октябрьское")])
    one, two = replace(COURT, place="Sayaqkent"), replace(CLINIC, place="Октябрьское")
    assert level("place", one, two, tables=tables) == 4
    assert level("place", replace(one, place="Temirtuz"), two, tables=tables) == 4


def are_one_place(one: str, other: str, *places: tuple[str, ...]) -> bool:
    tables = tables_of(places=places)
    rows = replace(COURT, place=one), replace(CLINIC, place=other)
    return level("place", *rows, tables=tables) == 1


def test_two_places_that_are_shown_by_one_name_stay_two() -> None:
    two = ("Sayaqkent", "Желтореченск"), ("Sayaqkent", "Теміртұз", "Сольцы")
    assert not are_one_place("Желтореченск", "Теміртұз", *two)
    assert not are_one_place("Sayaqkent", "Желтореченск", *two)
    assert are_one_place("Сольцы", "Temirtuz", *two)


def test_a_name_shown_that_another_place_had_leads_nowhere() -> None:
    two = ("Sayaqkent", "Желтореченск"), ("Желтореченск", "Теміртұз")
    assert not are_one_place("Sayaqkent", "Желтореченск", *two)
    assert not are_one_place("Желтореченск", "Теміртұз", *two)
    assert not are_one_place("Sayaqkent", "Теміртұз", *two)


def test_a_place_that_is_entered_twice_is_one() -> None:
    entered = ("Sayaqkent", "Желтореченск"), ("Sayaqkent", "САЯҚКЕНТ", "Желтореченск")
    assert are_one_place("Желтореченск", "Саяқкент", *entered)


def test_places_of_one_word_are_told_apart_by_their_numbers() -> None:
    two = ("LA-155/4", "Желтореченск"), ("LA-166/1", "Теміртұз")
    assert not are_one_place("Желтореченск", "Теміртұз", *two)
    assert not are_one_place("LA-155/4", "LA-166/1", *two)
    assert are_one_place("la 155 4", "Желтореченск", *two)
    assert are_one_place("LA-١٦٦/١", "Теміртұз", *two)


def test_numbers_of_places_are_not_alike_as_spellings_are() -> None:
    tables = tables_of(places=[("Сольцы-1",), ("Сольцы-2",)])
    one, two = replace(COURT, place="Сольцы-1"), replace(CLINIC, place="Сольцы 2")
    assert level("place", one, two, tables=tables) == 4
    assert level("place", one, replace(two, place="Сольцы"), tables=tables) == 2


def test_a_place_that_no_name_of_the_gazetteer_is_of_is_read_without_its_number() -> None:
    assert are_one_place("Желтореченск, 2", "Sayaqkent 050000", ("Sayaqkent", "Желтореченск"))


@pytest.mark.parametrize("shown", ["№ 155/4", "—", ""])
def test_a_name_without_letters_takes_no_rows_place_away(shown: str) -> None:
    assert are_one_place("Желтореченск", "Zheltorechensk", (shown, "Желтореченск"))
    assert are_one_place("Желтореченск", "Сольцы", (shown, "Желтореченск", "Сольцы"))
    assert not are_one_place("Желтореченск", "—", (shown, "Желтореченск"))


def test_without_additions_all_is_as_it_ships() -> None:
    rows = [*TOWN, COURT, CLINIC]
    one, two = link(rows), link(rows, tables=tables_of())
    assert np.array_equal(one.person, two.person)
    assert np.array_equal(one.pairs.probability, two.pairs.probability)
    assert tables_of().given == shipped_tables().given


def test_the_mark_of_additions_follows_from_what_they_say() -> None:
    said = mark_of([GIVEN], [("Sayaqkent", "Саяқкент")])
    assert said == mark_of([replace(GIVEN, accession="a9", row=8)], [("Sayaqkent", "Саяқкент")])
    others = [
        mark_of([], [("Sayaqkent", "Саяқкент")]),
        mark_of([replace(GIVEN, forms=("Сапсан",))], [("Sayaqkent", "Саяқкент")]),
        mark_of([replace(GIVEN, kind=NameKind.SURNAME)], [("Sayaqkent", "Саяқкент")]),
        mark_of([GIVEN], [("Sayaqkent",)]),
    ]
    assert len({said, *others}) == 5
