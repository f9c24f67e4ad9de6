"""Who sends or reads slowly holds nobody else up, and is asked to leave in time."""

import contextlib
import http.client
import signal
import threading
import time
from functools import partial

import pytest

from onelift.serving.channel import READING_SECONDS
from onelift.serving.request import BODY_SECONDS, COMMON_BYTES, HEAD_SECONDS
from tests.faults.harness import Installation
from tests.faults.proxies import in_front
from tests.faults.shapes import Embedded
from tests.faults.slow import (
    FORM,
    HALF_BODY,
    HALF_HEAD,
    UNREAD,
    connect,
    half_requests,
    head,
    is_ended,
    is_served,
    trickle,
    whole_answer,
)
from tests.waiting import HANGS, until

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

THREADS = 2
HALF = 90
PAGES = ("/livez", "/accounts/login/")
UPLOAD = "/imports/new/"


@pytest.fixture(scope="module")
def web(tmp_path_factory, migrated_file):
    folder = tmp_path_factory.mktemp("slow")
    threads = {"WEB_THREADS": str(THREADS), "WEB_CONCURRENCY": "1"}
    made = Installation(folder, Embedded(folder, migrated_file), **threads)
    try:
        made.seed(3)
        made.importer = made.act("importer")
        made.start_web()
        yield made
    finally:
        made.stop()


@pytest.mark.parametrize("kind", ["none", "nginx", "caddy"])
def test_half_requests_hold_nobody_up(web, tmp_path, kind):
    with in_front(kind, tmp_path / kind, web.web_port) as port:
        for page in PAGES:
            with half_requests(port, HALF) as held:
                assert is_served(port, page)
                assert not any(map(is_ended, held)), "who is held up is served once one is ended"


@pytest.mark.parametrize(
    ("said", "seconds"), [(HALF_HEAD, HEAD_SECONDS), (HALF_BODY, BODY_SECONDS)]
)
def test_a_request_that_does_not_come_is_ended_in_time(web, said, seconds):
    """Also where bytes go on coming, one at a time."""
    began = time.monotonic()
    with connect(web.web_port, said) as still, connect(web.web_port, said) as slow:
        talk = threading.Thread(target=talk_on, args=(slow,))
        talk.start()
        for one in (still, slow):
            answer = whole_answer(one)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"\r\nConnection: close\r\n" in answer
        assert time.monotonic() - began > seconds - 1
    talk.join()


def talk_on(slow):
    """Say a byte each half second until nobody listens."""
    pause = threading.Event()
    while trickle([slow]):
        pause.wait(0.5)


def test_a_connection_without_a_word_is_ended(web):
    with connect(web.web_port) as silent:
        assert whole_answer(silent) == b""


def test_who_reads_nothing_of_long_answers_holds_nobody_up(web):
    readers = [connect(web.web_port, UNREAD, receives=4096) for _each in range(4 * THREADS)]
    try:
        began = time.monotonic()
        for page in PAGES:
            assert is_served(web.web_port, page)
        # Who is held up is served once a reader is ended.
        assert time.monotonic() - began < READING_SECONDS
    finally:
        for one in readers:
            one.close()


def test_a_stranger_is_refused_before_anything_of_a_large_body_is_read(web):
    for path in ("/accounts/login/", "/s/none/", UPLOAD, "/nowhere/"):
        announced = f"Content-Length: {COMMON_BYTES + 1}"
        with connect(web.web_port, head(path, announced, f"Content-Type: {FORM}")) as one:
            answer = whole_answer(one)
        assert answer.startswith(b"HTTP/1.1 413 "), path
        assert b"\r\nConnection: close\r\n" in answer
        assert b"too large to send" in answer


def test_a_browser_that_sends_all_of_it_first_sees_the_page(web):
    size = 30 * COMMON_BYTES
    with connect(web.web_port, head("/accounts/login/", f"Content-Length: {size}")) as one:
        for _part in range(30):
            one.sendall(COMMON_BYTES * b"x")
        assert whole_answer(one).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("kind", ["nginx", "caddy"])
