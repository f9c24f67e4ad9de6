"""Several connections of one process to the relay, with one mail on each at a time.

What is written before the bodies leave is written once for all of them, and the server's answers
are awaited together. Whoever kills the process leaves one mail in doubt on each.
"""

import time
from collections.abc import Callable, Collection, Sequence
from types import TracebackType
from typing import Self

from communications.mailroom.channels import Outcome, RelayDown, Result
from communications.mailroom.channels.mail import Mail, Relay, RelayConfig
from communications.mailroom.channels.smtp import Phase

# The places, in what is sent, of mails whose body may leave now.
Intent = Callable[[Sequence[int]], Collection[int]]


class Connections:
    """Some connections to the relay, each opened when first needed and kept from mail to mail.

    They belong to one thread of one process. One that the server does not let in, or that is lost
    twice, is given up as long as others stand.
    """

    def __init__(self, config: RelayConfig, count: int = 1) -> None:
        self.config = config
        self.first = Relay(config)
        self._relays = [self.first, *(Relay(config) for _ in range(count - 1))]
        self._used: list[Relay] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for relay in self._relays:
            relay.__exit__(kind, error, trace)

    @property
    def count(self) -> int:
        """Return how many connections there are, opened or not; none if all were lost."""
        return len(self._relays)

    @property
    def is_answered_ahead(self) -> bool:
        """Tell whether each connection that was used last has the next envelope answered."""
        return all(relay.is_answered_ahead for relay in self._used)

    def close(self) -> None:
        """Cut all connections without a word: bodies that have begun are not ended."""
        for relay in self._relays:
            relay.close()

    def send(
        self, mails: Sequence[Mail], intent: Intent, then: Sequence[Mail] = ()
    ) -> list[Result | RelayDown]:
        """Send as many mails as there are connections at most; return what became of each.

        ``RelayDown`` says of a mail that nothing of its body left, and that its connection is given
        up; its phase is CONNECTING where the server has not heard of the mail.

        Args:
            mails: one for each connection.
            intent: called once, when the server waits for bodies; it stores durably that they
                leave now, and returns those that may. If it raises, nothing leaves.
            then: the mails that will be sent next, in their order, as far as that is known.

        """
        try:
            return self._send(mails, intent, then)
        except BaseException:
            self.close()
            raise

    def _send(
        self, mails: Sequence[Mail], intent: Intent, then: Sequence[Mail]
    ) -> list[Result | RelayDown]:
        connections = self._used = self._relays[: len(mails)]
        opened = self._open_all(connections, mails)
        waiting = [place for place, answer in enumerate(opened) if answer is None]
        allowed = intent(waiting) if waiting else ()
        deadline = time.monotonic() + self.config.timeout
        for place in waiting:
            if place in allowed:
                following = then[place] if place < len(then) else None
                connections[place].start_body(mails[place], following, deadline)
            else:
                connections[place].close()
                opened[place] = Result(Outcome.ABANDONED, "")
        return [
            connections[place].end_body() if answer is None else answer
            for place, answer in enumerate(opened)
        ]

    def _open_all(
        self, connections: Sequence[Relay], mails: Sequence[Mail]
    ) -> list[Result | RelayDown | None]:
        """Return None where the server waits for a body, else why it does not.

        Where it does not let in one connection, no other is tried.
        """
        found: list[Result | RelayDown | None] = []
        refused: RelayDown | None = None
        for relay, mail in zip(connections, mails, strict=True):
            answer = refused if refused and not relay.is_open else _opened(relay, mail)
            if isinstance(answer, RelayDown):
                relay.close()
                self._relays.remove(relay)
                refused = answer if answer.phase == Phase.CONNECTING else refused
            found.append(answer)
        return found


def _opened(relay: Relay, mail: Mail) -> Result | RelayDown | None:
    try:
        return relay.open_body(mail)
    except RelayDown as down:
        return down
