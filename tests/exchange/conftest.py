"""What the tests of texts share: a server that answers as a translation service does."""

from tests.communications.conftest import certificate, recorder

__all__ = ["certificate", "recorder"]
