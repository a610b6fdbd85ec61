"""Documents of a dossier: passages in order, speakers, and nothing that was not left standing."""

from __future__ import annotations

from pathlib import Path

from qantar.dossier.documents import shown_documents
from qantar.dossier.pages.documents import write_documents
from qantar.dossier.pages.search import write_search
from qantar.model.finding import Locator
from qantar.model.read_document import Begin, End, Quoted, Sound, Text
from qantar.model.segment import Role, Segment, SegmentKind
from qantar.record.contents import TextRecord
from tests.readers.reading import read_bytes

from .editions import Desk, page, written


def text_of(*spans: tuple[str, str, dict[str, object]], text: str) -> TextRecord:
    """One document: the kinds and texts of its segments, outer ones first."""
    records: list[Sound] = [
        Begin(id="1", reader="r", version=1, media_type="text/plain"),
        Text(text),
    ]
    for kind, said, more in spans:
        start = text.index(said)
        segment = Segment(
            kind=SegmentKind(kind),
            start=start,
            end=start + len(said),
            locator=Locator(line=1),
            **more,  # type: ignore[arg-type]  # named by the caller
        )
        records.append(Quoted(segment, said))
    records.append(End(chars=len(text)))
    return TextRecord(
        accession="a1", original="0" * 64, documents=(), records=lambda: iter(records)
    )


def test_what_was_deleted_or_remarked_in_a_file_is_not_shown() -> None:
    text = "He [was] came at noon. (Who says so?)\nPage 3\n"
    (shown,) = shown_documents(
        text_of(
            ("paragraph", "He [was] came at noon. (Who says so?)", {}),
            ("deleted", "[was] ", {}),
            ("comment", " (Who says so?)", {}),
            ("footer", "Page 3", {}),
            text=text,
        )
    )
    assert [passage.text for passage in shown.passages] == ["He came at noon."]


def test_turns_give_their_side_to_the_passages_in_them() -> None:
    text = "Where?\nAt home.\nI slept.\n"
    (shown,) = shown_documents(
        text_of(
            ("turn", "Where?", {"role": Role.QUESTION}),
            ("paragraph", "Where?", {}),
            ("turn", "At home.\nI slept.", {"role": Role.ANSWER, "speaker": "A."}),
            ("paragraph", "At home.", {}),
            ("paragraph", "I slept.", {}),
            text=text,
        )
    )
    said = [(one.text, one.role, one.speaker, one.begins) for one in shown.passages]
    assert said == [
        ("Where?", Role.QUESTION, None, True),
        ("At home.", Role.ANSWER, "A.", True),
        ("I slept.", Role.ANSWER, "A.", False),
    ]


def test_a_document_of_nothing_that_may_be_shown_is_not_listed() -> None:
    assert not list(shown_documents(text_of(("comment", "no", {}), text="no")))


def test_the_page_has_every_passage_with_an_address_and_evidence_cannot_act(
    tmp_path: Path,
) -> None:
    hostile = "<script>alert(1)</script> <svg onload=x> javascript:x \u202e"
    sample = f"Where?\n\n{hostile}\n\nWhen?\n\nAt night, as far as I know.\n\nWho?\n\nNobody.\n"
    (read,) = read_bytes(sample.encode(), "t.txt")
    records: list[Sound] = [
        read.begin,
        Text(read.text),
        *(Quoted(s, read.text[s.start : s.end]) for s in read.segments),
        End(chars=len(read.text)),
    ]
    desk = Desk()
    desk.claim("C1", "assertion", "said")
    text = TextRecord(
        accession="a1", original="0" * 64, documents=(), records=lambda: iter(records)
    )
    edition = desk.edition(texts=(text,))
    site_pages = written(edition, tmp_path, write_documents)
    index = page(site_pages, "documents/index.html")
    (link,) = [one for one in index.links if one.endswith("table-csv-a1-1.html")]
    shown = page(site_pages, f"documents/{link.rsplit('/', 1)[-1]}")
    assert "<script>alert(1)</script>" in shown.text
    assert "[U+202E]" in shown.text
    raw = (tmp_path / "documents" / link.rsplit("/", 1)[-1]).read_text(encoding="utf-8")
    assert "<script>alert" not in raw
    assert "<svg" not in raw


def test_passages_are_found_by_the_search_of_the_dossier(tmp_path: Path) -> None:
    desk = Desk()
    desk.claim("C1", "assertion", "said")
    text = text_of(
        ("paragraph", "At the station of Sayakkent.", {}), text="At the station of Sayakkent."
    )
    written(desk.edition(texts=(text,)), tmp_path, write_search)
    data = (tmp_path / "data" / "search-1.js").read_text(encoding="utf-8")
    assert "At the station of Sayakkent." in data
    assert "#p1" in data


def test_each_passage_says_its_place_and_the_index_cuts_between_words(tmp_path: Path) -> None:
    """Where nobody can hover over a number: on a telephone, on paper."""
    said = "Sayakkent " * 30
    text = text_of(("paragraph", said, {}), text=said)
    desk = Desk()
    desk.claim("C1", "assertion", "said")
    pages = written(desk.edition(texts=(text,)), tmp_path, write_documents)
    index = page(pages, "documents/index.html")
    assert f"{('Sayakkent ' * 20).strip()}…" in index.text
    (link,) = [one for one in index.links if "table-csv" in one]
    shown = page(pages, f"documents/{link.rsplit('/', 1)[-1]}")
    assert "line 1" in shown.text
    assert "The wording is the file's own." in shown.text
    assert "the collector's" not in shown.text
