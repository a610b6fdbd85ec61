"""The file `CASE`: what a folder is, readable without a key, in three copies."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qantar.archive.copies import Copies, read_copies
from qantar.archive.derive import derive, keyed
from qantar.errors import NewerFormatError, NotACaseError, NotCanonicalError, OlderFormatError
from qantar.model.canonical import JSON, canonical, parse
from qantar.model.device import DevicePublic, Role, read_line

FORMAT = 1
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_HEX_CHECK = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What `CASE` says: the case's id and founder where they are known, and this device's part."""

    case: str | None
    founder: str | None
    role: Role
    home: DevicePublic | None = None

    def to_record(self) -> dict[str, JSON]:
        """Give the description as a JSON-safe dictionary, without its check."""
        return {
            "case": self.case,
            "format": FORMAT,
            "founder": self.founder,
            "home": self.home.line(self.case) if self.home else None,
            "role": self.role.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A description as found: its bytes, and the copies that are missing or differ."""

    value: Description
    data: bytes
    damaged: tuple[Path, ...]


def case_paths(root: Path) -> tuple[Path, Path, Path]:
    """Name the three copies of `CASE`."""
    return root / "CASE", root / "keys" / "CASE.2", root / "keys" / "CASE.3"


def with_check(described: Description, local_key: bytes) -> bytes:
    """Give the bytes of `CASE`: one line, with a check that only the local key makes."""
    record = described.to_record()
    check = keyed(derive(local_key, "case-check"), canonical(record)).hex()
    return canonical({**record, "check": check}) + b"\n"


def read_description(root: Path) -> Described:
    """Read `CASE` from the first copy that is sound.

    Raises:
        NotACaseError: there is none, or it is damaged in all copies.
        NewerFormatError, OlderFormatError: it is of another format.
        DiskError: the disk refuses.
    """
    paths = case_paths(root)
    found = read_copies(paths, _parse)
    if found.value is not None and found.data is not None:
        return Described(value=found.value, data=found.data, damaged=found.damaged)
    other = read_copies(paths, _format).value
    if other is None:
        raise _damaged(root) if any(path.is_file() for path in paths) else _no_case(root)
    if other > FORMAT:
        message = f"the case has format {other}; this Qantar knows format {FORMAT}."
        hint = "Upgrade Qantar, then open the case again; nothing was changed."
        raise NewerFormatError(message, where=str(root), next=hint)
    if other < FORMAT:
        message = f"the case has format {other}, which no released Qantar wrote."
        hint = (
            "Its originals are plain files in the folder `originals`: make a new case with "
            "`qantar init` and add the material again; nothing was changed."
        )
        raise OlderFormatError(message, where=str(root), next=hint)
    raise _damaged(root)


def authentic(root: Path, local_key: bytes) -> Copies[Description]:
    """Read the copies of `CASE` that were written under this local key; all others are damaged.

    A changed digit of an id still reads well: only the check tells.

    Raises:
        DiskError: the disk refuses.
    """

    def parse_checked(data: bytes) -> Description | None:
        said = _parse(data)
        fits = said is not None and hmac.compare_digest(data, with_check(said, local_key))
        return said if fits else None

    return read_copies(case_paths(root), parse_checked)


def _parse(data: bytes) -> Description | None:
    value = _json(data)
    match value:
        case {
            "case": str() | None as case,
            "check": str(check),
            "format": int(number),
            "founder": str() | None as founder,
            "home": str() | None as home,
            "role": str(role),
            **rest,
        } if not rest and (type(number), number) == (int, FORMAT) and _HEX_CHECK.fullmatch(check):
            pass
        case _:
            return None
    if any(one is not None and not _HEX_ID.fullmatch(one) for one in (case, founder)):
        return None
    try:
        device = read_line(home)[0] if home is not None else None
        return Description(case=case, founder=founder, role=Role(role), home=device)
    except ValueError:
        return None


def _format(data: bytes) -> int | None:
    value = _json(data)
    found = value.get("format") if value is not None else None
    return found if type(found) is int else None


def _json(data: bytes) -> Mapping[str, JSON] | None:
    try:
        value = parse(data.removesuffix(b"\n"))
    except NotCanonicalError:
        return None
    return value if isinstance(value, Mapping) else None


def _no_case(root: Path) -> NotACaseError:
    if any((root / name).is_dir() for name in ("keys", "journal")):
        message = "the file `CASE` is missing, and so are its two copies in `keys/`."
        hint = "Put back `CASE` from a copy of this folder; the rest of it is of no use without."
        return NotACaseError(message, where=str(root), next=hint)
    message = "this is not a case: it holds no file named CASE."
    hint = "Name the folder of a case, or make one with `qantar init`."
    return NotACaseError(message, where=str(root), next=hint)


def _damaged(root: Path) -> NotACaseError:
    message = "the file that describes the case is damaged in all its copies."
    hint = "Put back `CASE` from a copy; originals and journal are in their own files."
    return NotACaseError(message, where=str(root / "CASE"), next=hint)
