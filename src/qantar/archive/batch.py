"""Drafts on their way to be entries at the end of this device's journal."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress

from qantar.archive.body import open_body, seal_body
from qantar.archive.case import Case
from qantar.archive.derive import KEY_BYTES
from qantar.archive.frame import Draft, Header, entry_id, make_frame, spell_header
from qantar.archive.lanes import Lane
from qantar.archive.note import Checkpoint, origin, sign
from qantar.archive.segments import SEGMENT_BYTES, extend, write_head
from qantar.archive.signing import Signer
from qantar.archive.tails import Tail, forget, remember_file
from qantar.errors import DiskError
from qantar.model.entry import Entry, Ref


class Batch:
    """Drafts on their way to be entries: spelt, sealed and signed, not yet on the disk."""

    def __init__(self, case: Case, tail: Tail, refs: tuple[Ref, ...]) -> None:
        """Begin behind `tail`; `refs` is what the first entry says to have seen."""
        self.entries: list[Entry] = []
        self.keys: list[tuple[bytes, bytes]] = []
        self._batches: dict[int, bytearray] = {}
        self._refs = refs
        self._case, self._tail, self._signer = case, tail, Signer(case.signer.sign_seed)
        self._seq, self._prev = tail.end.seq, tail.end.id
        self._number, self._size = tail.end.segment, tail.end.size

    def add(self, draft: Draft) -> None:
        """Make an entry of a draft.

        Raises:
            NotCanonicalError: its body has no canonical JSON form or is over 1 MiB.
            ValueError: its kind is no dotted lower-case name.
        """
        key = secrets.token_bytes(KEY_BYTES)
        sealed = seal_body(draft.body, key)
        header = Header(
            at=draft.at,
            commitment=sealed.commitment.hex(),
            case=self._case.id,
            device=self._case.device,
            kind=draft.kind,
            prev=self._prev,
            refs=() if self.entries else self._refs,
            sealed=hashlib.sha256(sealed.ciphertext).hexdigest(),
            seq=self._seq + 1,
        )
        spelt = spell_header(header)
        self._place(make_frame(spelt, sealed.ciphertext, self._signer))
        self._seq, self._prev = header.seq, entry_id(spelt).hex()
        self.keys.append((sealed.commitment, key))
        self.entries.append(
            Entry(
                id=self._prev,
                device=header.device,
                seq=header.seq,
                prev=header.prev,
                refs=header.refs,
                kind=header.kind,
                at=header.at,
                # As a reader gets it: what could not be opened again is not written.
                body=open_body(sealed.ciphertext, key),
                commitment=header.commitment,
            )
        )

    def write(self, lane: Lane) -> None:
        """Bring the entries to the disk, then the head; the caller stored their keys.

        Raises:
            DiskError: the disk refuses; the journal is as it was.
        """
        case, tail, end = self._case, self._tail, self._tail.end
        try:
            extend(lane.folder, self._batches, last=end.segment, size=end.size)
        except DiskError:
            forget(case, lane)
            raise
        newest = self.entries[-1]
        end.seq, end.id, end.segment, end.size = newest.seq, newest.id, self._number, self._size
        tail.frontier.extend(bytes.fromhex(entry.id) for entry in self.entries)
        tail.seen.update(self._refs)
        remember_file(lane, end)
        name = origin(case.id, lane.device)
        checkpoint = Checkpoint(origin=name, size=end.seq, root=tail.frontier.root())
        # The entries are kept, so they are acknowledged. A head that lags says less than it
        # could, and the next entry writes it again.
        with suppress(DiskError):
            write_head(lane.folder, sign(checkpoint, case.signer.sign_seed))
            tail.head = checkpoint

    def _place(self, data: bytes) -> None:
        if self._size and self._size + len(data) > SEGMENT_BYTES:
            self._number, self._size = self._number + 1, 0
        self._batches.setdefault(self._number, bytearray()).extend(data)
        self._size += len(data)
