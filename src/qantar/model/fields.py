"""The fields that a sheet can fill, for each kind of table, as data.

Validation and documentation both read this: a field that is not here does not
exist, and the tables of `docs/sheet.md` are held to it by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from qantar.model.accession import Accession, Holds
from qantar.model.column import DATE_READINGS


class Form(StrEnum):
    """What kind of value a field takes; decides which settings its column may have."""

    TEXT = "text"
    WORD = "word"
    DATE = "date"
    NUMBER = "number"
    PLACE = "place"
    ID = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its name, what it holds in one line, and how its values look.

    `vocabulary` names the words that a `WORD` takes, where they are a shipped list.
    A field with `many` may hold several values in one cell, parted by the column's
    `split`. A sheet that leaves out a `required` field is refused, because no row
    could be read without it.
    """

    name: str
    about: str
    form: Form = Form.TEXT
    vocabulary: str | None = None
    many: bool = False
    required: bool = False


def _text(name: str, about: str, *, many: bool = False) -> Field:
    return Field(name=name, about=about, many=many)


def _word(name: str, vocabulary: str, about: str, *, many: bool = False) -> Field:
    return Field(name=name, about=about, form=Form.WORD, vocabulary=vocabulary, many=many)


def _date(name: str, about: str) -> Field:
    return Field(name=name, about=about, form=Form.DATE)


def _number(name: str, about: str) -> Field:
    return Field(name=name, about=about, form=Form.NUMBER)


def _place(name: str, about: str, *, many: bool = False) -> Field:
    return Field(name=name, about=about, form=Form.PLACE, many=many)


def _id(name: str, about: str, *, many: bool = False) -> Field:
    return Field(name=name, about=about, form=Form.ID, many=many)


def _needed(field: Field) -> Field:
    return replace(field, required=True)


ID = _id("id", "The row's own id, unique in the case; without it the row is named by its number")
STATEMENT = _text("statement", "What was stated, in one sentence")
WHEN = _date("when", "When the thing that is spoken of was")
SAID_BY = _text("said_by", "Who said it: a person, an office, a body")
BODY = _text(
    "body", "The institution behind the speaker, so that an office and its head count once"
)
ROLE = _text("role", "The speaker's office at the time")
OUTLET = _text("outlet", "Where it was read: the newspaper, site or channel")
SOURCE_KIND = _word("source_kind", "source-kind", "What kind of voice the speaker is")
BASIS = _word("basis", "basis", "How the speaker knows; empty means not stated")
STANCE = _word("stance", "stance", "Asserts, denies, doubts, asks, withdraws or revises")
HEDGE = _word("hedge", "hedge", "How exact or how sure the wording is")
MADE_AT = _date("made_at", "When it was said")
PUBLISHED = _date("published", "When it was published where it was read")
URL = _text("url", "The address where it was read")
EVIDENCE = _word("evidence_status", "evidence-status", "How the collector saw the source")
REPEATS = _id("repeats", "Id of the row whose utterance this one merely carries on")
TARGETS = _id(
    "targets", "Ids of the rows that this one denies, doubts, withdraws or revises", many=True
)
ZONE = _text("zone", "IANA time zone of the row's clock times, such as Asia/Almaty")
FIGURE = _number("figure", 'The amount as stated: a number, or a word such as "thousands"')
UNIT = _text("unit", "What the amount counts, in words")
LOWER = _number("lower", 'Lower bound; "over 200" has only this one')
UPPER = _number("upper", 'Upper bound; "up to 4,000" has only this one')
KK = _text("kk", "The name in Kazakh")
RU = _text("ru", "The name in Russian")
LATIN = _text("latin", "Spellings in Latin letters", many=True)

VOICE = (SAID_BY, BODY, OUTLET, SOURCE_KIND)
READ_AT = (PUBLISHED, URL, EVIDENCE)

PERSONS = (
    _id("id", "The row's own id in its list, where it has one"),
    _text("name", "The whole name in one cell"),
    _text("given", "Given name"),
    _text("surname", "Surname"),
    _text("patronymic", "Patronymic, or the father's name"),
    _text("alias", "Nicknames and other names", many=True),
    _date("birth_date", "Date of birth"),
    _number("birth_year", "Year of birth"),
    _number("age", "Age in years on the day of the event"),
    _date("born", "Birth in mixed forms: say which with `as`"),
    Field(name="sex", about="Sex: female, male, other", form=Form.WORD),
    _place("place", "Where it happened to them"),
    _place("birth_place", "Where they were born"),
    _date("event_date", "When it happened to them"),
    _word(
        "status",
        "person-status",
        "What became of them, such as detained, killed or injured",
        many=True,
    ),
    _text("note", "Anything else the list says"),
    _text("document_number", "Number of an identity document"),
    _text("phone", "Telephone numbers", many=True),
    _text("address", "Home address"),
    _text("postcode", "Postcode"),
    _text("email", "E-mail addresses", many=True),
    _text("occupation", "Occupation"),
    _date("status_date", "The day that the status is about; `event_date` is none"),
    _date("detained_on", "When they were detained; a day here says that they were"),
    _date("released_on", "When they were released; a day here says that they were"),
    _date("charged_on", "When they were charged; a day here says that they were"),
    _date("sentenced_on", "When they were sentenced; a day here says that they were"),
    _date("missing_since", "Since when they are missing; a day here says that they are"),
    _date("admitted_on", "When they came into a hospital; a day here says that they did"),
    _date("died_on", "When they died; a day here says that they did"),
    replace(SAID_BY, about="Who says so of them; without it, the source of the list"),
    replace(BODY, about="The institution behind whoever says so"),
    replace(PUBLISHED, about="When it was said in public; without it, the day of the edition"),
)

