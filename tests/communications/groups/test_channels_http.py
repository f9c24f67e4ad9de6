"""The guarded client: where it goes, where it never goes, and what it says when things break."""

import logging
import os
import socket
import time

import pytest

from communications.groups.channels.group import SERVICES, announce, check_address
from communications.groups.channels.http import Destination, deliver, is_public
from communications.groups.channels.service import Post, ServiceReply
from communications.mailroom.channels import ChannelError, Outcome
from tests.communications.groups.test_channels import NEWS, SECRET, post
from tests.communications.recorder import Recorder, certificate_in
from tests.waiting import HANGS

PUBLIC = "93.184.216.34"


def resolver(*answers):
    """Return a resolver that gives these numbers in turn, and the list of its calls."""
    calls = []

    def resolve(host, port, **options):
        calls.append(host)
        number = answers[min(len(calls), len(answers)) - 1]
        family = socket.AF_INET6 if ":" in number else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (number, port))]

    return resolve, calls


# Where it goes


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("slack", "https://hooks.slack.com/services/T/B/x"),
        ("slack", "https://HOOKS.slack.com:443/services/T/B/x"),
        ("teams", "https://prod-12.westeurope.logic.azure.com:443/workflows/a?sig=b"),
        ("teams", "https://default.environment.api.powerplatform.com/powerautomate/x?sig=y"),
        ("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        ("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1"),
        ("feishu", "https://open.larksuite.com/open-apis/bot/v2/hook/1"),
        ("webhook", "https://signs.example.com/onelift"),
        ("webhook", "https://signs.example.com:8443/onelift"),
    ],
)
def test_an_address_of_its_kind_is_taken(settings, kind, address):
    settings.CHANNEL_HOSTS = ["signs.example.com", "signs.example.com:8443"]
    assert check_address(kind, address).host


NOWHERE = [
    "http://hooks.slack.com/services/x",
    "https://hooks.slack.com.evil.example/x",
    "https://evil.example/hooks.slack.com",
    "https://evil.example?@hooks.slack.com/",
    "https://hooks.slack.com@evil.example/",
    "https://user:pass@hooks.slack.com/x",
    "https://hooks.slack.com:22/x",
    "https://hooks.slack.com:x/",
    "https://hooks.slack.com./x",
    "https://hooks.slack.com\\@evil.example/x",
    "https://hooks.slack.com/x\r\nX-Evil: 1",
    "https://hooks.slack.com/x y",
    "https://hooks.slack.com/é",
    "https://hooks。slack。com/x",
    "https://ⓗooks.slack.com/x",
    "https://hooks.slack.com/x#evil",
    "https://localhost/x",
    "https://127.0.0.1/x",
    "https://2130706433/x",
    "https://0x7f000001/x",
    "https://0177.0.0.1/x",
    "https://127.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[hooks.slack.com]/x",
    "https:///x",
    "https://hooks.slack.com/" + "x" * 2048,
    "gAAAAABlost-key",
    "",
]


@pytest.mark.parametrize("kind", ["slack", "webhook"])
@pytest.mark.parametrize("address", NOWHERE)
def test_no_other_address_is_taken_and_none_is_named(settings, kind, address):
    settings.CHANNEL_HOSTS = ["hooks.slack.com"]
    result = announce(kind, address, SECRET, NEWS, lambda: pytest.fail("It would have left."))
    assert result.outcome is Outcome.FAILED
    assert not address or address not in result.reply


def test_a_webhook_goes_nowhere_until_a_host_is_named(settings):
    with pytest.raises(ChannelError):
        check_address("webhook", "https://signs.example.com/x")


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.1.1.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:93.184.216.34",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::5db8:d822",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:5db8:d822::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2001:db8::1",
        "100::1",
    ],
)
def test_numbers_that_are_not_public_are_refused(number):
    assert not is_public(number)
    resolve, _calls = resolver(number)
    place = Destination("hooks.slack.com", 443, "/x")
    with pytest.raises(ChannelError, match="not on the public internet"):
        deliver(Post("", b"{}"), place, lambda: pytest.fail("It would have left."), resolve)


@pytest.mark.parametrize("number", [PUBLIC, "8.8.8.8", "2606:4700::1111"])
def test_numbers_of_the_public_net_are_taken(number):
    assert is_public(number)


def test_one_private_number_among_public_ones_spoils_them():
    def resolve(host, port, **options):
        return [(2, 1, 6, "", (PUBLIC, port)), (2, 1, 6, "", ("127.0.0.1", port))]

    with pytest.raises(ChannelError, match="not on the public internet"):
        deliver(Post("", b"{}"), Destination("hooks.slack.com", 443, "/"), lambda: True, resolve)


def test_a_name_is_resolved_once_and_what_was_vetted_is_called(recorder):
    """The name would lead elsewhere if it were asked again; the certificate is that of the name."""
    recorder.says(200, "ok")
    resolve, calls = resolver("127.0.0.1", "192.0.2.1")
    place = Destination("chat.example.com", recorder.port, "/x")
    answer = deliver(Post("", b"{}"), place, lambda: True, resolve)
    assert answer == ServiceReply(200, b"ok")
    assert calls == ["chat.example.com"]
    assert recorder.last.headers["host"] == f"chat.example.com:{recorder.port}"


