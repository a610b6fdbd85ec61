"""A case on disk: one folder, made once and opened often (format 1).

`CASE` says what the folder is, `keys/` how it is opened. The slots wrap the
folder's local key; the case key, which all members share, and the device's own
keys lie sealed under it. `docs/formats.md` describes every file.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qantar.archive.age_keys import UnsealError, seal, unseal_with
from qantar.archive.copies import copies_of, write_copies
from qantar.archive.derive import KEY_BYTES, derive
from qantar.archive.description import Description, case_paths, read_description, with_check
from qantar.archive.disk import (
    FOLDER_MODE,
    disk_refusals,
    make_folder,
    sync_folder,
    write_atomically,
)
from qantar.archive.note import origin
from qantar.archive.own_device import OwnDevice, new_device
from qantar.archive.segments import begin_head
from qantar.archive.slots import NewSlot, open_way, slot_paths, write_slot
from qantar.archive.taken import PURPOSE, mark_taken
from qantar.errors import OutputExistsError, QantarError, SealedAwayError
from qantar.model.canonical import canonical
from qantar.model.device import DevicePublic, Role

FORMAT = 1
DEVICE_FILE = "device.pub"
CASE_ID_BYTES = 16

FOLDERS = ("keys", "keys/ring", "originals", "journal", "witness", "record", "releases", "inbox")
"""The standard folders. Some can be empty, and what copies a case may drop those."""

_FILES = ("CASE", "lock", "lock.pid")

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An opened case.

    `root` is absolute. `id` (32 hex digits) is drawn at random when the case is
    made and says nothing about it; "" on a device that waits to join one.
    `founder` is the id of the device that made the case. `role` is this device's.
    `open` is true when the folder opens without anything else; `slot` is the number
    of the slot that it was opened with, if it was by one. `home` is whom a
    collector seals for. `case_key` is None where this device has no key to what is
    in the case; `own` is None when the case was looked at without unlocking it.
    `cache` holds what was read from disk once; nothing in it is more than that.
    """

    root: Path
    id: str
    founder: str
    role: Role
    open: bool
    home: DevicePublic | None = None
    slot: int | None = field(default=None, compare=False)
    own: OwnDevice | None = field(default=None, repr=False)
    local_key: bytes | None = field(default=None, repr=False)
    case_key: bytes | None = field(default=None, repr=False)
    cache: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def device(self) -> str:
        """Id of this device; "" when the case is locked."""
        return self.own.public.id if self.own else ""

    @property
    def signer(self) -> OwnDevice:
        """This device's own keys.

        Raises:
            SealedAwayError: the case is locked.
        """
        if self.own is None:
            raise _locked(self.root)
        return self.own

    @property
    def keys(self) -> Path:
        """Folder of the keys."""
        return self.root / "keys"

    @property
    def ring(self) -> Path:
        """Folder of the keys of single entries and originals."""
        return self.root / "keys" / "ring"

    @property
    def originals(self) -> Path:
        """Folder of the originals, under keyed names."""
        return self.root / "originals"

    @property
    def journals(self) -> Path:
        """Folder of all devices' journals."""
        return self.root / "journal"

    @property
    def journal(self) -> Path:
        """Folder of this device's journal."""
        return self.root / "journal" / self.signer.public.id

    @property
    def witness(self) -> Path:
        """Folder of what others saw of journals."""
        return self.root / "witness"

    @property
    def inbox(self) -> Path:
        """Folder of what was set aside and waits."""
        return self.root / "inbox"

    @property
    def record_db(self) -> Path:
        """The derived record; safe to delete."""
        return self.root / "record" / "record.db"

    @property
    def watermark(self) -> Path:
        """What the record was derived from, sealed; safe to delete."""
        return self.root / "record" / "watermark"

    @property
    def readings_db(self) -> Path:
        """The cache of what readers made of each original; safe to delete."""
        return self.root / "record" / "readings.db"

    @property
    def releases(self) -> Path:
        """Folder of what was published, sealed."""
        return self.root / "releases"

    @property
    def shared_key(self) -> bytes:
        """The case key.

        Raises:
            SealedAwayError: this device does not have it, or the case is locked.
        """
        if self.case_key is None:
            raise _locked(self.root) if self.own is None else _sealed_away(self)
        return self.case_key

    def require_key(self) -> None:
        """Refuse at once what could only fail later, where this device has no case key.

        Raises:
            SealedAwayError: this device does not have it, or the case is locked.
        """
        _ = self.shared_key

    def key_for(self, purpose: str) -> bytes:
        """Derive the 32-byte key of one purpose from the case key.

        One key per purpose: what is learnt or broken in one place opens no other.

        Raises:
            SealedAwayError: this device has no case key, or the case is locked.
        """
        name = f"key:{purpose}"
        if name not in self.cache:
            self.cache[name] = derive(self.shared_key, purpose)
        key: bytes = self.cache[name]
        return key


