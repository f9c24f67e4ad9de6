"""What the tests of this folder share: a mailbox for returns, and a place to read them from."""

import pytest

from communications.dispatches.services.bounce import read_returns
from communications.models import Delivery
from tests.communications.dispatches.test_sending import LATER
from tests.communications.making import approve, make_message, run
from tests.communications.returns.imap_server import ImapServer


@pytest.fixture
def spool(settings, tmp_path):
    """Return the folder into which a mail server puts what comes back."""
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"
    folder = tmp_path / "spool"
    folder.mkdir()
    settings.BOUNCE_SPOOL = str(folder)
    return folder


@pytest.fixture
def mailbox(settings):
    """Return a server that has the mailbox."""
    server = ImapServer()
    settings.BOUNCE_ADDRESS = "bounces@onelift.example"
    settings.BOUNCE_IMAP = f"imap://robot@127.0.0.1:{server.port}/INBOX"
    settings.BOUNCE_IMAP_PASSWORD = server.password
    yield server
    server.stop()


@pytest.fixture
def told(cast, now, relay):
    """Return a function that tells everybody something at a moment; it returns their rows."""

    def tell(at=now):
        approve(cast, make_message(cast, at, fixed_on=at.date()), at)
        before = set(Delivery.objects.values_list("pk", flat=True))
        run(at + LATER)
        return {d.person_id: d for d in Delivery.objects.exclude(pk__in=before)}

    return tell


@pytest.fixture
def fetch(now):
    """Return a function that reads what waits once, as the clock does each minute."""
    return lambda at=now: read_returns(lambda: at)
