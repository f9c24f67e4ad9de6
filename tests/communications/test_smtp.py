"""Every place where a connection can break, over real sockets, one step at a time or pipelined."""

import socket

import pytest

from communications.channels import Outcome, RelayDown
from communications.channels.mail import Relay, RelayConfig
from communications.channels.smtp import Phase, dotted
from tests.communications.relay import FaultRelay

SENDER = "onelift@onelift.example"
MAIL = b"Message-ID: <1@onelift.example>\r\nSubject: Hello\r\n\r\nBody\r\n.dot\r\n"
PATIENCE = 0.3


class Intent:
    """Counts how often a body was announced, and answers as told."""

    def __init__(self, answer=True):
        self.answer, self.asked = answer, 0

    def __call__(self):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture(params=["pipelined", "step by step"])
def server(tmp_path, request):
    relay = FaultRelay(tmp_path / "accepts.jsonl")
    if request.param == "step by step":
        relay.features.remove("PIPELINING")
    yield relay
    relay.stop()


def client(server, **options):
    config = {"timeout": PATIENCE, "dot_timeout": PATIENCE, **options}
    return Relay(RelayConfig(host="127.0.0.1", port=server.port, **config))


def send(relay, recipient="ana@onelift.example", intent=None, message=MAIL):
    return relay.send(SENDER, recipient, message, intent or Intent())


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
    intent = Intent()
    with client(server) as relay:
        assert send(relay, "bad@onelift.example", intent).outcome is Outcome.FAILED
        assert send(relay).outcome is Outcome.SENT
    assert intent.asked == 0
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
    with client(server, dot_timeout=10) as relay:
        assert send(relay).outcome is Outcome.SENT


# The intent.


@pytest.mark.parametrize("answer", [False, ConnectionError("the database is gone")])
def test_without_an_intent_nothing_of_the_body_leaves(server, answer):
    with client(server) as relay:
        if answer is False:
            assert send(relay, intent=Intent(False)).outcome is Outcome.ABANDONED
        else:
            with pytest.raises(ConnectionError, match="database"):
                send(relay, intent=Intent(answer))
        assert not relay.is_open
        assert send(relay, "bea@onelift.example").outcome is Outcome.SENT
    assert server.recipients == ["bea@onelift.example"]


def test_the_intent_is_asked_after_the_server_is_ready_and_before_the_body(server):
    seen = []

    def intent():
        seen.append((server.commands["data"], len(server.accepts)))
        return True

    with client(server) as relay:
        send(relay, intent=intent)
    assert seen == [(1, 0)]


def test_an_interrupt_between_command_and_answer_closes_the_connection(server):
    def interrupt():
        raise KeyboardInterrupt

    with client(server) as relay:
        with pytest.raises(KeyboardInterrupt):
            send(relay, intent=interrupt)
        assert not relay.is_open
        assert send(relay).outcome is Outcome.SENT


# A kept connection.


def test_421_after_some_mails_reconnects_and_loses_nothing(server):
    server.mails_per_connection = 4
    with client(server) as relay:
        outcomes = {send(relay, f"p{n}@onelift.example").outcome for n in range(10)}
    assert outcomes == {Outcome.SENT}
    assert server.connections == 3
    assert len(server.accepts) == len(set(server.recipients)) == 10


def test_a_connection_closed_while_idle_is_opened_once_again(server):
    with client(server) as relay:
        send(relay)
        server.cut()
        intent = Intent()
        assert send(relay, "bea@onelift.example", intent).outcome is Outcome.SENT
    assert intent.asked == 1
    assert server.recipients == ["ana@onelift.example", "bea@onelift.example"]


def test_it_is_opened_once_again_only(server):
    with client(server) as relay:
        send(relay)
        server.cut()
        server.fault("mail", "drop")
        with pytest.raises(RelayDown):
            send(relay)
    assert server.connections == 2


def test_a_server_that_went_away_while_idle_is_down(server):
    with client(server) as relay:
        send(relay)
        server.refuse()
        server.cut()
        with pytest.raises(RelayDown) as down:
            send(relay)
    assert down.value.phase == Phase.CONNECTING


