"""Build: the derivation. Journal and originals go in, the record comes out, the same every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from qantar.archive.case import Case
from qantar.archive.originals import list_originals, require_here
from qantar.errors import OriginalAlteredError
from qantar.model.accession import CaseSettings, DeclaredPlace, Holds
from qantar.model.claim import Claim, FigureDetail
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker, Speakers
from qantar.readers import libraries
from qantar.readers.tesseract import reads_with
from qantar.reading.choice import chosen
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.measured import HEADER, measured
from qantar.reading.measured import READER as MEASURED
from qantar.reading.places import with_parents
from qantar.reading.series_table import read_series_table
from qantar.reading.table import read_rows
from qantar.record.contents import AccessionRecord, Contents, DocumentRecord, TextRecord
from qantar.record.load import write_record
from qantar.record.read import record_digest
from qantar.weighing.said import without_dangling_links
from qantar.workbench.accessions import (
    Choices,
    about,
    accession_records,
    choices,
    custody_findings,
    is_of_acled,
    licence_findings,
)
from qantar.workbench.build_report import BuildReport, RowCount
from qantar.workbench.documents import ReadText, read_document, reading_key
from qantar.workbench.folded import Folded
from qantar.workbench.judgements import Judged
from qantar.workbench.names import claim_name
from qantar.workbench.pictures import picture_findings
from qantar.workbench.proofs import proof_findings
from qantar.workbench.stores import (
    folded_of,
    fresh_record_of,
    put_in_place,
    readings_of,
    record_of,
)
from qantar.workbench.weigh import weigh
from qantar.workbench.wholeness import NOT_WHOLE, not_whole_finding, sizes_stated
from qantar.workbench.words import vocabularies, vocabulary_findings

__all__ = ["BuildReport", "Derived", "RowCount", "build", "derive"]

UTC = "UTC"
# What other tables are read against comes first; within a rank, the order of taking in.
_RANK = {Holds.PLACES: 0, Holds.SPEAKERS: 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What follows from originals and journal.

    `judged` is what decisions say of it, by the ids of the record. `left_out` counts
    the claims of accessions that were not asked for.
    """

    contents: Contents
    judged: Judged
    rows: dict[str, RowCount]
    left_out: int


@dataclass(slots=True)
class _Gathered:
    """What the tables have given so far. `shown` leads from stable names to the record's ids."""

    shown: dict[str, str] = field(default_factory=dict)
    own_ids: dict[str, str] = field(default_factory=dict)
    documents: dict[str, DocumentRecord] = field(default_factory=dict)
    texts: dict[str, TextRecord] = field(default_factory=dict)
    rows: dict[str, RowCount] = field(default_factory=dict)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0

    def forget(self, accession: str) -> None:
        """Take back what was gathered of an accession so far."""
        self.documents.pop(accession, None)
        self.findings[:] = [one for one in self.findings if one.accession != accession]


def build(case: Case, *, software: str) -> BuildReport:
    """Derive the record of the case anew and put it in place of the old one.

    The caller holds the case's lock. The old record stays until the new one is
    whole. A build that dies between the record and its watermark leaves a record
    that nobody trusts, and that the next command makes anew.

    Raises:
        JournalBrokenError, DiskError: as reading the journal says.
        SealedAwayError: this device cannot open what is in the case.
    """
    folded = folded_of(case)
    derived = derive(case, folded)
    contents = derived.contents
    in_use = [one for one in contents.accessions if one.in_use]
    readings_of(case).forget_others(
        {
            reading_key(
                a.original, a.size, a.accession, folded.settings.languages, folded.settings.zone
            )
            for a in in_use
        }
    )
    before = record_digest(*record_of(case))
    fresh, key = fresh_record_of(case)
    after = write_record(
        fresh,
        key,
        contents,
        software=software,
        state=folded.state,
        libraries=reads_with() if contents.texts else {},
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
        lists=sum(a.accession.holds is Holds.PERSONS for a in contents.accessions if a.in_use),
        findings=dict(sorted(Counter(finding.code for finding in contents.findings).items())),
        not_whole=tuple(one for one in contents.findings if one.code in NOT_WHOLE),
        losses=sum(finding.severity is Severity.LOSS for finding in contents.findings),
        record_digest=after,
        changed=before != after,
        missing=libraries.missing() if contents.texts else (),
        unread=sum(_is_for_want(finding) for finding in contents.findings),
    )


def _is_for_want(finding: Finding) -> bool:
    """Whether something was not read because a library is missing."""
    return finding.code == "unsupported" and libraries.INSTALL in finding.text


