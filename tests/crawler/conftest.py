from collections.abc import Iterator

import pytest

from tests.crawler.web import LocalWeb, serve_web


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    """A web of this test's own."""
    yield from serve_web()


@pytest.fixture(scope="module")
def shared_web() -> Iterator[LocalWeb]:
    """A web that the tests of one file share."""
    yield from serve_web()
