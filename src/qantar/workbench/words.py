"""The words of a case: the vocabularies that Qantar ships, with those that its sheets declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qantar.model.declared import DeclaredTerm
from qantar.model.finding import Finding, Severity
from qantar.model.vocabulary import AS_ITS_FAMILY, Term, Vocabulary, load
from qantar.reading.person_statuses import VOCABULARY
from qantar.workbench.folded import Folded


def vocabularies(declared: Iterable[DeclaredTerm]) -> dict[str, Vocabulary]:
    """The shipped vocabularies that the case extends, each with the terms its sheets declare.

    Of two definitions of one word the later holds; a word that Qantar ships itself,
    perhaps only since the sheet was written, stays as it is shipped.
    """
    terms: dict[str, dict[str, Term]] = {}
    for one in declared:
        if _is_shipped(one):
            continue
        labels = {"en": one.en, "ru": one.ru or one.en, "kk": one.kk or one.en}
        term = Term(
            id=one.id,
            labels=labels,
            note=one.note or "",
            family=one.family,
            crosswalk={},
            aliases=(),
            flags=_flags(one),
        )
        terms.setdefault(one.vocabulary, {})[one.id] = term
    return {name: load(name).extended(added.values()) for name, added in terms.items()}


def words_of_statuses(declared: Iterable[DeclaredTerm]) -> Vocabulary:
    """The vocabulary person-status with the terms that sheets declare."""
    return vocabularies(declared).get(VOCABULARY) or load(VOCABULARY)


def vocabulary_findings(folded: Folded) -> list[Finding]:
    """Words of the case whose definition is not, or not only, what a sheet says."""
    shipped = [one for one in folded.vocabulary if _is_shipped(one)]
    held = "Qantar has this word itself; its own definition holds."
    later = "a later sheet defines it in another way; the later definition holds."
    return [
        *(_about_term(one.term, later, one.name, one.original) for one in folded.redefined),
        *(_about_term(one, held) for one in shipped),
    ]


def _flags(term: DeclaredTerm) -> Mapping[str, bool | str]:
    """What rules know of a declared word: of a status, what they know of its family's word."""
    if term.vocabulary not in AS_ITS_FAMILY:
        return {}
    family = load(term.vocabulary).terms.get(term.family or "")
    return family.flags if family else {}


def _is_shipped(term: DeclaredTerm) -> bool:
    return load(term.vocabulary).find(term.id) is not None


def _about_term(
    term: DeclaredTerm, said: str, name: str | None = None, original: str | None = None
) -> Finding:
    return Finding(
        code="redefined-term",
        text=f'"{term.id}" of the vocabulary {term.vocabulary}: {said}',
        severity=Severity.NOTE,
        file=name,
        original=original,
    )
