"""Documents whose elements were moved, doubled and dropped: well-formed, and senseless.

Damage to a package mostly breaks its ZIP; this gets at what lies behind it.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from copy import deepcopy
from pathlib import Path
from random import Random
from xml.etree import ElementTree as Xml

import pytest

from qantar.readers.job import Job
from tests.faults.chance import chance
from tests.readers.reading import answered, documents

SAMPLES = Path(__file__).parent / "samples"
ROUNDS = int(os.environ.get("QANTAR_LONG_MUTATIONS", "100"))
PACKAGES = {
    "docx/changed.docx": ("word/document.xml", "word/comments.xml", "word/footnotes.xml"),
    "docx/python-docx.docx": ("word/document.xml", "word/styles.xml"),
    "odt/changed.odt": ("content.xml",),
    "odt/odfpy.odt": ("content.xml", "styles.xml"),
}


def shuffled(root: Xml.Element, random: Random) -> bytes:
    """Move, double, drop and rename some elements of a part."""
    for _ in range(random.randint(1, 12)):
        every = [one for one in root.iter() if len(one)]
        if not every:
            break
        giver, taker = random.choice(every), random.choice(every)
        child = random.choice(list(giver))
        match random.randrange(4):
            case 0:
                giver.remove(child)
            case 1:
                taker.insert(random.randint(0, len(taker)), deepcopy(child))
            case 2:
                child.tag = random.choice(every).tag
            case _:
                child.text = (child.text or "") + random.choice((" ", "x ", "\n", "слово"))
    whole: bytes = Xml.tostring(root, encoding="utf-8")
    return whole


@pytest.mark.parametrize("sample", PACKAGES)
def test_elements_out_of_place_never_make_an_unsound_answer(sample: str) -> None:
    data = (SAMPLES / sample).read_bytes()
    random = chance(len(data))
    for _ in range(ROUNDS):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                inner = old.read(name)
                if name in PACKAGES[sample]:
                    inner = shuffled(Xml.fromstring(inner), random)  # noqa: S314  # our own
                new.writestr(name, inner)
        (read,) = documents(answered(out.getvalue(), Job(name=Path(sample).name)))
        assert read.end is not None
        assert "unparsed" not in read.codes()


def _tokens(data: bytes) -> list[bytes]:
    return re.findall(rb"\\[A-Za-z]+-?\d* ?|\\.|[{}]|[^\\{}]+", data, re.DOTALL)


def _mixed(tokens: list[bytes], random: Random) -> bytes:
    mixed = list(tokens)
    for _ in range(random.randint(1, 30)):
        at, to = random.randrange(1, len(mixed)), random.randrange(1, len(mixed))
        match random.randrange(3):
            case 0:
                mixed.pop(at)
            case 1:
                mixed.insert(at, mixed[to])
            case _:
                mixed.insert(at, random.choice((b"{", b"}", b"\\cell ", b"\\row ", b"\\par ")))
    return b"".join(mixed)


def test_words_of_rtf_out_of_place_never_make_an_unsound_answer() -> None:
    data = (SAMPLES / "rtf" / "by-hand.rtf").read_bytes()
    tokens, random = _tokens(data), chance(len(data))
    for _ in range(ROUNDS):
        (read,) = documents(answered(_mixed(tokens, random), Job(name="t.rtf")))
        assert read.end is not None