def derive(case: Case, folded: Folded, *, shipped: frozenset[str] | None = None) -> Derived:
    """Derive all that the record holds from originals and journal, without writing the record.

    With `shipped`, only these accessions are derived from: no name, place, speaker
    or claim of any other can enter, because nothing is read against it. The others
    are read for one thing only: a claim keeps the id that it has in the record.
    """
    accessions = accession_records(folded)
    gathered = _read_all(case, folded, [a for a in accessions if a.in_use], shipped)
    accessions = [a for a in accessions if shipped is None or a.id in shipped]
    gathered.findings[:0] = custody_findings(accessions)
    if shipped is None:
        gathered.findings[:0] = vocabulary_findings(folded)
    texts = tuple(gathered.texts[a.id] for a in accessions if a.id in gathered.texts)
    by_id = {one.id: one for one in accessions}
    gathered.findings.extend(picture_findings(texts, by_id))
    gathered.findings.extend(proof_findings(texts, by_id))
    judged = folded.judged.shown(gathered.shown)
    claims = _judged(gathered, accessions, judged)
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
    )
    return Derived(
        contents=contents,
        judged=judged,
        rows=dict(sorted(gathered.rows.items())),
        left_out=gathered.left_out,
    )


def _read_all(
    case: Case, folded: Folded, accessions: list[AccessionRecord], shipped: frozenset[str] | None
) -> _Gathered:
    """Read every table: places and speakers first, because the others are read against them."""
    gathered = _Gathered(
        places=[_declared(place) for place in folded.places],
        shown={one.name: one.id for one in folded.accessions},
    )
    words = vocabularies(folded.vocabulary)
    identifiers = Identifiers(places=(place.id for place in folded.places))
    set_aside, sizes = folded.judged.set_aside, sizes_stated(folded)
    chosen_by = choices(accessions)
    gazetteer = Gazetteer.of(())
    for rank in range(len(_RANK) + 1):
        if rank == 1:
            gazetteer = _settled_gazetteer(gathered, accessions)
        speakers = Speakers.of(gathered.speakers)
        for one in (a for a in accessions if _rank(a) == rank):
            kept = gathered if shipped is None or one.id in shipped else _Gathered()
            document = _document(
                case,
                one,
                kept,
                stated=sizes[one.original],
                settings=folded.settings,
            )
            if shipped is not None and document is not None and is_of_acled(document):
                # Whatever its sheet says: not even the plan could know before it was read.
                kept.forget(one.id)
                kept = _Gathered()
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
            )
            if text is not None and is_measured:
                rows = _measured(text, one, context, identifiers, kept)
            elif document is not None:
                chosen_rows = _chosen(document, one, kept, chosen_by)
                rows = _read_table(chosen_rows, one, context, identifiers, kept)
            _take(rows, one, kept)
            names = [folded.same_claim(claim_name(one.entry, own)) for own in rows.own_ids]
            gathered.shown.update(zip(names, (claim.id for claim in rows.claims), strict=True))
            if kept is not gathered:
                gathered.left_out += sum(name not in set_aside for name in names)
    return gathered


def _rank(one: AccessionRecord) -> int:
    holds = one.accession.holds
    return _RANK.get(holds, len(_RANK)) if holds else len(_RANK)


def _settled_gazetteer(gathered: _Gathered, accessions: list[AccessionRecord]) -> Gazetteer:
    """Index the places read so far, once their parents' names are turned into ids."""
    settled, findings = with_parents(gathered.places)
    files = {one.id: one.accession.path for one in accessions}
    gathered.findings.extend(replace(f, file=files.get(f.accession or "")) for f in findings)
    gathered.places[:] = settled
    return Gazetteer.of(settled)


def _take(rows: RowsRead, one: AccessionRecord, gathered: _Gathered) -> None:
    holds = str(one.accession.holds or Holds.SERIES)
    if one.accession.holds is not None or rows.rows_in:
        gathered.rows[holds] = gathered.rows.get(holds, RowCount()).plus(rows)
    gathered.claims[one.id] = rows.claims
    gathered.own_ids.update(zip((c.id for c in rows.claims), rows.own_ids, strict=True))
    gathered.places.extend(rows.places)
    gathered.speakers.extend(rows.speakers)
    gathered.findings.extend(rows.findings)


