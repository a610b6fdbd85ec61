"""The text of an RTF, told to a story: what each control word does, in the order it stands.

Source: RTF Specification 1.9.1 (control words), [MS-OXRTFEX] for what programs leave out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from qantar.readers.docx_fields import Fields
from qantar.readers.finding_log import FindingLog
from qantar.readers.rtf_blocks import Blocks
from qantar.readers.rtf_fonts import SYMBOLS as SYMBOL_FONT
from qantar.readers.rtf_fonts import Fonts, decoded, page_encoding
from qantar.readers.rtf_said import Said
from qantar.readers.rtf_state import NOWHERE, Groups, State
from qantar.readers.rtf_tokens import CLOSE, OPEN, Piece, Token, tokens
from qantar.readers.rtf_words import (
    ASIDES,
    LEFT_OUT,
    SIGNS,
    SYMBOLS,
    TAKEN,
    WALKED,
)
from qantar.readers.story import MAX_TABLE_DEPTH, Story
from qantar.readers.story_composer import Flow

_MOST_SKIPPED: Final = 255
_HIGH: Final = range(0xD800, 0xDC00)
_LOW: Final = range(0xDC00, 0xE000)
_ITEMS: Final = frozenset({"listtext", "pntext"})


@dataclass(slots=True)
class Seen:
    """What was met beside text."""

    links: dict[str, None] = field(default_factory=dict)
    pictures: int = 0
    objects: int = 0
    hidden: int = 0
    broken: int = 0
    deepest: int = 0
    open: int = 0
    after: int = 0
    doubtful: int = 0


class RtfText:
    """Follows the tokens of one document."""

    def __init__(self, story: Story, log: FindingLog) -> None:
        """Tell of them to `story`."""
        self._story = story
        self.seen, self.said, self._groups = Seen(), Said(), Groups()
        self._blocks = Blocks(story, self.said, self._groups)
        self._fields = Fields(log, self.seen.links)
        self._fonts = Fonts()
        self._bytes = bytearray()
        self._half = self._to_skip = 0
        self._is_starred = self._is_first = self._is_over = False
        self._done: dict[str, Callable[[int | None], None]] = self._commands()

    @property
    def page_parts(self) -> list[Flow]:
        """Headers and footers that have ended."""
        return self._blocks.page_parts

    @property
    def _state(self) -> State:
        return self._groups.now

    def read(self, data: bytes) -> None:
        """Follow a whole file."""
        for piece in tokens(data):
            if self._is_over:
                self.seen.after += max(1, len(piece.data.strip(b"\x00\t ")))
            elif self._groups.around or piece is OPEN:
                self._take(piece)
        self._flush()
        self.seen.open = self._groups.depth
        while self._groups.around:
            self._close()
        self._blocks.end()

    def _take(self, piece: Piece) -> None:
        if piece is OPEN:
            self._flush()
            self._open()
        elif piece is CLOSE:
            self._flush()
            self._close()
        elif piece.token is Token.TEXT:
            self._is_first = False
            self._add_bytes(piece.data)
        elif self._to_skip and (piece.token is Token.SIGN or piece.word in SIGNS):
            self._to_skip -= 1
        else:
            self._to_skip = 0
            self._flush()
            self._do(piece)

    # Groups

    def _open(self) -> None:
        self._to_skip = 0
        if self._groups.open():
            self._is_first, self._is_starred = True, False
        self.seen.deepest = max(self.seen.deepest, self._groups.depth)

    def _close(self) -> None:
        self._to_skip = 0
        if self._groups.closes_deeper() or not self._groups.around:
            return
        if self._state.aside:
            self._blocks.end_aside(self._state.aside)
        ended = self._groups.close()
        if ended.into != self._state.into and ended.into not in {"", NOWHERE}:
            self._end_destination(ended.into)
        self._is_over = not self._groups.around

    def _end_destination(self, name: str) -> None:
        text = self.said.end(name)
        if name == "fldinst":
            self._fields.look(text, self._story.where)

    # Control words

    def _do(self, piece: Piece) -> None:
        first, self._is_first = self._is_first, False
        if piece.token is Token.SIGN:
            self._sign(piece.word, first=first)
            return
        word, number = piece.word, piece.number
        if (first or self._is_starred) and self._begin_destination(word):
            self._is_starred = False
            return
        self._is_starred = False
        if self._state.into == NOWHERE:
            return
        if self._state.into:
            self._say_of(word, number)
        if word in SIGNS:
            self._tell(SIGNS[word])
        elif known := self._done.get(word):
            known(number)

    def _sign(self, sign: str, *, first: bool) -> None:
        if sign == "*":
            self._is_starred = first
        elif sign in "\r\n":
            self._blocks.paragraph()
        elif sign in SYMBOLS:
            self._tell(SYMBOLS[sign])

    def _begin_destination(self, word: str) -> bool:
        """Turn to what the first word of a group says that it is; whether it is one."""
        if self._is_spelt_twice(word) or self._state.into == NOWHERE:
            return True
        if word in ASIDES and not self._state.into:
            self._blocks.begin_aside(word)
        elif word in LEFT_OUT:
            self._state.into = NOWHERE
            if word in _ITEMS and self._groups.around:
                self._groups.around[-1].is_item = True
        elif word in TAKEN or (self._state.into == "info" and self.said.has(word)):
            self._state.into = word
            self.said.begin(word)
            if word == "pict":
                self.seen.pictures += 1
                self._state.into = NOWHERE
        elif word in WALKED:
            self.seen.objects += word == "object"
        elif self._is_starred:
            self._state.into = self._state.into if word in self._done else NOWHERE
            return word not in self._done
        else:
            return False
        return True

    def _is_spelt_twice(self, word: str) -> bool:
        """Of a fact that stands there in an old code page and in Unicode, take the latter."""
        if word == "upr" and self._state.into == "info":
            self._state.spelt = True
            return True
        if word == "ud" and self._state.spelt:
            self._state.spelt = False
            self.said.anew = True
            return True
        return False

    def _say_of(self, word: str, number: int | None) -> None:
        """Take a word within a destination that says something about the text."""
        into = self._state.into
        if into == "fonttbl":
            if word == "f":
                self._fonts.define(number or 0)
            elif word == "fcharset":
                self._fonts.charset(number or 0)
            elif word == "cpg":
                self._fonts.page(number or 0)
        else:
            self.said.word(into, word, number)

    def _commands(self) -> dict[str, Callable[[int | None], None]]:
        return {
            "ansicpg": self._set_page,
            "mac": lambda _: self._set_default("mac_roman"),
            "pc": lambda _: self._set_default("cp437"),
            "pca": lambda _: self._set_default("cp850"),
            "u": self._unicode,
            "uc": self._set_skip,
            "f": lambda n: self._set("font", n or 0),
            "plain": lambda _: self._state.plain(),
            "v": lambda n: self._set("hidden", n != 0),
            "revised": lambda n: self._set("inserted", n != 0),
            "deleted": lambda n: self._set("deleted", n != 0),
            "revauth": lambda n: self._set("insert_author", n or 0),
            "revdttm": lambda n: self._set("insert_date", n or 0),
            "revauthdel": lambda n: self._set("delete_author", n or 0),
            "revdttmdel": lambda n: self._set("delete_date", n or 0),
            "par": lambda _: self._blocks.paragraph(),
            "sect": lambda _: self._blocks.paragraph(),
            "pard": lambda _: self._state.new_paragraph(),
            "intbl": lambda n: self._set("in_table", n != 0),
            "itap": lambda n: self._set("depth", min(MAX_TABLE_DEPTH, max(0, n or 0))),
            "outlinelevel": lambda n: self._set("level", n or 0),
            "s": lambda n: self._set("style", n or 0),
            "ls": lambda n: self._set("is_item", bool(n)),
            "pnlvlblt": lambda _: self._set("is_item", True),  # noqa: FBT003
            "cell": lambda _: self._blocks.end_cell(),
            "row": lambda _: self._blocks.end_row(),
            "nestcell": lambda _: self._blocks.end_nested_cell(),
            "nestrow": lambda _: self._blocks.end_nested_row(),
        }

    def _set(self, name: str, value: object) -> None:
        if not self._state.into:
            setattr(self._state, name, value)

    def _set_skip(self, number: int | None) -> None:
        self._state.skip = min(_MOST_SKIPPED, max(0, 1 if number is None else number))

    def _set_page(self, number: int | None) -> None:
        found = page_encoding(number or 0)
        if found is not None:
            self._set_default(found)

    def _set_default(self, encoding: str) -> None:
        self._fonts.default = encoding

    # Text

    def _add_bytes(self, data: bytes) -> None:
        if self._to_skip:
            cut = min(self._to_skip, len(data))
            self._to_skip -= cut
            data = data[cut:]
        self._bytes += data

    def _flush(self) -> None:
        """Decode the bytes that have come together."""
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        if self._state.into == NOWHERE:
            return
        encoding = self._fonts.encoding(self._state.font)
        text = decoded(data, encoding)
        if not data.isascii():
            self.seen.broken += text.count("\ufffd")
            default = self._fonts.default
            is_latin = encoding == "cp1252" and default not in {"cp1252", SYMBOL_FONT}
            self.seen.doubtful += is_latin and not self._state.into
        self._tell(text)

    def _unicode(self, number: int | None) -> None:
        self._to_skip = self._state.skip
        code = (number or 0) & 0xFFFF
        if code in _HIGH:
            self._half = code
            return
        if code in _LOW:
            if self._half:
                code = 0x10000 + ((self._half - _HIGH.start) << 10) + (code - _LOW.start)
            else:
                code = 0xFFFD
                self.seen.broken += 1
        self._half = 0
        self._tell(chr(code))

    def _tell(self, text: str) -> None:
        into = self._state.into
        if into == NOWHERE:
            return
        if into:
            self.said.say(into, text)
            return
        self._blocks.begin_letters()
        self.seen.hidden += len(text) if self._state.hidden else 0
        self._story.say(text, hidden=self._state.hidden)
