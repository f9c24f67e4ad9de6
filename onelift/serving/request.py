"""A request on its way in: how long it may take, and how large it may get."""

from copy import copy
from http import HTTPStatus
from time import monotonic
from typing import Any

from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.utilities import Error, RequestEntityTooLarge

# What everybody may send; more is a question to the portal (``onelift.limits.bodies``).
COMMON_BYTES = 1024 * 1024
# Headers with the first line, cookies and a long list of filters.
HEAD_BYTES = 32 * 1024
# TRACE would send back what proxies have added; no page takes anything else either.
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0
BODY_BYTES_A_SECOND = 50_000


class RequestTimeoutError(Error):
    """The request did not come in time."""

    code = HTTPStatus.REQUEST_TIMEOUT.value
    reason = HTTPStatus.REQUEST_TIMEOUT.phrase


class MethodNotKnownError(TransferEncodingNotImplemented):
    """No page takes the method. waitress answers 501 to what is of its own kind only."""


class Request(HTTPRequestParser):
    """A request, of which more comes with each call of ``received``."""

    # Bytes that the head announces and that only the portal can let in; 0 if there is no question.
    asks_for = 0
    # The body turned out larger than what everybody may send, and had not said so.
    is_overflowing = False
    is_let_in = False
    adj: Any

    def __init__(self, adj: Any) -> None:
        super().__init__(adj)
        self.deadline = monotonic() + HEAD_SECONDS

    def received(self, data: bytes) -> int:
        """Take what belongs to this request; return how many bytes that were."""
        was_head = not self.headers_finished
        taken = int(super().received(data))
        if was_head and self.headers_finished:
            self.deadline = monotonic() + BODY_SECONDS
        if isinstance(self.error, RequestEntityTooLarge):
            self._question()
        elif self.error is not None:
            self.expect_continue = False
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head.

        Raises:
            ParsingError: it cannot be read, and is answered with 400. waitress itself stumbles over
                an address with half a bracket, and over a length of thousands of digits.
            MethodNotKnownError: no page takes the method, which is answered with 501.

        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("The head of the request cannot be read.") from error
        if self.command not in METHODS:
            raise MethodNotKnownError("This method is not known.")

    def _question(self) -> None:
        """Turn the refusal into a request without its body, which the portal answers itself."""
        self.error, self.expects = None, self.expect_continue
        # Else waitress would invite the client to send what nobody has let in.
        self.expect_continue = False
        self.is_overflowing = self.chunked
        self.asks_for = 0 if self.chunked else self.content_length
        if self.chunked:
            self.headers["CONTENT_LENGTH"] = str(self.body_bytes_received)

    def let_in(self) -> None:
        """Go on with the body, all of which may come."""
        self.adj = copy(self.adj)
        self.adj.max_request_body_size = self.content_length + 1
        self.expect_continue, self.completed = self.expects, False
        self.asks_for, self.is_let_in = 0, True
        self.deadline = monotonic() + BODY_SECONDS

    @property
    def is_refused(self) -> bool:
        """Whether there is more on the line than will be read."""
        return bool(self.asks_for or self.is_overflowing or self.error)

    @property
    def held_bytes(self) -> int:
        """How much of a body that everybody may send is kept while the rest is still to come."""
        return 0 if self.is_let_in or self.completed else int(self.body_bytes_received)

    def is_late(self, now: float) -> bool:
        """Whether it should have come by now: each 50 KB of a body give it a second more."""
        return now > self.deadline + self.body_bytes_received / BODY_BYTES_A_SECOND