def create_case(
    path: Path,
    *,
    ways: Sequence[NewSlot] | None = None,
    role: Role = Role.MEMBER,
    home: DevicePublic | None = None,
    case_id: str | None = None,
    random_bytes: RandomBytes = secrets.token_bytes,
    begin: Callable[[Case], None] | None = None,
) -> Case:
    """Make a new case in `path`, a folder that does not exist or is empty.

    `CASE` is written last: a folder is a case only when all of it is there.

    Args:
        path: the folder to be; missing parents are made.
        ways: the ways in; None makes an open case.
        role: a member founds a case, a waiting device will be told which case it
            belongs to, a collector seals for `home` in the case `case_id`.
        home: the device that a collector seals for.
        case_id: the case of a collector.
        random_bytes: gives that many unpredictable bytes.
        begin: writes the case's first entry, before the folder becomes a case.

    Raises:
        OutputExistsError: `path` is a file, or a folder with something in it.
        DiskError: the disk refuses.
        ValueError: a collector without a case and a home, or another role with one.
    """
    if (role is Role.COLLECTOR) != (home is not None and case_id is not None):
        message = "a collector needs a case and a device that it seals for; nobody else does"
        raise ValueError(message)
    chosen = [open_way()] if ways is None else list(ways)
    case = _new_case(path.resolve(), role, home, case_id, random_bytes, is_open=ways is None)
    made = _make_root(case.root)
    try:
        _fill(case, chosen)
        if begin is not None:
            begin(case)
        write_copies(case_paths(case.root)[::-1], describe(case))
    except QantarError:
        _take_back(case.root, with_root=made)
        raise
    return case


def refuse_taken(path: Path) -> None:
    """Refuse a place where no case can be made because there is something.

    Raises:
        OutputExistsError: `path` is a file, or a folder with something in it.
        DiskError: the disk refuses.
    """
    with disk_refusals("looking for room", path):
        if path.exists() and not (path.is_dir() and next(path.iterdir(), None) is None):
            message = "there is something already."
            hint = "A new case needs a folder of its own: name one that does not exist or is empty."
            raise OutputExistsError(message, where=str(path), next=hint)


def describe(case: Case) -> bytes:
    """Give the bytes of the file `CASE`, with its check under the local key."""
    described = Description(
        case=case.id or None, founder=case.founder or None, role=case.role, home=case.home
    )
    return with_check(described, _known(case.local_key, case.root))


def store_case_key(case: Case, case_key: bytes) -> None:
    """Seal the case key under the local key of this folder, durably."""
    sealed = seal(_known(case.local_key, case.root), "case-key", case_key)
    write_copies(copies_of(case.keys / "case.age"), sealed)


def store_slot(case: Case, number: int, new: NewSlot) -> None:
    """Wrap the local key for one more way in, durably, as slot `number`."""
    key = _known(case.local_key, case.root)
    write_copies(slot_paths(case.keys, number), write_slot(new, key))


def look_at(path: Path) -> Case:
    """Read what a case tells without being unlocked: its id, its role, who founded it.

    Raises:
        NotACaseError: there is no case, or its `CASE` file is damaged in all copies.
        NewerFormatError, OlderFormatError: it is of another format.
        DiskError: the disk refuses.
    """
    root = path.resolve()
    described = read_description(root).value
    return Case(
        root=root,
        id=described.case or "",
        founder=described.founder or "",
        role=described.role,
        open=False,
        home=described.home,
    )


