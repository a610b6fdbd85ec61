"""The tables of the record.

All enter the digest but `meta`, what search uses (`texts`, `passage_order`), what is drawn
at random (`linkage`, `capture_patterns`: see `persons.py`; `counts`, `count_patterns`: see
`counts.py`), and `accession_entries`: an entry's
id is drawn anew in every case, and the same files make the same record.
"""

from __future__ import annotations

FORMAT = 11

TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE settings (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE sources (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, protected INTEGER NOT NULL
);
CREATE TABLE accessions (
    id TEXT PRIMARY KEY, ord INTEGER NOT NULL, original TEXT NOT NULL, size INTEGER NOT NULL,
    file TEXT NOT NULL, source TEXT NOT NULL, consent TEXT NOT NULL, holds TEXT,
    in_use INTEGER NOT NULL, body TEXT NOT NULL
);
CREATE TABLE accession_entries (accession TEXT PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE documents (
    accession TEXT PRIMARY KEY, original TEXT NOT NULL, reader TEXT NOT NULL,
    media_type TEXT NOT NULL, encoding TEXT,
    header TEXT NOT NULL, meta TEXT NOT NULL
);
CREATE TABLE read_documents (
    accession TEXT NOT NULL, document INTEGER NOT NULL, parent INTEGER, member TEXT,
    reader TEXT NOT NULL, version INTEGER NOT NULL, media_type TEXT NOT NULL, encoding TEXT,
    sha256 TEXT, chars INTEGER NOT NULL, passages INTEGER NOT NULL, meta TEXT NOT NULL,
    PRIMARY KEY (accession, document)
) WITHOUT ROWID;
CREATE TABLE protected_facts (
    accession TEXT NOT NULL, document INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (accession, document, name)
) WITHOUT ROWID;
CREATE TABLE document_texts (
    accession TEXT NOT NULL, document INTEGER NOT NULL, start INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (accession, document, start)
) WITHOUT ROWID;
CREATE TABLE segments (
    accession TEXT NOT NULL, document INTEGER NOT NULL, number INTEGER NOT NULL,
    kind TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, at TEXT, speaker TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (accession, document, number)
) WITHOUT ROWID;
CREATE TABLE rows (
    accession TEXT NOT NULL, number INTEGER NOT NULL, sheet TEXT, line INTEGER,
    at_row INTEGER NOT NULL,
    cells TEXT NOT NULL, extra TEXT NOT NULL, hidden INTEGER NOT NULL,
    PRIMARY KEY (accession, number)
) WITHOUT ROWID;
CREATE TABLE person_rows (
    accession TEXT NOT NULL, row INTEGER NOT NULL, list TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (accession, row)
) WITHOUT ROWID;
CREATE TABLE people_lists (
    ord INTEGER PRIMARY KEY, name TEXT NOT NULL, source TEXT NOT NULL, accessions TEXT NOT NULL,
    rows INTEGER NOT NULL
);
CREATE TABLE person_links (
    accession TEXT NOT NULL, row INTEGER NOT NULL, person TEXT NOT NULL,
    PRIMARY KEY (accession, row)
) WITHOUT ROWID;
CREATE TABLE person_statuses (
    accession TEXT NOT NULL, row INTEGER NOT NULL, number INTEGER NOT NULL,
    status TEXT, words TEXT NOT NULL, source TEXT NOT NULL, said_by TEXT, body TEXT,
    first TEXT, last TEXT, about INTEGER,
    published_first TEXT, published_last TEXT, published_about INTEGER, acquired TEXT,
    PRIMARY KEY (accession, row, number)
) WITHOUT ROWID;
CREATE TABLE linkage (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE capture_patterns (
    draw INTEGER NOT NULL, pattern TEXT NOT NULL, persons INTEGER NOT NULL,
    PRIMARY KEY (draw, pattern)
) WITHOUT ROWID;
CREATE TABLE pattern_rows (
    accession TEXT NOT NULL, row INTEGER NOT NULL, persons INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (accession, row)
) WITHOUT ROWID;
CREATE TABLE counts (id TEXT PRIMARY KEY, ord INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE count_patterns (
    counting TEXT NOT NULL, stratum INTEGER NOT NULL, draw INTEGER NOT NULL,
    pattern TEXT NOT NULL, persons INTEGER NOT NULL,
    PRIMARY KEY (counting, stratum, draw, pattern)
) WITHOUT ROWID;
CREATE TABLE claims (
    id TEXT PRIMARY KEY, ord INTEGER NOT NULL, own_id TEXT NOT NULL,
    kind TEXT NOT NULL, accession TEXT NOT NULL,
    row INTEGER NOT NULL,
    source TEXT NOT NULL, statement TEXT NOT NULL, said_by TEXT, voice TEXT, outlet TEXT,
    basis TEXT NOT NULL,
    stance TEXT NOT NULL, evidence TEXT, figure_key TEXT, repeats TEXT, body TEXT NOT NULL
);
CREATE TABLE claim_places (
    claim TEXT NOT NULL, ord INTEGER NOT NULL, text TEXT NOT NULL, place TEXT,
    PRIMARY KEY (claim, ord)
) WITHOUT ROWID;
CREATE TABLE places (
    id TEXT PRIMARY KEY, ord INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    parent TEXT, body TEXT NOT NULL
);
CREATE TABLE place_forms (
    key TEXT NOT NULL, place TEXT NOT NULL, form TEXT NOT NULL, PRIMARY KEY (key, place, form)
) WITHOUT ROWID;
CREATE TABLE speakers (
    id TEXT PRIMARY KEY, ord INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE name_forms (
    accession TEXT NOT NULL, row INTEGER NOT NULL, ord INTEGER NOT NULL, kind TEXT NOT NULL,
    name TEXT NOT NULL, forms TEXT NOT NULL,
    PRIMARY KEY (accession, row)
) WITHOUT ROWID;
CREATE TABLE findings (
    ord INTEGER PRIMARY KEY, code TEXT NOT NULL, severity TEXT NOT NULL, file TEXT,
    accession TEXT, text TEXT NOT NULL, body TEXT NOT NULL
);
CREATE TABLE events (id TEXT PRIMARY KEY, ord INTEGER NOT NULL, confirmed INTEGER NOT NULL);
CREATE TABLE event_claims (
    event TEXT NOT NULL, ord INTEGER NOT NULL, claim TEXT NOT NULL, PRIMARY KEY (event, ord)
) WITHOUT ROWID;
CREATE TABLE figures (
    key TEXT PRIMARY KEY, measure TEXT NOT NULL, population TEXT, state TEXT NOT NULL,
    agreed_by INTEGER NOT NULL,
    claims INTEGER NOT NULL, voices INTEGER NOT NULL, standing INTEGER NOT NULL
);
CREATE TABLE figure_points (
    key TEXT NOT NULL, ord INTEGER NOT NULL, claim TEXT NOT NULL, voice TEXT, fate TEXT NOT NULL,
    replaced_by TEXT,
    PRIMARY KEY (key, ord)
) WITHOUT ROWID;
CREATE TABLE decisions (
    id TEXT PRIMARY KEY, seq INTEGER NOT NULL, entry TEXT NOT NULL, device TEXT NOT NULL,
    at TEXT NOT NULL, verdict TEXT NOT NULL, targets TEXT NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE texts (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, ref TEXT NOT NULL, text TEXT NOT NULL
);
CREATE TABLE passage_order (
    id INTEGER PRIMARY KEY, accession TEXT NOT NULL, document INTEGER NOT NULL,
    number INTEGER NOT NULL
);
"""

# Built last: an index that is there while rows come in is slower to make.
INDEXES = """
CREATE INDEX person_links_person ON person_links (person);
CREATE INDEX claims_ord ON claims (ord);
CREATE INDEX claims_figure ON claims (figure_key);
CREATE INDEX claims_accession ON claims (accession, row);
CREATE INDEX claim_places_place ON claim_places (place);
CREATE INDEX event_claims_claim ON event_claims (claim);
"""

PASSAGES_A_PART = 64_000
"""So many passages have an index of their own, in order of time: for a word that stands in half
of a million of them, only the newest part is looked at."""


def index_of_words(name: str) -> str:
    """Give the statement that makes an index of words."""
    return (
        f"CREATE VIRTUAL TABLE {name} USING fts5 ("
        "exact, folded, content='', tokenize=\"unicode61 remove_diacritics 0\")"
    )


def passages_part(part: int) -> str:
    """Name the index of one part of the passages; the first, and oldest, is 1."""
    return f"passages_{part}"


# What the digest covers, with the columns that put its rows in order.
DIGESTED = {
    "settings": "name",
    "sources": "id",
    "accessions": "id",
    "documents": "accession",
    "read_documents": "accession, document",
    "protected_facts": "accession, document, name",
    "document_texts": "accession, document, start",
    "segments": "accession, document, number",
    "rows": "accession, number",
    "person_rows": "accession, row",
    "people_lists": "ord",
    "person_links": "accession, row",
    "person_statuses": "accession, row, number",
    "pattern_rows": "accession, row",
    "claims": "id",
    "claim_places": "claim, ord",
    "places": "id",
    "place_forms": "key, place, form",
    "speakers": "id",
    "name_forms": "accession, row",
    "findings": "ord",
    "events": "id",
    "event_claims": "event, ord",
    "figures": "key",
    "figure_points": "key, ord",
    "decisions": "id",
}
