"""Attacks on the journal, and the checks that stop them."""

from __future__ import annotations

import secrets
from pathlib import Path

from qantar.archive import body, chain, opening, ring, verify_entries, verify_witness
from qantar.archive.body import open_body, seal_body
from qantar.archive.case import Case, look_at
from qantar.archive.chain import Walk
from qantar.archive.frame import Frame, Header, cut_by_lengths, read_header, to_bytes
from qantar.archive.journal import append_many, read
from qantar.archive.lock import writing
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.tree import root
from qantar.archive.verify_entries import Scan
from qantar.workbench import arrivals
from qantar.workbench import verify as verifying
from qantar.workbench.bundle import bundle
from qantar.workbench.merge import merge
from qantar.workbench.verify import _Checking, verify
from qantar.workbench.verify_people import People
from tests.faults import forging
from tests.faults.chance import chance
from tests.faults.defence import Defence, Switch, nothing, yes
from tests.faults.dictionary import fill, guessed, names
from tests.faults.pair import SECOND, make_pair
from tests.faults.sealed import NOW, new_case, reopen
from tests.faults.victims import Files, Folder, make_alone, make_team, with_frames

_ENTRIES = 6
_SHOWN = {"text": "what all will see"}
_AT = 3
"""The entry that is attacked, counted from 0."""


def _journal(case: Case) -> list[Frame]:
    return list(cut_by_lengths((case.journal / "0001.qj").read_bytes()))


def _put(case: Case, frames: list[Frame]) -> None:
    (case.journal / "0001.qj").write_bytes(b"".join(map(to_bytes, frames)))


def _sign_head(case: Case, frames: list[Frame]) -> None:
    checkpoint = Checkpoint(
        origin=origin(case.id, case.device), size=len(frames), root=root(f.id for f in frames)
    )
    (case.journal / "head").write_bytes(sign(checkpoint, case.signer.sign_seed).to_bytes())


def _written(folder: Path) -> Case:
    case = new_case(folder / "case")
    append_many(case, [("note", {"n": n, "text": "as it was"}) for n in range(_ENTRIES)], at=NOW)
    return case


def _verified(folder: Path) -> bool:
    """Whether both the reading and the check of the case find nothing wrong."""
    case = reopen(folder / "case")
    list(read(case, commitments=True))
    return verify(case).exit_code == 0


def _backdate(header: Header) -> Header:
    return header._replace(at=header.at.replace(year=2001))


def another_header(folder: Path) -> bool:
    """Change the claimed time in a header and leave all else as it is."""
    case = _written(folder)
    frames = _journal(case)
    header = frames[_AT].header.replace(b'"at":"2022', b'"at":"2001')
    frames[_AT] = frames[_AT]._replace(header=header)
    _put(case, frames)
    return _verified(folder)


def entry_left_out(folder: Path) -> bool:
    """Take an entry out of the middle, and the head away, which would miss it."""
    case = _written(folder)
    frames = _journal(case)
    del frames[_AT]
    _put(case, frames)
    (case.journal / "head").unlink()
    return _verified(folder)


def chained_anew(folder: Path) -> bool:
    """Change an entry, hash all behind it anew, keep the head; whoever reads gets the change."""
    case = _written(folder)
    frames = _journal(case)
    headers = forging.headers_of(frames)
    headers[_AT] = _backdate(headers[_AT])
    bodies = [frame.body for frame in frames]
    _put(case, forging.chain(headers, bodies, _AT, secrets.token_bytes(32), frames))
    return list(read(reopen(folder / "case")))[_AT].at.year == 2001


def signed_by_nobody(folder: Path) -> bool:
    """Put an entry behind the last one that no device signed; whoever reads gets it."""
    case = _written(folder)
    _put(case, [*_journal(case), _next_entry(case, secrets.token_bytes(32))])
    return len(list(read(reopen(folder / "case")))) > _ENTRIES + 1


def signed_by_nobody_at_all(folder: Path) -> bool:
    """Chain everything behind an entry anew without the key, and take the head away."""
    case = _written(folder)
    frames = _journal(case)
    headers = forging.headers_of(frames)
    headers[_AT] = _backdate(headers[_AT])
    bodies = [frame.body for frame in frames]
    _put(case, forging.chain(headers, bodies, _AT, secrets.token_bytes(32), frames))
    (case.journal / "head").unlink()
    case = reopen(folder / "case")
    return verify(case).exit_code == 0 and len(list(read(case))) == len(frames)


def another_ciphertext(folder: Path) -> bool:
    """Change the sealed body of an entry; who checks has no key to open it."""
    case = _written(folder)
    frames = _journal(case)
    sealed = bytearray(frames[_AT].body)
    sealed[7] ^= 1
    frames[_AT] = frames[_AT]._replace(body=bytes(sealed))
    _put(case, frames)
    return verify(look_at(folder / "case")).exit_code == 0


def _two_tongues(case: Case) -> None:
    """Let a device sign a header that commits to one body over the ciphertext of another."""
    key = secrets.token_bytes(32)
    shown = seal_body(_SHOWN, key)
    committed = seal_body({"text": "what can be proved later"}, key)
    frames = _journal(case)
    last = read_header(frames[-1].header)
    header = last._replace(
        seq=last.seq + 1, prev=frames[-1].id.hex(), commitment=committed.commitment.hex(), refs=()
    )
    frames.append(forging.signed(header, shown.ciphertext, case.signer.sign_seed))
    with writing(case):
        ring.add(case, [(committed.commitment, key)])
    _put(case, frames)
    _sign_head(case, frames)


