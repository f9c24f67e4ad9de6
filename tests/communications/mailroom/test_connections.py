"""Several connections side by side: one mail on each, and what happens to one harms no other."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from communications.mailroom.channels import Outcome, RelayDown
from communications.mailroom.channels.connections import Connections
from communications.mailroom.channels.mail import Mail, RelayConfig
from communications.mailroom.channels.smtp import Phase
from communications.mailroom.services import relay_state
from communications.mailroom.services.outbox import CONNECTIONS, connections_now
from communications.models import ChannelState, Delivery
from tests.communications.making import approve, make_message, run
from tests.communications.sending import CALM, MAIL, SENDER

PEOPLE = [f"{name}@onelift.example" for name in ("ana", "ben", "cai", "dee", "eva", "fay")]
LATER = timedelta(minutes=6)
# Seconds until a silent server is given up: twice as many are told from once on a busy machine.
WAIT = 12
BUSY = "421 4.7.0 too many connections"


class Intent:
    """Writes down which bodies were announced, and lets those leave that it is told to."""

    def __init__(self, *forbidden):
        self.forbidden, self.asked = forbidden, []

    def __call__(self, places):
        self.asked.append(list(places))
        return [place for place in places if place not in self.forbidden]


def connections(server, count=3, **options):
    options = {"timeout": CALM, "dot_timeout": CALM, **options}
    return Connections(RelayConfig(host="127.0.0.1", port=server.port, **options), count)


def mails(*people):
    return [Mail(SENDER, person, MAIL) for person in people]


def outcomes(told):
    return [one.phase if isinstance(one, RelayDown) else one.outcome for one in told]


def test_each_mail_has_a_connection_and_all_share_one_intent(server):
    intent = Intent()
    with connections(server) as line:
        told = line.send(mails(*PEOPLE[:3]), intent, mails(*PEOPLE[3:]))
        told += line.send(mails(*PEOPLE[3:]), intent)
    assert outcomes(told) == [Outcome.SENT] * 6
    assert intent.asked == [[0, 1, 2]] * 2
    assert Counter(server.recipients) == Counter(PEOPLE)
    assert (server.connections, server.commands["mail"]) == (3, 6)


def test_few_mails_open_few_connections(server):
    with connections(server) as line:
        assert outcomes(line.send(mails(PEOPLE[0]), Intent())) == [Outcome.SENT]
    assert server.connections == 1


def test_what_is_forbidden_does_not_leave_beside_what_is_allowed(server):
    with connections(server) as line:
        told = line.send(mails(*PEOPLE[:3]), Intent(1), mails(*PEOPLE[3:]))
        assert outcomes(told) == [Outcome.SENT, Outcome.ABANDONED, Outcome.SENT]
        assert outcomes(line.send(mails(*PEOPLE[3:]), Intent())) == [Outcome.SENT] * 3
    assert Counter(server.recipients) == Counter(PEOPLE) - Counter(PEOPLE[1:2])


def test_nothing_leaves_where_the_intent_cannot_be_stored(server):
    def intent(_places):
        raise OSError("the database is away")

    with pytest.raises(OSError, match="away"), connections(server) as line:
        line.send(mails(*PEOPLE[:3]), intent)
    assert server.recipients == []


def test_a_refusal_a_doubt_and_an_acceptance_do_not_mix(server):
    server.fault("rcpt", reply="550 5.1.1 no such user", recipient=PEOPLE[0])
    server.fault("dot", "drop", recipient=PEOPLE[1])
    intent = Intent()
    with connections(server) as line:
        told = line.send(mails(*PEOPLE[:3]), intent)
        assert outcomes(told) == [Outcome.FAILED, Outcome.IN_DOUBT, Outcome.SENT]
        assert outcomes(line.send(mails(*PEOPLE[3:]), intent)) == [Outcome.SENT] * 3
    assert intent.asked == [[1, 2], [0, 1, 2]]
    assert Counter(server.recipients) == Counter([PEOPLE[2], *PEOPLE[3:]])


def test_a_server_that_lets_in_two_is_sent_to_over_two(server):
    server.fault("banner", reply=BUSY, after=2)
    with connections(server) as line:
        told = line.send(mails(*PEOPLE[:3]), Intent())
        assert outcomes(told) == [Outcome.SENT, Outcome.SENT, Phase.CONNECTING]
        assert line.count == 2
        assert outcomes(line.send(mails(*PEOPLE[2:4]), Intent())) == [Outcome.SENT] * 2
    assert Counter(server.recipients) == Counter(PEOPLE[:4])


def test_a_connection_that_is_lost_twice_is_given_up(server):
    server.fault("rcpt", "drop", recipient=PEOPLE[0])
    with connections(server) as line:
        line.send(mails(*PEOPLE[1:4]), Intent(), mails(*PEOPLE[:3]))
        told = line.send(mails(*PEOPLE[:3]), Intent())
        assert outcomes(told) == [Phase.ENVELOPE, Outcome.SENT, Outcome.SENT]
        assert line.count == 2


def test_no_connection_is_left_of_a_server_that_is_gone(server):
    server.refuse()
    with connections(server) as line:
        assert outcomes(line.send(mails(*PEOPLE[:3]), Intent())) == [Phase.CONNECTING] * 3
        assert line.count == 0


def test_a_server_that_speaks_with_one_alone_is_waited_for_once(server):
    server.fault("banner", "hang", after=1)
    with connections(server, 4, connect_timeout=WAIT) as line:
        told = line.send(mails(*PEOPLE[:4]), Intent())
        assert outcomes(told) == [Outcome.SENT, *[Phase.CONNECTING] * 3]
        assert outcomes(line.send(mails(PEOPLE[4]), Intent())) == [Outcome.SENT]
    assert (server.connections, line.count) == (2, 1)


def test_silence_on_one_connection_is_waited_for_once(server):
    server.fault("dot", "hang", recipient=PEOPLE[0])
    server.fault("dot", "accept_hang", recipient=PEOPLE[2])
    start = time.monotonic()
    with connections(server, dot_timeout=WAIT) as line:
        told = line.send(mails(*PEOPLE[:3]), Intent())
    assert outcomes(told) == [Outcome.IN_DOUBT, Outcome.SENT, Outcome.IN_DOUBT]
    assert time.monotonic() - start < 2 * WAIT


# From end to end


@pytest.mark.django_db(transaction=True)
def test_a_batch_leaves_side_by_side_and_each_mail_once(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    run(now + LATER)
    assert Counter(relay.recipients) == Counter(person.email for person in cast.people)
    used = min(CONNECTIONS, len(cast.people))
    assert {accept.connection for accept in relay.accepts} == set(range(1, used + 1))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db(transaction=True)
def test_after_a_refused_connection_one_alone_is_used_for_a_while(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    relay.fault("banner", reply=BUSY, after=2)
    run(now + LATER)
    assert Counter(relay.recipients) == Counter(person.email for person in cast.people)
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    assert ChannelState.objects.get().failing_since is None
    assert connections_now(now + LATER) == 1
    assert connections_now(now + LATER + relay_state.CAREFUL_FOR) == CONNECTIONS


@pytest.mark.django_db(transaction=True)
def test_a_mail_at_which_the_server_hangs_up_rests_and_holds_up_no_other(cast, now, relay):
    approve(cast, make_message(cast, now), now)
    first = cast.people[0]
    relay.fault("rcpt", "drop", recipient=first.email, times=1)
    run(now + LATER)
    waiting = Delivery.objects.get(state="planned")
    assert (waiting.person, waiting.attempts) == (first, 0)
    assert waiting.next_try_at > now + LATER
    assert ChannelState.objects.count() == 0
    run(now + LATER * 2)
    assert Counter(relay.recipients) == Counter(person.email for person in cast.people)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("connections", "expected"),
    [(0, CONNECTIONS), (1, CONNECTIONS), (2, 1), (4, 2), (99, CONNECTIONS)],
)
def test_the_connections_of_a_worker_are_shared_by_its_senders(
    now, settings, connections, expected
):
    settings.MAIL_CONNECTIONS = connections
    assert connections_now(now) == expected
    settings.MAILS_PER_MINUTE = 60
    assert connections_now(now) == 1
