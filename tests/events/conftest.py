"""What the tests of this floor share."""

import pytest

from tests.communications.conftest import relay
from tests.events.making import make_event

__all__ = ["event", "relay"]


@pytest.fixture
def event(cast, now):
    return make_event(cast, now)