def _document(
    case: Case,
    one: AccessionRecord,
    gathered: _Gathered,
    *,
    stated: Collection[int],
    settings: CaseSettings,
) -> Document | None:
    """Read the accession's original; gives its table, if it is one, or says why it is only kept.

    A reading that was kept of an original that is gone is not used: the record follows
    from what is here, and is the same whether the cache is there or not.
    """
    try:
        require_here(case, one.original)
        document = read_document(
            case,
            original=one.original,
            size=one.size,
            accession=one.accession,
            stated=stated,
            languages=settings.languages,
            zone=settings.zone,
        )
    except OriginalAlteredError as error:
        # Whoever wrote the entry may also have sent it without the file, or have made it up.
        gathered.findings.append(not_whole_finding(one, error))
        return None
    if document is None:
        text = "Qantar does not read this kind of file yet; it is kept, but not in the record."
        severity = Severity.LOSS if one.accession.holds else Severity.NOTE
        gathered.findings.append(about(one, "unsupported", text, severity))
        return None
    gathered.findings.extend(_of(one, finding) for finding in document.findings)
    if isinstance(document, ReadText):
        _count_messages(document, one, gathered)
        gathered.texts[one.id] = TextRecord(
            accession=one.id,
            original=one.original,
            documents=document.documents,
            records=document.records,
        )
        return None
    if one.accession.holds is None:
        _keep_table(document, one, gathered)
    return document


def _count_messages(document: ReadText, one: AccessionRecord, gathered: _Gathered) -> None:
    """Count the rows of a table of messages, as those of any other table."""
    if one.accession.holds is not Holds.MESSAGES:
        return
    ends = [end for _, end in document.documents]
    read = sum(int(str(end.meta.get("chat.messages", 0))) for end in ends)
    lost = sum(end.unreadable for end in ends)
    rows = RowsRead(rows_in=read + lost, rows_read=read, rows_unreadable=lost)
    holds = str(one.accession.holds)
    gathered.rows[holds] = gathered.rows.get(holds, RowCount()).plus(rows)


def _read_table(
    document: Document,
    one: AccessionRecord,
    context: Context,
    identifiers: Identifiers,
    gathered: _Gathered,
) -> RowsRead:
    """Read a table. Of a series, which may be very long, only the rows of outages are kept."""
    if one.accession.holds is not Holds.SERIES:
        _keep_table(document, one, gathered)
        return read_rows(document, context, identifiers)
    rows, shown = read_series_table(document, context, identifiers)
    some = replace(document, rows=tuple(row for row in document.rows if row.number in shown))
    _keep_table(some, one, gathered)
    return rows


def _measured(
    text: TextRecord,
    one: AccessionRecord,
    context: Context,
    identifiers: Identifiers,
    gathered: _Gathered,
) -> RowsRead:
    """Read measurements, and keep the rows that claims stand on as a table beside the document."""
    found = measured(text.records(), context, identifiers)
    begin = text.documents[0][0]
    if found.rows:
        gathered.documents[one.id] = DocumentRecord(
            accession=one.id,
            original=one.original,
            reader=f"{begin.reader}/{begin.version}",
            media_type=begin.media_type,
            encoding=begin.encoding,
            header=HEADER,
            rows=found.rows,
        )
    return found.account


def is_measurement(text: TextRecord) -> bool:
    """Whether a file that was read holds measurements of networks."""
    return bool(text.documents) and text.documents[0][0].reader == MEASURED


def _chosen(
    document: Document, one: AccessionRecord, gathered: _Gathered, chosen_by: Choices
) -> Document:
    """The table with the rows that the accession means alone."""
    if one.accession.only is not None:
        choice = chosen_by[one.original, one.accession.only.header]
        document, left = chosen(document, one.accession.only, elsewhere=choice.values)
        # What nobody chooses is told once, by the first of them.
        if left is not None and (choice.first == one.id or left.severity is Severity.LOSS):
            gathered.findings.append(_of(one, left))
    return document


def _keep_table(document: Document, one: AccessionRecord, gathered: _Gathered) -> None:
    """Keep a table as found."""
    gathered.findings.extend(licence_findings(one, document))
    gathered.documents[one.id] = DocumentRecord(
        accession=one.id,
        original=one.original,
        reader=f"{document.reader}/{document.version}",
        media_type=document.media_type,
        encoding=document.encoding,
        header=document.header,
        rows=document.rows,
        meta=tuple(sorted(document.meta.items())),
    )


def _of(one: AccessionRecord, finding: Finding) -> Finding:
    return replace(finding, file=one.accession.path, original=one.original, accession=one.id)


def _declared(place: DeclaredPlace) -> Place:
    """A place that the sheet itself declares."""
    names = tuple((tongue, name) for tongue, name in (("kk", place.kk), ("ru", place.ru)) if name)
    return Place(
        id=place.id,
        name=place.name,
        kind=place.kind or "site",
        names=names,
        variants=place.latin,
        former=place.former,
        parent=place.parent,
        lat=place.lat,
        lon=place.lon,
    )


def _judged(
    gathered: _Gathered, accessions: list[AccessionRecord], judged: Judged
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
