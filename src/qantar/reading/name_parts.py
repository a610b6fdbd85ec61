"""A cell that holds several parts of a name, taken apart as its column says."""

from __future__ import annotations

import re
from typing import Final

_BETWEEN_INITIALS: Final = re.compile(r"(?<=\.)(?=\w)")
_AROUND: Final = " ,;"


def parted(text: str, parts: int) -> tuple[str, ...]:
    """Take a text apart at its spaces, and initials at their points.

    The last part keeps what is left: "Асан Маратұлы" and "А.М." are two parts, "Асан Марат
    ұлы" too. There are fewer parts than asked for where the text has fewer.
    """
    spaced = _BETWEEN_INITIALS.sub(" ", text)
    found = (piece.strip(_AROUND) for piece in spaced.split(None, parts - 1))
    return tuple(piece for piece in found if piece)
