"""A member that turned, and wants others' keys destroyed, or erased ones kept.

It signs whatever it likes with its own device's key, and sends it by bundle.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from qantar.archive import ring
from qantar.archive.body import seal_body
from qantar.archive.case import Case
from qantar.archive.erasure import LASTING_KINDS
from qantar.archive.frame import Header, make_frame, spell_header
from qantar.archive.journal import heads
from qantar.archive.originals import object_name
from qantar.archive.signing import Signer
from qantar.model.entry import Ref
from qantar.workbench import team_entries as team
from qantar.workbench.team_entries import EraseReason
from tests.faults.erase_look import Look, frames_in
from tests.faults.sealed import NOW

_KINDS: Final = ("note", "accession", "decision", "release", *sorted(LASTING_KINDS))


@dataclass(frozen=True, slots=True)
class Turned:
    """A member that turned: its case, what it can read, and what it knows that there is.

    `entries` and `objects` are names of all that anybody ever wrote or stored.
    """

    case: Case
    seen: Look
    entries: Sequence[str]
    objects: Sequence[str]

    def forge(self, random: Random) -> str:
        """Sign one odd entry; says of which sort."""
        sort = random.choice(sorted(_FORGED))
        _FORGED[sort](self, random)
        return sort

    def say(self, kind: str, body: Mapping[str, Any], key: bytes) -> None:
        """Sign an entry whose body is sealed under a key of one's choice."""
        sealed = seal_body(body, key)
        ring.add(self.case, [(sealed.commitment, key)])
        self.sign(kind, sealed.commitment.hex(), sealed.ciphertext)

    def sign(self, kind: str, commitment: str, body: bytes) -> None:
        """Sign any header over any body."""
        path = self.case.journal / "0001.qj"
        own = [frame.id.hex() for frame, _ in frames_in(path)]
        seen = (Ref(name, one.size, one.id) for name, one in heads(self.case).items() if one.size)
        header = Header(
            at=NOW,
            commitment=commitment,
            case=self.case.id,
            device=self.case.device,
            kind=kind,
            prev=own[-1],
            refs=tuple(sorted(ref for ref in seen if ref.device != self.case.device)),
            sealed=hashlib.sha256(body).hexdigest(),
            seq=len(own) + 1,
        )
        with path.open("ab") as file:
            file.write(make_frame(spell_header(header), body, Signer(self.case.signer.sign_seed)))

    def other(self, random: Random) -> str:
        """Choose an entry that somebody else wrote and that can be read."""
        return random.choice([name for name in self.entries if name in self.seen.bodies])


def _bare(turned: Turned, random: Random) -> None:
    """Another's commitment, over no body at all."""
    turned.sign(random.choice(_KINDS), turned.seen.commitments[turned.other(random)], b"")


def _twin(turned: Turned, random: Random) -> None:
    """Another's entry, said again under one's own name."""
    name = turned.other(random)
    kind = random.choice((turned.seen.kinds[name], *_KINDS))
    turned.sign(kind, turned.seen.commitments[name], turned.seen.pieces[name].sealed)


def _strange(turned: Turned, random: Random) -> None:
    """Another's commitment, over other words under the same key, or over anything."""
    name = turned.other(random)
    sealed = seal_body({"text": "other"}, turned.seen.pieces[name].key).ciphertext
    body = random.choice((sealed, random.randbytes(300)))
    turned.sign(random.choice(_KINDS), turned.seen.commitments[name], body)


def _of_an_object(turned: Turned, random: Random) -> None:
    """A header whose commitment is the name of somebody's file."""
    body = random.choice((b"", random.randbytes(300)))
    turned.sign(random.choice(_KINDS), random.choice(turned.objects), body)


def _copied(turned: Turned, random: Random) -> None:
    """Another's sealed body under a commitment of one's own."""
    sealed = turned.seen.pieces[turned.other(random)].sealed
    turned.sign(random.choice(_KINDS), random.randbytes(32).hex(), sealed)


def _same_key(turned: Turned, random: Random) -> None:
    """Words of one's own, under the key of somebody's entry."""
    key = turned.seen.pieces[turned.other(random)].key
    turned.say("note", {"text": f"mine {random.random()}"}, key)


def _stored(turned: Turned, random: Random) -> None:
    """A file of one's own, or somebody's, under the name of somebody's file or entry."""
    said = [one["original"] for one in turned.seen.bodies.values() if "original" in one]
    sha256 = random.choice((str(random.choice(said)), random.randbytes(32).hex()))
    names = (*turned.objects, *turned.seen.commitments.values())
    name = random.choice((random.choice(names), object_name(turned.case, sha256)))
    about = {"path": "made-up.txt", "source": "x"}
    body = {"original": sha256, "object": name, "size": 9, "accession": about}
    turned.say(random.choice(("accession", "note")), body, random.randbytes(32))


def _release(turned: Turned, random: Random) -> None:
    """A publication that never was, kept under the name of somebody's file or entry."""
    name = random.choice((*turned.objects, *turned.seen.commitments.values()))
    body = {"release": random.randbytes(32).hex(), "policy": "x", "as_of": None}
    turned.say("release", {**body, "object": name, "size": 9}, random.randbytes(32))


def _asked(turned: Turned, random: Random) -> None:
    """A request that names what is one's own, somebody's, lasting, nothing, or keys as files."""
    mine = [n for n, k in turned.seen.kinds.items() if n not in turned.entries]
    lasting = [n for n, k in turned.seen.kinds.items() if k in LASTING_KINDS]
    pools = (mine or lasting, lasting, list(turned.entries), [random.randbytes(32).hex()])
    entries = [random.choice(random.choice(pools)) for _ in range(random.randrange(3))]
    keys = [turned.seen.commitments[random.choice(sorted(turned.seen.kinds))]]
    names = (list(turned.objects), keys, [random.randbytes(32).hex()])
    objects = [random.choice(random.choice(names)) for _ in range(random.choice((0, 0, 1, 2)))]
    turned.say(*team.erase(entries, objects, EraseReason.SAFETY), random.randbytes(32))


_FORGED: Final[Mapping[str, Callable[[Turned, Random], None]]] = {
    "bare": _bare,
    "twin": _twin,
    "strange": _strange,
    "of an object": _of_an_object,
    "copied": _copied,
    "same key": _same_key,
    "stored": _stored,
    "release": _release,
    "asked": _asked,
}
