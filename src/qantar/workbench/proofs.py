"""Findings about proofs: whether the case has the bytes that a proof speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from qantar.model.finding import Finding, Severity
from qantar.model.read_document import MetaValue
from qantar.record.contents import AccessionRecord, TextRecord


@dataclass(slots=True)
class _Known:
    """The files of the case: by the hash of their bytes, and hashes by their names."""

    names: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, set[str]] = field(default_factory=dict)

    def add(self, path: str, digest: str) -> None:
        """Know a file, or a member of one, by its own name without folders."""
        name = PurePosixPath(path.replace("\\", "/")).name
        self.names.setdefault(digest, name)
        self.hashes.setdefault(name.casefold(), set()).add(digest)


def proof_findings(
    texts: Sequence[TextRecord], accessions: Mapping[str, AccessionRecord]
) -> Iterator[Finding]:
    """Say of each proof whether what it speaks of is here, as it was, in the order of taking in."""
    known = _Known()
    for one in accessions.values():
        known.add(one.accession.path, one.original)
    for text in texts:
        for begin, _ in text.documents:
            if begin.sha256 and begin.member:
                known.add(begin.member, begin.sha256)
    for text in texts:
        for begin, _ in text.documents:
            if begin.reader == "provenance" and "proof.file_hash" in begin.meta:
                yield _finding(begin.meta, accessions[text.accession], known)


def _finding(meta: Mapping[str, MetaValue], one: AccessionRecord, known: _Known) -> Finding:
    digest = str(meta["proof.file_hash"])
    said = str(meta.get("protected.proof.filename") or meta.get("protected.proof.filepath") or "")
    name = PurePosixPath(said.replace("\\", "/")).name
    code, severity = "proof-matched", Severity.NOTE
    if digest in known.names:
        text = (
            f'The proof speaks of the very bytes of "{known.names[digest]}": their hash is the one '
            "it states. When they were made, and by whom, it only claims."
        )
    elif known.hashes.get(name.casefold()):
        code, severity = "digest-mismatch", Severity.LOSS
        text = (
            "A file of the name that the proof gives is here, but with other bytes than it speaks "
            "of: it was changed since, or is another one."
        )
    else:
        code = "proof-unmatched"
        text = "No file of the case has the hash that the proof states. Add the file it speaks of."
    return Finding(
        code=code,
        text=text,
        severity=severity,
        file=one.accession.path,
        original=one.original,
        accession=one.id,
    )