def test_a_surplus_answer_is_not_taken_for_that_of_the_dot(server):
    server.fault("data", reply="354 go on\r\n250 2.0.0 kept", times=1)
    intent = Intent()
    with client(server) as relay, pytest.raises(RelayDown):
        send(relay, intent=intent)
    assert intent.asked == 0


def test_goodbye_waits_for_nobody(server):
    server.fault("quit", "hang")
    with client(server) as relay:
        assert send(relay).outcome is Outcome.SENT


# Addresses and bodies.


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@",
        "@b.example",
        "a b@c.example",
        "a@b.example>\r\nRCPT TO:<c@d.example",
        "a@b.example> NOTIFY=NEVER",
        "a\u2028b@c.example",
        "a@b..example",
        "a\x00@b.example",
        "\ud800@b.example",
        "x" * 250 + "@b.example",
    ],
)
def test_an_address_that_is_none_fails_before_a_word_is_said(server, address):
    with client(server) as relay:
        result = send(relay, address)
    assert result == type(result)(Outcome.FAILED, "The address is not a valid mail address")
    assert server.commands["mail"] == 0


def test_an_international_domain_goes_in_ascii(server):
    server.features.remove("SMTPUTF8")
    with client(server) as relay:
        assert send(relay, "ana@münchen.example").outcome is Outcome.SENT
    assert server.recipients == ["ana@xn--mnchen-3ya.example"]


def test_an_international_name_needs_a_server_that_takes_it(server):
    with client(server) as relay:
        assert send(relay, "žofie@onelift.example").outcome is Outcome.SENT
    assert server.recipients == ["žofie@onelift.example"]
    assert "SMTPUTF8" in server.envelopes[-1]
    server.features.remove("SMTPUTF8")
    with client(server) as relay:
        result = send(relay, "žofie@onelift.example")
        assert result.outcome is Outcome.FAILED
        assert "SMTPUTF8" in result.reply
        assert send(relay).outcome is Outcome.SENT


def test_eight_bits_are_announced_where_they_are_needed(server):
    with client(server) as relay:
        send(relay, message=MAIL + "é\r\n".encode())
        send(relay)
    assert ["BODY=8BITMIME" in envelope for envelope in server.envelopes] == [True, False]


@pytest.mark.parametrize(
    ("body", "wire"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\nb\rc\r\n", b"a\r\nb\r\nc\r\n.\r\n"),
        (b".\r\n..a\r\n", b"..\r\n...a\r\n.\r\n"),
        (b"a\n.\nMAIL FROM:<x@y>\n", b"a\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ],
)
def test_a_body_cannot_end_itself(body, wire):
    assert dotted(body) == wire


def test_what_a_server_says_is_one_short_clean_line(server):
    said = "550-5.1.1 No\x00 such\u2028 \u202euser\r\n550 5.1.1 " + "x" * 500
    server.fault("rcpt", reply=said)
    with client(server) as relay:
        reply = send(relay).reply
    assert reply.startswith("550 5.1.1 No such user 5.1.1 xxx")
    assert len(reply) == 200


def test_an_endless_answer_ends(server):
    server.fault("ehlo", reply="\r\n".join(["250-x" * 50] * 2000) + "\r\n250 ok")
    with client(server) as relay, pytest.raises(RelayDown):
        send(relay)


def test_settings_are_read(settings, relay):
    settings.EMAIL_DOT_TIMEOUT = 7
    config = RelayConfig.from_settings()
    assert (config.port, config.timeout, config.dot_timeout) == (relay.port, 1, 7)
    with Relay(config) as connection:
        assert send(connection).outcome is Outcome.SENT


def test_a_silent_network_ends_in_time(tmp_path):
    full = socket.create_server(("127.0.0.1", 0), backlog=1)
    try:
        port = full.getsockname()[1]
        with pytest.raises(RelayDown, match="did not answer"):
            Relay(RelayConfig(host="127.0.0.1", port=port, timeout=PATIENCE)).open()
    finally:
        full.close()
