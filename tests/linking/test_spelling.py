"""Two spellings of one name against the spellings of two names. All pairings are invented."""

import hashlib
import json
import math
import re
import subprocess
import sys
from dataclasses import asdict
from importlib import resources
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qantar.linking.letter_groups import ALONE, MATCHES
from qantar.linking.letters import CYRILLIC, LATIN, LONGEST, letters_of
from qantar.linking.spelling import SpellingModel
from qantar.linking.spelling_training import train
from qantar.linking.spelling_units import Settings
from qantar.linking.spelling_weights import SpellingWeights

MODEL = SpellingModel.shipped()
tokens = st.text(max_size=20)
name_letters = st.text(alphabet=LATIN + CYRILLIC + "'-", min_size=1, max_size=14)

ONE_NAME = [
    ("Жұмабек", "Жумабек", "Zhumabek", "Jumabek", "Jūmabek", "Dzhumabek"),
    ("Қайрат", "Кайрат", "Qairat", "Kairat", "Kayrat"),
    ("Ғалымжан", "Галымжан", "Ğalymjan", "Ǵalymjan", "Galymzhan", "Ghalymzhan"),
    ("Сергей", "Sergey", "Sergei", "Serguei", "Sergej"),
    ("Щербаков", "Shcherbakov", "Scherbakov", "Shherbakov"),
]
SHORT_OR_LOOSE = [
    ("Шыңғыс", "Шынгыс", "Shyngys", "Şyñğys", "S'yn'g'ys", "Shynghys"),
    ("Қайрат", "Кайрат", "Qairat", "Kairat", "Kayrat", "Qaırat"),
    ("Цой", "Tsoi", "Tsoy"),
    ("Юрий", "Yuri", "Yury", "Iurii", "Yuriy"),
    ("Хасен", "Khassen", "Hasen", "Khasen"),
    ("Өмірзақ", "Омирзак", "Ömirzaq", "Omirzak", "Ómirzaq"),
]


@pytest.mark.parametrize("spellings", ONE_NAME, ids=lambda spellings: spellings[0])
def test_spellings_of_one_name_speak_for_one_name(spellings: tuple[str, ...]) -> None:
    weak = [
        (a, b, MODEL.score(a, b)) for a, b in combinations(spellings, 2) if MODEL.score(a, b) <= 1
    ]
    assert not weak


@pytest.mark.parametrize("spellings", SHORT_OR_LOOSE, ids=lambda spellings: spellings[0])
def test_short_names_and_loose_spellings_leave_it_open(spellings: tuple[str, ...]) -> None:
    """Four letters of which one differs are little evidence, whatever the name."""
    against = [
        (a, b, MODEL.score(a, b))
        for a, b in combinations(spellings, 2)
        if MODEL.score(a, b) <= -1.5
    ]
    assert not against


def test_names_of_two_people_speak_against() -> None:
    wrong = [
        (a, b, MODEL.score(a, b))
        for first, second in combinations(ONE_NAME + SHORT_OR_LOOSE, 2)
        for a in first
        for b in second
        if first[0] != second[0] and MODEL.score(a, b) >= -3
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("name", "same", "other"),
    [
        ("Нұрлан", "Nurlan", "Nurbol"),
        ("Нұрлан", "Нурлан", "Нуржан"),
        ("Айгүл", "Aigul", "Aigerim"),
        ("Бекжан", "Bekzhan", "Bekzat"),
        ("Ержан", "Yerzhan", "Yerlan"),
        ("Марат", "Marat", "Murat"),
        ("Сәуле", "Saule", "Samal"),
        ("Данияр", "Daniyar", "Danilov"),
        ("Ахметов", "Akhmetov", "Akhmedov"),
    ],
)
def test_a_name_is_told_from_one_that_begins_alike(name: str, same: str, other: str) -> None:
    assert MODEL.score(name, same) > MODEL.score(name, other) + 2
    assert MODEL.similarity(name, same) > MODEL.similarity(name, other) + 0.05


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Zhumabekov", "Zhumabeko"),
        ("Тұрсынбай", "Тұрсыбнай"),
        ("Мұратов", "Мұраттов"),
        ("Karimov", "Karirnov"),
    ],
)
def test_a_slip_leaves_the_name_recognised(right: str, wrong: str) -> None:
    assert MODEL.score(right, wrong) > 1
    assert MODEL.similarity(right, wrong) < 1


@given(tokens, tokens)
@example("", "")
@example("'", "Ж")
@example("İ", "i̇")
@example("日本", "日木")
@example("𐐀" * 60, "x" * 60)
def test_any_text_gets_a_finite_score_that_does_not_depend_on_the_side(a: str, b: str) -> None:
    assert math.isfinite(MODEL.score(a, b))
    assert MODEL.score(a, b) == MODEL.score(b, a)
    assert 0.0 <= MODEL.similarity(a, b) <= 1.0
    assert MODEL.similarity(a, b) == MODEL.similarity(b, a)


@given(
    st.text(alphabet="aаж", min_size=LONGEST, max_size=200), st.text(alphabet="kq", max_size=200)
)
@settings(max_examples=20)
def test_very_long_text_gets_a_finite_score(a: str, b: str) -> None:
    assert math.isfinite(MODEL.score(a, b))


@given(st.lists(st.tuples(name_letters, name_letters), max_size=40))
def test_many_at_once_get_what_each_gets_alone(pairs: list[tuple[str, str]]) -> None:
    many = MODEL.score_many([a for a, _ in pairs], [b for _, b in pairs])
    assert many.tolist() == [MODEL.score(a, b) for a, b in pairs]


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 tokens on the left, 1 on the right"):
        MODEL.score_many(["Асан", "Үсен"], ["Asan"])


