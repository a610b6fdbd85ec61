"""Build: the derivation. Journal and originals go in, the record comes out, the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeAlias

from qantar.archive.case import Case
from qantar.archive.originals import list_originals
from qantar.model.accession import CaseSettings, Holds, read_span
from qantar.model.claim import Claim, FigureDetail
from qantar.model.finding import Finding, Severity
from qantar.model.place import Gazetteer
from qantar.model.speaker import Speakers
from qantar.readers import libraries
from qantar.reading.context import Context
from qantar.reading.identifiers import Identifiers
from qantar.reading.licence import CODE as NOT_REPUBLISHED
from qantar.reading.places import declared_entry
from qantar.record.contents import AccessionRecord, Contents
from qantar.record.counts import told_of
from qantar.record.load import write_record
from qantar.record.read import record_digest
from qantar.record.readings import Readings
from qantar.weighing.said import without_dangling_links
from qantar.workbench.accessions import accession_records, choices, custody_findings
from qantar.workbench.build_report import BuildReport, RowCount
from qantar.workbench.chats import chat_findings
from qantar.workbench.counted import with_counts
from qantar.workbench.documents import reading_key
from qantar.workbench.folded import Folded
from qantar.workbench.gather import (
    Gathered,
    chosen_rows,
    is_measurement,
    read_measurements,
    read_original,
    settled_gazetteer,
    take,
)
from qantar.workbench.hidden_rows import read_as_shipped
from qantar.workbench.judgements import Judged
from qantar.workbench.made_with import made_with
from qantar.workbench.names import claim_name
from qantar.workbench.persons import lists_in_use, people_before, with_persons
from qantar.workbench.pictures import picture_findings
from qantar.workbench.proofs import proof_findings
from qantar.workbench.repeats import outage_findings, repeat_findings
from qantar.workbench.statuses import statements_of
from qantar.workbench.stores import (
    facts_of,
    folded_of,
    fresh_record_of,
    put_in_place,
    readings_of,
    record_of,
)
from qantar.workbench.weigh import weigh
from qantar.workbench.wholeness import NOT_WHOLE, sizes_stated
from qantar.workbench.with_form import form_of, forms_among
from qantar.workbench.words import vocabularies, vocabulary_findings

__all__ = ["BuildReport", "Derived", "RowCount", "build", "derive"]

UTC = "UTC"
# What other tables are read against comes first; within a rank, the order of taking in.
_RANK = {Holds.PLACES: 0, Holds.SPEAKERS: 1}


Told: TypeAlias = Callable[[int, int], None]
"""Hears how many of how many are done."""


def _nobody(_done: int, _total: int) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What follows from originals and journal.

    `judged` is what decisions say of it, by the ids of the record. `left_out` counts
    the claims of accessions that were not asked for, `hidden` those from hidden rows
    of accessions that were.
    """

    contents: Contents
    judged: Judged
    rows: dict[str, RowCount]
    left_out: int
    hidden: int


def build(case: Case, *, software: str, told: Told = _nobody) -> BuildReport:
    """Derive the record of the case anew and put it in place of the old one.

    The caller holds the case's lock. The old record stays until the new one is
    whole. A build that dies between the record and its watermark leaves a record
    that nobody trusts, and that the next command makes anew.

    Args:
        case: the case.
        software: name and version of what builds.
        told: hears after each file how many of how many are read.

    Raises:
        JournalBrokenError, DiskError: as reading the journal says.
        SealedAwayError: this device cannot open what is in the case.
    """
    folded = folded_of(case)
    before = record_digest(*record_of(case))
    earlier = facts_of(case) if before else None
    fresh, key = fresh_record_of(case)
    kept = readings_of(case)
    with kept.together():
        derived = derive(case, folded, told=told, kept=kept)
        contents, people = with_persons(derived.contents, folded)
        contents = with_counts(contents, folded.countings, people.tables, kept)
        kept.forget_others(_readings_used(contents.accessions, folded.settings))
        after = write_record(
            fresh,
            key,
            contents,
            software=software,
            state=folded.state,
            libraries=made_with(contents),
            people_before=people_before(earlier, contents.linkage),
        )
    put_in_place(case, fresh, digest=after, state=folded.state)
    return BuildReport(
        originals=len(list_originals(case)),
        accessions=len(contents.accessions),
        documents=len(contents.documents) + sum(len(one.documents) for one in contents.texts),
        rows=derived.rows,
        claims=dict(sorted(Counter(claim.kind for claim in contents.claims).items())),
        events=len(contents.events),
        figures=len(contents.figures),
        people=contents.linkage.told if contents.linkage else None,
        lists=len(lists_in_use(contents.accessions)),
        linking_missing=people.is_missing,
        counts=tuple(map(told_of, contents.counts)),
        findings=dict(sorted(Counter(finding.code for finding in contents.findings).items())),
        not_whole=tuple(one for one in contents.findings if one.code in NOT_WHOLE),
        losses=sum(finding.severity is Severity.LOSS for finding in contents.findings),
        record_digest=after,
        changed=before != after,
        missing=libraries.missing() if contents.texts else (),
        unread=sum(_is_for_want(finding) for finding in contents.findings),
    )


