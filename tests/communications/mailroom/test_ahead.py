"""The envelope of the next mail leaves behind the body of this one, where a server allows it."""

import os

import pytest

from communications.mailroom.channels import Outcome
from communications.mailroom.channels.mail import Mail
from communications.mailroom.channels.slots import Pace, connection_slots
from tests.communications.sending import MAIL, SENDER, Intent, client

ANA, BEN, CAI = (f"{name}@onelift.example" for name in ("ana", "ben", "cai"))


def send(relay, recipient, then=None, intent=None):
    following = Mail(SENDER, then, MAIL) if then else None
    return relay.send(SENDER, recipient, MAIL, intent or Intent(), following)


def test_mails_that_were_announced_arrive_once_over_one_connection(server):
    with client(server) as relay:
        outcomes = [send(relay, ANA, BEN), send(relay, BEN, CAI), send(relay, CAI)]
    assert [result.outcome for result in outcomes] == [Outcome.SENT] * 3
    assert server.recipients == [ANA, BEN, CAI]
    assert (server.connections, server.commands["mail"]) == (1, 3)


def test_what_was_announced_and_is_not_sent_is_not_accepted(server):
    with client(server) as relay:
        send(relay, ANA, BEN)
        assert send(relay, CAI).outcome == Outcome.SENT
        send(relay, CAI, BEN)
    assert server.recipients == [ANA, CAI, CAI]


def test_a_forbidden_body_that_was_announced_does_not_leave(server):
    with client(server) as relay:
        send(relay, ANA, BEN)
        assert send(relay, BEN, intent=Intent(answer=False)).outcome == Outcome.ABANDONED
    assert server.recipients == [ANA]


@pytest.mark.parametrize("place", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("kind", ["drop", "half", "421"])
def test_a_break_after_the_announcement_harms_neither_mail(server, place, kind):
    options = {"reply": "421 4.3.2 busy"} if kind == "421" else {}
    server.fault(place, "reply" if options else kind, after=1, times=1, **options)
    with client(server) as relay:
        assert send(relay, ANA, BEN).outcome == Outcome.SENT
        assert send(relay, BEN).outcome == Outcome.SENT
    assert server.recipients == [ANA, BEN]


def test_a_refusal_that_was_announced_concerns_its_own_mail(server):
    server.fault("rcpt", reply="550 5.1.1 no such user", recipient=BEN)
    with client(server) as relay:
        outcomes = [send(relay, ANA, BEN), send(relay, BEN, CAI), send(relay, CAI)]
    found = [result.outcome for result in outcomes]
    assert found == [Outcome.SENT, Outcome.FAILED, Outcome.SENT]


@pytest.mark.parametrize("kind", ["drop", "accept_drop"])
def test_a_break_at_the_dot_leaves_the_first_in_doubt_and_the_next_untouched(server, kind):
    server.fault("dot", kind, times=1)
    with client(server) as relay:
        assert send(relay, ANA, BEN).outcome == Outcome.IN_DOUBT
        assert send(relay, BEN).outcome == Outcome.SENT
    assert server.recipients.count(BEN) == 1


def test_a_worker_holds_no_more_connections_than_it_may():
    with connection_slots(3, 2) as held:
        assert held == 2
        child = os.fork()
        if not child:
            with connection_slots(3, 2) as rest, connection_slots(0, 2) as unlimited:
                os._exit(0 if (rest, unlimited) == (1, 2) else 1)
        assert os.waitpid(child, 0)[1] == 0
    with connection_slots(3, 4) as held:
        assert held == 3


def test_a_pace_spreads_mails_evenly():
    pace = Pace()
    pace.step(60)
    assert 0.9 < pace.pause() <= 1
    pace.step(0)
    assert pace.pause() == 0
