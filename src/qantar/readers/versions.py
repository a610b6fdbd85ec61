"""The readers there are, and which version each is: light, for whoever asks whether a reading fits.

A test holds this to `registry.py`, which is heavy: it loads what every reader needs.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

VERSIONS: Final = MappingProxyType(
    {
        "archive": 1,
        "chat": 2,
        "doc": 1,
        "docx": 2,
        "html": 1,
        "kobo": 3,
        "mail": 1,
        "measurement": 1,
        "media": 2,
        "ocr": 1,
        "odt": 2,
        "pdf": 2,
        "photo": 5,
        "provenance": 2,
        "rtf": 2,
        "signal": 2,
        "table": 5,
        "telegram": 1,
        "text": 2,
        "transcript": 1,
        "warc": 1,
        "whatsapp": 1,
    }
)
