"""An installation that ends with its test."""

import pytest

from tests.faults.harness import Installation


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path)
    yield made
    made.stop()
