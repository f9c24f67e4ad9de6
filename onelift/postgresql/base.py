"""The database engine of the settings; Django looks for it in a module of this name."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at a kept connection before it is used again, without asking the server.

    Django asks ``SELECT 1`` once a request: a round trip for nothing, nearly always. A server that
    stops, or ends a session, says so on the socket, and then there is something to read.
    """

    def is_usable(self) -> bool:
        """Tell whether the connection works; the server is asked only if it has said something."""
        return self._is_silent() or super().is_usable()

    def _is_silent(self) -> bool:
        if self.connection.closed:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN)
        return not poll.poll(0)
