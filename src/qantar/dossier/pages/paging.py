"""Long lists in parts: no page grows without end, and every part has an address of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Head = TypeVar("Head")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Generic[Head, Item]):
    """A heading with the items under it on one part; `continued` if it began on an earlier one."""

    head: Head
    items: tuple[Item, ...]
    continued: bool = False


def part_paths(path: str, count: int) -> tuple[str, ...]:
    """Name the parts: `a/b.html`, `a/b--2.html`, ….

    A slug never has two hyphens in a row, so no part takes the name of another page.
    """
    stem = path.removesuffix(".html")
    return (path, *(f"{stem}--{number}.html" for number in range(2, count + 1)))


def in_parts(
    sections: Iterable[tuple[Head, Sequence[Item]]], size: int
) -> list[list[Section[Head, Item]]]:
    """Split sections into parts of at most `size` items; there is always one part.

    A section that does not fit goes on in the next part, under the same heading.
    """
    parts: list[list[Section[Head, Item]]] = [[]]
    room = size
    for head, items in sections:
        start = 0
        while start == 0 or start < len(items):
            if not room:
                parts.append([])
                room = size
            taken = tuple(items[start : start + room])
            parts[-1].append(Section(head=head, items=taken, continued=start > 0))
            room -= len(taken)
            start += len(taken)
            if not taken:
                break
    return parts
