"""What the tests of needs share."""

import pytest

from programmes.models import Stream
from stakeholders.models import Role, User
from tests.communications.conftest import relay

__all__ = ["relay"]


@pytest.fixture
def stream(cast):
    return Stream.objects.create(programme=cast.programme, name="Desk")


@pytest.fixture
def samir(cast, stream):
    """Return who leads the stream."""
    user = User.objects.create_user("samir@onelift.example", "x", first_name="Samir")
    Role.objects.create(user=user, programme=cast.programme, kind="stream_leader", stream=stream)
    return user
