"""A case on disk: one folder, made once and opened often (format 0, open cases only).

Format 0 is for public material: its key lies readable in the folder, originals
and journal are stored as they are, and `open: true` says so. A later format seals
them behind the same functions. `docs/formats.md` describes every file.
"""

from __future__ import annotations

import hmac
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from qantar.archive.disk import (
    FOLDER_MODE,
    disk_refusals,
    make_folder,
    sync_folder,
    write_atomically,
)
from qantar.archive.mark import Mark, store_mark
from qantar.errors import (
    CaseKeyError,
    DiskError,
    JournalBrokenError,
    NewerFormatError,
    NotACaseError,
    NotCanonicalError,
    OutputExistsError,
)
from qantar.model.canonical import JSON, MAX_BYTES, canonical, parse

FORMAT = 0
KEY_BYTES = 32
DEVICE_BYTES = 16

_DESCRIPTION = "CASE"
_KEY = Path("keys", "open.key")
_DEVICE = Path("keys", "device.id")
_FOLDERS = ("keys", "originals", "journal", "record", "releases", "inbox")
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_HEX_KEY = re.compile(r"[0-9a-f]{64}\n?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An opened case.

    `root` is absolute. `id` (32 hex digits) is drawn at random when the case is
    made and says nothing about it. `device` (32 hex digits) names this
    installation's branch of the journal. `key` is 32 bytes;
    each purpose takes its own, from `key_for`. `open` is true in format 0.
    """

    root: Path
    id: str
    device: str
    title: str | None
    key: bytes = field(repr=False)
    open: bool = True

    @property
    def originals(self) -> Path:
        """Folder of the originals, under keyed names."""
        return self.root / "originals"

    @property
    def journal(self) -> Path:
        """Folder of this device's journal."""
        return self.root / "journal" / self.device

    @property
    def inbox(self) -> Path:
        """Folder of what was set aside and waits for a person."""
        return self.root / "inbox"

    @property
    def record_db(self) -> Path:
        """The derived record; safe to delete."""
        return self.root / "record" / "record.db"

    @property
    def readings_db(self) -> Path:
        """The cache of what readers made of each original; safe to delete."""
        return self.root / "record" / "readings.db"

    @property
    def releases(self) -> Path:
        """Folder of what was published."""
        return self.root / "releases"

    def key_for(self, purpose: str) -> bytes:
        """Derive the 32-byte key of one purpose: HMAC-SHA256(key, `qantar/v1/<purpose>` NUL).

        One key per purpose: what is learnt or broken in one place opens no other.
        """
        return hmac.digest(self.key, b"qantar/v1/" + purpose.encode("ascii") + b"\0", "sha256")

    def key_check(self) -> str:
        """Hex value kept in `CASE` by which a wrong key is told from a right one."""
        return hmac.digest(self.key_for("key-check"), self.id.encode("ascii"), "sha256").hex()


def create_case(
    path: Path, *, title: str | None, case_id: str, random_bytes: Callable[[int], bytes]
) -> Case:
    """Make a new open case in `path`, a folder that does not exist or is empty.

    `CASE` is written last: a folder is a case only when all of it is there.

    Args:
        path: the folder to be; missing parents are made.
        title: what people call the case, if they said.
        case_id: 32 random hex digits.
        random_bytes: gives that many unpredictable bytes (`secrets.token_bytes`).

    Raises:
        OutputExistsError: `path` is a file, or a folder with something in it.
        NotCanonicalError: `title` is no sound Unicode text.
        DiskError: the disk refuses.
        ValueError: `case_id` is not 32 hex digits.
    """
    if not _HEX_ID.fullmatch(case_id):
        message = f"a case id is 32 lower-case hex digits, not {case_id!r}"
        raise ValueError(message)
    case = Case(
        root=path.resolve(),
        id=case_id,
        device=random_bytes(DEVICE_BYTES).hex(),
        title=title,
        key=random_bytes(KEY_BYTES),
    )
    description = _describe(case)
    made = _make_root(case.root)
    try:
        _fill(case, description)
    except DiskError:
        _take_back(case.root, with_root=made)
        raise
    return case


def open_case(path: Path) -> Case:
    """Open the case in `path`; reads only, takes no lock.

    Raises:
        NotACaseError: there is no case, or its `CASE` file is damaged.
        NewerFormatError: a newer Qantar wrote it.
        CaseKeyError: the key is missing, damaged or of another case.
        JournalBrokenError: nothing says which journal is this device's.
        DiskError: the disk refuses.
    """
    root = path.resolve()
    described = _read_description(root)
    case_id, check, title = (
        described.get("case"),
        described.get("key_check"),
        described.get("title"),
    )
    if not isinstance(case_id, str) or not isinstance(title, str | None):
        raise _damaged(root)
    if described.get("open") is not True:
        raise _damaged(root)
    device = _read_line(root / _DEVICE)
    if device is None or not _HEX_ID.fullmatch(device.strip()):
        message = "the file that names this device's journal is missing or damaged."
        hint = "Put back the name of the folder under `journal/`, 32 hex digits, as its only line."
        raise JournalBrokenError(message, where=str(root / _DEVICE), next=hint)
    case = Case(root=root, id=case_id, device=device.strip(), title=title, key=_read_key(root))
    if not isinstance(check, str) or not hmac.compare_digest(case.key_check(), check):
        message = "this key belongs to another case."
        raise CaseKeyError(message, where=str(root / _KEY), next=_PUT_BACK_KEY)
    return case


_PUT_BACK_KEY = "Put back `keys/open.key` from a copy of the case; nothing opens without it."


def _describe(case: Case) -> bytes:
    described: dict[str, JSON] = {
        "format": FORMAT,
        "case": case.id,
        "open": case.open,
        "title": case.title,
        "key_check": case.key_check(),
    }
    return canonical(described) + b"\n"


def _fill(case: Case, description: bytes) -> None:
    for name in _FOLDERS:
        make_folder(case.root / name)
    write_atomically(case.root / _KEY, case.key.hex().encode("ascii") + b"\n")
    write_atomically(case.root / _DEVICE, case.device.encode("ascii") + b"\n")
    make_folder(case.journal)
    store_mark(case.journal, Mark(case=case.id, device=case.device, seq=0, entry=""))
    write_atomically(case.root / _DESCRIPTION, description)


def _take_back(root: Path, *, with_root: bool) -> None:
    """Leave nothing of a case that could not be made, so that the next try finds room."""
    for name in _FOLDERS:
        shutil.rmtree(root / name, ignore_errors=True)
    if with_root:
        with suppress(OSError):
            root.rmdir()


def _make_root(root: Path) -> bool:
    """Make the case's own folder; true if it was not there before."""
    with disk_refusals("making the case", root):
        root.parent.mkdir(parents=True, exist_ok=True)
        if root.exists() and not (root.is_dir() and next(root.iterdir(), None) is None):
            message = "there is something already."
            hint = "A new case needs a folder of its own: name one that does not exist or is empty."
            raise OutputExistsError(message, where=str(root), next=hint)
        made = not root.exists()
        root.mkdir(mode=FOLDER_MODE, exist_ok=True)
        root.chmod(FOLDER_MODE)
        sync_folder(root.parent)
    return made


def _read_description(root: Path) -> Mapping[str, JSON]:
    path = root / _DESCRIPTION
    with disk_refusals("opening the case", path):
        if not path.is_file():
            message = "this is not a case: it holds no file named CASE."
            hint = "Name the folder of a case, or make one with `qantar init`."
            raise NotACaseError(message, where=str(root), next=hint)
        with path.open("rb") as file:
            untrusted = file.read(MAX_BYTES + 1)
    try:
        described = parse(untrusted.removesuffix(b"\n"))
    except NotCanonicalError as error:
        raise _damaged(root) from error
    found = described.get("format") if isinstance(described, dict) else None
    if not isinstance(described, dict) or type(found) is not int or found < FORMAT:
        raise _damaged(root)
    if found > FORMAT:
        message = f"the case has format {found}; this Qantar knows formats up to {FORMAT}."
        hint = "Upgrade Qantar, then open the case again; nothing was changed."
        raise NewerFormatError(message, where=str(root), next=hint)
    return described


def _damaged(root: Path) -> NotACaseError:
    message = "the file that describes the case is damaged."
    hint = "Put back `CASE` from a copy; originals and journal are in their own files."
    return NotACaseError(message, where=str(root / _DESCRIPTION), next=hint)


def _read_key(root: Path) -> bytes:
    line = _read_line(root / _KEY)
    if line is None or not _HEX_KEY.fullmatch(line):
        message = "the key that opens the case is missing or damaged."
        raise CaseKeyError(message, where=str(root / _KEY), next=_PUT_BACK_KEY)
    return bytes.fromhex(line)


def _read_line(path: Path) -> str | None:
    """Read a short ASCII file; None when it is missing or holds other bytes."""
    with disk_refusals("opening the case", path):
        if not path.is_file():
            return None
        untrusted = path.read_bytes()
    return untrusted.decode("ascii") if untrusted.isascii() else None
