"""A worker that goes on after Redis went away while its tasks ended."""

from typing import Any

import celery
from celery.worker import request
from kombu.transport.virtual import QoS


class Request(request.Request):
    """A task in the worker, which gives its place back in any case.

    A worker takes no more messages than it has processes until some are acknowledged, and looks at
    the connection only while it may take one. Where Redis was away for as many acknowledgements,
    Kombu would wait for ever on a connection that is gone. The task is done; the message, if Redis
    still has it, comes again after the visibility time-out and finds nothing to do.
    """

    def acknowledge(self) -> None:
        """Acknowledge the message; if that fails, only forget it here."""
        message: Any = self.message
        try:
            super().acknowledge()
        finally:
            if not message.acknowledged:
                QoS.ack(message.channel.qos, message.delivery_tag)  # type: ignore[no-untyped-call]


class Task(celery.Task):  # type: ignore[type-arg]
    """The base of all tasks."""

    abstract = True
    Request = Request
