"""The walks take the mail server and the survey of the floors that they cross."""

from tests.communications.conftest import relay
from tests.feedback.conftest import asked

__all__ = ["asked", "relay"]
