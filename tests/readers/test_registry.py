"""The readers there are: known by the same names and versions everywhere, and decided by content."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest

from qantar.errors import InputRefusedError
from qantar.readers.job import Job
from qantar.readers.registry import READERS, reader_for
from qantar.readers.versions import VERSIONS
from tests.readers.golden import SAMPLES, samples

ROOT = Path(__file__).parents[2]


def test_what_asks_for_versions_knows_all_readers() -> None:
    """A kept reading is used again as long as these stay: one that is missing would never age."""
    assert dict(VERSIONS) == {name: reader.version for name, reader in READERS.items()}


def test_every_reader_is_in_the_documentation() -> None:
    page = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8")
    assert set(READERS) <= set(re.findall(r"`([a-z-]+)`", page))


# What only a sheet can tell: no content says that a table holds messages.
BY_SHEET = {"chat"}


@pytest.mark.parametrize("reader", sorted({path.name for path in SAMPLES.iterdir()} - BY_SHEET))
def test_the_content_decides_whatever_the_name_says(reader: str) -> None:
    for sample in samples(reader):
        source = BytesIO(sample.read_bytes())
        named = {reader_for(source, Job(name=name)).name for name in (sample.name, "a.bin", "a")}
        assert reader in named, sample.name


def test_a_reader_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InputRefusedError, match="no reader") as caught:
        reader_for(BytesIO(b""), Job(name="a", reader="crystal-ball"))
    assert "text" in (caught.value.next or "")


def test_every_reader_is_held_to_the_shared_suite() -> None:
    """Tables are no documents of text; `test_table_fuzz.py` asks the same of them."""
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = re.findall(r'\(ReaderSuite\):\n(?:    """.*\n\n)?    reader = "(\w+)"', tests)
    assert sorted(named) == sorted(set(READERS) - {"table"})
