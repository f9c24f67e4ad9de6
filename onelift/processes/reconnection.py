"""A worker that goes on after Redis went away while its tasks ended, and not with another key."""

import logging
from typing import Any

import celery
from celery.worker import request
from kombu.transport.virtual import QoS

from onelift.processes.launch import refusal_of_key

log = logging.getLogger(__name__)


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

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run, unless the key is not the database's.

        The start may have met a database that was down, and the key may be another one since.
        """
        refusal = refusal_of_key()
        if refusal:
            log.critical("%s was not run. %s", self.name, refusal)
            return None
        return super().__call__(*args, **kwargs)
