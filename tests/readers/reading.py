"""Readers, run in this process: what one makes of some bytes, checked as an answer is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import msgspec

from qantar.model.finding import Finding
from qantar.model.segment import Segment
from qantar.readers.answer import Begin, DocumentWriter, End, Noted, Quoted, Text, records
from qantar.readers.job import Job
from qantar.readers.registry import read


@dataclass(slots=True)
class ReadDocument:
    """A document as it was answered: its beginning, text, segments, findings and end."""

    begin: Begin
    text: str = ""
    segments: list[Segment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    end: End | None = None

    @property
    def meta(self) -> dict[str, object]:
        return {**self.begin.meta, **(self.end.meta if self.end else {})}

    def of_kind(self, kind: str) -> list[str]:
        """The texts of all segments of a kind."""
        return [self.text[s.start : s.end] for s in self.segments if s.kind == kind]

    def codes(self) -> set[str]:
        return {finding.code for finding in self.findings}

    def to_json(self) -> dict[str, object]:
        """All of it, as golden files have it; every segment with its text."""
        return {
            "document": msgspec.to_builtins(self.begin),
            "text": self.text,
            "segments": [
                {
                    **msgspec.to_builtins(s),
                    "locator": s.locator.to_json(),
                    "text": self.text[s.start : s.end],
                }
                for s in self.segments
            ],
            "findings": [
                {
                    "code": f.code,
                    "severity": f.severity.value,
                    "text": f.text,
                    "where": f.where.to_json() if f.where else None,
                }
                for f in self.findings
            ],
            "end": msgspec.to_builtins(self.end),
        }


def answered(data: bytes, job: Job) -> bytes:
    """Let the reader that knows the bytes answer, as a child would."""
    out = BytesIO()
    writer = DocumentWriter(out)
    read(BytesIO(data), job, writer)
    writer.finish()
    return out.getvalue()


def documents(answer: bytes) -> list[ReadDocument]:
    """Put the documents of an answer together; what no sound reader gives is refused."""
    return list(_documents(answer))


def _documents(answer: bytes) -> Iterator[ReadDocument]:
    for record in records(BytesIO(answer)):
        match record:
            case Begin():
                document = ReadDocument(record)
            case Text():
                document.text += record.text
            case Quoted():
                assert document.text[record.segment.start : record.segment.end] == record.text, (
                    record
                )
                document.segments.append(record.segment)
            case Noted():
                document.findings.append(record.finding)
            case End():
                document.end = record
                yield document


def read_bytes(data: bytes, name: str, **asked: object) -> list[ReadDocument]:
    """Read bytes as a file of this name."""
    return documents(answered(data, msgspec.convert({"name": name, **asked}, Job)))
