"""The demonstration's two mail servers: one keeps each mail, one keeps none."""

import mailbox
import signal
import socket
import threading
from itertools import repeat

import pytest

from communications.mailroom.channels import Outcome
from communications.mailroom.channels.mail import Relay, RelayConfig
from onelift.demo.relay import discarding_relay
from onelift.rehearsal.management.commands.catch_mail import Maildir
from tests.communications.sending import CALM, MAIL, send
from tests.demo.catching import BIG, catching, send_many
from tests.waiting import HANGS


@pytest.fixture
def catcher(tmp_path):
    with catching(tmp_path) as started:
        yield started


def test_each_mail_is_kept_whole_before_it_is_accepted(catcher, tmp_path):
    _process, config = catcher
    with Relay(config) as relay:
        for number in range(1, 6):
            assert send(relay, "ana@onelift.example", message=BIG).outcome is Outcome.SENT
            assert len(list((tmp_path / "mail/new").iterdir())) == number
    kept = list((tmp_path / "mail/new").iterdir())
    assert {path.read_bytes() for path in kept} == {BIG}
    assert list((tmp_path / "mail/tmp").iterdir()) == []
    assert len(mailbox.Maildir(tmp_path / "mail")) == 5
    assert "@" not in (tmp_path / "said").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_catcher_ends_at_once_though_a_client_stays(catcher, number):
    process, config = catcher
    with Relay(config) as relay:
        send(relay)
        process.send_signal(number)
        assert process.wait(HANGS) == 0


def test_a_full_disk_is_a_retry(catcher, tmp_path):
    _process, config = catcher
    with Relay(config) as relay:
        (tmp_path / "mail/tmp").rmdir()
        assert send(relay).outcome is Outcome.RETRY
        (tmp_path / "mail/tmp").mkdir()
        assert send(relay).outcome is Outcome.SENT


@pytest.mark.slow
def test_the_catcher_keeps_all_of_two_connections(catcher, tmp_path):
    _process, config = catcher
    threads = [threading.Thread(target=send_many, args=(config, n, 300, BIG)) for n in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list((tmp_path / "mail/new").iterdir())) == 600


def test_two_mails_never_share_a_file(tmp_path):
    maildir = Maildir(tmp_path)
    threads = [
        threading.Thread(target=lambda: list(map(maildir.keep, repeat(MAIL, 50)))) for _ in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list((tmp_path / "new").iterdir())) == 200


def test_the_discarding_relay_takes_all_and_ends():
    with discarding_relay() as port:
        config = RelayConfig(host="127.0.0.1", port=port, timeout=CALM, dot_timeout=CALM)
        threads = [threading.Thread(target=send_many, args=(config, n, 200, BIG)) for n in "ab"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_the_discarding_relay_finds_the_end_of_a_body_in_pieces():
    with discarding_relay() as port, socket.create_connection(("127.0.0.1", port)) as client:
        answers = client.makefile("rb")
        assert answers.readline().startswith(b"220")
        for piece in (b"DA", b"TA\r", b"\nbody\r\n", b".", b"\r", b"\nQUIT\r\n"):
            client.sendall(piece)
        assert [line[:3] for line in answers] == [b"354", b"250", b"221"]
