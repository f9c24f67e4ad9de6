"""Which request or task a line of the log belongs to.

A request has the id that the proxy gave it, or a new one; the tasks that it wakes carry it on.
"""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from logging import DEBUG, INFO
from time import perf_counter
from typing import Any
from uuid import uuid4

from celery import current_task
from celery.signals import before_task_publish
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from onelift.watching.pages import PROBES, observe

log = logging.getLogger(__name__)

WELL_FORMED = re.compile(r"[0-9a-fA-F-]{16,64}")
_request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def context() -> dict[str, str]:
    """Return the ids of the request and the task in hand, as far as there are any."""
    task = current_task.request if current_task else None
    found = {
        "request_id": task.get("request_id") if task else _request_id.get(),
        "task_id": task and task.id,
        "task": task and task.get("task"),
    }
    return {name: value for name, value in found.items() if value}


def route_of(request: HttpRequest | None) -> str | None:
    """Return the pattern that a request's address matched, in which no token stands."""
    match = getattr(request, "resolver_match", None)
    return match.route if match else None


class TracingMiddleware:
    """Gives each request its id, answers with it, and writes the access line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and note which route took how many milliseconds."""
        given, started = request.headers.get("X-Request-ID", ""), perf_counter()
        request_id = given if WELL_FORMED.fullmatch(given) else uuid4().hex
        token = _request_id.set(request_id)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            note(request, response, perf_counter() - started)
        finally:
            _request_id.reset(token)
        return response


def note(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """Count the answer and write its line; files of the interface are not worth one."""
    if request.path_info.startswith(settings.STATIC_URL):
        return
    is_probe = request.path_info in PROBES
    if not is_probe:
        observe(request, response, seconds)
    told = {
        "method": request.method,
        "route": route_of(request),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
    log.log(DEBUG if is_probe else INFO, "%s %s", told["method"], told["status"], extra=told)


@before_task_publish.connect
def carry_on(headers: dict[str, Any], **_: Any) -> None:
    """Let the task that a request wakes, and those that this task wakes, carry the request's id."""
    request_id = context().get("request_id")
    if request_id:
        headers["request_id"] = request_id
