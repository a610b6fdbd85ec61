"""The log tree is that of RFC 6962, at every size."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qantar.archive.tree import EMPTY_ROOT, Frontier, Row, root, root_of, roots_at

# The eight leaves and roots that implementations of RFC 6962 have tested with since 2013.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _by_the_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, as it is written there: split at the largest power of two."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = _by_the_definition(leaves[:split]), _by_the_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    assert root(LEAVES[:size]).hex() == ROOTS[size]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert root([]) == Frontier().root() == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(st.lists(st.binary(max_size=4), max_size=70), st.lists(st.integers(0, 70), max_size=5))
def test_however_the_leaves_come_the_root_is_that_of_the_definition(
    leaves: list[bytes], cuts: list[int]
) -> None:
    frontier, at = Frontier(), 0
    for cut in [*sorted(cuts), len(leaves)]:
        part = leaves[at : max(at, cut)]
        frontier.extend(part)
        at += len(part)
        assert frontier.size == at
        assert frontier.root() == _by_the_definition(leaves[:at])


def test_a_copy_grows_on_its_own() -> None:
    frontier = Frontier()
    frontier.extend(LEAVES[:5])
    twin = frontier.copy()
    twin.extend(LEAVES[5:])
    assert (frontier.root().hex(), twin.root().hex()) == (ROOTS[5], ROOTS[8])


def test_the_roots_of_former_sizes_can_be_told() -> None:
    told = roots_at(LEAVES, [7, 0, 3, 3, 9])
    assert {size: value.hex() for size, value in told.items()} == {
        size: ROOTS[size] for size in (0, 3, 7)
    }


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40))
def test_other_trees_have_the_same_shape_and_hashes_of_their_own(hashes: list[bytes]) -> None:
    def by_the_definition(level: list[bytes]) -> bytes:
        if len(level) == 1:
            return level[0]
        split = 1 << (len(level) - 1).bit_length() - 1
        below = by_the_definition(level[:split]) + by_the_definition(level[split:])
        return hashlib.sha256(b"of another kind" + below).digest()

    assert root_of(hashes, b"of another kind") == by_the_definition(hashes)


@given(st.data())
def test_a_row_that_shares_what_was_before_is_the_row_spelt_out(data: st.DataObject) -> None:
    made: list[tuple[Row, list[bytes]]] = [(Row(), [])]
    for number in range(data.draw(st.integers(1, 12))):
        row, spelt = made[data.draw(st.integers(0, len(made) - 1))]
        before = data.draw(st.integers(0, len(row)))
        twin, more = Row(row, before), spelt[:before]
        for leaf in range(data.draw(st.integers(0, 4))):
            twin.append(bytes([number, leaf]))
            more.append(bytes([number, leaf]))
        made.append((twin, more))
        asked = data.draw(st.integers(0, len(row)))
        assert row.frontier_at(asked).root() == root(spelt[:asked])
    for row, spelt in made:
        assert list(row) == spelt
        assert [row[at] for at in range(-len(row), len(row))] == spelt + spelt
        assert row[1:-1] == spelt[1:-1]
        sizes = range(len(spelt) + 2)
        assert roots_at(row, sizes) == roots_at(spelt, sizes)


def test_a_row_shares_the_tree_over_what_was_before() -> None:
    trunk = Row(LEAVES)
    branches = [Row(trunk, 5) for _ in range(3)]
    assert len({id(one.frontier_at(5)) for one in (trunk, *branches)}) == 1
    with pytest.raises(IndexError):
        trunk[8]
