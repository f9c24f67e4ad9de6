"""When a body may leave, and how one connection serves many mails."""

import subprocess
import sys
import time

import pytest

from communications.mailroom.channels import Outcome, RelayDown
from communications.mailroom.channels.mail import Relay, RelayConfig
from communications.mailroom.channels.smtp import Phase
from tests.communications.relay import read_log, tell
from tests.communications.sending import CALM, Intent, client, send
from tests.waiting import HANGS

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
    started = time.monotonic()
    with client(server, timeout=HANGS) as relay:
        assert send(relay).outcome is Outcome.SENT
    assert time.monotonic() - started < HANGS / 2


def test_settings_are_read(settings, relay):
    settings.EMAIL_TIMEOUT, settings.EMAIL_DOT_TIMEOUT = 3, 7
    config = RelayConfig.from_settings()
    assert (config.port, config.timeout, config.dot_timeout) == (relay.port, 3, 7)
    with Relay(config) as connection:
        assert send(connection).outcome is Outcome.SENT


@pytest.mark.slow
def test_the_recording_server_outlives_whoever_sends(tmp_path):
    log = tmp_path / "accepts.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.communications.relay", "--log", str(log)],
        stdout=subprocess.PIPE,
    )
    port = int(process.stdout.readline())
    with Relay(RelayConfig(host="127.0.0.1", port=port, timeout=CALM, dot_timeout=CALM)) as relay:
        tell(port, faults=[{"place": "rcpt", "reply": "550 5.1.1 no", "recipient": "bad"}])
        assert send(relay, "bad@onelift.example").outcome is Outcome.FAILED
        assert send(relay, "ana@onelift.example").outcome is Outcome.SENT
        assert [accept.recipient for accept in read_log(log)] == ["ana@onelift.example"]
        tell(port, heal=True, cut=True, greylists=True)
        assert send(relay, "bad@onelift.example").outcome is Outcome.RETRY
        assert send(relay, "bad@onelift.example").outcome is Outcome.SENT
    process.terminate()
    assert process.wait(20) == 0
