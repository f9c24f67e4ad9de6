"""Every place where a connection can break, over real sockets, one step at a time or pipelined."""

import time

import pytest

from communications.mailroom.channels import Outcome, RelayDown
from communications.mailroom.channels.mail import Relay, RelayConfig
from tests.communications.sending import CALM, MAIL, PATIENCE, Intent, client, send
from tests.waiting import HANGS


def test_a_mail_arrives_as_it_was_given(server):
    with client(server) as relay:
        result = send(relay)
    assert (result.outcome, result.reply) == (Outcome.SENT, "250 2.0.0 kept")
    assert server.accepts[0].raw.encode() == MAIL
    assert server.accepts[0].recipient == "ana@onelift.example"


def test_many_mails_leave_over_one_connection(server):
    with client(server) as relay:
        outcomes = {send(relay, f"p{n}@onelift.example").outcome for n in range(30)}
    assert outcomes == {Outcome.SENT}
    assert server.connections == 1
    assert len(set(server.recipients)) == 30
    assert server.commands["quit"] == 1


# Before the body: nobody's mail is at fault.

BEFORE = [
    ("banner", "hang", ""),
    ("banner", "drop", ""),
    ("banner", "drop_after", ""),
    ("banner", "half", ""),
    ("banner", "reply", "421 4.3.2 busy"),
    ("banner", "reply", "554 5.3.2 closed"),
    ("banner", "reply", "HTTP/1.1 400 Bad Request"),
    ("ehlo", "hang", ""),
    ("ehlo", "drop", ""),
    ("ehlo", "drop_after", ""),
    ("ehlo", "reply", "421 4.3.2 busy"),
    ("mail", "hang", ""),
    ("mail", "drop", ""),
    ("mail", "half", ""),
    ("mail", "drip", ""),
    ("mail", "drop_after", ""),
    ("mail", "reply", "421 4.3.2 busy"),
    ("mail", "reply", "999 what"),
    ("mail", "reply", "nonsense"),
    ("rcpt", "hang", ""),
    ("rcpt", "drop", ""),
    ("rcpt", "half", ""),
    ("rcpt", "drop_after", ""),
    ("rcpt", "reply", "421 4.3.2 busy"),
    ("data", "hang", ""),
    ("data", "drop", ""),
    ("data", "half", ""),
    ("data", "reply", "421 4.3.2 busy"),
    ("data", "reply", "250 2.0.0 not what was expected"),
]


@pytest.mark.parametrize(("place", "kind", "reply"), BEFORE)
def test_a_break_before_the_body_consumes_no_mail(server, place, kind, reply):
    server.fault(place, kind, reply=reply, delay=0.05)
    intent = Intent()
    with client(server) as relay, pytest.raises(RelayDown) as down:
        send(relay, intent=intent)
    assert not down.value.is_configuration
    assert "\n" not in down.value.reason
    assert down.value.reason.endswith((".", *([reply] if reply else [])))
    assert intent.asked == 0
    assert server.accepts == []
    is_early = place == "banner" or (place == "ehlo" and kind != "drop_after")
    assert down.value.phase == ("connecting" if is_early else "envelope")


@pytest.mark.parametrize(("place", "kind", "reply"), BEFORE)
def test_the_same_mail_leaves_once_the_break_is_over(server, place, kind, reply):
    server.fault(place, kind, reply=reply, delay=0.05, times=1)
    with client(server) as relay:
        with pytest.raises(RelayDown):
            send(relay)
        assert send(relay).outcome is Outcome.SENT
    assert len(server.accepts) == 1


def test_a_refused_connection_consumes_no_mail(server):
    server.refuse()
    with client(server) as relay, pytest.raises(RelayDown) as down:
        send(relay)
    assert "refused" in down.value.reason
    assert not down.value.is_configuration
    server.listen()
    with client(server) as relay:
        assert send(relay).outcome is Outcome.SENT


def test_an_unknown_host_consumes_no_mail():
    with pytest.raises(RelayDown) as down:
        Relay(RelayConfig(host="no-such-host.invalid", port=25, timeout=PATIENCE)).open()
    assert not down.value.is_configuration


# Refused for this mail.

REFUSED = [
    (place, reply, Outcome.RETRY if reply[0] == "4" else Outcome.FAILED)
    for place in ("mail", "rcpt", "data", "dot")
    for reply in ("450 4.2.1 later", "451 4.7.1 greylisted", "550 5.1.1 No such user", "552 5.3.4")
]


