"""Search: one page, and what it looks through as classic scripts of at most two megabytes each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from qantar.dossier.edition import Edition
from qantar.dossier.pages.counts import PAGE as COUNTS
from qantar.dossier.pages.counts import counting_anchor, counting_title
from qantar.dossier.pages.documents import passage_pages
from qantar.dossier.pages.events import event_name
from qantar.dossier.site import Site, static, visible, when_text
from qantar.model.claim import Claim, EventDetail, FramingDetail
from qantar.model.text import exact, words

PART_BYTES: Final = 2_000_000
NAMES: Final = -1
"""First cell of a row that holds recorded forms of one name, not a thing to be found."""

SHORTEST_SURNAME: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")

Row = list[object]
"""Kind and evidence status (by number, as the head file lists them), title, line beneath, more
words to find it by, address."""


def write_search(site: Site) -> None:
    """Write the page, its scripts, and the data it looks through."""
    kinds = _kinds(site)
    evidence = list(dict.fromkeys(claim.evidence for claim in site.edition.claims))
    rows = _rows(
        site,
        {kind: at for at, (kind, _) in enumerate(kinds)},
        {status: at for at, status in enumerate(evidence)},
    )
    parts = 0
    for parts, text in enumerate(scripts(rows, PART_BYTES), start=1):
        site.write(f"data/search-{parts}.js", f"window.qantarSearch{parts} = {text};\n")
    head = {
        "parts": parts,
        "kinds": kinds,
        "evidence": [_evidence_words(site, status) for status in evidence],
        "texts": _texts(site),
    }
    site.write("data/search.js", f"window.qantarSearch = {_json(head)};\n")
    site.write("assets/search.js", static("search.js"))
    site.write("assets/vendor/minisearch.js", static("vendor/minisearch.js"))
    site.page("search.html", "search.html", title=site.text("Search"), kinds=kinds)


def _kinds(site: Site) -> list[tuple[str, str]]:
    """What can be found, as filters name it: pages of events, places and voices; claims by kind."""
    claims = sorted({claim.kind for claim in site.edition.claims})
    return [
        ("event-page", site.text("events, with all their reports")),
        ("place-page", site.text("places")),
        ("voice-page", site.text("voices")),
        *([("count-page", site.text("estimates of the uncounted"))] if _has_counts(site) else []),
        *([("passage", site.text("passages of documents"))] if site.edition.shown_texts else []),
        *(
            (kind, site.text("claims: %(kind)s", kind=site.edition.label("claim-kind", kind)))
            for kind in claims
        ),
    ]


def _has_counts(site: Site) -> bool:
    return bool(site.edition.counts.countings)


def _evidence_words(site: Site, status: str | None) -> str:
    if status is None:
        return site.text("How the source was seen is not recorded")
    return site.edition.label("evidence-status", status)


def _texts(site: Site) -> dict[str, str]:
    """What the script says."""
    return {
        "found": site.text("Found:"),
        "loading": site.text("Still reading, part"),
        "missing": site.text("A part of the data is missing; these results are not complete."),
        "wording": site.text("collector's wording"),
    }


def _rows(site: Site, kinds: dict[str, int], evidence: dict[str | None, int]) -> Iterator[Row]:
    edition, links = site.edition, site.links
    for forms in recorded_names(edition):
        yield [NAMES, *forms]
    for place in edition.places:
        label = edition.label("place-kind", place.kind)
        also = [form for form in place.forms if form != place.name]
        yield _row(kinds["place-page"], place.name, [label, *also], links.places[place.id])
    spellings = {speaker.name: speaker.forms for speaker in edition.speakers}
    for name, page in links.voices.items():
        yield _row(kinds["voice-page"], name, [], page, more=spellings.get(name, ()))
    for event in edition.events:
        first = event.claims[0]
        title = f"{event_name(event, edition)}: {first.statement}"
        ids = [claim.id for claim in event.claims]
        yield _row(kinds["event-page"], title, [], links.events[event.id], more=ids)
    for one in edition.counts.countings:
        said = one.whole.counted.sentence if one.whole.counted else ""
        page = f"{COUNTS}#{counting_anchor(one)}"
        yield _row(kinds["count-page"], counting_title(one), one.lists, page, more=[said])
    for claim in edition.claims:
        row = _row(
            kinds[claim.kind], claim.statement, _meta(claim), links.claim(claim), more=_more(claim)
        )
        row[1] = evidence[claim.evidence]
        yield row
    names = {one.id: one.accession.title or one.accession.path for one in edition.accessions}
    for passage, document, page in passage_pages(site):
        read = site.text("read by a program") if document.by_sight else None
        meta = (names[document.accession], document.member, passage.speaker, passage.at, read)
        yield _row(kinds["passage"], passage.text, filter(None, meta), page)


def _row(kind: int, title: str, meta: Iterable[str], page: str, more: Iterable[str] = ()) -> Row:
    return [kind, -1, visible(title), visible(" · ".join(meta)), visible(" ".join(more)), page]


def _meta(claim: Claim) -> list[str]:
    """What stands beneath the statement: id, who, when said, where read, what it is about."""
    about = [when_text(claim.when), *(where.text for where in claim.where)]
    speaker = claim.said_by or claim.voice
    behind = claim.voice if claim.voice != claim.said_by else None
    parts = (
        claim.id,
        speaker,
        behind,
        when_text(claim.said),
        claim.outlet,
        ", ".join(filter(None, about)),
    )
    return list(dict.fromkeys(part for part in parts if part))


def _more(claim: Claim) -> list[str]:
    """What can be found too and is not shown: amount, word and whom it blames, who took part."""
    found: list[str] = [claim.quantity.words()] if claim.quantity else []
    if isinstance(claim.detail, FramingDetail):
        found += [claim.detail.term, claim.detail.blamed]
    if isinstance(claim.detail, EventDetail):
        found.append(claim.detail.actors)
    return [text for text in found if text]


def recorded_names(edition: Edition) -> Iterator[tuple[str, ...]]:
    """Give the forms of each name that has several: what a search for one of them looks for too.

    Places and public speakers with all recorded forms, and the surnames that only
    one speaker has, as `qantar search` does.
    """
    everyone = [(speaker.name, *speaker.forms) for speaker in edition.speakers]
    groups = [place.forms for place in edition.places] + everyone + list(_surnames(everyone))
    for forms in groups:
        several = tuple({words(form): form for form in forms if words(form)}.values())
        if len(several) > 1:
            yield several


def _surnames(everyone: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    surnames = [sorted(set(filter(None, map(_surname, names)))) for names in everyone]
    held = Counter(key for known in surnames for key in {words(name) for name in known})
    for known in surnames:
        yield tuple(name for name in known if held[words(name)] == 1)


def _surname(name: str) -> str | None:
    """The last word of a name of several, by which people are mostly called."""
    parts = _WORD.findall(exact(name))
    return parts[-1] if len(parts) > 1 and len(parts[-1]) >= SHORTEST_SURNAME else None


def scripts(rows: Iterable[Row], most: int) -> Iterator[str]:
    """Cut the rows into JSON lists of at most `most` bytes; a single row may be longer."""
    held: list[str] = []
    size = 2
    for row in rows:
        text = _json(row)
        length = len(text.encode("utf-8")) + 2
        if held and size + length > most:
            yield f"[{','.join(held)}]"
            held, size = [], 2
        held.append(text)
        size += length
    yield f"[{','.join(held)}]"


def _json(value: object) -> str:
    """Write JSON that is sound JavaScript in every browser."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
