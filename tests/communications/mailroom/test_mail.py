"""What the mail channel makes of addresses, certificates, sign-ins and settings."""

import socket

import pytest

from communications.mailroom.channels import Outcome, RelayDown
from communications.mailroom.channels.mail import Relay, RelayConfig
from communications.mailroom.channels.wire import dotted
from tests.communications.recorder import certificate_in
from tests.communications.relay import FaultRelay
from tests.communications.sending import MAIL, PATIENCE, client, send


@pytest.fixture
def server(tmp_path):
    relay = FaultRelay(tmp_path / "accepts.jsonl")
    yield relay
    relay.stop()


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
    assert result == type(result)(Outcome.FAILED, "The address is not a valid email address")
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


def test_a_silent_network_ends_in_time(tmp_path):
    full = socket.create_server(("127.0.0.1", 0), backlog=1)
    try:
        port = full.getsockname()[1]
        with pytest.raises(RelayDown, match="did not respond"):
            Relay(RelayConfig(host="127.0.0.1", port=port, timeout=PATIENCE)).open()
    finally:
        full.close()


# Encryption and sign-in: an operator's business, and nobody's mail.

SIGN_IN = {"user": "onelift", "password": "s3cret-word"}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """Make a certificate of 127.0.0.1, signed by itself."""
    return certificate_in(tmp_path_factory.mktemp("tls"), "relay.example")


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture(params=["starttls", "implicit"])
def secure(tmp_path, certificate, request):
    relay = FaultRelay(tmp_path / "accepts.jsonl", tls=request.param, certificate=certificate)
    yield relay
    relay.stop()


def secure_client(server, **options):
    return client(
        server,
        use_starttls=server.tls == "starttls",
        use_tls=server.tls == "implicit",
        **{"timeout": 2, **options},
    )


@pytest.mark.usefixtures("trusted")
def test_a_mail_leaves_encrypted_and_signed_in(secure):
    with secure_client(secure, **SIGN_IN) as relay:
        assert [send(relay).outcome for _ in range(3)] == [Outcome.SENT] * 3
    assert secure.commands["auth"] == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("kind", ["hang", "drop", "accept_drop"])
def test_a_break_under_encryption_is_classified_alike(secure, kind):
    secure.fault("dot", kind, times=1)
    with secure_client(secure) as relay:
        assert send(relay).outcome is Outcome.IN_DOUBT
        secure.fault("mail", "drop", times=1)
        with pytest.raises(RelayDown):
            send(relay)
        assert send(relay).outcome is Outcome.SENT
        secure.cut()
        assert send(relay).outcome is Outcome.SENT


def down(relay):
    with pytest.raises(RelayDown) as caught:
        send(relay)
    assert "s3cret-word" not in caught.value.reason
    return caught.value


def test_an_unknown_certificate_needs_an_operator(secure):
    reason = down(secure_client(secure))
    assert reason.is_configuration
    assert "not trusted" in reason.reason
    assert secure.accepts == []


@pytest.mark.usefixtures("trusted")
def test_a_break_of_the_handshake_needs_patience(secure):
    secure.fault("tls", "drop", times=1)
    relay = secure_client(secure)
    assert not down(relay).is_configuration
    secure.fault("tls", "hang", times=1)
    assert not down(secure_client(secure, timeout=PATIENCE)).is_configuration
    assert send(relay).outcome is Outcome.SENT


def test_a_server_without_starttls_needs_an_operator(server):
    reason = down(client(server, use_starttls=True, **SIGN_IN))
    assert reason.is_configuration
    assert server.commands["auth"] == 0


@pytest.mark.parametrize(
    ("kind", "reply", "is_configuration"),
    [
        ("reply", "454 4.7.0 TLS not available", True),
        ("reply", "501 5.5.4 syntax", True),
        ("reply", "421 4.3.2 busy", False),
        ("drop", "", False),
        ("hang", "", False),
    ],
)
def test_a_refused_starttls_consumes_no_mail(tmp_path, certificate, kind, reply, is_configuration):
    server = FaultRelay(tmp_path / "accepts.jsonl", tls="starttls", certificate=certificate)
    server.fault("starttls", kind, reply=reply)
    assert down(client(server, use_starttls=True)).is_configuration == is_configuration
    server.stop()


def test_tls_to_a_server_that_speaks_none_needs_an_operator(server):
    assert down(client(server, use_tls=True)).is_configuration


@pytest.mark.usefixtures("trusted")
def test_what_came_before_encryption_is_forgotten(tmp_path, certificate):
    server = FaultRelay(tmp_path / "accepts.jsonl", tls="starttls", certificate=certificate)
    server.starttls_surplus = "250-injected\r\n250 AUTH PLAIN\r\n"
    with secure_client(server) as relay:
        assert send(relay).outcome is Outcome.SENT
    server.stop()


@pytest.mark.parametrize(
    ("kind", "reply", "is_configuration"),
    [
        ("reply", "535 5.7.8 Wrong password s3cret-word", True),
        ("reply", "534 5.7.9 Mechanism too weak", True),
        ("reply", "454 4.7.0 Temporary failure", False),
        ("reply", "421 4.3.2 busy", False),
        ("drop", "", False),
        ("hang", "", False),
    ],
)
def test_a_refused_sign_in_consumes_no_mail(server, kind, reply, is_configuration):
    server.fault("auth", kind, reply=reply)
    assert down(client(server, **SIGN_IN)).is_configuration == is_configuration


def test_a_server_without_a_known_sign_in_needs_an_operator(server):
    server.features = ["AUTH GSSAPI"]
    assert down(client(server, **SIGN_IN)).is_configuration
    server.features = []
    assert down(client(server, **SIGN_IN)).is_configuration


@pytest.mark.parametrize("place", ["mail", "rcpt", "data"])
def test_a_server_that_wants_a_sign_in_first_needs_an_operator(server, place):
    server.fault(place, reply="530 5.7.0 Authentication required")
    assert down(client(server)).is_configuration


def test_seven_bits_only_consumes_no_mail(server):
    server.features.remove("8BITMIME")
    with pytest.raises(RelayDown) as caught:
        send(client(server), message=MAIL + "é\r\n".encode())
    assert caught.value.is_configuration
    assert send(client(server)).outcome is Outcome.SENT


def test_the_password_is_never_shown():
    assert "s3cret-word" not in repr(RelayConfig(host="h", port=25, **SIGN_IN))
