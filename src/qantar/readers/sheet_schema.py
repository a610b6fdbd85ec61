"""The tables of a sheet and the keys of each. What keys say together is in `sheet_checks.py`."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from qantar.model.accession import UNKNOWN_SOURCE, Consent, Duplicates, HiddenRows, Holds
from qantar.model.counting_asked import Method
from qantar.model.date_order import DateOrder
from qantar.model.declared import MAX_LATITUDE, MAX_LONGITUDE, SourceKind
from qantar.model.person_row import NameOrder
from qantar.readers import sheet_values as value
from qantar.readers.sheet_lines import KeyPath

Text = Annotated[str, AfterValidator(value.said)]
Path = Annotated[Text, AfterValidator(value.path)]
Language = Annotated[Text, AfterValidator(value.language)]
Zone = Annotated[Text, AfterValidator(value.zone)]
Order = Annotated[DateOrder, value.word(DateOrder)]
Mark = Annotated[Text, AfterValidator(value.mark)]


class Table(BaseModel):
    """A table of the sheet: only known keys, values taken as written, never bent to fit."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CaseTable(Table):
    """`[case]`."""

    title: Text | None = None
    languages: list[Language] = []
    zone: Zone | None = None
    span: Annotated[Text, AfterValidator(value.span)] | None = None
    boundaries: Path | None = None
    invented: bool | None = None


class SourceTable(Table):
    """`[sources.ID]`."""

    name: Text | None = None
    kind: Annotated[SourceKind, value.word(SourceKind)] = SourceKind.UNKNOWN
    protected: bool = False


class AcquiredTable(Table):
    """`acquired` of an accession."""

    by: Text | None = None
    on: Annotated[str, BeforeValidator(value.day)] | None = None
    how: Text | None = None
    from_: Text | None = Field(default=None, alias="from")


class ColumnTable(Table):
    """One field under `[accession.columns]`; a header alone stands for `{ column = header }`."""

    column: Text | None = None
    constant: Text | None = None
    template: Annotated[Text, AfterValidator(value.template)] | None = None
    values: dict[str, str] = {}
    as_: Annotated[list[Text], BeforeValidator(value.one_or_list)] = Field(default=[], alias="as")
    dates: Order | None = None
    zone: Zone | None = None
    split: Annotated[str, Field(min_length=1)] | None = None
    part: Annotated[int, Field(ge=1)] | None = None
    default: Text | None = None
    optional: bool = False
    decimal: Mark | None = None
    thousands: Annotated[str, AfterValidator(value.mark)] | None = None


class ChoiceTable(Table):
    """`only` of an accession."""

    column: Text
    values: Annotated[
        list[Text],
        Field(min_length=1),
        BeforeValidator(value.one_or_list),
        AfterValidator(value.each_once),
    ]


class AccessionTable(Table):
    """`[[accession]]`."""

    path: Path
    source: Text = UNKNOWN_SOURCE
    acquired: AcquiredTable | None = None
    consent: Annotated[Consent, value.word(Consent)] = Consent.UNKNOWN
    title: Text | None = None
    note: Text | None = None
    reader: Text | None = None
    encoding: Annotated[Text, AfterValidator(value.encoding)] | None = None
    delimiter: Annotated[str, AfterValidator(value.delimiter)] | None = None
    worksheet: Text | None = None
    header_row: Annotated[int, Field(ge=0)] = 1
    holds: Annotated[Holds, value.word(Holds)] | None = None
    list: Text | None = None
    edition: Text | None = None
    dates: Order = DateOrder.ISO
    zone: Zone | None = None
    name_order: Annotated[NameOrder, value.word(NameOrder)] = NameOrder.ANY
    language: Language | None = None
    duplicates: Annotated[Duplicates, value.word(Duplicates)] = Duplicates.POSSIBLE
    only: ChoiceTable | None = None
    hidden_rows: Annotated[HiddenRows, value.word(HiddenRows)] = HiddenRows.KEEP
    republish: bool = True
    form: Path | None = None
    like: Text | None = None
    columns: dict[str, Annotated[ColumnTable, BeforeValidator(value.header_or_table)]] = {}


class PlaceTable(Table):
    """`[places.ID]`."""

    name: Text
    kind: Text | None = None
    kk: Text | None = None
    ru: Text | None = None
    latin: list[Text] = []
    former: list[Text] = []
    lat: Annotated[Decimal, value.degrees(MAX_LATITUDE)] | None = None
    lon: Annotated[Decimal, value.degrees(MAX_LONGITUDE)] | None = None
    parent: Text | None = None


class TermTable(Table):
    """`[vocabulary.NAME.TERM]`; without `ru` or `kk` the English label is shown there too."""

    en: Text
    ru: Text | None = None
    kk: Text | None = None
    family: Text | None = None
    note: Text | None = None


class CountingTable(Table):
    """`[[counting]]`."""

    id: Annotated[Text, AfterValidator(value.counting_id)]
    population: Text = "persons"
    lists: Annotated[list[Text], AfterValidator(value.each_once)]
    where: Text | None = None
    when: Text | None = None
    table: Path | None = None
    status: Annotated[
        list[Text], BeforeValidator(value.one_or_list), AfterValidator(value.each_once)
    ] = []
    strata: Annotated[
        list[Text], BeforeValidator(value.one_or_list), AfterValidator(value.each_once)
    ] = []
    cuts: list[Annotated[str, BeforeValidator(value.day)]] = []
    copied: list[list[Text]] = []
    methods: Annotated[
        list[Annotated[Method, value.word(Method)]], AfterValidator(value.each_once)
    ] = []
    asked: bool = True


class SheetTable(Table):
    """A whole sheet."""

    case: CaseTable = CaseTable()
    sources: dict[str, SourceTable] = {}
    accession: list[AccessionTable] = []
    places: dict[str, PlaceTable] = {}
    vocabulary: dict[str, dict[str, TermTable]] = {}
    counting: list[CountingTable] = []


# Where each table stands; None is any id, word or number.
_TABLES: tuple[tuple[tuple[str | None, ...], type[Table]], ...] = (
    ((), SheetTable),
    (("case",), CaseTable),
    (("sources", None), SourceTable),
    (("accession", None), AccessionTable),
    (("accession", None, "acquired"), AcquiredTable),
    (("accession", None, "only"), ChoiceTable),
    (("accession", None, "columns", None), ColumnTable),
    (("places", None), PlaceTable),
    (("vocabulary", None, None), TermTable),
    (("counting", None), CountingTable),
)


def table_at(path: KeyPath) -> type[Table] | None:
    """The table that a key path leads to; None where none of this schema stands."""
    for places, table in _TABLES:
        if len(places) == len(path) and all(
            place in (None, part) for place, part in zip(places, path, strict=True)
        ):
            return table
    return None


def keys_of(table: type[Table]) -> tuple[str, ...]:
    """The keys that may stand in a table, as the sheet writes them."""
    return tuple(field.alias or name for name, field in table.model_fields.items())
