"""Single values of a sheet: what each kind may be, and what is said when it is not."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from qantar.model.accession import MOST_SPAN_DAYS
from qantar.model.column import template_headers
from qantar.model.declared import within
from qantar.model.relative import path_refusal
from qantar.readers.sheet_words import did_you_mean, listed, none_of, quoted, shown

_COUNTING = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_MARK = re.compile(r"[^\w\s+-]|[ '\u00a0\u202f_]")


def refusal(message: str) -> PydanticCustomError:
    """A fault in our own words. Braces are kept from pydantic, which would fill them in."""
    return PydanticCustomError("sheet", "{message}", {"message": message})


def word(words: type[StrEnum]) -> BeforeValidator:
    """Take one word of a fixed set, as written."""

    def read(value: object) -> StrEnum:
        if isinstance(value, str) and value in list(words):
            return words(value)
        if isinstance(value, str):
            raise refusal(none_of(value, words))
        message = f"{shown(value)} is no word; write one of {listed(words)} in quotes"
        raise refusal(message)

    return BeforeValidator(read)


def said(value: str) -> str:
    """Take a text that says something."""
    if not value.strip():
        message = "the text is empty; leave the key out where there is nothing to say"
        raise refusal(message)
    return value


def path(value: str) -> str:
    """Take a path that may be followed, without needless dots."""
    refused = path_refusal(value)
    if refused:
        message = f"{quoted(value)} {refused}"
        raise refusal(message)
    return str(PurePosixPath(value))


def day(value: object) -> str:
    """Take a day, as a TOML date or as text, and write it YYYY-MM-DD."""
    if isinstance(value, datetime):
        message = f"{shown(value)} has a clock time; the day is enough: {value.date()}"
        raise refusal(message)
    if isinstance(value, date):
        return value.isoformat()
    if not (isinstance(value, str) and _is_day(value)):
        message = f"{shown(value)} is no day; write year, month and day: 2022-01-20"
        raise refusal(message)
    return value


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def span(value: str) -> str:
    """Take a first and a last day, parted by a slash."""
    first, _, last = value.partition("/")
    if not (_is_day(first) and _is_day(last)):
        message = f"{quoted(value)} is no span; write its first and last day: 2022-01-02/2022-01-31"
        raise refusal(message)
    if (date.fromisoformat(last) - date.fromisoformat(first)).days >= MOST_SPAN_DAYS:
        message = f"{quoted(value)} is longer than 40 years; write the days that the case is about"
        raise refusal(message)
    if first > last:
        message = f"the span ends on {last}, before it begins on {first}"
        raise refusal(message)
    return value


@cache
def _zone_names() -> tuple[str, ...]:
    return tuple(files("tzdata").joinpath("zones").read_text(encoding="utf-8").split())


def zone(value: str) -> str:
    """Take the name of a time zone that the zone table knows."""
    if value not in _zone_names():
        near = did_you_mean(value, _zone_names())
        message = f"{quoted(value)} is no IANA time zone such as Asia/Almaty{near}"
        raise refusal(message)
    return value


def language(value: str) -> str:
    """Take a language code such as `kk` or `ru-KZ`."""
    if not _LANGUAGE.fullmatch(value):
        message = f"{quoted(value)} is no language code; write two or three letters: kk, ru, en"
        raise refusal(message)
    return value


def encoding(value: str) -> str:
    """Take the name of a text encoding that Python can decode."""
    try:
        # An empty input would not even look the codec up; these bytes suit UTF-32 too.
        b"\0\0\0\0".decode(value)
    except (LookupError, ValueError) as error:
        common = "utf-8, utf-16, windows-1251, koi8-r, cp866"
        message = f"{quoted(value)} is no text encoding; common ones are {common}"
        raise refusal(message) from error
    return value


def delimiter(value: str) -> str:
    """Take the one character that parts the cells of a delimited file."""
    if len(value) != 1 or value in '\r\n"\ufeff':
        message = (
            f'{quoted(value)} is no delimiter; write one character: ";" or "," or "\\t" for a tab'
        )
        raise refusal(message)
    return value


def mark(value: str) -> str:
    """Take a mark that stands inside a number."""
    if len(value) != 1 or not _MARK.fullmatch(value):
        message = f'{quoted(value)} parts no numbers; write one mark: "," or "." or " "'
        raise refusal(message)
    return value


def degrees(most: int) -> BeforeValidator:
    """Take a number of degrees from -`most` to `most`."""

    def read(value: object) -> Decimal:
        number = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        if number is None or not within(Decimal(number), most):
            message = f"{shown(value)} is no number of degrees from -{most} to {most}, as in 48.0"
            raise refusal(message)
        return Decimal(number)

    return BeforeValidator(read)


def header_or_table(value: object) -> object:
    """Let a header alone stand for the table that names it."""
    if isinstance(value, str):
        return {"column": value}
    if not isinstance(value, dict):
        message = (
            f"{shown(value)} is no column; write its header in quotes, "
            'or a table: { column = "Date", dates = "dmy" }'
        )
        raise refusal(message)
    return value


def template(value: str) -> str:
    """Take a text with headers in braces."""
    if not template_headers(value):
        message = f'{quoted(value)} names no column in braces, as in "{{Date}} {{Time}}"'
        raise refusal(message)
    return value


def counting_id(value: str) -> str:
    """Take the name of a counting: it becomes part of addresses."""
    if not _COUNTING.fullmatch(value):
        message = f"{quoted(value)} is no name; use letters a-z, digits and hyphens: killed-2034"
        raise refusal(message)
    return value


def each_once(value: list[str]) -> list[str]:
    """Take a list in which nothing stands twice."""
    twice = next((one for at, one in enumerate(value) if one in value[:at]), None)
    if twice is not None:
        message = f"{quoted(twice)} stands here twice"
        raise refusal(message)
    return value


def one_or_list(value: object) -> object:
    """Let one text stand for a list of one."""
    return [value] if isinstance(value, str) else value
