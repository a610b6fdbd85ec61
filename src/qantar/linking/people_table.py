"""Rows of people as columns: each distinct word, place and text once, each row by numbers.

A million rows share a few hundred thousand words. All that costs time is done once for
a word or a pair of words, and rows point to them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from qantar.linking.case_tables import Tables, shipped_tables
from qantar.linking.folding import skeleton
from qantar.linking.name_parts import Part
from qantar.linking.name_roles import SplitName, Splitter, lacks_given, words_of
from qantar.linking.other_names import OtherNames, Variant, by_tables, variants_of
from qantar.linking.result import Floats, Ints, RowKey
from qantar.linking.whole import Counted, Whole
from qantar.model.person_row import DaySpan, PersonRow, Sex

NONE: Final = -1
"""In a column of numbers: the row says nothing."""
_DIGITS: Final = re.compile(r"\D+")
_SHORTEST_NUMBER: Final = 5
_PHONE_DIGITS: Final = 9
_FEW: Final = 50
"""Other names beside those that there are: of a handful, one that stands twice is not common."""
_LAST_DAY: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Values:
    """Distinct values of one field: their texts, folded keys, and how many rows have each.

    `total` is how many rows have any.
    """

    texts: Sequence[str]
    keys: Sequence[str]
    counts: Ints
    total: int


@dataclass(frozen=True, slots=True)
class WordColumn:
    """The words of all rows in one role.

    `word` numbers the row's word among `stems` (NONE where it has none); `key` is the number
    of its skeleton in the table's `skeletons`, `initial` whether it is only an initial.
    `share` is the share of the column's rows with that skeleton, by row. `has_forms` is whether
    its words have familiar forms, as given names do and surnames do not.
    """

    word: Ints
    key: Ints
    initial: np.ndarray
    share: Floats
    has_forms: bool = True

    def of(self, places: slice) -> WordColumn:
        """Give the column of some rows, without copying it."""
        return replace(
            self,
            word=self.word[places],
            key=self.key[places],
            initial=self.initial[places],
            share=self.share[places],
        )


@dataclass(frozen=True, slots=True)
class PeopleTable:
    """Rows by columns, all of one length. Days are ordinals; `first > last` says nothing.

    `short` says of each row whether it lacks a whole given name (`lacks_given`).
    `others` are the rows by what else people are called; None where no row has other names.
    `whole` is told where these rows are a part of more.
    """

    rows: Sequence[PersonRow]
    names: Sequence[SplitName]
    lists: Sequence[str]
    list_of: Ints
    stems: Sequence[str]
    skeletons: Sequence[str]
    stem_key: Ints
    given: WordColumn
    surname: WordColumn
    father: WordColumn
    sure: Floats
    short: np.ndarray
    birth_first: Ints
    birth_last: Ints
    event_first: Ints
    event_last: Ints
    sex: Ints
    texts: Mapping[str, Ints]
    values: Mapping[str, Values]
    places: Mapping[RowKey, int]
    others: OtherNames | None = None
    tables: Tables = field(default_factory=shipped_tables)
    whole: Whole | None = None

    @property
    def rows_in_all(self) -> int:
        """How many rows there are, with those that are not here."""
        return self.whole.rows if self.whole else len(self)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def by_all_names(self) -> tuple[PeopleTable, Ints]:
        """Give a table with a row for each name of a row, and to which row each belongs."""
        if self.others is None:
            return self, np.arange(len(self))
        owner = self.others.owner
        wide = replace(
            self,
            rows=[self.rows[at] for at in owner.tolist()],
            names=self.others.names,
            list_of=self.list_of[owner],
            given=self.others.given,
            surname=self.others.surname,
            father=self.others.father,
            sure=self.sure[owner],
            short=self.short[owner],
            birth_first=self.birth_first[owner],
            birth_last=self.birth_last[owner],
            event_first=self.event_first[owner],
            event_last=self.event_last[owner],
            sex=self.sex[owner],
            texts={field: column[owner] for field, column in self.texts.items()},
            others=None,
        )
        return wide, owner


def people_table(rows: Sequence[PersonRow], tables: Tables | None = None) -> PeopleTable:
    """Put rows into columns; what names and places have in common is told by `tables`."""
    tables = tables or shipped_tables()
    words = [words_of(row) for row in rows]
    splitter = Splitter(words)
    names = [splitter.split(one) for one in words]
    return table_of_names(rows, names, variants_of(rows, names, splitter), tables)


def table_of_names(
    rows: Sequence[PersonRow],
    names: Sequence[SplitName],
    further: Sequence[Variant],
    tables: Tables,
    whole: Whole | None = None,
) -> PeopleTable:
    """Put rows into columns whose names are split.

    Args:
        rows: all rows, or a part of them.
        names: of each row its name by roles.
        further: rows by their other names, in the order of rows.
        tables: what names and places have in common.
        whole: what all rows together tell, where these are a part.
    """
    beside = by_tables(names, further, tables)
    called = [*names, *(one.name for one in (*further, *beside))]
    numbers = _Numbers()
    wide = {
        role: numbers.column(
            [getattr(name, role) for name in called],
            own=len(rows),
            told=len(further),
            known=(whole.words[role], whole.other_words[role]) if whole else (None, None),
        )
        for role in ("given", "surname", "father")
    }
    wide["surname"] = replace(wide["surname"], has_forms=False)
    columns = {role: one.of(slice(len(rows))) for role, one in wide.items()}
    every = whole.lists if whole else dict.fromkeys(row.list for row in rows)
    listed = {name: at for at, name in enumerate(every)}
    births = [row.birth for row in rows]
    events = [row.event for row in rows]
    texts, values = {}, {}
    for name, read in TEXT_FIELDS.items():
        said = [read(row) for row in rows]
        key_of = key_in(name, tables)
        texts[name], values[name] = _text_column(said, key_of, whole.texts[name] if whole else None)
    sexes = {Sex.FEMALE: 0, Sex.MALE: 1, None: NONE}
    return PeopleTable(
        rows=rows,
        names=names,
        lists=list(listed),
        list_of=np.array([listed[row.list] for row in rows], dtype=np.int64),
        stems=numbers.stems,
        skeletons=numbers.skeletons,
        stem_key=np.array(numbers.stem_key, dtype=np.int64),
        given=columns["given"],
        surname=columns["surname"],
        father=columns["father"],
        sure=np.array([name.sure for name in names]),
        short=_short(names, further),
        birth_first=_edge(births, first=True),
        birth_last=_edge(births, first=False),
        event_first=_edge(events, first=True),
        event_last=_edge(events, first=False),
        sex=np.array([sexes[row.sex] for row in rows], dtype=np.int64),
        texts=texts,
        values=values,
        places={row.key: at for at, row in enumerate(rows)},
        others=_other_names(called, len(rows), further, beside, wide),
        tables=tables,
        whole=whole,
    )


def _short(names: Sequence[SplitName], further: Sequence[Variant]) -> np.ndarray:
    short = np.array([lacks_given((name,)) for name in names], dtype=bool)
    for one in further:
        short[one.row] &= lacks_given((one.name,))
    return short


def _other_names(
    called: Sequence[SplitName],
    rows: int,
    further: Sequence[Variant],
    beside: Sequence[Variant],
    columns: Mapping[str, WordColumn],
) -> OtherNames | None:
    of_rows = np.array([one.row for one in (*further, *beside)], dtype=np.int64)
    if not len(of_rows):
        return None
    count = np.bincount(of_rows[: len(further)], minlength=rows)
    return OtherNames(
        names=called,
        owner=np.concatenate((np.arange(rows), of_rows)),
        first=rows + np.cumsum(count) - count,
        count=count,
        given=columns["given"],
        surname=columns["surname"],
        father=columns["father"],
    )


class _Numbers:
    """Numbers distinct stems and skeletons as they come."""

    def __init__(self) -> None:
        self.stems: list[str] = []
        self.stem_key: list[int] = []
        self.skeletons: list[str] = []
        self._of_stem: dict[str, int] = {}
        self._of_skeleton: dict[str, int] = {}

    def column(
        self,
        parts: Sequence[Part | None],
        *,
        own: int,
        told: int,
        known: tuple[Counted | None, Counted | None],
    ) -> WordColumn:
        """Make a column; the first `own` parts are those of rows, `told` those of other names.

        `known` is how many of all rows have each word, and of all other names, where more rows
        are known of than these.
        """
        word = np.full(len(parts), NONE, dtype=np.int64)
        key = np.full(len(parts), NONE, dtype=np.int64)
        initial = np.zeros(len(parts), dtype=bool)
        for at, part in enumerate(parts):
            if part is not None and part.skeleton:
                word[at], key[at] = self._number(part)
                initial[at] = part.initial
        whole = (key != NONE) & ~initial
        share = np.zeros(len(parts))
        share[whole] = self._shares(key[:own][whole[:own]], known[0])[key[whole]]
        if told:
            # A nickname that many bear is common, although nobody is registered so.
            new = np.flatnonzero(whole[own : own + told]) + own
            beside = self._shares(key[new], known[1], _FEW)[key[new]]
            share[new] = np.maximum(share[new], beside)
        return WordColumn(word, key, initial, share)

    def _shares(self, keys: Ints, known: Counted | None, more: int = 0) -> Floats:
        if known is None:
            return _shares(np.bincount(keys, minlength=len(self.skeletons) or 1), len(keys) + more)
        counts = np.array([known.of(one) for one in self.skeletons], dtype=np.int64)
        return _shares(counts, known.total + more)

    def _number(self, part: Part) -> tuple[int, int]:
        found = self._of_stem.get(part.stem)
        if found is None:
            found = self._of_stem[part.stem] = len(self.stems)
            self.stems.append(part.stem)
            key = self._of_skeleton.get(part.skeleton)
            if key is None:
                key = self._of_skeleton[part.skeleton] = len(self.skeletons)
                self.skeletons.append(part.skeleton)
            self.stem_key.append(key)
        return found, self.stem_key[found]


def _shares(counts: Ints, total: int) -> Floats:
    return counts / max(1, total)


def folded(text: str) -> str:
    """Fold a text for comparing: its words by their skeletons, numbers as they are."""
    words = re.findall(r"\d+|[^\W\d_]+", unicodedata.normalize("NFKC", text).lower())
    return " ".join(word if word.isdigit() else skeleton(word) for word in words)


def _number_key(text: str) -> str:
    digits = _DIGITS.sub("", unicodedata.normalize("NFKC", text))
    return digits if len(digits) >= _SHORTEST_NUMBER else ""


def _phone_key(text: str) -> str:
    return _number_key(text)[-_PHONE_DIGITS:]


def _document_key(text: str) -> str:
    kept = "".join(x for x in unicodedata.normalize("NFKC", text).upper() if x.isalnum())
    return kept if len(kept) >= _SHORTEST_NUMBER else ""


TEXT_FIELDS: Final[Mapping[str, Callable[[PersonRow], str | None]]] = {
    "place": lambda row: row.place,
    "birth_place": lambda row: row.birth_place,
    "document": lambda row: row.document_number,
    "phone": lambda row: row.phone,
    "email": lambda row: row.email,
    "address": lambda row: row.address,
    "postcode": lambda row: row.postcode,
    "occupation": lambda row: row.occupation,
    "status": lambda row: row.status,
}
_KEYS: Final[Mapping[str, Callable[[str], str]]] = {
    "document": _document_key,
    "phone": _phone_key,
    "email": str.lower,
    "address": folded,
    "postcode": folded,
    "occupation": folded,
    "status": folded,
}


def key_in(field: str, tables: Tables) -> Callable[[str], str]:
    """Give what makes a key of a text of a field; "" of one that says nothing."""
    return _KEYS.get(field, tables.place)


def _text_column(
    texts: Sequence[str | None], key_of: Callable[[str], str], known: Counted | None
) -> tuple[Ints, Values]:
    """Number the distinct keys of a column."""
    by_text: dict[str, int] = {}
    by_key: dict[str, int] = {}
    shown: list[str] = []
    column = np.full(len(texts), NONE, dtype=np.int64)
    for at, text in enumerate(texts):
        if text is None:
            continue
        found = by_text.get(text)
        if found is None:
            key = key_of(text)
            found = by_key.setdefault(key, len(by_key)) if key else NONE
            if found == len(shown):
                shown.append(text)
            by_text[text] = found
        column[at] = found
    keys = list(by_key)
    if known is None:
        counts = np.bincount(column[column != NONE], minlength=len(keys) or 1)
        return column, Values(shown, keys, counts, int(counts.sum()))
    counts = np.array([known.of(one) for one in keys], dtype=np.int64)
    return column, Values(shown, keys, counts, known.total)


def _edge(spans: Sequence[DaySpan | None], *, first: bool) -> Ints:
    if first:
        return np.array([_LAST_DAY if x is None else x.first for x in spans], dtype=np.int64)
    return np.array([0 if x is None else x.last for x in spans], dtype=np.int64)