@pytest.mark.parametrize(("place", "reply", "outcome"), REFUSED)
def test_a_refusal_concerns_one_mail_only(server, place, reply, outcome):
    server.fault(place, reply=reply, times=1)
    intent = Intent()
    with client(server) as relay:
        result = send(relay, "bad@onelift.example", intent)
        assert (result.outcome, result.reply) == (outcome, reply)
        assert intent.asked == (place == "dot")
        assert send(relay).outcome is Outcome.SENT
    assert server.connections == 1
    assert server.recipients == ["ana@onelift.example"]


def test_a_refused_recipient_stands_even_if_the_line_breaks_then(server):
    server.fault("rcpt", "drop_after", reply="550 5.1.1 No such user", times=1)
    with client(server) as relay:
        assert send(relay).outcome is Outcome.FAILED
        assert send(relay).outcome is Outcome.SENT


@pytest.mark.parametrize("kind", ["hang", "drop", "reply"])
def test_a_refusal_stands_even_if_the_reset_fails(server, kind):
    server.fault("rcpt", reply="451 4.7.1 later", times=1)
    server.fault("rset", kind, reply="502 5.5.1 unknown", times=1)
    with client(server) as relay:
        assert send(relay).outcome is Outcome.RETRY
        assert send(relay).outcome is Outcome.SENT
    assert server.connections == 2


def test_no_body_goes_to_a_server_that_wants_one_without_a_recipient(server):
    server.is_sloppy = True
    server.fault("rcpt", reply="550 5.1.1 No such user", times=1)
    intent, started = Intent(), time.monotonic()
    with client(server, timeout=HANGS) as relay:
        assert send(relay, "bad@onelift.example", intent).outcome is Outcome.FAILED
        assert send(relay).outcome is Outcome.SENT
    assert intent.asked == 0
    assert time.monotonic() - started < HANGS / 2
    assert server.recipients == ["ana@onelift.example"]


# After the body began.


@pytest.mark.parametrize(
    ("place", "kind", "accepted"),
    [
        ("data", "drop_after", 0),
        ("body", "drop", 0),
        ("dot", "hang", 0),
        ("dot", "drop", 0),
        ("dot", "half", 0),
        ("dot", "drip", 0),
        ("dot", "accept_drop", 1),
        ("dot", "accept_hang", 1),
    ],
)
def test_a_break_after_the_body_began_is_a_doubt(server, place, kind, accepted):
    server.fault(place, kind, times=1, delay=0.05)
    intent = Intent()
    with client(server) as relay:
        result = send(relay, intent=intent)
        assert result.outcome is Outcome.IN_DOUBT
        assert len(server.accepts) == accepted
        assert not relay.is_open
        assert send(relay, "bea@onelift.example").outcome is Outcome.SENT
    assert intent.asked == 1
    assert server.recipients.count("bea@onelift.example") == 1


def test_a_doubt_in_the_middle_of_a_body_says_so(server):
    server.fault("body", "drop")
    with client(server) as relay:
        result = send(relay, message=MAIL * 200_000)
    assert result.outcome is Outcome.IN_DOUBT
    assert result.reply.startswith("No response after the body: ")
    assert "354" not in result.reply


@pytest.mark.parametrize("reply", ["nonsense", "354 more please", "25", "999 what"])
def test_an_answer_to_the_dot_that_is_none_is_a_doubt(server, reply):
    server.fault("dot", reply=reply)
    with client(server) as relay:
        assert send(relay).outcome is Outcome.IN_DOUBT
        assert not relay.is_open


def test_421_at_the_dot_is_a_retry_over_a_new_connection(server):
    server.fault("dot", reply="421 4.3.2 shutting down", times=1)
    with client(server) as relay:
        assert send(relay).outcome is Outcome.RETRY
        assert send(relay).outcome is Outcome.SENT
    assert server.connections == 2


@pytest.mark.parametrize("reply", ["250 2.0.0 kept", "250-2.0.0 kept"])
def test_accepted_stays_sent_though_the_line_breaks_then(server, reply):
    server.fault("dot", "drop_after", reply=reply, times=1)
    with client(server) as relay:
        assert send(relay).outcome is Outcome.SENT
        assert send(relay, "bea@onelift.example").outcome is Outcome.SENT
    assert server.recipients == ["ana@onelift.example", "bea@onelift.example"]


def test_the_dot_has_a_patience_of_its_own(server):
    server.seconds_per_mail = 2 * PATIENCE
    with client(server, timeout=PATIENCE, dot_timeout=CALM) as relay:
        assert send(relay).outcome is Outcome.SENT