def test_nothing_to_compare_says_nothing() -> None:
    assert MODEL.score("", "Асан") == MODEL.score("", "") == MODEL.score("-", "Асан") == 0.0


@pytest.mark.parametrize("name", ["Жұмабек", "Nurlan", "Щербаков", "Ǵalymjan", "Ли"])
def test_no_change_of_a_letter_speaks_more_for_a_name_than_the_name_itself(name: str) -> None:
    alphabet = LATIN if name.isascii() or name.startswith("Ǵ") else CYRILLIC
    letters = letters_of(name)
    changed = {
        letters[:i] + new + letters[i + cut :]
        for i in range(len(letters) + 1)
        for new in ("", *alphabet)
        for cut in (0, 1)
    } - {letters}
    scores = MODEL.score_many([name] * len(changed), sorted(changed))
    assert scores.max() < MODEL.score(name, name)
    assert MODEL.similarity(name, name) == 1.0


def test_case_composition_and_hyphens_make_no_difference() -> None:
    decomposed = "И" + "\u0306" + "он"
    assert letters_of("ЙОН") == letters_of(decomposed.lower()) == "йон"
    assert letters_of("Нұр-Сұлтан") == "нұрсұлтан"
    assert letters_of("O’Neil") == letters_of("O'NEIL") == "o'neil"


def test_an_alignment_shows_which_letters_stand_for_which() -> None:
    assert MODEL.aligned("Шолпан", "Sholpan")[0] == ("ш", "sh")
    assert ("щ", "shch") in MODEL.aligned("Щукин", "Shchukin")
    assert ("zh", "ж") in MODEL.aligned("Zhanar", "Жанар")


@given(name_letters, name_letters)
def test_an_alignment_holds_all_letters_of_both_in_order(a: str, b: str) -> None:
    units = MODEL.aligned(a, b)
    assert "".join(left for left, _ in units) == letters_of(a)
    assert "".join(right for _, right in units) == letters_of(b)


INVENTED_TABLE = [
    (latin, cyrillic)
    for first, first_cyrillic in (
        ("zha", "жа"),
        ("sho", "шо"),
        ("ta", "та"),
        ("ku", "ку"),
        ("ya", "я"),
    )
    for middle, middle_cyrillic in (("lo", "ло"), ("mi", "ми"), ("ra", "ра"), ("nu", "ну"))
    for last, last_cyrillic in (("k", "к"), ("sh", "ш"), ("v", "в"), ("nts", "нц"))
    for latin, cyrillic in [
        (first + middle + last, first_cyrillic + middle_cyrillic + last_cyrillic)
    ]
]
SMALL = Settings(rounds=5, passes=2, least_group=10, least_unit=2.0)


GOLDEN = Path(__file__).parent / "invented_spelling.json"


def trained() -> str:
    return train(INVENTED_TABLE, SMALL, lambda _: None, source="an invented table")


def weights_in(text: str) -> list[int]:
    content = json.loads(text)
    del content["about"]
    return [int(number) for number in re.findall(r"-?\d+(?=[ \",}])", json.dumps(content))]


def test_training_on_an_invented_table_gives_what_it_gave() -> None:
    """Another processor may round the last place of a hundredth of a bit the other way."""
    now, then = trained(), GOLDEN.read_text("utf-8")
    assert json.loads(now)["about"] == json.loads(then)["about"]
    assert json.loads(now)["units"].keys() == json.loads(then)["units"].keys()
    assert weights_in(now) == pytest.approx(weights_in(then), abs=2)


def test_training_on_an_invented_table_finds_its_digraphs_and_gives_the_same_bytes_again() -> None:
    text = trained()
    assert trained() == text
    units = json.loads(text)["units"]["2-1"]
    assert "ш" in units["sh"].split()
    model = SpellingModel(SpellingWeights.from_text(text))
    assert model.score("shomik", "шомик") > 0 > model.score("shomik", "тарав")
    assert ("sh", "ш") in model.aligned("shomik", "шомик")


def test_weights_survive_their_file() -> None:
    text = trained()
    weights = SpellingWeights.from_text(text)
    about = json.loads(text)["about"]
    assert weights.to_text(about) == text


def test_the_tool_writes_what_the_training_gives(tmp_path: Path) -> None:
    table, out = tmp_path / "table.tsv", tmp_path / "weights.json"
    table.write_text("".join(f"{a}\t{' '.join(b)}\t1\n" for a, b in INVENTED_TABLE), "utf-8")
    tool = Path(__file__).parents[2] / "tools" / "train_spelling.py"
    subprocess.run([sys.executable, str(tool), str(table), "--out", str(out)], check=True)  # noqa: S603  # our own tool
    about = json.loads(out.read_text("utf-8"))["about"]
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    assert about["trained_on"] == f"sha256 {digest}, {len(INVENTED_TABLE)} pairs"
    text = train(INVENTED_TABLE, Settings(), lambda _: None, source=about["trained_on"])
    assert out.read_text("utf-8") == text


def test_shipped_weights_say_where_they_come_from_and_are_whole() -> None:
    file = resources.files("qantar.linking").joinpath("tables", "spelling.json")
    text = file.read_text("utf-8")
    about = json.loads(text)["about"]
    assert about["licence"] == "CC0 1.0"
    assert about["trained_on"].endswith(", 105371 pairs")
    assert about["settings"] == asdict(Settings())
    assert len(text.encode()) < 300_000
    weights = SpellingModel.shipped()._weights
    assert set(weights.tables) >= {*MATCHES, ALONE}
    for table in weights.tables.values():
        assert np.array_equal(table[np.isfinite(table)], np.round(table[np.isfinite(table)]))
