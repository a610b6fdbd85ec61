"""Publish: what may leave becomes a dossier; all else stays, and is counted.

Until a release policy says otherwise, only accessions with consent `public` from
sources that are not protected are shipped. The edition is derived from these
accessions alone: what is withheld is not filtered out of it, it never enters.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from qantar.archive import disk, journal
from qantar.archive.case import Case
from qantar.archive.originals import open_original
from qantar.errors import MissingExtraError, OutputExistsError
from qantar.model.accession import Accession, Acquired, Consent, DeclaredSource
from qantar.model.claim import Claim
from qantar.model.finding import Finding
from qantar.model.place import Gazetteer, Place
from qantar.model.zones import zone
from qantar.record.contents import AccessionRecord, Contents, DocumentRecord
from qantar.weighing.said import known_by
from qantar.workbench.build import accession_records, derive, vocabularies
from qantar.workbench.fold import Folded, fold
from qantar.workbench.judgements import bonds
from qantar.workbench.weigh import weigh

if TYPE_CHECKING:
    from qantar.dossier.edition import Edition
    from qantar.dossier.site import Site

POLICY = "public-only"
MARK = "qantar-dossier.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """What a publication would ship, and what it would leave out."""

    shipped: tuple[AccessionRecord, ...]
    withheld: tuple[AccessionRecord, ...]
    as_of: date | None

    def lines(self) -> list[str]:
        """The plan in plain words."""
        said = [f"Ships {len(self.shipped)} of {len(self.shipped) + len(self.withheld)} files:"]
        said += [f"  {one.accession.path} ({one.accession.source})" for one in self.shipped]
        if self.withheld:
            said.append("Withholds, because consent is not public or the source is protected:")
            said += [f"  {one.accession.path} ({one.consent})" for one in self.withheld]
        if self.as_of:
            said.append(f"Only what had been said by the end of {self.as_of.isoformat()}.")
        return said


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


def plan(case: Case, *, as_of: date | None) -> PublishPlan:
    """Say what a publication would ship and withhold; nothing is read or written."""
    return _plan(fold(journal.read(case)), as_of)


def _plan(folded: Folded, as_of: date | None) -> PublishPlan:
    protected = {source.id for source in folded.sources if source.protected}
    used = [one for one in accession_records(folded) if one.in_use]
    shipped = tuple(one for one in used if _may_leave(one, protected))
    kept = {one.id for one in shipped}
    return PublishPlan(
        shipped=shipped, withheld=tuple(one for one in used if one.id not in kept), as_of=as_of
    )


def _may_leave(one: AccessionRecord, protected: set[str]) -> bool:
    return one.consent == Consent.PUBLIC and one.accession.source not in protected


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
    chosen = _plan(folded, as_of)
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
    except ModuleNotFoundError as missing:
        message = f"publishing needs a part of Qantar that is not installed ({missing.name})."
        raise MissingExtraError(
            message,
            next='Install it: pip install "qantar[dossier]"',
        ) from missing
    fresh = out.with_name(f"{out.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    edition = _edition(case, folded, chosen, language=language, now=now, software=software)
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


def _edition(
    case: Case, folded: Folded, chosen: PublishPlan, *, language: str, now: datetime, software: str
) -> Edition:
    """Derive the edition from what is shipped, and from nothing else."""
    from qantar.dossier.edition import Edition, Withheld  # noqa: PLC0415  # part of the extra

    shipped = frozenset(one.id for one in chosen.shipped)
    contents = _without_traces_of_intake(derive(case, folded, shipped=shipped)[0])
    case_zone = folded.settings.zone or "UTC"
    claims, later, undated = _as_of(contents.claims, chosen.as_of, case_zone)
    places = _places_shown(contents, claims)
    words = vocabularies(folded.vocabulary)
    weighed = weigh(claims, Gazetteer.of(places), bonds(folded.decisions), words)
    return Edition(
        title=folded.settings.title or folded.title or case.root.name,
        settings=folded.settings,
        zone=case_zone,
        language=language,
        made_on=now.astimezone(zone(case_zone)).date(),
        software=software,
        as_of=chosen.as_of,
        later=later,
        undated=undated,
        withheld=Withheld(
            accessions=len(chosen.withheld),
            originals=len(
                {a.original for a in chosen.withheld} - {a.original for a in chosen.shipped}
            ),
            claims=_withheld_claims(case, folded, chosen, contents),
        ),
        sources=_sources_shown(contents),
        accessions=contents.accessions,
        documents=_documents_shown(contents, claims, chosen.as_of),
        claims=claims,
        places=places,
        speakers=contents.speakers if chosen.as_of is None else (),
        findings=_findings_shown(contents, claims, chosen.as_of),
        events=weighed.events,
        figures=weighed.figures,
        vocabularies=words,
        boundaries=_boundaries(case, folded),
    )


def _as_of(
    claims: tuple[Claim, ...], day: date | None, case_zone: str
) -> tuple[tuple[Claim, ...], int, int]:
    if day is None:
        return claims, 0, 0
    known = known_by(claims, day, case_zone)
    return known.claims, known.later, known.undated


def _without_traces_of_intake(contents: Contents) -> Contents:
    """Take off who collected, notes and folders; the day, the address and the name stay."""
    names = {one.id: PurePosixPath(one.accession.path).name for one in contents.accessions}
    return replace(
        contents,
        accessions=tuple(
            replace(one, accession=_public(one.accession)) for one in contents.accessions
        ),
        claims=tuple(
            replace(claim, passage=replace(claim.passage, file=names[claim.passage.accession]))
            for claim in contents.claims
        ),
        findings=tuple(_public_finding(finding, names) for finding in contents.findings),
    )


def _public(accession: Accession) -> Accession:
    """What may be told of an accession: what it is and where from, not by whom."""
    acquired = accession.acquired
    told = Acquired(on=acquired.on, how=acquired.how, from_=acquired.from_) if acquired else None
    return replace(accession, path=PurePosixPath(accession.path).name, acquired=told, note=None)


def _public_finding(finding: Finding, names: dict[str, str]) -> Finding:
    return replace(
        finding,
        file=names.get(finding.accession or "", finding.file and PurePosixPath(finding.file).name),
    )


def _sources_shown(contents: Contents) -> tuple[DeclaredSource, ...]:
    used = {one.accession.source for one in contents.accessions}
    return tuple(source for source in contents.sources if source.id in used)


def _places_shown(contents: Contents, claims: Iterable[Claim]) -> tuple[Place, ...]:
    """The places of published tables, and those that published claims name or lie in."""
    gazetteer = Gazetteer.of(contents.places)
    named = {where.place for claim in claims for where in claim.where if where.place}
    around = {above for place in named for above in gazetteer.ancestors(place)}
    listed = {place.id for place in contents.places if place.accession}
    for place in listed:
        around.update(gazetteer.ancestors(place))
    return tuple(place for place in contents.places if place.id in named | around | listed)


def _documents_shown(
    contents: Contents, claims: tuple[Claim, ...], day: date | None
) -> tuple[DocumentRecord, ...]:
    """The rows as found; as of a day, only the rows of claims that had been said by then."""
    if day is None:
        return contents.documents
    rows = {(claim.passage.accession, claim.passage.row) for claim in claims}
    limited = (
        replace(d, rows=tuple(row for row in d.rows if (d.accession, row.number) in rows))
        for d in contents.documents
    )
    return tuple(document for document in limited if document.rows)


def _findings_shown(
    contents: Contents, claims: tuple[Claim, ...], day: date | None
) -> tuple[Finding, ...]:
    """The findings; as of a day, only those on rows of claims that had been said by then."""
    if day is None:
        return contents.findings
    rows = {(claim.passage.accession, claim.passage.row) for claim in claims}
    return tuple(
        f
        for f in contents.findings
        if f.where and f.where.row and (f.accession, f.where.row) in rows
    )


def _boundaries(case: Case, folded: Folded) -> str | None:
    """The case's own map layer, as its sheet names it: material for publication by intent."""
    if folded.boundaries is None:
        return None
    with open_original(case, folded.boundaries) as stream:
        return stream.read().decode("utf-8", "replace")


def _keep_release(case: Case, out: Path, chosen: PublishPlan, now: datetime) -> None:
    """Keep a copy of what left; the same dossier is kept once."""
    packed = pack(out)
    name = hashlib.sha256(packed).hexdigest()
    target = case.releases / f"{name[:16]}.zip"
    if target.exists():
        return
    disk.write_atomically(target, packed)
    body = {
        "release": name,
        "policy": POLICY,
        "as_of": chosen.as_of.isoformat() if chosen.as_of else None,
    }
    journal.append(case, kind="release", body=body, at=now)


def pack(out: Path) -> bytes:
    """Pack a dossier the same way every time: files in order, no times, no owners."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for path in sorted(p for p in out.rglob("*") if p.is_file()):
            packed.writestr(
                zipfile.ZipInfo(path.relative_to(out).as_posix()),
                path.read_bytes(),
                zipfile.ZIP_DEFLATED,
            )
    return held.getvalue()
