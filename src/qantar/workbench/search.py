"""Search the record and say of each hit what a person wants to know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qantar.archive.case import Case
from qantar.errors import CaseKeyError
from qantar.model.claim import Claim
from qantar.readers.ocr import READER as OCR
from qantar.record.facts import read_claims, read_files
from qantar.record.passage_search import PassageHit, search_passages
from qantar.record.protected import ProtectedFact, search_protected
from qantar.record.search import Hit, Term
from qantar.record.search import search as search_record
from qantar.workbench.current import ensure_current
from qantar.workbench.stores import record_of


def _nobody(_: str) -> None:
    """Hear a sentence that nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One hit; `claim` is given where a claim was found."""

    hit: Hit
    claim: Claim | None

    def to_json(self) -> dict[str, object]:
        """The hit as `qantar search --json` prints it."""
        found: dict[str, object] = {
            "type": self.hit.type,
            "id": self.hit.ref,
            "text": self.hit.text,
            "snippet": self.hit.snippet,
        }
        return found | (_claim_json(self.claim) if self.claim else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageAnswer:
    """A passage that was found, with the file that it stands in and who speaks there."""

    hit: PassageHit
    file: str
    source: str

    @property
    def is_by_sight(self) -> bool:
        """Whether a program made it out on a picture, so that it has to be compared with that."""
        return self.hit.passage.reader == OCR

    def to_json(self) -> dict[str, object]:
        """The passage as `qantar search --json` prints it."""
        passage, segment = self.hit.passage, self.hit.passage.segment
        return {
            "type": "passage",
            "id": passage.id,
            "text": passage.text,
            "snippet": self.hit.snippet,
            "kind": segment.kind.value,
            "speaker": segment.speaker,
            "role": segment.role,
            "at": segment.at,
            "at_zone": segment.at_zone,
            "source": self.source,
            "file": self.file,
            "member": passage.member,
            "start": segment.start,
            "end": segment.end,
            "locator": segment.locator.to_json(),
            "reader": passage.reader,
            "by_sight": self.is_by_sight,
            "confidence": segment.confidence,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was looked for, and the first of `total` hits.

    `passages` are the newest of `passages_total`, which is all of them where
    `passages_counted`, else at least so many.
    """

    terms: tuple[Term, ...]
    answers: tuple[Answer, ...]
    total: int
    passages: tuple[PassageAnswer, ...] = ()
    passages_total: int = 0
    passages_counted: bool = True


def search(
    case: Case,
    query: str,
    *,
    limit: int | None,
    software: str = "qantar",
    tell: Callable[[str], None] = _nobody,
) -> Answers:
    """Look for all words of the query in the case's record; see `qantar.record.search`.

    In documents, passages are found, the newest first; see `passage_search`.

    A record that does not follow from the journal as it is, is built anew first.

    Args:
        case: the case; its lock is taken where the record is built.
        query: as typed.
        limit: at most so many hits, None for all.
        software: name and version of the program, for a new record.
        tell: is told, in a sentence, that the record was built anew, and why.

    Raises:
        RecordMissingError: the case has never been built.
        CaseLockedError: the record must be built and another process is writing.
    """
    said = ensure_current(case, software=software, whole=False)
    if said:
        tell(said)
    try:
        return _answers(case, query, limit=limit)
    except CaseKeyError:
        # A page is not the one that was built; all of the file is looked at, and built anew.
        if said := ensure_current(case, software=software):
            tell(said)
        return _answers(case, query, limit=limit)


def _answers(case: Case, query: str, *, limit: int | None) -> Answers:
    found = search_record(*record_of(case), query, limit=limit)
    ids = (hit.ref for hit in found.hits if hit.type == "claim")
    claims = read_claims(*record_of(case), ids)
    answers = tuple(
        Answer(hit=hit, claim=claims.get(hit.ref) if hit.type == "claim" else None)
        for hit in found.hits
    )
    in_texts = search_passages(*record_of(case), query, limit=limit)
    files = read_files(*record_of(case), {hit.passage.accession for hit in in_texts.hits})
    passages = tuple(_passage(hit, files) for hit in in_texts.hits)
    return Answers(
        terms=found.terms,
        answers=answers,
        total=found.total,
        passages=passages,
        passages_total=in_texts.total,
        passages_counted=in_texts.is_counted,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedAnswer:
    """A protected fact that was found, with the file it stands in."""

    fact: ProtectedFact
    file: str
    source: str

    def to_json(self) -> dict[str, object]:
        """The fact as `qantar search --protected --json` prints it."""
        return {
            "type": "protected",
            "id": f"{self.fact.accession}/{self.fact.document}",
            "name": self.fact.name,
            "value": self.fact.value,
            "source": self.source,
            "file": self.file,
            "member": self.fact.member,
        }


def protected_answers(
    case: Case, query: str, *, software: str = "qantar", tell: Callable[[str], None] = _nobody
) -> tuple[ProtectedAnswer, ...]:
    """Look for all words of the query in the protected part alone, in the order of taking in.

    Arguments and errors are as those of `search`.
    """
    said = ensure_current(case, software=software)
    if said:
        tell(said)
    found = search_protected(*record_of(case), query)
    files = read_files(*record_of(case), {one.accession for one in found})
    return tuple(
        ProtectedAnswer(fact=one, file=files[one.accession][0], source=files[one.accession][1])
        for one in found
    )


def _passage(hit: PassageHit, files: Mapping[str, tuple[str, str]]) -> PassageAnswer:
    file, source = files[hit.passage.accession]
    return PassageAnswer(hit=hit, file=file, source=source)


def _claim_json(claim: Claim) -> dict[str, object]:
    return {
        "kind": claim.kind,
        "statement": claim.statement,
        "said_by": claim.said_by,
        "said": claim.said.text if claim.said else None,
        "when": claim.when.text if claim.when else None,
        "where": [where.text for where in claim.where],
        "file": claim.passage.file,
        "sheet": claim.passage.sheet,
        "row": claim.passage.row,
        "line": claim.passage.line,
        "url": claim.url,
    }
