"""The file broker of the embedded mode, with messages that appear whole, and in order of queues.

Kombu opens a message's file under its name before it writes: a worker that looks in that moment
reads nothing, and ends. Here a file gets its name when all is in it. And Kombu's transport for
files takes from one queue after the other; here the first by name has precedence, as with Redis
(``queue_order_strategy`` in ``onelift.celery``).
"""

import uuid
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem  # type: ignore[attr-defined]
from kombu.utils.json import dumps
from kombu.utils.scheduling import FairCycle

SCHEME = "whole-files"


class InOrder(FairCycle):
    """Asks the queues in the order of their names each time."""

    def get(self, callback: Any, **kwargs: Any) -> Any:
        """Return a message of the first queue that has one.

        Raises:
            Empty: none has.

        """
        for queue in sorted(self.resources):
            with suppress(self.predicate):
                return self.fun(queue, callback, **kwargs)
        raise self.predicate


class Channel(filesystem.Channel):
    """Puts each message at once, and gets one of the first queue that has any."""

    def _reset_cycle(self) -> None:
        asked = self._get_and_deliver, self._active_queues, Empty
        self._cycle = InOrder(*asked)  # type: ignore[no-untyped-call]

    def _put(self, queue: str, message: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        path = Path(self.data_folder_out) / name
        draft = path.with_name(f"{name}.draft")
        draft.write_text(dumps(message))  # type: ignore[call-arg]
        draft.replace(path)


class Transport(filesystem.Transport):
    """Files in a folder."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