def speaking_with_two_tongues(folder: Path) -> bool:
    """Show a body that the header does not commit to, in a journal of one's own."""
    _two_tongues(_written(folder))
    return _verified(folder)


def sending_two_tongues(folder: Path) -> bool:
    """Send such an entry to another device, for it to be read there."""
    one, two = make_pair(folder)
    _two_tongues(one)
    bundle(reopen(folder / "one"), folder / "stick" / "forged", to=[SECOND])
    merge(two, [folder / "stick" / "forged"], now=NOW)
    return _SHOWN in [entry.body for entry in read(reopen(folder / "two"))]


def cut_and_signed(folder: Path) -> bool:
    """Cut the own journal and sign its end anew; somebody has an earlier head."""
    case = _written(folder)
    seen = folder / "seen.note"
    seen.write_bytes((case.journal / "head").read_bytes())
    frames = _journal(case)[:-2]
    _put(case, frames)
    _sign_head(case, frames)
    return verify(reopen(folder / "case"), given=[seen]).exit_code == 0


def emptied(folder: Path) -> bool:
    """Take the body out of an entry, as erasing does, without anybody having asked for it."""
    case = _written(folder)
    frames = _journal(case)
    frames[_AT] = frames[_AT]._replace(body=b"")
    _put(case, frames)
    return verify(case).exit_code == 0


def stranger(folder: Path) -> bool:
    """Put the journal of a device that nobody let in beside the others."""
    victim = make_alone(folder / "alone")
    files = forging.with_stranger(victim, chance(4))
    return _verified_files(folder, files)


def words_of_another(folder: Path) -> bool:
    """Cut off what another device wrote, which only entries of this one tell of having seen."""
    victim = make_team(folder)
    lane = victim.lanes()[1]
    files = {
        path: data
        for path, data in with_frames(victim.files, lane, []).items()
        if not path.startswith("witness/") and path != f"{lane}/head"
    }
    return _verified_files(folder, files)


def _verified_files(folder: Path, files: Files) -> bool:
    return verify(reopen(Folder(folder / "case").hold(files))).exit_code == 0


def list_of_all_values(folder: Path) -> bool:
    """Try every name there is on the commitments in the headers."""
    everyone = names(500)
    fill(folder, everyone)
    return guessed(folder, everyone) > 0


def _next_entry(case: Case, seed: bytes) -> Frame:
    last = _journal(case)[-1]
    header = read_header(last.header)
    header = header._replace(seq=header.seq + 1, prev=last.id.hex())
    return forging.signed(header, last.body, seed)


def _follows(self: Walk, number: int, frame: Frame) -> Header:
    return read_header(frame.header)


def _no_head(self: Walk) -> None:
    self.frontier.extend(self.ids)


def _open_unchecked(frame: Frame, key: bytes) -> object:
    return open_body(frame.body, key)


def _whole_unchecked(ciphertext: bytes, key: bytes) -> tuple[object, object]:
    return open_body(ciphertext, key), Anything()


class Anything:
    """Equal to whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def _whoever_writes(people: People, *_: object) -> People:
    return people


DEFENCES = (
    Defence(
        name="an entry's id is the hash of its header",
        off=(
            Switch(of=chain, name="frames", to=cut_by_lengths),
            Switch(of=verify_entries, name="has_own_id", to=yes),
        ),
        attack=another_header,
    ),
    Defence(
        name="an entry follows from the one before",
        off=(
            Switch(of=Walk, name="_follow", to=_follows),
            Switch(of=Scan, name="_place", to=yes),
        ),
        attack=entry_left_out,
    ),
    Defence(
        name="the entries are those of the signed head",
        off=(Switch(of=Walk, name="_check_head", to=_no_head),),
        attack=chained_anew,
    ),
    Defence(
        name="an entry behind the head is signed",
        off=(Switch(of=chain, name="is_signed", to=yes),),
        attack=signed_by_nobody,
    ),
    Defence(
        name="verify checks every signature",
        off=(
            Switch(of=verify_entries, name="is_signed", to=yes),
            Switch(of=chain, name="is_signed", to=yes),
        ),
        attack=signed_by_nobody_at_all,
    ),
    Defence(
        name="a header owns its sealed body",
        off=(Switch(of=verify_entries, name="is_sealed", to=yes),),
        attack=another_ciphertext,
    ),
    Defence(
        name="a body is what its header commits to",
        off=(
            Switch(of=verify_entries, name="open_committed", to=_open_unchecked),
            Switch(of=opening, name="open_committed", to=_open_unchecked),
        ),
        attack=speaking_with_two_tongues,
    ),
    Defence(
        name="a merged body is what its header commits to",
        off=(
            Switch(of=arrivals, name="open_whole", to=_whole_unchecked),
            Switch(of=opening, name="open_committed", to=_open_unchecked),
        ),
        attack=sending_two_tongues,
    ),
    Defence(
        name="a journal is as long as somebody saw it",
        off=(Switch(of=verify_witness.Witnesses, name="_fits", to=yes),),
        attack=cut_and_signed,
    ),
    Defence(
        name="a body is gone only where an entry asks for it",
        off=(Switch(of=_Checking, name="_check_unread", to=nothing),),
        attack=emptied,
    ),
    Defence(
        name="only devices that were let in write",
        off=(Switch(of=verifying, name="check_people", to=_whoever_writes),),
        attack=stranger,
    ),
    Defence(
        name="what an entry had seen is here",
        off=(Switch(of=_Checking, name="_check_refs", to=nothing),),
        attack=words_of_another,
    ),
    Defence(
        name="fields are committed to with salts",
        off=(Switch(of=body, name="_salt", to=lambda *_: bytes(32)),),
        attack=list_of_all_values,
    ),
)
