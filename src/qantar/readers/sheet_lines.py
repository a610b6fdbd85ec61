"""On which line of a TOML text each key stands.

`tomllib` gives values without their places; the syntax tree gives the places.
Only text that `tomllib` has accepted is given to it, so that every key is sound.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

import tree_sitter
import tree_sitter_toml

KeyPath = tuple[str | int, ...]

# Nothing a sheet may say lies deeper; what does is a fault named by its parent.
_DEPTH = 16
_LANGUAGE = tree_sitter.Language(tree_sitter_toml.language())
_KEYS = frozenset({"bare_key", "quoted_key", "dotted_key"})


def key_lines(text: str) -> dict[KeyPath, int]:
    """Find the line, from 1, of every key, table and array element.

    Paths are as in the parsed value: `("accession", 1, "columns", "name")`. A
    table opened by several headers stands at the first of them.
    """
    lines: dict[KeyPath, int] = {(): 1}
    elements: dict[KeyPath, int] = {}
    for node in tree_sitter.Parser(_LANGUAGE).parse(text.encode()).root_node.named_children:
        parts = _key(node)
        if parts is None:
            continue
        if node.type == "pair":
            _note_pair(node, (), lines)
            continue
        path = _placed(parts, elements, opens=node.type == "table_array_element")
        _note(path, _line(node), lines)
        for child in node.named_children:
            _note_pair(child, path, lines)
    return lines


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int:
    """The line of this key, or of the nearest thing around it that has one."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


def _placed(parts: KeyPath, elements: dict[KeyPath, int], *, opens: bool) -> KeyPath:
    """Turn a table's name into a path: under an array of tables it means the newest element."""
    path: KeyPath = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in elements:
            path = (*path, elements[path])
    path = (*path, parts[-1])
    if opens:
        elements[path] = elements.get(path, -1) + 1
    return (*path, elements[path]) if path in elements else path


def _note(path: KeyPath, line: int, lines: dict[KeyPath, int]) -> None:
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], line)


def _note_pair(node: tree_sitter.Node, under: KeyPath, lines: dict[KeyPath, int]) -> None:
    parts = _key(node) if node.type == "pair" else None
    if parts is None or len(under) + len(parts) > _DEPTH:
        return
    path = (*under, *parts)
    _note(path, _line(node), lines)
    for value in node.named_children[1:]:
        _note_value(value, path, lines)


def _note_value(node: tree_sitter.Node, path: KeyPath, lines: dict[KeyPath, int]) -> None:
    if node.type == "inline_table":
        for child in node.named_children:
            _note_pair(child, path, lines)
    elif node.type == "array" and len(path) < _DEPTH:
        for index, child in enumerate(_elements(node)):
            _note((*path, index), _line(child), lines)
            _note_value(child, (*path, index), lines)


def _elements(array: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    return (child for child in array.named_children if child.type != "comment")


def _key(node: tree_sitter.Node) -> tuple[str, ...] | None:
    """The key of a pair or table, part by part, its quotes and escapes resolved."""
    first = node.named_children[0] if node.named_children else None
    if first is None or first.type not in _KEYS:
        return None
    return tuple(_part(leaf) for leaf in _leaves(first))


def _leaves(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The simple keys of a key, in order. The tree leans left: `a.b.c` is `(a.b).c`."""
    leaves: list[tree_sitter.Node] = []
    while node.type == "dotted_key":
        *_, last = node.named_children
        leaves.append(last)
        node = node.named_children[0]
    leaves.append(node)
    return leaves[::-1]


def _part(node: tree_sitter.Node) -> str:
    written = (node.text or b"").decode()
    return written if node.type == "bare_key" else next(iter(tomllib.loads(f"{written} = 0")))


def _line(node: tree_sitter.Node) -> int:
    return node.start_point.row + 1
