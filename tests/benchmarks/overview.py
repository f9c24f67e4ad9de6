"""Every board at the full size: the whole page, and the part of it that the database takes."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from communications.approvals.services import approval as approvals
from communications.dispatches.queries.reach import people_in
from communications.models import Approval, Dispatch
from events.queries.informed import knowing_in
from events.services.informed import refresh_informed
from feedback.models import Survey
from onelift.dashboards.coverage.queries.coverage import informed_by_site
from programmes.database.clock import database_now
from programmes.models import Site
from programmes.scope import EVERYTHING
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.audiences.queries.people import number_of
from stakeholders.models import Audience, Person, User
from tests.benchmarks.coverage import say_what_it_is_about
from tests.benchmarks.crowd import Crowd, fill_crowd
from tests.benchmarks.history import fill_history
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.stage import Stage, analyse
from tests.communications.making import make_message

PAGE_SECONDS = 0.150
SQL_SECONDS = 0.020
AUDIENCE_SECONDS = 0.010
INFORMED, AUDIENCE = "Who is informed by site", "Counting an audience of everybody"
# Files under their own names, so that none need be collected.
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@dataclass
class Board:
    """One page and its reader; ``sql`` collects the seconds and ``queries`` the statements."""

    title: str
    reader: User
    url: str
    sql: list[float] = field(default_factory=list)
    queries: int = 0

    def __post_init__(self) -> None:
        self.client = Client(headers={"host": "localhost"})
        self.client.force_login(self.reader)

    def open(self) -> float:
        """Open the page; return how long that takes."""
        asked: list[float] = []

        def timed(execute: Callable[..., Any], *arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return execute(*arguments)
            finally:
                asked.append(time.perf_counter() - start)

        start = time.perf_counter()
        with connection.execute_wrapper(timed), plain_static_files():
            page = self.client.get(self.url)
        taken = time.perf_counter() - start
        assert page.status_code == 200, f"{self.url}: {page.status_code}"
        self.sql.append(sum(asked))
        self.queries = len(asked)
        return taken


def main(stage: Stage) -> bool:
    """Measure all boards; return whether each counts and reaches its goals."""
    crowd = fill_crowd(stage)
    fill_history(crowd, stage)
    approvals.ask(make_message(crowd, database_now()), crowd.ines, database_now())
    say_what_it_is_about(crowd)
    # Without statistics the server takes rows of the ledger for few, and looks for days.
    analyse()
    refresh_informed(crowd.programme, database_now())
    analyse()
    boards = boards_of(crowd)
    opened = {board.title: board.open for board in boards}
    sides = {
        INFORMED: seconds_of(lambda: informed_now(crowd)),
        AUDIENCE: audience_count(crowd),
        "plain": seconds_of(lambda: informed_in_ledger(crowd)),
        "limit": head_count,
    }
    figures = {n: Figure(v) for n, v in in_turns({**opened, **sides}, stage.runs).items()}
    is_good = [reported(board, figures[board.title], stage) for board in boards]
    return all([*is_good, informed_reported(crowd, figures), audience_reported(figures)])


def boards_of(crowd: Crowd) -> list[Board]:
    """Return the pages that read large tables, each with the role that sees most of it."""
    programme, claire, ines = crowd.programme, crowd.claire, crowd.ines
    dispatch = Dispatch.objects.order_by("-started_at")[0]
    waiting = Approval.objects.waiting().get()
    survey = Survey.objects.order_by("pk")[0]
    site = Site.objects.get(name="Boulogne")
    person = Person.objects.filter(site=site, business_line__isnull=False).order_by("pk")[0]

    def address(name: str, *arguments: Any, query: str = "") -> str:
        return reverse(name, args=[programme.slug, *arguments]) + query

    people, deliveries = "dashboards:people-list", "communications:delivery-list"
    return [
        Board("Overview", claire, address("dashboards:overview-show")),
        Board("Home of a region", crowd.rosa, address("dashboards:region-show", crowd.region.slug)),
        Board("Plan", ines, address("dashboards:plan-show")),
        Board("Decisions", claire, address("dashboards:decisions-show")),
        Board("Streams", claire, address("dashboards:stream-list")),
        Board("Search", ines, address("dashboards:find-show", query="?q=martin")),
        Board("Set-up", ines, address("dashboards:setup")),
        Board("People by name", ines, address(people)),
        Board("People of a site", ines, address(people, query=f"?site={site.pk}")),
        Board("A person", ines, address("dashboards:person-show", person.pk)),
        Board("Sites", ines, address("dashboards:site-list")),
        Board("A business line", ines, address("dashboards:line-show", person.business_line_id)),
        Board("People contacted, by name", ines, address(people, query="?contacted=30")),
        Board("People not contacted, by site", claire, address(people, query="?uncontacted=30")),
        Board("People not informed, by name", ines, address(people, query="?informed=no")),
        Board("Coverage", ines, address("dashboards:coverage-show")),
        Board("Personas", ines, address("dashboards:persona-list")),
        Board("A persona", ines, address("dashboards:persona-show", "plant-shift-teams")),
        Board("Messages", ines, address("communications:message-list")),
        Board("A message", ines, address("communications:message-show", dispatch.message_id)),
        Board("A decision", claire, address("communications:message-show", waiting.message_id)),
        Board("A dispatch", ines, address("communications:dispatch-show", dispatch.pk)),
        Board("Deliveries by name", ines, address(deliveries, dispatch.pk)),
        Board("Deliveries by site", claire, address(deliveries, dispatch.pk, query="?part=sent")),
        Board("What changes for me", ines, reverse("dashboards:me-show", args=[programme.slug])),
        Board("Surveys", claire, address("feedback:survey-list")),
        Board("Results of a survey", claire, address("feedback:results-show", survey.pk)),
    ]


def reported(board: Board, page: Figure, stage: Stage) -> bool:
    """Print one board."""
    sql = Figure(tuple(board.sql[-stage.runs :]))
    return report(
        f"{board.title}: whole page, {board.queries} queries",
        page,
        limit=("its queries alone", sql),
        goals=(
            Goal("page ≤ 150 ms", page.median <= PAGE_SECONDS),
            Goal("SQL ≤ 20 ms", sql.median <= SQL_SECONDS),
        ),
    )


def plain_static_files() -> override_settings:
    """Return a context in which pages name static files that were not collected."""
    return override_settings(STORAGES={**settings.STORAGES, "staticfiles": PLAIN})


def seconds_of(act: Callable[[], object]) -> Callable[[], float]:
    return lambda: seconds(act)


def informed_now(crowd: Crowd) -> dict[int, int]:
    """Count who is informed as boards do."""
    sites = Site.objects.filter(wave_sites__wave__programme=crowd.programme)
    people = crowd_of(set(sites.values_list("pk", flat=True)), EVERYTHING, [])
    found = informed_by_site(people, crowd.programme)
    return {site: share.informed for site, share in found.items() if share.informed}


def informed_in_ledger(crowd: Crowd) -> Counter[int]:
    """Count them from the ledger alone."""
    informed = knowing_in(crowd.programme).informed
    people = people_in(crowd.programme, EVERYTHING).order_by().values_list("pk", "site")
    return Counter(site for pk, site in people if pk in informed)


def audience_count(crowd: Crowd) -> Callable[[], float]:
    """Return what counts the people of a rule that means the whole programme."""
    rule = Audience.objects.create(programme=crowd.programme).rule()
    return lambda: seconds(lambda: number_of(rule, EVERYTHING))


def head_count() -> float:
    return seconds(Person.objects.active().count)


def informed_reported(crowd: Crowd, figures: dict[str, Figure]) -> bool:
    """Print the one figure that the whole ledger tells, beside the ledger itself."""
    return report(
        INFORMED,
        figures[INFORMED],
        peer=("from the ledger", figures["plain"]),
        limit=("counting the people", figures["limit"]),
        goals=(Goal("equal to the ledger", informed_now(crowd) == informed_in_ledger(crowd)),),
    )


def audience_reported(figures: dict[str, Figure]) -> bool:
    """Print how long it takes to say whom a message would reach."""
    return report(
        AUDIENCE,
        figures[AUDIENCE],
        limit=("counting the people", figures["limit"]),
        goals=(Goal("at most 10 ms", figures[AUDIENCE].median <= AUDIENCE_SECONDS),),
    )
