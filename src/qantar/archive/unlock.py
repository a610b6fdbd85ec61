"""Opening a case: try what was given on each slot, then read the keys that lie under it.

Whatever is damaged in one of its copies is mended on the way, because a key file
that nobody looked at for a year may be the last sound one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from qantar.archive.case import Case, look_at, unseal_case_key, unseal_own
from qantar.archive.copies import Copies, copies_of, read_copies, repair
from qantar.archive.description import authentic, case_paths, read_description
from qantar.archive.slots import Slot, Way, open_secret, read_slots, secret_for, slot_paths, unwrap
from qantar.errors import DiskError, KeysDamagedError, WrongPassphraseError
from qantar.model.device import Role

Secret = Callable[[], str]
"""Asks for a passphrase, or for the line of an age identity; called only when it is needed."""

_PUT_BACK = "Put back the folder `keys` from a copy of the case; nothing opens without it."


def open_case(path: Path, *, secret: Secret | None = None, mend: bool = True) -> Case:
    """Open the case in `path`.

    Args:
        path: its folder.
        secret: asked for a passphrase or an age identity when the case is not open
            to everyone.
        mend: write damaged copies of key files anew; without it, nothing is written.

    Raises:
        NotACaseError, NewerFormatError, OlderFormatError: there is no case that this
            version opens.
        WrongPassphraseError: what was given opens no slot.
        KeysDamagedError: a key file is damaged in all its copies.
        DiskError: the disk refuses to be read.
    """
    case = look_at(path)
    slots = dict(read_slots(case.keys))
    sound = [found.value for found in slots.values() if found.value is not None]
    if not sound:
        message = "no way into the case is left: every slot is missing or damaged."
        raise KeysDamagedError(message, where=str(case.keys), next=_PUT_BACK)
    local_key, used = _local_key(case, sound, secret)
    opened = _with_keys(case, local_key, used)
    if mend:
        # A full disk or a read-only medium keeps nobody from reading; the next unlock tries again.
        with suppress(DiskError):
            for _ in mended(opened, slots):
                pass
    return opened


def open_with(path: Path, local_key: bytes) -> Case:
    """Open the case in `path` with its local key, which some other way gave.

    Raises:
        KeysDamagedError: the key is of another case, or a key file is damaged.
        NotACaseError, DiskError: as `open_case`.
    """
    return _with_keys(look_at(path), local_key, None)


def mended(case: Case, slots: dict[int, Copies[Slot]]) -> Iterator[Path]:
    """Write damaged copies of key files anew from a sound one; gives each that was mended."""
    for number, found in slots.items():
        yield from repair(slot_paths(case.keys, number), found)
    for name, sound in _sealed_files(case):
        yield from repair(copies_of(case.keys / name), sound)
    if case.local_key is not None:
        yield from repair(case_paths(case.root), authentic(case.root, case.local_key))


def damaged_copies(case: Case) -> tuple[Path, ...]:
    """Name every copy of a key file that is missing or differs; writes nothing.

    Raises:
        DiskError: the disk refuses.
    """
    listed = [path for _, found in read_slots(case.keys) for path in found.damaged]
    for _, sealed in _sealed_files(case):
        listed.extend(sealed.damaged)
    if case.local_key is None:
        return (*listed, *read_description(case.root).damaged)
    return (*listed, *authentic(case.root, case.local_key).damaged)


def _sealed_files(case: Case) -> Iterator[tuple[str, Copies[object]]]:
    if case.local_key is None:
        return
    key = case.local_key
    yield (
        "device.age",
        read_copies(copies_of(case.keys / "device.age"), lambda b: unseal_own(key, b)),
    )
    if case.role is Role.MEMBER:
        paths = copies_of(case.keys / "case.age")
        yield "case.age", read_copies(paths, partial(unseal_case_key, key))


def _local_key(case: Case, slots: list[Slot], secret: Secret | None) -> tuple[bytes, Slot]:
    for slot in slots:
        if slot.way is Way.OPEN:
            clear = open_secret(slot)
            key = unwrap(slot, clear) if clear is not None else None
            # One that somebody put there opens another key than this folder's: pass it by.
            if key is not None and authentic(case.root, key).value is not None:
                return key, slot
    if secret is None:
        message = "the case is sealed, and nothing was given to open it with."
        hint = "Give its passphrase: run the command on a terminal, or with --passphrase-file."
        raise WrongPassphraseError(message, where=str(case.root), next=hint)
    given, fallback = secret(), None
    for slot in slots:
        tried = secret_for(slot, given)
        key = unwrap(slot, tried) if tried is not None else None
        if key is None:
            continue
        if authentic(case.root, key).value is not None:
            return key, slot
        # Somebody wrapped another key for the recipient that stands here in the clear, or
        # `CASE` was changed: only when no slot fits is it the second.
        fallback = fallback or (key, slot)
    if fallback is not None:
        return fallback
    message = "this does not open the case."
    hint = "Check the keyboard layout and capitals, then try again. Nothing was changed."
    raise WrongPassphraseError(message, where=str(case.root), next=hint)


def _with_keys(case: Case, local_key: bytes, used: Slot | None) -> Case:
    described = authentic(case.root, local_key).value
    if described is None:
        message = "the file `CASE` was not written by this case's own key: it was changed."
        raise KeysDamagedError(message, where=str(case_paths(case.root)[0]), next=_PUT_BACK)
    case = replace(
        case,
        id=described.case or "",
        founder=described.founder or "",
        role=described.role,
        home=described.home,
    )
    own = read_copies(copies_of(case.keys / "device.age"), partial(unseal_own, local_key)).value
    if own is None:
        raise _gone(case, "device.age")
    shared = None
    if case.role is Role.MEMBER:
        paths = copies_of(case.keys / "case.age")
        shared = read_copies(paths, partial(unseal_case_key, local_key)).value
        if shared is None:
            raise _gone(case, "case.age")
    return replace(
        case,
        own=own,
        local_key=local_key,
        case_key=shared,
        open=used is not None and used.way is Way.OPEN,
        slot=used.number if used else None,
        cache={},
    )


def _gone(case: Case, name: str) -> KeysDamagedError:
    message = f"the key file `{name}` is missing or damaged in all its copies."
    return KeysDamagedError(message, where=str(case.keys / name), next=_PUT_BACK)
