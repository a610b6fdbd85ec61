"""What a PDF says of itself: its fields, and the odd form in which it writes dates.

Source: ISO 32000-1, sections 14.3.3 (document information), 7.9.4 (dates).
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

FIELDS: Final = MappingProxyType(
    {
        "Title": "pdf.title",
        "Author": "pdf.author",
        "Subject": "pdf.subject",
        "Keywords": "pdf.keywords",
        "Creator": "pdf.creator",
        "Producer": "pdf.producer",
        "CreationDate": "pdf.creation_date",
        "ModDate": "pdf.modification_date",
    }
)
DATES: Final = ("pdf.creation_date", "pdf.modification_date")
MAX_SAID_CHARS: Final = 10_000

_DATE: Final = re.compile(
    r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?"
    r"(?:(Z)(?:00'?00'?)?|([+-])(\d\d)'?(\d\d)?'?)?\s*\Z"
)


def iso_date(untrusted_date: str) -> str:
    """Write a PDF's date as ISO does, as far as it goes; one that is none stays as found."""
    found = _DATE.match(untrusted_date.strip())
    if not found:
        return untrusted_date
    year, month, day, hour, minute, second, utc, sign, off_hour, off_minute = found.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if not hour:
        return date
    time = f"T{hour}:{minute or '00'}" + (f":{second}" if second else "")
    zone = f"{sign}{off_hour}:{off_minute or '00'}" if sign else "+00:00" if utc else ""
    return date + time + zone
