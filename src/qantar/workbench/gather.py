"""What one accession gives to a build: its table or its documents, and what is read of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from qantar.archive.case import Case
from qantar.archive.original_errors import OriginalMissingError
from qantar.archive.originals import require_here
from qantar.errors import OriginalAlteredError
from qantar.model.accession import CaseSettings, Holds
from qantar.model.claim import Claim
from qantar.model.document import Document
from qantar.model.finding import Finding, Severity
from qantar.model.name_table import NameForms
from qantar.model.pattern_row import PatternRow
from qantar.model.person_row import PersonRow
from qantar.model.place import Gazetteer, Place
from qantar.model.speaker import Speaker
from qantar.reading.choice import chosen
from qantar.reading.context import Context, RowsRead
from qantar.reading.identifiers import Identifiers
from qantar.reading.licence import CODE as NOT_REPUBLISHED
from qantar.reading.measured import HEADER, measured
from qantar.reading.measured import READER as MEASURED
from qantar.reading.places import with_parents
from qantar.reading.series_table import read_series_table
from qantar.reading.table import read_rows
from qantar.record.contents import AccessionRecord, DocumentRecord, TextRecord
from qantar.record.readings import Readings
from qantar.workbench.accessions import Choices, about
from qantar.workbench.build_report import RowCount
from qantar.workbench.documents import ReadText, read_document
from qantar.workbench.wholeness import not_whole_finding
from qantar.workbench.with_form import LABELS, FormFile, form_of


@dataclass(slots=True)
class Gathered:
    """What the tables have given so far. `shown` leads from stable names to the record's ids."""

    shown: dict[str, str] = field(default_factory=dict)
    own_ids: dict[str, str] = field(default_factory=dict)
    documents: dict[str, DocumentRecord] = field(default_factory=dict)
    texts: dict[str, TextRecord] = field(default_factory=dict)
    rows: dict[str, RowCount] = field(default_factory=dict)
    claims: dict[str, tuple[Claim, ...]] = field(default_factory=dict)
    persons: dict[str, tuple[PersonRow, ...]] = field(default_factory=dict)
    patterns: dict[str, tuple[PatternRow, ...]] = field(default_factory=dict)
    names: list[NameForms] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    speakers: list[Speaker] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0
    hidden: int = 0

    def leave_out(self, claims: int, *, hidden: bool) -> None:
        """Count claims that do not leave: those of hidden rows, or of withheld accessions."""
        if hidden:
            self.hidden += claims
        else:
            self.left_out += claims

    def forget(self, accession: str) -> None:
        """Take back what was gathered of an accession so far."""
        self.documents.pop(accession, None)
        self.texts.pop(accession, None)
        self.findings[:] = [one for one in self.findings if one.accession != accession]


def take(rows: RowsRead, one: AccessionRecord, gathered: Gathered) -> None:
    """Take what was read of an accession's rows; measurements count as the rows of a series."""
    holds = str(one.accession.holds or Holds.SERIES)
    if one.accession.holds is not None or rows.rows_in:
        gathered.rows[holds] = gathered.rows.get(holds, RowCount()).plus(rows)
    gathered.claims[one.id] = rows.claims
    if rows.persons:
        gathered.persons[one.id] = rows.persons
    if rows.patterns:
        gathered.patterns[one.id] = rows.patterns
    gathered.own_ids.update(zip((c.id for c in rows.claims), rows.own_ids, strict=True))
    gathered.names.extend(rows.names)
    gathered.places.extend(rows.places)
    gathered.speakers.extend(rows.speakers)
    gathered.findings.extend(rows.findings)


def read_original(
    case: Case,
    one: AccessionRecord,
    gathered: Gathered,
    *,
    stated: Collection[int],
    settings: CaseSettings,
    forms: Mapping[str, FormFile],
    kept: Readings,
) -> Document | None:
    """Read the accession's original; gives its table, if it is one, or says why it is only kept.

    A reading that was kept of an original that is gone is not used: the record follows
    from what is here, and is the same whether the cache is there or not.
    """
    form = _form_of(case, one, forms, gathered)
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
            form=form,
            kept=kept,
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
    gathered.findings.extend(
        _of(one, finding)
        for finding in document.findings
        if one.accession.republish or finding.code != NOT_REPUBLISHED  # the sheet says it already
    )
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


def _form_of(
    case: Case, one: AccessionRecord, forms: Mapping[str, FormFile], gathered: Gathered
) -> FormFile | None:
    """The form that the accession names, or a word on why it is not used."""
    form = form_of(one.accession, forms)
    try:
        if form is not None:
            require_here(case, form.original)
    except OriginalMissingError:
        form = None
    if one.accession.form and form is None:
        text = (
            f'The form "{one.accession.form}" is no file of this case, or may not be shown with '
            "this one, or several files have this path. Add it too, under a path of its own, with "
            "as open a consent."
        )
        gathered.findings.append(about(one, LABELS, text, Severity.LOSS))
    return form


def _count_messages(document: ReadText, one: AccessionRecord, gathered: Gathered) -> None:
    """Count the rows of a table of messages, as those of any other table."""
    if one.accession.holds is not Holds.MESSAGES:
        return
    ends = [end for _, end in document.documents]
    read = sum(int(str(end.meta.get("chat.messages", 0))) for end in ends)
    lost = sum(end.unreadable for end in ends)
    rows = RowsRead(rows_in=read + lost, rows_read=read, rows_unreadable=lost)
    holds = str(one.accession.holds)
    gathered.rows[holds] = gathered.rows.get(holds, RowCount()).plus(rows)


def read_table_rows(
    document: Document,
    one: AccessionRecord,
    context: Context,
    identifiers: Identifiers,
    gathered: Gathered,
) -> RowsRead:
    """Read a table. Of a series, which may be very long, only the rows of outages are kept."""
    if one.accession.holds is not Holds.SERIES:
        _keep_table(document, one, gathered)
        return read_rows(document, context, identifiers)
    rows, shown = read_series_table(document, context, identifiers)
    some = replace(document, rows=tuple(row for row in document.rows if row.number in shown))
    _keep_table(some, one, gathered)
    return rows


def read_measurements(
    text: TextRecord,
    one: AccessionRecord,
    context: Context,
    identifiers: Identifiers,
    gathered: Gathered,
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


def chosen_rows(
    document: Document, one: AccessionRecord, gathered: Gathered, chosen_by: Choices
) -> Document:
    """The table with the rows that the accession means alone."""
    if one.accession.only is not None:
        choice = chosen_by[one.original, one.accession.only.header]
        document, left = chosen(document, one.accession.only, elsewhere=choice.values)
        # What nobody chooses is told once, by the first of them.
        if left is not None and (choice.first == one.id or left.severity is Severity.LOSS):
            gathered.findings.append(_of(one, left))
    return document


def _keep_table(document: Document, one: AccessionRecord, gathered: Gathered) -> None:
    """Keep a table as found."""
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


def settled_gazetteer(gathered: Gathered, accessions: list[AccessionRecord]) -> Gazetteer:
    """Index the places read so far, once their parents' names are turned into ids."""
    settled, findings = with_parents(gathered.places)
    files = {one.id: one.accession.path for one in accessions}
    gathered.findings.extend(replace(f, file=files.get(f.accession or "")) for f in findings)
    gathered.places[:] = settled
    return Gazetteer.of(settled)