def _readings_used(accessions: Iterable[AccessionRecord], said: CaseSettings) -> set[str]:
    """The names of the readings that the next build would ask for."""
    in_use = [one for one in accessions if one.in_use]
    forms = forms_among(in_use)
    return {
        reading_key(
            *(a.original, a.size, a.accession, said.languages, said.zone),
            form_of(a.accession, forms),
        )
        for a in in_use
    }


def _is_for_want(finding: Finding) -> bool:
    """Whether something was not read because a library is missing."""
    return finding.code == "unsupported" and libraries.INSTALL in finding.text


def derive(
    case: Case,
    folded: Folded,
    *,
    shipped: frozenset[str] | None = None,
    told: Told = _nobody,
    kept: Readings | None = None,
) -> Derived:
    """Derive all that the record holds from originals and journal, without writing the record.

    With `shipped`, only these accessions are derived from: no name, place, speaker
    or claim of any other can enter, because nothing is read against it. The others
    are read for one thing only: a claim keeps the id that it has in the record. `kept`
    are the case's readings, where the caller has them open.
    """
    accessions = accession_records(folded)
    readings = kept or readings_of(case)
    with readings.together():
        used = [a for a in accessions if a.in_use]
        gathered = _read_all(case, folded, used, shipped, told, readings)
    accessions = [a for a in accessions if shipped is None or a.id in shipped]
    gathered.findings[:0] = custody_findings(accessions)
    if shipped is None:
        gathered.findings[:0] = vocabulary_findings(folded)
    texts = tuple(gathered.texts[a.id] for a in accessions if a.id in gathered.texts)
    by_id = {one.id: one for one in accessions}
    gathered.findings.extend(picture_findings(texts, by_id))
    gathered.findings.extend(proof_findings(texts, by_id))
    gathered.findings.extend(repeat_findings(texts, by_id))
    gathered.findings.extend(chat_findings(texts, by_id))
    judged = folded.judged.shown(gathered.shown)
    claims = _judged(gathered, accessions, judged)
    gathered.findings.extend(outage_findings(claims, by_id))
    gazetteer = Gazetteer.of(gathered.places)
    weighed = weigh(claims, gazetteer, judged.bonds, vocabularies(folded.vocabulary))
    contents = Contents(
        settings=folded.settings,
        sources=folded.sources,
        accessions=tuple(accessions),
        documents=tuple(gathered.documents[a.id] for a in accessions if a.id in gathered.documents),
        texts=texts,
        claims=claims,
        places=tuple(gathered.places),
        speakers=tuple(gathered.speakers),
        findings=tuple(gathered.findings),
        events=weighed.events,
        figures=weighed.figures,
        decisions=folded.decisions_shown(gathered.shown),
        own_ids={claim.id: gathered.own_ids[claim.id] for claim in claims},
        persons={a.id: gathered.persons[a.id] for a in accessions if a.id in gathered.persons},
        names=tuple(gathered.names),
        patterns={a.id: gathered.patterns[a.id] for a in accessions if a.id in gathered.patterns},
        statuses=statements_of(accessions, gathered.persons, folded.settings.zone or UTC),
    )
    return Derived(
        contents=contents,
        judged=judged,
        rows=dict(sorted(gathered.rows.items())),
        left_out=gathered.left_out,
        hidden=gathered.hidden,
    )


