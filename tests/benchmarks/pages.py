"""What people wait for the pages that they look at, while two processes send all they can."""

import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings
from django.test import Client
from django.urls import reverse

from communications.models import Delivery, Dispatch, State
from onelift.rehearsal.dispatch import rehearse
from programmes.database.clock import database_now
from stakeholders.models import Role, User
from tests.benchmarks import sink
from tests.benchmarks.dispatch import running_worker, wait_for_worker, wake_senders
from tests.benchmarks.http.load import get, play
from tests.benchmarks.http.server import server
from tests.benchmarks.measure import Figure, Goal, in_turns, report
from tests.benchmarks.stage import Stage, analyse

LANGUAGES = 10
READERS = 2
PAGES_PER_RUN = 60
P95_MILLISECONDS = 300


def main(stage: Stage) -> bool:
    """Measure the pages at rest and beside a dispatch to everybody; half of the group get mails."""
    dispatch = rehearse(stage.people // 2, LANGUAGES, database_now())
    analyse()
    left: list[int] = []
    with sink.running_sink() as port, running_worker(port), server() as web:
        wait_for_worker(port)
        asked = requests_of(dispatch)
        sides: dict[str, Callable[[], float]] = {
            "at rest": partial(p95, web, asked),
            "beside": partial(beside, left, partial(p95, web, asked)),
        }
        found = {name: Figure(values, "ms") for name, values in in_turns(sides, stage.runs).items()}
    doubts = () if min(left) else ("the dispatch was over before the pages were",)
    return report(
        f"pages beside a dispatch of {stage.people // 2:,} mails: 95 of 100 within",
        found["beside"],
        peer=("the same at rest", found["at rest"]),
        goals=(Goal("95 of 100 within 300 ms", found["beside"].median <= P95_MILLISECONDS),),
        doubts=doubts,
    )


def requests_of(dispatch: Dispatch) -> list[bytes]:
    """Return the pages that a manager looks at meanwhile, one after the other."""
    programme = dispatch.message.programme
    words = {"programme": programme.slug}
    names = ("overview-show", "plan-show", "people-list", "decisions-show")
    paths = [reverse(f"dashboards:{name}", kwargs=words) for name in names]
    paths += [
        reverse("communications:message-list", kwargs=words),
        reverse("communications:dispatch-show", kwargs={**words, "pk": dispatch.pk}),
    ]
    manager = User.objects.get(roles__kind=Role.Kind.PROGRAMME_MANAGER, roles__programme=programme)
    return [signed_in(path, manager) for path in paths] * (PAGES_PER_RUN // len(paths))


def signed_in(path: str, user: User) -> bytes:
    """Return a GET of somebody who has signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return get(path).removesuffix(b"\r\n") + f"Cookie: {cookie.key}={cookie.value}\r\n\r\n".encode()


def p95(port: int, requests: Sequence[bytes]) -> float:
    """Return within how many milliseconds 95 of 100 pages came to two readers."""
    latencies = play(port, requests, 200, READERS)
    return statistics.quantiles(latencies, n=100, method="inclusive")[94] * 1000


def beside(left: list[int], measure: Callable[[], float]) -> float:
    """Measure while everybody gets a mail, and add how many were still to be told then."""
    waiting = Delivery.objects.all()
    waiting.update(state=State.PLANNED, fence="", message_id="", attempts=0, ended_at=None)
    wake_senders()
    while not Delivery.objects.filter(state=State.SENT).exists():
        time.sleep(0.02)
    found = measure()
    left.append(Delivery.objects.filter(state=State.PLANNED).count())
    waiting.update(state=State.SKIPPED)
    return found
