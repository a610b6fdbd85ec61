"""Journals that were set aside: what of them is nowhere else outlives the erasing of something else."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qantar.archive.case import DEVICE_FILE, Case, create_case, device_file
from qantar.archive.erase_keys import Team
from qantar.archive.erasure import destroy
from qantar.archive.frame import Frame, frames, make_frame, read_header, spell_header, to_bytes
from qantar.archive.journal import append
from qantar.archive.signing import Signer
from qantar.archive.unlock import open_case
from qantar.model.device import DevicePublic

AT = datetime(2022, 1, 6, 14, 5, tzinfo=UTC)


class Aside:
    """A case, and journals of another device that were set aside in it; each has one entry."""

    def __init__(self, case: Case, other: Case) -> None:
        append(other, kind="note", body={"text": "nowhere else"}, at=AT)
        (frame,) = frames((other.journal / "0001.qj").read_bytes())
        header = read_header(frame.header)._replace(case=case.id)
        made = make_frame(spell_header(header), frame.body, Signer(other.signer.sign_seed))
        self.case, self.public = case, other.signer.public
        self.frame = next(frames(made))

    def put(self, number: int, frame: Frame, public: DevicePublic | None) -> Path:
        """Set a journal aside; gives its folder."""
        folder = self.case.inbox / f"journal-{number}-{self.public.id}"
        folder.mkdir()
        (folder / "0001.qj").write_bytes(to_bytes(frame))
        if public is not None:
            (folder / DEVICE_FILE).write_bytes(device_file(public))
        return folder

    def erase_something_else(self) -> None:
        """Erase what is in none of them."""
        case = open_case(self.case.root)
        destroy(case, entries=["0" * 64], objects=[], team=Team({}))


@pytest.fixture
def aside(case: Case, tmp_path: Path) -> Aside:
    """Give a case with nothing set aside yet."""
    return Aside(case, create_case(tmp_path / "other"))


def _in(folder: Path) -> list[Frame]:
    return list(frames((folder / "0001.qj").read_bytes()))


@pytest.mark.parametrize("known", [True, False])
def test_what_is_nowhere_else_stays_with_who_signs_it(aside: Aside, *, known: bool) -> None:
    """Where nothing says who signs it, a bundle may bring that back."""
    folder = aside.put(1, aside.frame, aside.public if known else None)
    aside.erase_something_else()
    assert _in(folder) == [aside.frame]
    assert (folder / DEVICE_FILE).exists() == known


def test_of_two_copies_the_one_with_its_body_stays(aside: Aside) -> None:
    """The first was set aside after the body had been erased in it."""
    aside.put(1, aside.frame._replace(body=b""), aside.public)
    folder = aside.put(2, aside.frame, aside.public)
    aside.erase_something_else()
    assert _in(folder) == [aside.frame]


@pytest.mark.parametrize("forged", ["signature", "body"])
@pytest.mark.parametrize("beside", ["in it", "in the journal that took its place"])
def test_a_forged_copy_does_not_take_the_place_of_the_sound_one(
    aside: Aside, forged: str, beside: str
) -> None:
    """The first copy of two stays; somebody put one before the other, which nobody would adopt."""
    frame = aside.frame
    false = (
        frame._replace(signature=bytes(len(frame.signature)))
        if forged == "signature"
        else frame._replace(body=bytes(len(frame.body)))
    )
    lane = aside.case.journals / aside.public.id
    if beside != "in it":
        lane.mkdir()
        (lane / DEVICE_FILE).write_bytes(device_file(aside.public))
    aside.put(1, false, aside.public if beside == "in it" else None)
    folder = aside.put(2, frame, aside.public)
    aside.erase_something_else()
    assert _in(folder) == [frame]