def test_a_name_that_flips_to_this_machine_is_refused(recorder, settings):
    settings.CHANNEL_LOOPBACK_CA = ""
    resolve, calls = resolver("127.0.0.1", PUBLIC)
    place = Destination("chat.example.com", recorder.port, "/x")
    with pytest.raises(ChannelError) as caught:
        deliver(Post("", b"{}"), place, lambda: True, resolve)
    assert (caught.value.permanent, len(calls), recorder.connections) == (True, 1, 0)


def test_a_name_that_is_not_found_is_asked_again_later():
    def resolve(host, port, **options):
        raise socket.gaierror(socket.EAI_AGAIN, "T0ken")

    with pytest.raises(ChannelError) as caught:
        deliver(Post("", b"{}"), Destination("hooks.slack.com", 443, "/"), lambda: True, resolve)
    assert not caught.value.permanent
    assert "T0ken" not in str(caught.value)


def test_this_machine_is_closed_without_the_setting_for_tests(recorder, settings):
    settings.CHANNEL_LOOPBACK_CA = ""
    settings.CHANNEL_HOSTS = ["localhost", f"localhost:{recorder.port}", "127.0.0.1"]
    for kind in SERVICES:
        assert post(recorder, kind).outcome is Outcome.FAILED
    assert recorder.connections == 0


def test_proxies_of_the_environment_are_not_asked(recorder, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")
    assert post(recorder, "slack").outcome is Outcome.SENT


# What breaks


def test_a_certificate_of_another_name_gets_nothing(tmp_path, settings):
    other = Recorder(certificate_in(tmp_path, "other.example"))
    settings.CHANNEL_LOOPBACK_CA = str(other.certificate)
    result = post(other, "slack", may_begin=lambda: pytest.fail("It would have left."))
    assert (result.outcome, other.requests) == (Outcome.RETRY, [])
    other.stop()


def test_a_certificate_that_nobody_vouches_for_gets_nothing(recorder, tmp_path, settings):
    settings.CHANNEL_LOOPBACK_CA = str(certificate_in(tmp_path, "somebody.example"))
    assert post(recorder, "slack").outcome is Outcome.RETRY
    assert recorder.requests == []


@pytest.mark.parametrize(
    ("fault", "seconds", "outcome"),
    [
        ("mute", 0.4, Outcome.RETRY),
        # Until then a busy machine has shaken hands.
        ("deaf", 2, Outcome.IN_DOUBT),
        ("silent", 2, Outcome.IN_DOUBT),
        ("hang_up", 9, Outcome.IN_DOUBT),
        ("cut", 9, Outcome.IN_DOUBT),
    ],
)
def test_a_break_says_whether_the_post_may_be_there(recorder, settings, fault, seconds, outcome):
    settings.CHANNEL_TIMEOUT = seconds
    recorder.fault = fault
    begun = time.monotonic()
    assert post(recorder, "wecom").outcome is outcome
    assert time.monotonic() - begun < HANGS / 2


def test_an_answer_that_drips_comes_to_its_end(recorder, settings):
    settings.CHANNEL_TIMEOUT = 2
    recorder.fault = "drip"
    begun = time.monotonic()
    result = post(recorder, "wecom", answer=(200, "", {"Content-Length": 5000}))
    assert result.outcome is Outcome.IN_DOUBT
    assert time.monotonic() - begun < HANGS / 2


def test_nobody_there_is_tried_again(recorder):
    recorder.listener.shutdown(socket.SHUT_RDWR)
    recorder.stop()
    result = post(recorder, "slack", may_begin=lambda: pytest.fail("It would have left."))
    assert result.outcome is Outcome.RETRY


def test_a_redirect_is_not_followed(recorder, certificate):
    other = Recorder(certificate)
    elsewhere = {"Location": f"https://127.0.0.1:{other.port}/"}
    for status in (301, 302, 303, 307, 308):
        result = post(recorder, "slack", answer=(status, "", elsewhere))
        assert result.outcome is Outcome.FAILED
    assert other.connections == 0
    other.stop()


def test_a_huge_answer_is_not_read_to_its_end(recorder):
    huge = b"x" * 50_000_000
    for kind, status, outcome in (
        ("webhook", 200, Outcome.SENT),
        ("wecom", 200, Outcome.IN_DOUBT),
        ("webhook", 500, Outcome.RETRY),
    ):
        assert post(recorder, kind, answer=(status, huge)).outcome is outcome
        # What the two ends of a connection hold ready is all that leaves the server.
        assert recorder.taken < len(huge) / 2


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x01\x02",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200,
    ],
)
def test_an_answer_that_is_no_http_leaves_a_doubt(recorder, answer):
    recorder._reply = lambda line: line.sendall(answer)
    assert post(recorder, "wecom").outcome is Outcome.IN_DOUBT


def test_no_log_line_holds_an_address_or_a_secret(recorder, caplog):
    caplog.set_level(logging.DEBUG)
    for fault in ("", "cut", "hang_up"):
        recorder.fault = fault
        for kind in SERVICES:
            post(recorder, kind)
    assert not [word for word in ("T0ken", "Token-12", SECRET) if word in caplog.text]
