"""RTF as a stream of tokens: groups, control words, bytes of text. Nothing nests here.

Source: Microsoft, Rich Text Format (RTF) Specification 1.9.1, "RTF syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

_TOKEN: Final = re.compile(
    rb"(?P<open>\{)|(?P<close>\})"
    rb"|\\(?P<word>[A-Za-z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?"
    rb"|\\'(?P<hex>[0-9A-Fa-f]{2})"
    rb"|\\(?P<sign>[^A-Za-z])"
    rb"|(?P<text>[^{}\\\r\n]+)"
    rb"|(?P<other>[\r\n]+|.)",
    re.DOTALL,
)


class Token(Enum):
    """What a token is."""

    OPEN = "open"
    CLOSE = "close"
    WORD = "word"
    SIGN = "sign"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """One token: a word with its number (None for none), a sign, or bytes of text."""

    token: Token
    word: str = ""
    number: int | None = None
    data: bytes = b""


OPEN, CLOSE = Piece(Token.OPEN), Piece(Token.CLOSE)


def tokens(data: bytes) -> Iterator[Piece]:
    """Cut a file into its tokens, in time that its length bounds."""
    at = 0
    while token := _TOKEN.match(data, at):
        at = token.end()
        kind = token.lastgroup
        if kind == "open":
            yield OPEN
        elif kind == "close":
            yield CLOSE
        elif kind in {"word", "number"}:
            number = int(token["number"]) if token["number"] is not None else None
            word = token["word"].decode("ascii")
            if word == "bin" and number is not None and number > 0:
                at += number  # bytes of a picture or an object, raw in the file
            else:
                yield Piece(Token.WORD, word, number)
        elif kind == "hex":
            yield Piece(Token.TEXT, "'", data=bytes([int(token["hex"], 16)]))
        elif kind == "sign":
            yield Piece(Token.SIGN, token["sign"].decode("latin-1"))
        elif kind == "text":
            yield Piece(Token.TEXT, data=token["text"])
