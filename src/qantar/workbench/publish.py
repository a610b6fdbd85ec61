"""Publish: what may leave becomes a dossier; all else stays, and is counted.

Until a release policy says otherwise, only accessions with consent `public` from
sources that are not protected are shipped. The edition is derived from these
accessions alone: what is withheld is not filtered out of it, it never enters.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qantar.archive import disk, journal
from qantar.archive.case import Case
from qantar.errors import MissingExtraError, OutputExistsError
from qantar.workbench.fold import Folded, fold
from qantar.workbench.plan import PublishPlan, plan_of

if TYPE_CHECKING:
    from qantar.dossier.site import Site

POLICY = "public-only"
MARK = "qantar-dossier.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a publication made."""

    out: Path
    pages: int
    bytes: int
    withheld: int
    as_of: date | None

    def to_json(self) -> dict[str, object]:
        """The report as `qantar publish --json` prints it, but for time."""
        return {
            "out": str(self.out),
            "pages": self.pages,
            "bytes": self.bytes,
            "withheld": self.withheld,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "policy": POLICY,
        }


def publish(
    case: Case,
    out: Path,
    *,
    as_of: date | None,
    language: str,
    replace_old: bool,
    now: datetime,
    software: str,
) -> PublishReport:
    """Write the dossier of the case to `out`, and keep a copy in the case.

    The caller holds the case's lock. `out` appears whole or not at all.

    Raises:
        OutputExistsError: `out` exists and is not an earlier dossier, or `replace_old` is false.
        MissingExtraError: the part of Qantar that writes dossiers is not installed.
    """
    refuse_foreign_output(out, replace_old=replace_old)
    folded = fold(journal.read(case))
    chosen = plan_of(folded, as_of)
    site = _write(case, folded, chosen, out, language=language, now=now, software=software)
    _keep_release(case, out, chosen, now)
    return PublishReport(
        out=out, pages=len(site.pages), bytes=site.bytes, withheld=len(chosen.withheld), as_of=as_of
    )


def refuse_foreign_output(out: Path, *, replace_old: bool) -> None:
    """Never write over a folder that this command did not make."""
    if not out.exists():
        return
    if not (out / MARK).is_file():
        message = "this exists and is not a dossier that Qantar wrote."
        raise OutputExistsError(
            message, where=str(out), next="Choose another folder; nothing was changed."
        )
    if not replace_old:
        message = "an earlier dossier is there."
        raise OutputExistsError(
            message, where=str(out), next="Add --replace to put the new one in its place."
        )


def _write(
    case: Case,
    folded: Folded,
    chosen: PublishPlan,
    out: Path,
    *,
    language: str,
    now: datetime,
    software: str,
) -> Site:
    try:
        from qantar.dossier.dossier import write_dossier  # noqa: PLC0415  # heavy, and an extra
        from qantar.workbench.edition import edition_of  # noqa: PLC0415  # likewise
    except ModuleNotFoundError as missing:
        message = f"publishing needs a part of Qantar that is not installed ({missing.name})."
        raise MissingExtraError(
            message,
            next='Install it: pip install "qantar[dossier]"',
        ) from missing
    fresh = out.with_name(f"{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    edition = edition_of(case, folded, chosen, language=language, now=now, software=software)
    site = write_dossier(edition, fresh)
    (fresh / MARK).write_text(
        "This folder was written by `qantar publish`. Open index.html.\n", encoding="utf-8"
    )
    _swap(fresh, out)
    return site


def _swap(fresh: Path, out: Path) -> None:
    """Put the new folder in place of the old one, which goes last."""
    old = out.with_name(f"{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _keep_release(case: Case, out: Path, chosen: PublishPlan, now: datetime) -> None:
    """Keep a copy of what left; the same dossier is kept once."""
    disk.make_folder(case.releases)
    with disk.scratch_file(case.releases) as (stream, scratch):
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            _pack(out, packed)
        disk.settle(stream)
        name = _hash(scratch)
        target = case.releases / f"{name[:16]}.zip"
        if target.exists():
            return
        disk.replace_atomically(scratch, target)
    as_of = chosen.as_of.isoformat() if chosen.as_of else None
    body = {"release": name, "policy": POLICY, "as_of": as_of}
    journal.append(case, kind="release", body=body, at=now)


def _pack(out: Path, packed: zipfile.ZipFile) -> None:
    """Pack a dossier the same way every time: files in order, no times, no owners."""
    for path in sorted(p for p in out.rglob("*") if p.is_file()):
        entry = zipfile.ZipInfo(path.relative_to(out).as_posix())
        packed.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
