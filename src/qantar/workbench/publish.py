"""Publish: what may leave becomes a dossier; all else stays, and is counted.

Until a release policy says otherwise, only accessions with consent `public` from
sources that are not protected are shipped, and no row of a list of people. The edition
is derived from these accessions alone: what is withheld is not filtered out of it, it
never enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from qantar.archive import journal
from qantar.archive.case import Case
from qantar.archive.kept import keep
from qantar.errors import MissingExtraError, OutputExistsError
from qantar.workbench import entries
from qantar.workbench.folded import Folded
from qantar.workbench.outputs import Kind, appearing, refuse_foreign
from qantar.workbench.packing import Packed
from qantar.workbench.plan import PublishPlan, checked, plan_of
from qantar.workbench.stores import folded_of

if TYPE_CHECKING:
    from qantar.dossier.site import Site

POLICY = "public-only"
DOSSIER = Kind(
    name="dossier",
    command="qantar publish",
    mark="qantar-dossier.txt",
    then="Open index.html.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishReport:
    """What a publication made; `person_rows` counts the rows of lists of people it withheld."""

    out: Path
    pages: int
    bytes: int
    withheld: int
    as_of: date | None
    person_rows: int = 0

    def to_json(self) -> dict[str, object]:
        """The report as `qantar publish --json` prints it, but for time."""
        return {
            "out": str(self.out),
            "pages": self.pages,
            "bytes": self.bytes,
            "withheld": self.withheld,
            "person_rows_withheld": self.person_rows,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "policy": POLICY,
        }


def publish(  # noqa: PLR0913  # what the person chose, each by its name
    case: Case,
    out: Path,
    *,
    as_of: date | None,
    language: str,
    replace_old: bool,
    now: datetime,
    software: str,
    planned: PublishPlan | None = None,
) -> PublishReport:
    """Write the dossier of the case to `out`, and keep a copy in the case.

    The caller holds the case's lock. `out` appears whole or not at all. `planned` is
    the plan that was made and shown under that lock; None has one made.

    Raises:
        OriginalAlteredError: something that it would ship is not here whole.
        OutputExistsError: `out` exists and is not an earlier dossier, or `replace_old` is false.
        MissingExtraError: the part of Qantar that writes dossiers is not installed.
        SealedAwayError: this device only collects, or has not joined a case yet.
    """
    case.shared_key  # noqa: B018  # an empty dossier would say that there is nothing
    out = out.resolve()
    refuse_foreign_output(out, replace_old=replace_old)
    refuse_output_in_the_case(case, out)
    folded = folded_of(case)
    chosen = planned or checked(case, folded, plan_of(folded, as_of))
    chosen.refuse_unless_whole()
    site = _write(case, folded, chosen, out, language=language, now=now, software=software)
    _keep_release(case, folded, out, chosen, now)
    return PublishReport(
        out=out,
        pages=len(site.pages),
        bytes=site.size,
        withheld=site.edition.withheld.accessions,
        as_of=as_of,
        person_rows=site.edition.withheld.person_rows,
    )


def refuse_output_in_the_case(case: Case, out: Path) -> None:
    """Never write a dossier among the originals, nor over the folder that holds them."""
    root = case.root.resolve()
    if out.is_relative_to(root) or root.is_relative_to(out):
        message = "a dossier does not go into the case, nor the case into a dossier."
        raise OutputExistsError(message, where=str(out), next="Choose a folder outside the case.")


def refuse_foreign_output(out: Path, *, replace_old: bool) -> None:
    """Never write over anything that this command did not make."""
    refuse_foreign(out, kind=DOSSIER, replace_old=replace_old)


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
    edition = edition_of(case, folded, chosen, language=language, now=now, software=software)
    with appearing(out, kind=DOSSIER) as fresh:
        return write_dossier(edition, fresh)


def _keep_release(
    case: Case, folded: Folded, out: Path, chosen: PublishPlan, now: datetime
) -> None:
    """Keep a sealed copy of what left, and say so in the journal; the same dossier is kept once."""
    kept = keep(case, Packed(out), known={made.release for made in folded.releases})
    if kept is None:
        return
    as_of = chosen.as_of.isoformat() if chosen.as_of else None
    kind, body = entries.release(
        kept.sha256, policy=POLICY, as_of=as_of, object=kept.object, size=kept.size
    )
    journal.append(case, kind=kind, body=body, at=now)
