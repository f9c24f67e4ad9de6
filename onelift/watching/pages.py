"""How long pages take: counted by each process of web, and added up over those of a machine.

gunicorn names a folder in which its processes count side by side (``gunicorn.conf.py``). Processes
that have ended keep their part in it, so that no sum falls until the machine's web starts again.
"""

import os
from contextlib import suppress

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

COUNTS = "PROMETHEUS_MULTIPROC_DIR"
ANSWER = "feedback:answer-give"
# Monitors ask these every few seconds: they would hide how long pages take.
PROBES = frozenset({"/healthz", "/livez", "/metrics"})
# Addresses that no page has.
NO_ROUTE = "none"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_own = CollectorRegistry()
PAGES = Histogram(
    "onelift_page_seconds",
    "Seconds that web took to respond, by name of the route",
    ["route"],
    buckets=SECONDS,
    registry=_own,
)
# From the start, so that whoever asks finds the figure before anybody has opened a page.
PAGES.labels(NO_ROUTE)
ANSWERS = Counter(
    "onelift_survey_answers",
    "Survey answers that web has accepted since it started",
    registry=_own,
)


def observe(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    """Count an answer of web. A route has a name; its address may hold somebody's link.

    Where there is no room to count, the page is answered all the same.
    """
    match = request.resolver_match
    route = match.view_name if match else NO_ROUTE
    with suppress(OSError):
        PAGES.labels(route).observe(seconds)
        if route == ANSWER and request.method == "POST" and response.status_code == 200:
            ANSWERS.inc()


def counted() -> CollectorRegistry:
    """Return what all processes of this machine's web have counted."""
    if not os.environ.get(COUNTS):
        return _own
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