def _read_all(
    case: Case,
    folded: Folded,
    accessions: list[AccessionRecord],
    shipped: frozenset[str] | None,
    told: Told,
    readings: Readings,
) -> Gathered:
    """Read every table: places and speakers first, because the others are read against them."""
    gathered = Gathered(
        places=[declared_entry(place) for place in folded.places],
        shown={one.name: one.id for one in folded.accessions},
    )
    words = vocabularies(folded.vocabulary)
    identifiers = Identifiers(places=(place.id for place in folded.places))
    set_aside, sizes = folded.judged.set_aside, sizes_stated(folded)
    chosen_by = choices(accessions)
    # A form that is withheld gives no words to what is published.
    forms = forms_among(a for a in accessions if shipped is None or a.id in shipped)
    gazetteer = Gazetteer.of(())
    done = count()
    for rank in range(len(_RANK) + 1):
        if rank == 1:
            gazetteer = settled_gazetteer(gathered, accessions)
        speakers = Speakers.of(gathered.speakers)
        for one in (a for a in accessions if _rank(a) == rank):
            told(next(done), len(accessions))
            kept = gathered if shipped is None or one.id in shipped else Gathered()
            so_far = len(kept.findings)
            document = read_original(
                case,
                one,
                kept,
                stated=sizes[one.original],
                forms=forms,
                settings=folded.settings,
                kept=readings,
            )
            if shipped is not None and any(
                f.code == NOT_REPUBLISHED for f in kept.findings[so_far:]
            ):
                # Whatever its sheet says: not even the plan could know before it was read.
                kept.forget(one.id)
                kept = Gathered()
            text = kept.texts.get(one.id)
            is_measured = text is not None and is_measurement(text)
            if not is_measured and (document is None or one.accession.holds is None):
                continue
            context = Context(
                accession=one.accession,
                accession_id=one.id,
                original=one.original,
                zone=one.accession.zone or folded.settings.zone or UTC,
                gazetteer=gazetteer,
                speakers=speakers,
                vocabularies=words,
                span=read_span(folded.settings.span) if folded.settings.span else None,
            )
            if text is not None and is_measured:
                rows = leaving = read_measurements(text, one, context, identifiers, kept)
            elif document is not None:
                meant = chosen_rows(document, one, kept, chosen_by)
                rows, leaving = read_as_shipped(
                    meant, one, context, identifiers, kept, shipped=shipped
                )
            take(leaving, one, kept)
            named = {own: folded.same_claim(claim_name(one.entry, own)) for own in rows.own_ids}
            gathered.shown.update(zip(named.values(), (c.id for c in rows.claims), strict=True))
            out = named.keys() - (leaving.own_ids if kept is gathered else ())
            left = sum(named[own] not in set_aside for own in out)
            gathered.leave_out(left, hidden=kept is gathered)
    return gathered


def _rank(one: AccessionRecord) -> int:
    holds = one.accession.holds
    return _RANK.get(holds, len(_RANK)) if holds else len(_RANK)


def _judged(
    gathered: Gathered, accessions: list[AccessionRecord], judged: Judged
) -> tuple[Claim, ...]:
    """The claims in the order taken in, with what decisions say of single claims applied."""
    listed = [claim for one in accessions for claim in gathered.claims.get(one.id, ())]
    kept = (claim for claim in listed if claim.id not in judged.set_aside)
    return without_dangling_links(_answering(claim, judged.answers.get(claim.id)) for claim in kept)


def _answering(claim: Claim, key: str | None) -> Claim:
    """Put the claim under the question that a person decided it answers."""
    if key is None:
        return claim
    detail = (
        claim.detail if isinstance(claim.detail, FigureDetail) else FigureDetail(measure="other")
    )
    return replace(claim, detail=replace(detail, figure_key=key))