STATEMENTS = (
    ID,
    _word(
        "kind",
        "claim-kind",
        "Kind of claim; empty: figure where there is a measure, else assertion",
    ),
    _needed(STATEMENT),
    FIGURE,
    UNIT,
    LOWER,
    UPPER,
    WHEN,
    MADE_AT,
    SAID_BY,
    BODY,
    ROLE,
    OUTLET,
    SOURCE_KIND,
    BASIS,
    STANCE,
    HEDGE,
    _place("about_place", "The places that the statement is about", many=True),
    _word("measure", "measure", "What is counted; empty where nothing is"),
    _word("population", "population", "Of whom; empty where no people are counted"),
    _date("period_start", "First day that the amount covers"),
    _date("period_end", "Last day that the amount covers"),
    _date("as_of", "Day up to which the amount is said to hold"),
    REPEATS,
    TARGETS,
    _text("figure_key", "Name of the question: rows that answer the same one share it"),
    URL,
    PUBLISHED,
    EVIDENCE,
    _text("topic", "Coarse topic, in the collector's words"),
    _text("language", "Language of the statement, such as kk, ru or en"),
)

EVENTS = (
    ID,
    _word("event_kind", "event-kind", "What kind of event it was"),
    _needed(STATEMENT),
    _text("actors", "Who took part, as the source puts it"),
    _place("place", "Where it happened", many=True),
    _number("lat", "Latitude in degrees, north positive"),
    _number("lon", "Longitude in degrees, east positive"),
    _number("reach", "How far from that point it may have been, in metres"),
    _date("start", "When it began, or the first edge of the window in which it lies"),
    _date("end", "When it ended, or the last edge of that window (not included)"),
    _word(
        "precision",
        "precision",
        "How sharp start and end are: minute, hour, part-of-day, day, month",
    ),
    ZONE,
    _word("part", "part-of-day", "Part of the day, where the precision is part-of-day"),
    _date("when", "The time in one cell, instead of start and end"),
    _number("margin", "Days by which that time may be wrong, before and after"),
    FIGURE,
    UNIT,
    LOWER,
    UPPER,
    _word("measure", "measure", "What the amount counts; with it, the row states a figure too"),
    _word("population", "population", "Of whom; empty where no people are counted"),
    *VOICE,
    BASIS,
    STANCE,
    HEDGE,
    REPEATS,
    TARGETS,
    PUBLISHED,
    MADE_AT,
    URL,
    EVIDENCE,
)

OUTAGES = (
    ID,
    _place("region", "Where the network failed", many=True),
    _word("network", "network", "Which network: mobile, fixed, all"),
    _word("method", "outage-method", "How it was measured: bgp, traffic, probe, user-report"),
    _word("state", "outage-state", "What the network did, such as down, degraded or restored"),
    _number("level", "Share of normal traffic, 0 to 1"),
    _date("start", "When it began, local time"),
    _date("end", "When it ended, local time"),
    _word("start_precision", "precision", "How sharp the start is"),
    _word("end_precision", "precision", "How sharp the end is"),
    ZONE,
    _date("utc_start", "When it began, in UTC; goes before start"),
    _date("utc_end", "When it ended, in UTC; goes before end"),
    *VOICE,
    _needed(STATEMENT),
    BASIS,
    STANCE,
    PUBLISHED,
    MADE_AT,
    URL,
    EVIDENCE,
)

DEMANDS = (
    ID,
    _needed(_text("demand", "What was demanded")),
    _text("demand_key", "One word for the same demand in different towns"),
    _word("demand_group", "demand-group", "What sort of demand it was"),
    _place("place", "Where it was demanded", many=True),
    WHEN,
    *VOICE,
    _word("addressed_to", "addressee", "Of whom it was demanded", many=True),
    *READ_AT,
    BASIS,
    STANCE,
    _word("response", "response", "What came of it: met, partly, refused, unknown"),
    _text("response_statement", "The answer, in one sentence"),
    _date("response_when", "When the answer came"),
    _text("response_said_by", "Who answered"),
    _text("response_outlet", "Where the answer was read"),
    _date("response_published", "When the answer was published there"),
    _text("response_url", "The address where the answer was read"),
    _word(
        "response_evidence_status", "evidence-status", "How the collector saw the answer's source"
    ),
)

FRAMINGS = (
    ID,
    _date("when", "When it was said"),
    SAID_BY,
    ROLE,
    BODY,
    SOURCE_KIND,
    _text("term", "The word used"),
    _text("blamed", "Who is blamed"),
    STATEMENT,
    OUTLET,
    *READ_AT,
    _text("framing_key", "Who is blamed, then the word: rows that frame alike share it"),
    TARGETS,
    BASIS,
    STANCE,
)

