from __future__ import annotations

import pytest

from tests.published import Published

from .crawler import Crawl, crawl


@pytest.fixture(scope="session")
def january_pages(january: Published) -> Crawl:
    """All pages of the shipped example's dossier."""
    return crawl(january.out)