def unseal_own(local_key: bytes, untrusted: bytes) -> OwnDevice | None:
    """Open `device.age`; None when it is damaged."""
    try:
        return OwnDevice.from_bytes(unseal_with(local_key, "device", untrusted))
    except (UnsealError, ValueError):
        return None


def unseal_case_key(local_key: bytes, untrusted: bytes) -> bytes | None:
    """Open `case.age`; None when it is damaged."""
    try:
        key = unseal_with(local_key, "case-key", untrusted)
    except UnsealError:
        return None
    return key if len(key) == KEY_BYTES else None


def _new_case(
    root: Path,
    role: Role,
    home: DevicePublic | None,
    case_id: str | None,
    random_bytes: RandomBytes,
    *,
    is_open: bool,
) -> Case:
    own = new_device(Role.COLLECTOR if role is Role.COLLECTOR else Role.MEMBER, random_bytes)
    founds = role is Role.MEMBER
    return Case(
        root=root,
        id=random_bytes(CASE_ID_BYTES).hex() if founds else case_id or "",
        founder=own.public.id if founds else "",
        role=role,
        open=is_open,
        home=home,
        own=own,
        local_key=random_bytes(KEY_BYTES),
        case_key=random_bytes(KEY_BYTES) if founds else None,
    )


def _fill(case: Case, ways: Sequence[NewSlot]) -> None:
    for name in FOLDERS:
        make_folder(case.root / name)
    own = case.signer
    for number, new in enumerate(ways, start=1):
        store_slot(case, number, new)
    if case.case_key is not None:
        store_case_key(case, case.case_key)
    sealed = seal(_known(case.local_key, case.root), "device", own.to_bytes())
    write_copies(copies_of(case.keys / "device.age"), sealed)
    make_folder(case.journal)
    if case.case_key is not None:
        mark_taken(case.journal, case.id, case.key_for(PURPOSE))
    write_atomically(case.journal / DEVICE_FILE, device_file(own.public))
    if case.id:
        begin_head(case.journal, origin(case.id, own.public.id), own.sign_seed)


def device_file(public: DevicePublic) -> bytes:
    """Give the bytes of `device.pub`: the public half of the device whose journal it is."""
    record: Mapping[str, Any] = public.to_record()
    return canonical(record) + b"\n"


def _take_back(root: Path, *, with_root: bool) -> None:
    """Leave nothing of a case that could not be made, so that the next try finds room."""
    # Its description first: what is left without keys must not look like a case.
    for path in case_paths(root):
        with suppress(OSError):
            path.unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(root / name, ignore_errors=True)
    with suppress(OSError):
        for name in _FILES:
            (root / name).unlink(missing_ok=True)
        if with_root:
            root.rmdir()


def _make_root(root: Path) -> bool:
    """Make the case's own folder; true if it was not there before."""
    refuse_taken(root)
    with disk_refusals("making the case", root):
        root.parent.mkdir(parents=True, exist_ok=True)
        made = not root.exists()
        root.mkdir(mode=FOLDER_MODE, exist_ok=True)
        root.chmod(FOLDER_MODE)
        sync_folder(root.parent)
    return made


def _known(local_key: bytes | None, root: Path) -> bytes:
    if local_key is None:
        raise _locked(root)
    return local_key


def _locked(root: Path) -> SealedAwayError:
    message = "the case is locked, and this needs it open."
    return SealedAwayError(message, where=str(root), next="Give its passphrase.")


def _sealed_away(case: Case) -> SealedAwayError:
    if case.role is Role.COLLECTOR:
        message = "this device only collects: it cannot open what it has sealed."
        hint = "Bundle it (`qantar bundle`) and open it on the device that it was sealed for."
        return SealedAwayError(message, where=str(case.root), next=hint)
    message = "this device has not joined a case yet."
    hint = "Give its line (`qantar devices show`) to a member, and merge the bundle they make."
    return SealedAwayError(message, where=str(case.root), next=hint)
