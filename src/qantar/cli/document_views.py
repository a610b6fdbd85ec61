"""How a document that was read is shown: as the JSON of the contract, or to a person."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import click

from qantar.cli.options import amount
from qantar.cli.output import finding_json, json_line, say, say_json, warn

if TYPE_CHECKING:
    from qantar.model.finding import Finding
    from qantar.model.segment import Media, Reaction, Segment, Word
    from qantar.readers.answer import Begin, End, Quoted, Sound

_SHOWN_SEGMENTS: Final = 10
_SHOWN_CHARS: Final = 200
_OF_MESSAGES: Final = ("id", "forwarded_from", "reply_to", "edited", "deleted", "media", "service")
_MESSAGE_KINDS: Final = ("message", "system")


class JsonView:
    """Prints documents as the contract has them.

    A document's own line says how long it is, which shows only at its end; until then
    its other lines are held, packed.
    """

    def __init__(self, sha256: str) -> None:
        """Print documents of a file of that hash."""
        self._sha256 = sha256

    def take(self, record: Sound) -> None:
        """Print, or hold, one record."""
        from qantar.readers import answer  # noqa: PLC0415

        match record:
            case answer.Begin():
                self._begin = record
                self._held = zlib.compressobj(1)
                self._lines: list[bytes] = []
                self._findings: list[Finding] = []
            case answer.Quoted():
                line = json_line({"segment": _segment_json(record)})
                self._lines.append(self._held.compress(f"{line}\n".encode()))
            case answer.Noted():
                self._findings.append(record.finding)
            case answer.End():
                self._print(record)

    def _print(self, end: End) -> None:
        say_json({"document": _document_json(self._begin, end, self._sha256)})
        self._lines.append(self._held.flush())
        unpack = zlib.decompressobj()
        for packed in self._lines:
            click.echo(unpack.decompress(packed), nl=False)
        click.echo(unpack.flush(), nl=False)
        for finding in self._findings:
            say_json({"finding": finding_json(finding)})


def _document_json(begin: Begin, end: End, sha256: str) -> dict[str, object]:
    plain: dict[str, object] = {
        "id": begin.id,
        "parent": begin.parent,
        "member": begin.member,
        "reader": begin.reader,
        "version": begin.version,
        "media_type": begin.media_type,
        "encoding": begin.encoding,
        "language": None,
        "chars": end.chars,
        "sha256": begin.sha256 or (sha256 if begin.parent is None else None),
        "meta": {**begin.meta, **end.meta},
    }
    if begin.header is not None:
        plain["header"] = list(begin.header)
        plain["unreadable"] = end.unreadable
    return plain


def _segment_json(quoted: Quoted) -> dict[str, object]:
    import msgspec  # noqa: PLC0415  # loaded when it is run

    segment = quoted.segment
    known = msgspec.to_builtins(segment)
    plain: dict[str, object] = {
        "kind": segment.kind.value,
        "start": segment.start,
        "end": segment.end,
        "text": quoted.text,
        "locator": segment.locator.to_json(),
    }
    always = ("speaker", "role", "language", "language_confidence", "at", "at_zone", "at_other")
    plain |= {name: known.get(name) for name in always}
    if segment.kind in _MESSAGE_KINDS:
        plain |= {name: known.get(name) for name in _OF_MESSAGES}
        plain["deleted"] = segment.deleted
    if segment.kind in _MESSAGE_KINDS or segment.media:
        plain["media"] = [_each_field(one) for one in segment.media]
    if segment.reactions:
        plain["reactions"] = [_each_field(one) for one in segment.reactions]
    if segment.boxes:
        plain["boxes"] = list(segment.boxes)
    if segment.words:
        plain["words"] = [_word_json(quoted, word) for word in segment.words]
    return {**plain, **{name: value for name, value in known.items() if name not in plain}}


def _each_field(one: Media | Reaction) -> dict[str, object]:
    """All fields, also those that nobody knows: a reader of the JSON looks each up by its name."""
    return {name: getattr(one, name) for name in one.__struct_fields__}


def _word_json(quoted: Quoted, word: Word) -> dict[str, object]:
    start = quoted.segment.start
    return {
        "text": quoted.text[word.start - start : word.end - start],
        "start": word.start,
        "end": word.end,
        "box": word.box,
        "confidence": word.confidence,
        "line": word.line,
    }


class View:
    """Shows documents to a person: what each is, how it begins, what was noticed."""

    def take(self, record: Sound) -> None:
        """Show one record."""
        from qantar.readers import answer  # noqa: PLC0415

        match record:
            case answer.Begin():
                self._begin(record)
            case answer.Quoted():
                is_part = self._is_table and record.segment.raw is None  # what a row hides
                self._count += not is_part
                if self._count <= _SHOWN_SEGMENTS:
                    say(_in_words(record))
            case answer.Noted():
                self._findings.append(record.finding)
            case answer.End():
                self._end(record)

    def _begin(self, begin: Begin) -> None:
        self._count = 0
        self._findings: list[Finding] = []
        self._is_table = begin.header is not None
        of = f"{begin.member}: " if begin.member else ""
        kind = ", ".join(part for part in (begin.media_type, begin.encoding) if part)
        say(f"{of}{kind}")
        for name, value in sorted(begin.meta.items()):
            say(f"  {name}: {value}")
        if begin.header:
            say(" | ".join(begin.header))

    def _end(self, end: End) -> None:
        what = "row" if self._is_table else "passage"
        rest = self._count - _SHOWN_SEGMENTS
        if rest > 0:
            say(f"and {amount(rest, f'more {what}')}; --json shows all")
        lost = f", {end.unreadable:,} unreadable" if self._is_table else ""
        say(f"{amount(self._count, what)}{lost}, {amount(end.chars, 'character')}")
        warn(self._findings)


def _in_words(quoted: Quoted) -> str:
    segment = quoted.segment
    if segment.raw is not None:
        return f"{segment.locator.row}: {' | '.join(segment.raw)}"
    said = " ".join(quoted.text.split())
    cut = f"{said[:_SHOWN_CHARS]}…" if len(said) > _SHOWN_CHARS else said
    return f"{_who(segment)}{' '.join(part for part in (cut, _beside(segment)) if part)}"


def _beside(segment: Segment) -> str:
    """What a message has beside its text, or in its place."""
    said = [" ".join(part for part in (one.kind.value, one.name) if part) for one in segment.media]
    said += ["deleted"] if segment.deleted else []
    said += ["edited"] if segment.edited else []
    return f"({'; '.join(said)})" if said else ""


def _who(segment: Segment) -> str:
    parts = (segment.kind.value, segment.role, segment.speaker, segment.at)
    return f"[{', '.join(str(part) for part in parts if part)}] "
