"""What the keys of a sheet must say together.

These checks read the parsed TOML, not the validated tables, so that a fault in one
key hides none in another. Values of a wrong type are passed over here: the schema
names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from qantar.model.accession import UNKNOWN_SOURCE, Holds
from qantar.model.fields import VOCABULARIES
from qantar.model.vocabulary import AS_ITS_FAMILY, load
from qantar.readers.sheet_columns import Fault, column_faults, table
from qantar.readers.sheet_countings import counting_faults
from qantar.readers.sheet_lines import KeyPath
from qantar.readers.sheet_words import did_you_mean, listed, near_and_known, quoted

_ID = re.compile(r"\w[\w.-]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TERM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def check_together(sheet: Mapping[str, object]) -> Iterator[Fault]:
    """Find every fault that lies between keys, each with the path it is shown at."""
    if not sheet:
        yield (), "the sheet says nothing; it needs at least one [[accession]] with a path"
    yield from _ids(sheet)
    yield from _terms(sheet)
    yield from _points(sheet)
    yield from _sources(sheet)
    yield from _same_file_twice(sheet)
    yield from counting_faults(sheet)
    for index, accession in _accessions(sheet):
        yield from column_faults(("accession", index), accession)
        if "only" in accession and "holds" not in accession:
            message = f"only needs holds: say what a row is, one of {listed(Holds)}"
            yield ("accession", index, "only"), message
        if "form" in accession and "holds" in accession:
            message = "a form belongs to submissions, which are documents; take form or holds out"
            yield ("accession", index, "form"), message


def _accessions(sheet: Mapping[str, object]) -> Iterator[tuple[int, Mapping[str, object]]]:
    found = sheet.get("accession")
    for index, accession in enumerate(found if isinstance(found, list) else []):
        yield index, table(accession)


def _ids(sheet: Mapping[str, object]) -> Iterator[Fault]:
    for kind in ("sources", "places"):
        for name in table(sheet.get(kind)):
            if not _ID.fullmatch(name):
                yield (kind, name), f"{quoted(name)} is no id; use letters, digits, - and _ only"


def _terms(sheet: Mapping[str, object]) -> Iterator[Fault]:
    for name, terms in table(sheet.get("vocabulary")).items():
        path = ("vocabulary", name)
        if name not in VOCABULARIES:
            known = near_and_known(name, sorted(VOCABULARIES))
            yield path, f"there is no vocabulary {quoted(name)}{known}"
            continue
        for term, said in table(terms).items():
            yield from _term((*path, term), name, term)
            if name in AS_ITS_FAMILY:
                yield from _family((*path, term, "family"), name, table(said).get("family"))


def _term(path: KeyPath, vocabulary: str, term: str) -> Iterator[Fault]:
    if not _TERM.fullmatch(term):
        message = f"{quoted(term)} is no word; use letters a-z, digits and hyphens: road-block"
        yield path, message
    holder = load(vocabulary).find(term)
    if holder:
        message = f"the vocabulary {vocabulary} already has {quoted(holder.id)}"
        yield path, f"{message}; give yours another name"


def _family(path: KeyPath, vocabulary: str, family: object) -> Iterator[Fault]:
    """A family that no shipped word has would be read as if there were none."""
    shipped = load(vocabulary)
    if isinstance(family, str) and family not in shipped.terms:
        known = near_and_known(family, sorted(shipped.terms))
        yield path, f"no word {quoted(family)} ships in {vocabulary}{known}"


def _points(sheet: Mapping[str, object]) -> Iterator[Fault]:
    for name, place in table(sheet.get("places")).items():
        given = [key for key in ("lat", "lon") if key in table(place)]
        if len(given) == 1:
            missing = "lon" if given == ["lat"] else "lat"
            yield ("places", name), f"has {given[0]} without {missing}; give both or neither"


def _sources(sheet: Mapping[str, object]) -> Iterator[Fault]:
    declared = table(sheet.get("sources"))
    for index, accession in _accessions(sheet):
        source = accession.get("source")
        if isinstance(source, str) and source.strip() and source not in {*declared, UNKNOWN_SOURCE}:
            hint = did_you_mean(source, declared) or _declare(source, declared)
            yield ("accession", index, "source"), f"no source {quoted(source)} is declared{hint}"


def _declare(source: str, declared: Iterable[str]) -> str:
    written = source if _BARE.fullmatch(source) else "ID"
    known = listed(declared)
    return f"; declare it under [sources.{written}]{f', or use one of {known}' if known else ''}"


def _same_file_twice(sheet: Mapping[str, object]) -> Iterator[Fault]:
    first: dict[tuple[PurePosixPath, str | None, str], int] = {}
    for index, accession in _accessions(sheet):
        path, worksheet = accession.get("path"), accession.get("worksheet")
        chosen = repr(accession.get("only"))
        if not (isinstance(path, str) and isinstance(worksheet, str | None)):
            continue
        same = first.setdefault((PurePosixPath(path), worksheet, chosen), index)
        if same != index:
            message = (
                f"{quoted(path)} is already in accession {same + 1}; "
                "name a file once, or give each its own worksheet or its own rows (only)"
            )
            yield ("accession", index, "path"), message
