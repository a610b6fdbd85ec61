"""Names by the published schemes. The names are common words and invented pairings."""

import pytest

from qantar.linking.transliterate import SCHEMES, parse_scheme, scheme

LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"


@pytest.mark.parametrize(
    ("name", "token", "written"),
    [
        ("bgn_russian", "елена", "yelena"),
        ("bgn_russian", "гуляев", "gulyayev"),
        ("icao_9303", "юлия", "iuliia"),
        ("icao_9303", "щукин", "shchukin"),
        ("gost_7_79_b", "хрущ", "xrushh"),
        ("gost_7_79_b", "цыган", "czy`gan"),
        ("gost_52535", "цой", "tcoi"),
        ("bgn_kazakh", "қоңыр", "qongyr"),
        ("kazakh_passport", "ержан", "yerzhan"),
        ("kazakh_latin_2017", "шыңғыс", "s'yn'g'ys"),
        ("kazakh_latin_2018", "ғалым", "ǵalym"),
        ("kazakh_latin_2021", "жұмабек", "jūmabek"),
        ("kazakh_in_russian", "жұмағұл", "жумагул"),
    ],
)
def test_a_name_is_written_by_the_rule_of_its_scheme(name: str, token: str, written: str) -> None:
    assert scheme(name).write(token) == written


@pytest.mark.parametrize("name", SCHEMES)
def test_every_scheme_names_its_source_and_writes_every_russian_letter(name: str) -> None:
    table = scheme(name)
    assert table.source
    if name != "kazakh_in_russian":
        assert not set(table.write(LETTERS)) & set(LETTERS)


def test_habits_compete_with_the_rule() -> None:
    press = scheme("press_habits")
    assert press.write("жан") == "zhan"
    assert press.write("жан", lambda ways: ways[-1]) == "dzhan"


def test_a_case_can_bring_a_scheme_of_its_own() -> None:
    own = parse_scheme(
        'name = "Own"\nsource = "the archive"\n[letters]\n"а" = "ah"\n[ending]\n"ий" = ["y"]'
    )
    assert own.write("аий") == "ahy"
