"""One parent of confined readings for all tests of readers: starting it takes longer than a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qantar.readers.confined import Readers


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    with Readers() as readers:
        yield readers
