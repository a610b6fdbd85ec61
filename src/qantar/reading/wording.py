"""How findings quote the material: short, on one line, with nothing that steers a terminal."""

from __future__ import annotations

SHOWN_CHARS = 120
_LONGEST_SENTENCE = 600


def quoted(untrusted_text: str) -> str:
    """Quote raw text: at most 120 characters, those that cannot be seen spelt out."""
    cut = untrusted_text[:SHOWN_CHARS]
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return f'"{visible}{"…" if len(untrusted_text) > SHOWN_CHARS else ""}"'


def about(untrusted_text: str, said: str) -> str:
    """Say something about a text; the text is quoted in front unless the sentence quotes it.

    A sentence that quotes a text of a megabyte is cut: the file holds the rest.
    """
    quote = quoted(untrusted_text)
    sentence = said if quote in said else f"{quote}: {said}"
    if len(sentence) <= _LONGEST_SENTENCE:
        return sentence
    return f"{sentence[:_LONGEST_SENTENCE]}…"
