"""Films that share enough of their seconds are found; others, and too little, are not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qantar.reading.films import Film, Second, films_alike, stills_in_films
from qantar.reading.looks import MOST_BITS, Looks
from qantar.reading.pictures import Picture
from tests.faults.chance import chance
from tests.reading.test_pictures import flipped


def hashes(count: int, seed: int) -> list[bytes]:
    random = chance(seed)
    return [random.randbytes(32) for _ in range(count)]


def film(key: str, looks: list[bytes], mirrored: list[bytes] | None = None) -> Film:
    other = mirrored or hashes(len(looks), sum(key.encode()))
    return Film(
        key=key,
        seconds=[
            Second(number=n, pdq=pdq, mirrored=back)
            for n, (pdq, back) in enumerate(zip(looks, other, strict=True))
        ],
    )


def blurred(looks: list[bytes], bits: int = 20, seed: int = 0) -> list[bytes]:
    """As a re-encoding leaves them: each some bits off."""
    random = chance(bits + seed)
    return [flipped(one, set(random.sample(range(256), bits))) for one in looks]


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_a_lookup_finds_what_comparing_each_with_each_finds(seed: int, bits: int) -> None:
    random = chance(seed)
    held = [random.randbytes(32) for _ in range(20)]
    asked = flipped(random.choice(held), set(random.sample(range(256), bits)))
    looks: Looks[int] = Looks()
    for number, one in enumerate(held):
        looks.add(one, number)
    number = int.from_bytes(asked, "big")
    apart = {n: (number ^ int.from_bytes(one, "big")).bit_count() for n, one in enumerate(held)}
    assert dict(looks.near(asked)) == {n: d for n, d in apart.items() if d <= MOST_BITS}


def test_a_part_of_a_film_is_found_with_where_it_begins() -> None:
    whole = hashes(60, 1)
    (found,) = films_alike([film("whole", whole), film("part", blurred(whole[40:50]))])
    assert (found.first, found.second) == ("whole", "part")
    assert (found.seconds, found.of) == (10, 10)
    assert (found.first_at, found.second_at, found.mirrored) == (40, 0, False)


def test_a_longer_version_that_comes_later_is_found_too() -> None:
    whole = hashes(60, 1)
    (found,) = films_alike([film("part", whole[40:50]), film("whole", blurred(whole))])
    assert (found.seconds, found.of, found.first_at, found.second_at) == (10, 10, 0, 40)


def test_a_mirror_image_is_found_and_said_so() -> None:
    first = film("first", hashes(10, 2))
    back = film("back", hashes(10, 3), blurred([one.pdq for one in first.seconds]))
    (found,) = films_alike([first, back])
    assert found.mirrored


def test_half_of_the_shorter_one_is_enough_and_less_is_not() -> None:
    whole, other = hashes(20, 4), hashes(20, 5)
    half = [*whole[:5], *other[:5]]
    less = [*whole[:4], *other[:6]]
    assert list(films_alike([film("whole", whole), film("half", half)]))
    assert not list(films_alike([film("whole", whole), film("less", less)]))


def test_two_seconds_of_a_film_of_four_are_too_few() -> None:
    whole, other = hashes(4, 6), hashes(4, 7)
    assert not list(films_alike([film("a", whole), film("b", [*whole[:2], *other[:2]])]))
    assert list(films_alike([film("a", whole), film("b", whole[:2])]))


def test_films_of_other_things_are_not_alike() -> None:
    assert not list(films_alike([film("a", hashes(100, 8)), film("b", hashes(100, 9))]))


def test_an_hour_of_one_view_is_counted_by_its_seconds() -> None:
    (sight,) = hashes(1, 10)
    (found,) = films_alike([film("a", [sight] * 3600), film("b", [sight] * 1800)])
    assert (found.seconds, found.of) == (1800, 1800)


def test_a_still_is_found_in_a_film_whichever_came_first() -> None:
    looks = hashes(30, 11)
    (near,) = blurred([looks[17]])
    still = Picture(key="still", pdq=near, mirrored=hashes(1, 12)[0])
    (found,) = stills_in_films([still], [film("film", looks)])
    assert (found.still, found.film, found.at, found.bits) == ("still", "film", 17, 20)
    other = Picture(key="other", pdq=hashes(1, 13)[0], mirrored=near)
    (found,) = stills_in_films([other], [film("film", looks)])
    assert found.mirrored
    strange = Picture(key="strange", pdq=hashes(1, 14)[0], mirrored=hashes(1, 15)[0])
    assert not list(stills_in_films([strange], [film("film", looks)]))


def test_films_of_a_camera_that_stands_still_are_found_without_all_their_pairs() -> None:
    """Every second looks like every other; an hour of it once took minutes."""
    view, count = hashes(1, 9), 600
    films = [
        film(name, [one for n in range(size) for one in blurred(view, 8, n + start)])
        for name, size, start in (("a", count, 0), ("b", 2 * count, 10_000), ("c", count, 20_000))
    ]
    looks: Looks[str] = Looks()
    for one in films:
        looks.begin_part()
        for second in one.seconds:
            looks.add(second.pdq, one.key)
    some = [owner for owner, _ in looks.some_near(view[0], 32)]
    assert max(some.count(key) for key in "abc") <= 32
    found = [(one.first, one.second, one.seconds >= one.of * 0.9) for one in films_alike(films)]
    assert found == [("a", "b", True), ("a", "c", True)]


@given(st.integers(0, 2**32))
def test_what_one_look_leaves_out_the_next_begins_with(seed: int) -> None:
    random = chance(seed)
    view = random.randbytes(32)
    looks: Looks[int] = Looks()
    held = list(dict.fromkeys(flipped(view, set(random.sample(range(256), 3))) for _ in range(50)))
    for number, one in enumerate(held):
        looks.add(one, number)
    seen = [owner for _ in range(10) for owner, _ in looks.some_near(view, 5)]
    assert len(seen) == 50
    assert set(seen) == set(range(len(held)))
