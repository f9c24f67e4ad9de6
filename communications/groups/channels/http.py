"""The one HTTP client: it posts to hosts that are known, at addresses that are public, once.

It resolves a name once and connects to what it has vetted, follows nothing, asks no proxy, and
knows whether a body has begun to leave. An address is a secret: no error names one.
"""

import http.client
import io
import re
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from communications.groups.channels.service import Post, ServiceReply
from communications.mailroom.channels import ChannelError, Outcome, Result

LONGEST_ADDRESS, LONGEST_ANSWER = 2048, 64 * 1024
HTTPS, MOST_TRIES = 443, 3
_ADDRESS = re.compile(r"https://[!-~]+", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z]){_LABEL}")
# Nothing else in IPv6 is public; and these of it hold an address of IPv4, which could be any.
_PUBLIC = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))
Resolver = Callable[..., Iterable[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an address leads: a host, a port, and path with query, which may be a secret."""

    host: str
    port: int
    target: str = field(repr=False)


def place_of(address: str, hosts: Collection[str]) -> Destination:
    """Return where an address leads.

    Raises:
        ChannelError: it is no plain https address, or its host is not one of these.
    """
    if not _ADDRESS.fullmatch(address) or len(address) > LONGEST_ADDRESS or "\\" in address:
        raise _refused(_("The address must begin with https:// and contain no spaces."))
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or HTTPS
    except ValueError:
        raise _refused(_("The address is incomplete. Enter it in full.")) from None
    if "@" in parts.netloc:
        raise _refused(_("The address must not contain a user name or password."))
    if parts.fragment or not _is_known(host, port, hosts):
        raise _refused(_("The address does not match this kind of channel: the host is different."))
    query = f"?{parts.query}" if parts.query else ""
    return Destination(host, port, f"{parts.path or '/'}{query}")


def _refused(reason: str) -> ChannelError:
    return ChannelError(reason, permanent=True)


def _is_known(host: str, port: int, hosts: Collection[str]) -> bool:
    """Tell whether a host may be posted to; a number is none, however it is written."""
    if _authority_for_tests() and host == "localhost":
        return True
    if not _HOST.fullmatch(host):
        return False
    named = host if port == HTTPS else f"{host}:{port}"
    below = [known[1:] for known in hosts if known.startswith("*.")]
    return named in hosts or any(named.endswith(suffix) for suffix in below)


def is_public(number: str) -> bool:
    """Tell whether an IP address is one of the public net, and stands for no other address."""
    address = ip_address(number)
    if isinstance(address, IPv6Address):
        is_plain = address in _PUBLIC and not any(address in net for net in _TUNNELS)
        return is_plain and address.is_global and address.scope_id is None
    return address.is_global and not address.is_multicast and not address.is_reserved


def deliver(
    post: Post,
    place: Destination,
    may_begin: Callable[[], bool],
    resolve: Resolver = socket.getaddrinfo,
) -> ServiceReply | Result:
    """Post once; return the answer, or a result where none came or none was wanted.

    Raises:
        ChannelError: nothing of the body has left.
    """
    deadline = time.monotonic() + 3 * settings.CHANNEL_TIMEOUT
    numbers = _vetted(place, resolve)
    with closing(
        _encrypted(_connected(numbers, place.port, deadline), place.host, deadline)
    ) as line:
        connection = _with_head(line, place, post)
        if not may_begin():
            return Result(Outcome.ABANDONED, "")
        return _exchanged(connection, post.body, deadline)


def _vetted(place: Destination, resolve: Resolver) -> list[str]:
    """Return the addresses of a host; one that is not public spoils them all."""
    try:
        found = resolve(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ChannelError(_("The host in the address was not found."), permanent=False) from None
    numbers = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not numbers or not all(_is_allowed(number) for number in numbers):
        raise _refused(_("The host in the address is not on the public internet."))
    return numbers


def _is_allowed(number: str) -> bool:
    return is_public(number) or (bool(_authority_for_tests()) and ip_address(number).is_loopback)


def _authority_for_tests() -> str:
    """Return the file of an authority that opens this machine; there is none in production."""
    return settings.CHANNEL_LOOPBACK_CA if settings.EMBEDDED else ""


def _connected(numbers: list[str], port: int, deadline: float) -> socket.socket:
    for number in numbers[:MOST_TRIES]:
        try:
            return socket.create_connection((number, port), timeout=_patience(deadline))
        except OSError:
            continue
    raise ChannelError(_("The service cannot be reached."), permanent=False)


def _encrypted(line: socket.socket, host: str, deadline: float) -> ssl.SSLSocket:
    try:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.settimeout(_patience(deadline))
        return _tls(_authority_for_tests()).wrap_socket(line, server_hostname=host)
    except ssl.SSLCertVerificationError:
        line.close()
        reason = _("The service’s certificate does not match its name.")
        raise ChannelError(reason, permanent=False) from None
    except (OSError, ValueError):
        line.close()
        reason = _("No encrypted connection could be made.")
        raise ChannelError(reason, permanent=False) from None


@cache
def _tls(authority: str) -> ssl.SSLContext:
    """Return what checks certificates; in tests it trusts one more authority."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority:
        context.load_verify_locations(authority)
    return context


def _patience(deadline: float) -> float:
    """Return how long the next step may take, in seconds."""
    return max(min(settings.CHANNEL_TIMEOUT, deadline - time.monotonic()), 0.001)


def _with_head(line: ssl.SSLSocket, place: Destination, post: Post) -> http.client.HTTPConnection:
    """Send the head of a request."""
    context = _tls(_authority_for_tests())
    connection = http.client.HTTPSConnection(place.host, place.port, context=context)
    connection.sock = line
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(post.body)),
        "User-Agent": "OneLift",
        "Connection": "close",
        **post.headers,
    }
    try:
        connection.putrequest("POST", place.target)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
    except (OSError, ValueError, http.client.HTTPException):
        reason = _("The connection was lost before anything was posted.")
        raise ChannelError(reason, permanent=False) from None
    return connection


def _exchanged(
    connection: http.client.HTTPConnection, body: bytes, deadline: float
) -> ServiceReply | Result:
    """Send the body and read the answer; from here on, silence leaves a doubt."""
    line = connection.sock
    try:
        line.settimeout(_patience(deadline))
        connection.send(body)
        answer = _answer(_Listening(line, deadline))
    except (OSError, ValueError, http.client.HTTPException):
        answer = None
    return answer or Result(
        Outcome.IN_DOUBT, _("The post was sent, but no complete reply came back.")
    )


def _answer(line: "_Listening") -> ServiceReply | None:
    """Return an answer, or None where it ends before it should."""
    response = http.client.HTTPResponse(line, method="POST")  # type: ignore[arg-type]
    response.begin()
    body = response.read(LONGEST_ANSWER)
    is_cut = bool(response.length) and len(body) < LONGEST_ANSWER
    return None if is_cut else ServiceReply(response.status, body)


class _Listening(io.RawIOBase):
    """The answering side of a connection; however slowly it drips, it ends in time."""

    def __init__(self, line: socket.socket, deadline: float) -> None:
        self.line, self.deadline = line, min(deadline, time.monotonic() + settings.CHANNEL_TIMEOUT)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return the stream that ``http.client`` reads."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer with what has come."""
        self.line.settimeout(max(self.deadline - time.monotonic(), 0.001))
        return self.line.recv_into(buffer)
