"""What every reader of documents must hold to, whatever it reads.

A test module of a reader subclasses `ReaderSuite` and names the folder of its samples;
`tests/readers/golden.py` says how they are kept.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from qantar.errors import InputRefusedError
from qantar.readers.confined import Readers
from qantar.readers.job import Job
from qantar.readers.registry import READERS
from tests.faults.chance import chance
from tests.readers.golden import expected, job_of, read_now, samples
from tests.readers.reading import answered, documents, read_confined

MUTATIONS = int(os.environ.get("QANTAR_LONG_MUTATIONS", "100"))


def mutated(data: bytes, random: Random) -> bytes:
    """Change bytes as damage and malice do: flip, cut, double, drop, write over."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 8)):
        if not changed:
            break
        at = random.randrange(len(changed))
        to = min(len(changed), at + random.choice((1, 1, 2, 16, 256)))
        match random.randrange(5):
            case 0:
                changed[at] ^= 1 << random.randrange(8)
            case 1:
                del changed[at:to]
            case 2:
                changed[at:at] = changed[at:to]
            case 3:
                changed[at:to] = random.randbytes(to - at)
            case _:
                del changed[at:]
    return bytes(changed)


def pytest_generate(metafunc: pytest.Metafunc) -> None:
    """Give each test of a suite its samples; call it from `pytest_generate_tests`."""
    if "sample" in metafunc.fixturenames and metafunc.cls is not None:
        found = samples(metafunc.cls.reader)
        metafunc.parametrize("sample", found, ids=lambda path: path.name)


class ReaderSuite:
    """The shared tests; a subclass says which reader."""

    reader: str

    def test_there_are_samples(self) -> None:
        assert samples(self.reader)
        assert self.reader in READERS

    def test_a_sample_is_read_as_its_golden_file_says(self, sample: Path) -> None:
        assert read_now(sample) == expected(sample)

    def test_a_confined_reading_says_the_same(self, readers: Readers, sample: Path) -> None:
        """No font, no zone table, no library, no thread is needed that a confined child lacks.

        Once every HEIC picture went unread: the library for it starts a thread, and only
        the readings of these tests were free to.
        """
        data, job = sample.read_bytes(), job_of(sample)
        assert read_confined(readers, data, job) == documents(answered(data, job))

    def test_reading_twice_gives_the_same_bytes(self, sample: Path) -> None:
        job = job_of(sample)
        data = sample.read_bytes()
        assert answered(data, job) == answered(data, job)

    def test_every_span_of_a_leaf_says_something_or_is_deleted(self, sample: Path) -> None:
        for document in documents(answered(sample.read_bytes(), job_of(sample))):
            for segment in document.segments:
                said = document.text[segment.start : segment.end]
                assert (
                    said.strip()
                    or segment.deleted
                    or segment.media
                    or segment.service
                    or (segment.raw is not None or segment.kind in ("page", "frame", "table-cell"))
                ), segment

    def test_damage_never_stops_the_reader(self, sample: Path) -> None:
        """What is damaged is read with findings, or refused with a reason."""
        data = sample.read_bytes()
        random = chance(len(data))
        for _ in range(MUTATIONS):
            try:
                read = documents(answered(mutated(data, random), job_of(sample)))
            except InputRefusedError:
                continue
            assert read

    def test_each_beginning_is_read(self, sample: Path) -> None:
        data = sample.read_bytes()
        for size in {0, 1, 2, 4, len(data) // 3, len(data) // 2, len(data) - 1}:
            try:
                read = documents(answered(data[:size], job_of(sample)))
            except InputRefusedError:
                continue
            assert read

    def test_another_ending_is_noted_or_does_not_matter(self, sample: Path) -> None:
        documents(answered(sample.read_bytes(), Job(name=f"{sample.stem}.pdf")))
