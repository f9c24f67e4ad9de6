"""Pause, cancel and withdrawal stop all workers at the next mail, however large their batches."""

import pytest

from tests.waiting import until

pytestmark = pytest.mark.slow

PEOPLE = 1500


@pytest.mark.parametrize(
    ("act", "rest"),
    [("stop pause", "planned"), ("stop cancel", "cancelled"), ("withdraw", "cancelled")],
)
def test_nothing_begins_once_somebody_has_said_stop(installation, act, rest):
    installation.settings["SEND_BATCH"] = "100"
    installation.seed(PEOPLE)
    installation.let_last(PEOPLE, 60)
    installation.start_workers()
    until(lambda: installation.accepted() >= 10, "mails in flight")
    installation.act(*act.split())
    # In this order: a mail that is taken in between is counted once or twice, and never left out.
    connections, at_return = installation.connections(), installation.accepted()
    until(lambda: set(installation.states()) == {"sent", rest}, "nothing in hand")
    states = installation.states()
    assert installation.accepted() == states["sent"] <= at_return + connections, "one in hand each"
    assert states["sent"] < PEOPLE, "the dispatch ended before the stop"
