"""Recovery shares."""

from __future__ import annotations

from itertools import combinations

import pytest

from qantar.archive.shares import join_shares, read_share, split_secret, still_needed
from qantar.errors import UsageError

SECRET = bytes(range(32))
# SLIP-0039, test vector "Mnemonic without sharing (256 bits)".
VECTOR = (
    "theory painting academic academic armed sweater year military elder discuss acne wildlife "
    "boring employer fused large satoshi bundle carbon diagnose anatomy hamster leaves tracks "
    "paces beyond phantom capital marvel lips brave detect luck"
)


@pytest.mark.parametrize(("threshold", "shares"), [(2, 2), (2, 3), (3, 5), (16, 16)])
def test_every_choice_of_enough_shares_makes_the_secret(threshold: int, shares: int) -> None:
    made = [read_share(words) for words in split_secret(SECRET, threshold=threshold, shares=shares)]
    assert len(made) == shares
    for chosen in combinations(made, threshold):
        assert join_shares(chosen) == SECRET
    assert join_shares(made) == SECRET  # more than enough is no fault


def test_too_few_say_how_many_are_missing() -> None:
    made = [read_share(words) for words in split_secret(SECRET, threshold=3, shares=5)]
    assert [still_needed(made[:many]) for many in (1, 2, 3)] == [2, 1, 0]
    assert still_needed([made[0], made[0]]) == 2
    with pytest.raises(UsageError, match="2 more"):
        join_shares([made[0], made[0]])


def test_shares_of_two_sets_do_not_mix() -> None:
    one, other = (split_secret(SECRET, threshold=2, shares=2) for _ in range(2))
    with pytest.raises(UsageError, match="different sets"):
        join_shares([read_share(one[0]), read_share(other[1])])
    with pytest.raises(UsageError, match="different sets"):
        join_shares([])


def test_a_share_is_33_words_and_is_read_as_people_write_it() -> None:
    words = split_secret(SECRET, threshold=2, shares=3)[1]
    assert len(words.split()) == 33
    numbered = "\n".join(f"{n:>2} {word.upper()}" for n, word in enumerate(words.split(), start=1))
    assert read_share(numbered) == read_share(words)


def test_the_published_vector_is_read() -> None:
    read = read_share(VECTOR)
    assert (read.threshold, read.index) == (1, 0)


def test_a_mistyped_share_is_noticed_and_not_repeated() -> None:
    words = VECTOR.split()
    for typed in (
        words[:-1],
        ["theories", *words[1:]],
        [*words[1:], words[0]],
        [*words[:7], "acid", *words[8:]],
        [],
    ):
        with pytest.raises(UsageError, match="mistyped") as told:
            read_share(" ".join(typed))
        assert told.value.exit_code == 2
        assert told.value.__cause__ is None
        assert not {"theories", "painting", "acid"} & set(str(told.value).split())


def test_a_share_of_something_else_is_told_apart() -> None:
    # SLIP-0039, test vector "Basic sharing 2-of-3 (128 bits)".
    other = (
        "shadow pistol academic always adequate wildlife fancy gross oasis cylinder mustang wrist "
        "rescue view short owner flip making coding armed"
    )
    with pytest.raises(UsageError, match="something else"):
        read_share(other)


def test_words_are_not_in_what_is_logged() -> None:
    assert "theory" not in repr(read_share(VECTOR))