PLACES = (
    _needed(_id("id", "The place's own id; no two rows share it")),
    _needed(_text("name", "The name it is shown under")),
    _word("kind", "place-kind", "What sort of place, such as country, oblast, city or square"),
    _text("parent", "Id or name of the place it lies in"),
    _text("country", "Id or name of the country, for places without a parent"),
    KK,
    RU,
    LATIN,
    _text("former", "Earlier names", many=True),
    _number("lat", "Latitude in degrees, north positive"),
    _number("lon", "Longitude in degrees, east positive"),
    _text("code", "Official code of the place"),
    _text("coordinate_evidence", "Where the coordinates come from"),
    _text("name_evidence", "Where the names come from"),
    _text("oblast_now", "The oblast it lies in today"),
)

SPEAKERS = (
    _id("id", "The speaker's own id; without it the row is named by its number"),
    _needed(_text("name", "The name they are shown under")),
    _text("role", "Their office"),
    KK,
    RU,
    LATIN,
    _text("spellings", "Other spellings, as sources wrote them", many=True),
    EVIDENCE,
)

NAMES = (
    _id("id", "The row's own id, where it has one"),
    _needed(_word("kind", "name-kind", "Which part of a name it is: given or surname")),
    _needed(_text("name", "One form of the name, in any alphabet")),
    _needed(_text("forms", "Other forms of it: short, familiar, old, borrowed", many=True)),
    _text("note", "Where it is from"),
)

MESSAGES = (
    _id("id", "The message's own id in its chat; without it, its number"),
    _date("at", "When it was sent: day and clock time"),
    _text("author", "Who sent it, as the chat names them"),
    _text("author_id", "The account that sent it"),
    _text("phone", "Telephone number of who sent it: kept apart, never shown"),
    _needed(_text("text", "What it says")),
    _id("reply_to", "Id of the message that it answers"),
    _text("forwarded_from", "From whom it was passed on"),
    _text("attachment", "Names of the files that came with it", many=True),
    _date("edited", "When it was changed; or yes"),
    _text("deleted", "Whether it was deleted: yes or no"),
    _text("service", "What the program says in its own name, as that somebody joined"),
)

SERIES = (
    _id("id", "Name of the series, where the table has several; its claims are named after it"),
    _needed(_date("at", "The instant that the value is of, or the day")),
    _needed(_number("value", "What was measured; empty where nothing was")),
    _place("region", "Where the network was measured", many=True),
    _word("network", "network", "Which network: mobile, fixed, all"),
    _word("method", "outage-method", "How it was measured: bgp, traffic, probe, user-report"),
    _text("instrument", "Who or what measured: the claims are said by it"),
    URL,
    PUBLISHED,
    MADE_AT,
)

PATTERNS = (
    _id("id", "The row's own id, where it has one"),
    _needed(_number("count", "How many persons exactly the lists marked 1 name")),
)

ON_LIST, BY_STRATUM = "in_", "by_"
_PATTERN_COLUMNS = {
    ON_LIST: "1 where the list names these persons, 0 where it does not",
    BY_STRATUM: "In which stratum these persons are",
}

FIELDS: Mapping[Holds, Mapping[str, Field]] = {
    holds: {field.name: field for field in fields}
    for holds, fields in (
        (Holds.PERSONS, PERSONS),
        (Holds.STATEMENTS, STATEMENTS),
        (Holds.EVENTS, EVENTS),
        (Holds.OUTAGES, OUTAGES),
        (Holds.DEMANDS, DEMANDS),
        (Holds.FRAMINGS, FRAMINGS),
        (Holds.PLACES, PLACES),
        (Holds.SPEAKERS, SPEAKERS),
        (Holds.NAMES, NAMES),
        (Holds.MESSAGES, MESSAGES),
        (Holds.SERIES, SERIES),
        (Holds.PATTERNS, PATTERNS),
    )
}
VOCABULARIES = frozenset(
    field.vocabulary for fields in FIELDS.values() for field in fields.values() if field.vocabulary
)


def field_of(holds: Holds, name: str) -> Field | None:
    """Give the field of this name; patterns have one for every list and stratum, `in_…`, `by_…`."""
    if holds is Holds.PATTERNS:
        for begin, about in _PATTERN_COLUMNS.items():
            if name.startswith(begin) and name != begin:
                return _text(name, about)
    return FIELDS[holds].get(name)


def check_columns(accession: Accession) -> None:
    """Refuse columns that fill no field of what the rows are, or the same one.

    Raises:
        ValueError: it says which.
    """
    holds = accession.holds
    names = [column.field for column in accession.columns]
    parts = (part for column in accession.columns for part in column.as_)
    asked = [*names, *(part for part in parts if part not in DATE_READINGS)]
    strange = [name for name in asked if holds is None or field_of(holds, name) is None]
    if strange or len(set(names)) < len(names):
        message = f"{accession.path} has columns that fill no field, or one twice: {strange[:1]}"
        raise ValueError(message)
