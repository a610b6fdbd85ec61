"""The plan of a publication: what would be shipped, what withheld, said before anything leaves.

Until a release policy says otherwise, only accessions with consent `public` from
sources that are not protected are shipped, and of lists of people not their rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from qantar.archive.case import Case
from qantar.errors import OriginalAlteredError
from qantar.model.accession import Consent
from qantar.reading.licence import CODE as NOT_REPUBLISHED
from qantar.record.contents import AccessionRecord
from qantar.record.facts import HiddenPart
from qantar.workbench.accessions import accession_records, not_republished
from qantar.workbench.earlier_dossiers import EarlierDossiers, earlier_dossiers
from qantar.workbench.folded import Folded
from qantar.workbench.hidden_words import hidden_lines
from qantar.workbench.people_withheld import (
    is_list_of_people,
    lists_of_people,
    may_show_people,
)
from qantar.workbench.roster import Aside
from qantar.workbench.stores import (
    RecordState,
    folded_of,
    hidden_parts,
    originals_with,
    record_state,
)
from qantar.workbench.wholeness import fault, not_whole, sizes_stated


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishPlan:
    """What a publication would ship, and what it would leave out.

    `not_understood` counts entries that only a newer Qantar can read. `not_whole` are
    the accessions among those shipped whose original is not here whole, with the word
    for it: then nothing is published. `layer_lost` says so of the map layer, which
    stops nothing: an earlier one is shipped, or none. `not_republished` are the originals
    among them of which a sheet said that they may not be republished, `beside_people` the ids
    of those withheld because they may show rows of a list of people. `hidden` is what
    files among those shipped hide, as the last build knows it; `is_built` whether
    that was of the case as it is now. `earlier` are dossiers that this one can be compared with.
    """

    shipped: tuple[AccessionRecord, ...]
    withheld: tuple[AccessionRecord, ...]
    as_of: date | None
    not_republished: frozenset[str] = frozenset()
    beside_people: frozenset[str] = frozenset()
    map_layer: bool = False
    not_understood: int = 0
    not_whole: tuple[tuple[AccessionRecord, str], ...] = ()
    layer_lost: bool = False
    hidden: tuple[tuple[AccessionRecord, HiddenPart], ...] = ()
    is_built: bool = True
    earlier: EarlierDossiers = field(default_factory=EarlierDossiers)

    def refuse_unless_whole(self) -> None:
        """Refuse to publish a dossier that would lack what the case says it ships.

        Raises:
            OriginalAlteredError: it names the files.
        """
        if self.not_whole:
            listed = ", ".join(f"{a.id} {a.accession.path} ({why})" for a, why in self.not_whole)
            message = f"files that it would ship are not here whole: {listed}."
            hint = (
                "Put them back from a copy of the case, merge a bundle made with --whole on a "
                "device that has them, or leave them out: `qantar decide CASE withdraw "
                f"{self.not_whole[0][0].id}`. `qantar verify CASE` names each file."
            )
            raise OriginalAlteredError(message, next=hint)

    def lines(self) -> list[str]:
        """The plan in plain words."""
        said = [f"Ships {len(self.shipped)} of {len(self.shipped) + len(self.withheld)} files:"]
        said += [f"  {one.accession.path} ({one.accession.source})" for one in self.shipped]
        if people := [one for one in self.shipped if is_list_of_people(one)]:
            said.append("Of lists of people only file, name, source and number of rows; no row:")
            said += [f"  {one.accession.path} ({one.accession.list_name})" for one in people]
        if self.withheld:
            said.append(
                "Withholds, because consent is not public, the source is protected, or as said:"
            )
            said += [f"  {one.accession.path} ({self._why(one)})" for one in self.withheld]
        said += hidden_lines(self.hidden)
        if not self.is_built:
            said.append(
                "The case was not built as it is now: more files may hide rows and columns, which "
                "are left out and not named here. `qantar build` first, and this plan names them."
            )
        if self.not_whole:
            said.append("Cannot ship these, because their originals are not here whole:")
            said += [f"  {one.accession.path} ({why})" for one, why in self.not_whole]
        if self.layer_lost:
            said.append("The map layer is not here whole: an earlier one is shipped, or none.")
        elif self.map_layer:
            said.append("Ships the map layer that the sheet names: it has no consent of its own.")
        if self.not_understood:
            said.append(
                f"Leaves out of account {self.not_understood} entries that a newer Qantar wrote: "
                "they may withdraw something. Upgrade before you publish."
            )
        said += self.earlier.lines()
        if self.as_of:
            said.append(f"Only what had been said by the end of {self.as_of.isoformat()}.")
        return said

    def _why(self, one: AccessionRecord) -> str:
        """Why a file is withheld, where another accession of the same bytes has the say too."""
        if one.original in self.not_republished:
            return "it may not be republished"
        if one.id in self.beside_people:
            return "it may show rows of a list of people in the same file"
        if one.consent == Consent.PUBLIC:
            return "its source is protected"
        if one.consent == one.accession.consent:
            return f"consent {one.consent}"
        return f"consent {one.consent}, stated for the same bytes by another accession"


def plan(case: Case, *, as_of: date | None) -> PublishPlan:
    """Say what a publication would ship and withhold; opens what it ships, and writes nothing.

    Raises:
        SealedAwayError: this device only collects, or has not joined a case yet.
        DiskError: the disk refuses.
    """
    case.shared_key  # noqa: B018  # who cannot read the case is told so, not shown an empty plan
    folded = folded_of(case)
    return checked(case, folded, plan_of(folded, as_of))


def checked(case: Case, folded: Folded, chosen: PublishPlan) -> PublishPlan:
    """Open and hash all that a plan ships, and note what is not here whole.

    What the last build knew for material that may not be republished is withheld; what
    only the reading for a dossier will show never enters it (`build.derive`).

    Raises:
        DiskError: the disk refuses.
    """
    chosen = _without(chosen, originals_with(case, NOT_REPUBLISHED))
    hiding = originals_with(case, "hidden-content")
    shown = [one for one in chosen.shipped if not is_list_of_people(one)]
    parts = hidden_parts(case, [one.id for one in shown if one.original in hiding])
    sizes, layer = sizes_stated(folded), folded.boundaries
    # As of a day a dossier has no persons.
    people = chosen.shipped if chosen.as_of is None else ()
    return replace(
        chosen,
        earlier=earlier_dossiers(case, folded.releases, people),
        hidden=tuple((one, parts[one.id]) for one in chosen.shipped if one.id in parts),
        is_built=record_state(case, folded.state, whole=False) is RecordState.CURRENT,
        not_whole=tuple(not_whole(case, chosen.shipped, sizes)),
        layer_lost=layer is not None and fault(case, layer.original, layer.size, sizes) is not None,
    )


def _without(chosen: PublishPlan, forbidden: frozenset[str]) -> PublishPlan:
    """The plan with these originals withheld too."""
    return replace(
        chosen,
        shipped=tuple(one for one in chosen.shipped if one.original not in forbidden),
        withheld=(*chosen.withheld, *(a for a in chosen.shipped if a.original in forbidden)),
        not_republished=chosen.not_republished | forbidden,
    )


def plan_of(folded: Folded, as_of: date | None) -> PublishPlan:
    """The plan that follows from a folded journal; what it ships was not looked at."""
    protected = {source.id for source in folded.sources if source.protected}
    used = [one for one in accession_records(folded) if one.in_use]
    kept_back, people = not_republished(folded), lists_of_people(folded)
    may = [a for a in used if _may_leave(a, protected) and a.original not in kept_back]
    beside = frozenset(one.id for one in may if may_show_people(one, people))
    shipped = tuple(one for one in may if one.id not in beside)
    kept = {one.id for one in shipped}
    return PublishPlan(
        shipped=shipped,
        withheld=tuple(one for one in used if one.id not in kept),
        as_of=as_of,
        not_republished=kept_back,
        beside_people=beside,
        map_layer=folded.boundaries is not None,
        not_understood=sum(folded.unknown.values())
        + sum(one.reason is Aside.UNKNOWN_FORM for one in folded.set_aside),
    )


def _may_leave(one: AccessionRecord, protected: set[str]) -> bool:
    return one.consent == Consent.PUBLIC and one.accession.source not in protected
