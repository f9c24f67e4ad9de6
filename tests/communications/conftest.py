"""What the tests of this floor share: a mail server that records and fails as told."""

import pytest

from tests.communications.recorder import Recorder, certificate_in
from tests.communications.relay import FaultRelay
from tests.communications.sending import CALM
from tests.communications.tallies import counted, tallied
from tests.waiting import HANGS


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Compare the tally with the ledger at the end of each test, whatever it was about."""
    result = yield
    if {"db", "transactional_db"} & set(getattr(item, "fixturenames", ())):
        assert tallied() == counted(), "a count of the ledger went wrong"
    return result


@pytest.fixture
def relay(tmp_path, settings):
    """Run the mail server, and point the settings at it. See tests/communications/relay.py."""
    server = FaultRelay(tmp_path / "accepts.jsonl")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_CONNECT_TIMEOUT = settings.EMAIL_TIMEOUT = settings.EMAIL_DOT_TIMEOUT = CALM
    yield server
    server.stop()


@pytest.fixture(params=["pipelined", "step by step"])
def server(tmp_path, request):
    """Run the mail server once with and once without PIPELINING; settings stay as they are."""
    server = FaultRelay(tmp_path / "accepts.jsonl")
    if request.param == "step by step":
        server.features.remove("PIPELINING")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Return a certificate of this machine, which signs itself."""
    return certificate_in(tmp_path_factory.mktemp("tls"), "localhost", "chat.example.com")


@pytest.fixture
def recorder(certificate, settings):
    """Run a server that records posts, and let channels reach it. See recorder.py."""
    server = Recorder(certificate)
    settings.CHANNEL_LOOPBACK_CA = str(certificate)
    settings.CHANNEL_TIMEOUT = HANGS
    yield server
    server.stop()
