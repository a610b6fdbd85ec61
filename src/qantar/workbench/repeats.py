"""Findings about what stands in several files of a case: the same submissions, the same chat.

An export that was made again holds what the one before it held, and more; a submission that
was edited keeps its id. Nothing is left out and nothing is joined; but whoever counts what a
search finds must know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from qantar.model.claim import Claim, OutageDetail
from qantar.model.finding import Finding, Severity
from qantar.record.contents import AccessionRecord, TextRecord

_SUBMISSION: Final = "kobo.root_uuid"
_CHAT: Final = "telegram.id"
_NAMED: Final = 10
_SAID: Final = {
    _SUBMISSION: (
        "Of its submissions {count:,} stand in {file} too, under the id that stays: states of one "
        "that was edited, or copies. All were kept; a search finds each of them."
    ),
    _CHAT: (
        "The same chat stands in {file} too. Messages that both hold were kept twice; a search "
        "finds each of them."
    ),
}


def repeat_findings(
    texts: Sequence[TextRecord], accessions: Mapping[str, AccessionRecord]
) -> Iterator[Finding]:
    """Say of each file which files taken in before it hold the same; the last ten of them."""
    first: dict[tuple[str, str], list[str]] = {}
    for text in texts:
        shared: Counter[tuple[str, str]] = Counter()
        for key in _ids(text):
            holders = first.setdefault(key, [])
            shared.update((key[0], before) for before in holders)
            holders.append(text.accession)
            del holders[:-_NAMED]
        for (kind, before), count in sorted(shared.items()):
            one = accessions[text.accession]
            file = f'"{accessions[before].accession.path}" ({before})'
            yield Finding(
                code="duplicate-id",
                text=_SAID[kind].format(count=count, file=file),
                severity=Severity.NOTE,
                file=one.accession.path,
                original=one.original,
                accession=one.id,
            )


def _ids(text: TextRecord) -> Iterator[tuple[str, str]]:
    """What the documents of a file are, each once."""
    found: dict[tuple[str, str], None] = {}
    for begin, end in text.documents:
        for name, value in (*begin.meta.items(), *end.meta.items()):
            if name in _SAID:
                found[name, str(value)] = None
    yield from found


def outage_findings(
    claims: Iterable[Claim], accessions: Mapping[str, AccessionRecord]
) -> Iterator[Finding]:
    """Say of outages that the rule derived from two files, whose spans overlap, that they are one.

    Each file gives its own claim, so that both can be checked; as windows they stand twice.
    """
    first: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        detail = claim.detail
        if not isinstance(detail, OutageDetail) or detail.rule is None:
            continue
        what = (claim.voice, detail.network, detail.method, claim.where, claim.when)
        before = first.setdefault(what, claim)
        if before.passage.accession != claim.passage.accession:
            one = accessions[claim.passage.accession]
            yield Finding(
                code="duplicate-instant",
                # A dossier shows it: no path of another file.
                text=f"The outage {claim.id} is {before.id}, derived from values of the same time "
                f"in {before.passage.accession}. It stands twice; reject one, or withdraw one "
                "file.",
                severity=Severity.NOTE,
                file=one.accession.path,
                original=one.original,
                accession=one.id,
            )
