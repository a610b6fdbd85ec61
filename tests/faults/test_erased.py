"""After an erasure no key and no word is left, not even for who knows the passphrase."""

from __future__ import annotations

import pytest

from tests.faults.consent import WORDS
from tests.faults.erased import KILLED, Left, one_round

NOTHING = Left(keys=0, sealed=0, goes=0, stays=0)


@pytest.fixture(scope="module", params=[0, 3, 5])
def looks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Left]:
    """Give what was found before and after; odd rounds are killed, and finished by the next run."""
    found = one_round(tmp_path_factory.mktemp("erased"), request.param)
    return {look.removesuffix(KILLED): left for look, left in found}


def test_before_the_passphrase_leads_to_every_key_and_every_word(looks: dict[str, Left]) -> None:
    """The search is sound: it looks into sheets, tables, names, notes, reasons and the record."""
    found = looks["before: with the passphrase"]
    assert found.keys >= 13
    assert (found.goes, found.stays) == (WORDS, WORDS)
    assert looks["before: in the folder"] == Left(keys=0, sealed=found.sealed, goes=0, stays=0)
    assert found.sealed >= 30


def test_after_nothing_of_it_is_in_the_folder(looks: dict[str, Left]) -> None:
    assert looks["after: in the folder"] == NOTHING


def test_after_nothing_of_it_opens_from_any_file_that_was_ever_there(
    looks: dict[str, Left],
) -> None:
    """On a disk that writes in place; all that stays still opens."""
    after = looks["after: on the disk, with the passphrase"]
    assert after == Left(keys=0, sealed=0, goes=0, stays=WORDS)


def test_a_copy_of_the_old_keys_opens_it_for_who_has_the_passphrase(
    looks: dict[str, Left],
) -> None:
    """What the command says that it cannot do: a snapshot, a backup, a flash cell."""
    before = looks["before: with the passphrase"]
    assert looks["a snapshot from before: with the passphrase"] == before
    without = looks["a snapshot from before: without"]
    assert (without.keys, without.goes, without.stays) == (0, 0, 0)