def test_the_page_comes_through_a_proxy(web, tmp_path, kind):
    with in_front(kind, tmp_path / kind, web.web_port) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANGS)
        # A proxy that has the answer may close before it has read all of the body.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.request("POST", "/accounts/login/", 5 * COMMON_BYTES * b"x")
        answer = connection.getresponse()
        assert answer.status == 413
        assert b"too large to send" in answer.read()


def test_a_body_without_a_length_is_bounded_too(web):
    part = b"10000\r\n" + 0x10000 * b"x" + b"\r\n"
    chunked = head("/accounts/login/", "Transfer-Encoding: chunked", f"Content-Type: {FORM}")
    with connect(web.web_port, chunked) as one:
        for _part in range(2 * COMMON_BYTES // 0x10000):
            one.sendall(part)
        answer = whole_answer(one)
    assert answer.startswith(b"HTTP/1.1 413 ")
    with connect(web.web_port, chunked + part + b"0\r\n\r\n") as one:
        one.settimeout(20)
        assert one.recv(12) == b"HTTP/1.1 403", "a small one is read, and lacks the token"


def upload(web, session, size, *lines):
    """Return a connection on which a file was announced, and the body to send."""
    start = b'--x\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + 32 * b"t"
    start += b'\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = start + (size // 4) * b"a;b\n" + b"\r\n--x--\r\n"
    cookies = f"Cookie: sessionid={session}; csrftoken={32 * 't'}"
    told = ("Content-Type: multipart/form-data; boundary=x", f"Content-Length: {len(body)}")
    return connect(web.web_port, head(UPLOAD, *told, cookies, "Connection: close", *lines)), body


def test_who_may_import_sends_a_large_file_and_a_stranger_does_not(web):
    one, body = upload(web, web.importer, 5 * COMMON_BYTES)
    with one:
        one.sendall(body)
        assert whole_answer(one).startswith((b"HTTP/1.1 302", b"HTTP/1.1 422"))
    one, body = upload(web, "nobodys", 5 * COMMON_BYTES)
    with one:
        assert whole_answer(one).startswith(b"HTTP/1.1 413")


def test_who_asks_first_is_told_to_go_on_or_not(web):
    one, body = upload(web, web.importer, 5 * COMMON_BYTES, "Expect: 100-continue")
    with one:
        assert one.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        one.sendall(body)
        assert whole_answer(one).startswith((b"HTTP/1.1 302", b"HTTP/1.1 422"))
    one, _body = upload(web, "nobodys", 5 * COMMON_BYTES, "Expect: 100-continue")
    with one:
        assert whole_answer(one).startswith(b"HTTP/1.1 413")


def test_a_reload_loses_no_request(web):
    """Over kept connections and new ones, while half requests are open."""
    stop, failed, served = threading.Event(), [], []
    asking = [
        threading.Thread(target=ask_on, args=(web.web_port, stop, kept, served, failed))
        for kept in (True, True, False)
    ]
    with half_requests(web.web_port, 20):
        for one in asking:
            one.start()
        for _each in range(2):
            before = set(web.children_of("web"))
            web.processes["web"].send_signal(signal.SIGHUP)
            until(partial(has_new_children, web, before), "new processes")
        stop.set()
        for one in asking:
            one.join()
    assert failed == []
    assert len(served) > 50


def has_new_children(web, before):
    is_served(web.web_port, "/livez")
    return not set(web.children_of("web")) & before


def ask_on(port, stop, is_kept, served, failed):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=HANGS)
    while not stop.is_set():
        try:
            connection.request("GET", "/livez")
            answer = connection.getresponse()
            answer.read()
            served.append(answer.status)
        except OSError as error:
            failed.append(repr(error))
        if not is_kept:
            connection.close()
