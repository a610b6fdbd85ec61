"""The plan of a publication: what would be shipped, what withheld, said before anything leaves.

Until a release policy says otherwise, only accessions with consent `public` from
sources that are not protected are shipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qantar.archive.case import Case
from qantar.model.accession import Consent
from qantar.record.contents import AccessionRecord
from qantar.workbench.accessions import accession_records
from qantar.workbench.folded import Folded
from qantar.workbench.roster import Aside
from qantar.workbench.stores import folded_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """What a publication would ship, and what it would leave out.

    `not_understood` counts entries that only a newer Qantar can read.
    """

    shipped: tuple[AccessionRecord, ...]
    withheld: tuple[AccessionRecord, ...]
    as_of: date | None
    map_layer: bool = False
    not_understood: int = 0

    def lines(self) -> list[str]:
        """The plan in plain words."""
        said = [f"Ships {len(self.shipped)} of {len(self.shipped) + len(self.withheld)} files:"]
        said += [f"  {one.accession.path} ({one.accession.source})" for one in self.shipped]
        if self.withheld:
            said.append("Withholds, because consent is not public or the source is protected:")
            said += [f"  {one.accession.path} ({self._why(one)})" for one in self.withheld]
        if self.map_layer:
            said.append("Ships the map layer that the sheet names: it has no consent of its own.")
        if self.not_understood:
            said.append(
                f"Leaves out of account {self.not_understood} entries that a newer Qantar wrote: "
                "they may withdraw something. Upgrade before you publish."
            )
        if self.as_of:
            said.append(f"Only what had been said by the end of {self.as_of.isoformat()}.")
        return said

    def _why(self, one: AccessionRecord) -> str:
        """Why a file is withheld, where another accession of the same bytes has the say too."""
        if one.consent == Consent.PUBLIC:
            return "its source is protected"
        if one.consent == one.accession.consent:
            return f"consent {one.consent}"
        return f"consent {one.consent}, stated for the same bytes by another accession"


def plan(case: Case, *, as_of: date | None) -> PublishPlan:
    """Say what a publication would ship and withhold; nothing is read or written.

    Raises:
        SealedAwayError: this device only collects, or has not joined a case yet.
    """
    case.shared_key  # noqa: B018  # who cannot read the case is told so, not shown an empty plan
    return plan_of(folded_of(case), as_of)


def plan_of(folded: Folded, as_of: date | None) -> PublishPlan:
    """The plan that follows from a folded journal."""
    protected = {source.id for source in folded.sources if source.protected}
    used = [one for one in accession_records(folded) if one.in_use]
    shipped = tuple(one for one in used if _may_leave(one, protected))
    kept = {one.id for one in shipped}
    return PublishPlan(
        shipped=shipped,
        withheld=tuple(one for one in used if one.id not in kept),
        as_of=as_of,
        map_layer=folded.boundaries is not None,
        not_understood=sum(folded.unknown.values())
        + sum(one.reason is Aside.UNKNOWN_FORM for one in folded.set_aside),
    )


def _may_leave(one: AccessionRecord, protected: set[str]) -> bool:
    return one.consent == Consent.PUBLIC and one.accession.source not in protected
