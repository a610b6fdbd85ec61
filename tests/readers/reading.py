"""Readers, run in this process: what one makes of some bytes, checked as an answer is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

import msgspec

from qantar.model.finding import Finding
from qantar.model.segment import Segment
from qantar.readers.answer import Begin, DocumentWriter, End, Noted, Quoted, Sound, Text, records
from qantar.readers.confined import Readers
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

    def words(self, code: str) -> str:
        """The texts of all findings of a code."""
        return " ".join(finding.text for finding in self.findings if finding.code == code)

    def cells(self) -> list[tuple[object, ...]]:
        """Each cell: table, row, column, text."""
        return [
            (s.locator.table, s.locator.row, s.locator.column, self.text[s.start : s.end])
            for s in self.segments
            if s.kind == "table-cell"
        ]

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
    return list(_put_together(records(BytesIO(answer))))


def _put_together(sound: Iterable[Sound]) -> Iterator[ReadDocument]:
    for record in sound:
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


def read_one(data: bytes, name: str) -> ReadDocument:
    """Read bytes that hold one document."""
    (found,) = read_bytes(data, name)
    return found


def read_confined(readers: Readers, data: bytes, job: Job) -> list[ReadDocument]:
    """Read bytes as a confined child does: without a path, a process or a library to load."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return list(_put_together(readers.read(file.fileno(), job)))
