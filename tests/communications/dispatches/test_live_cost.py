"""What the page of a dispatch and its lists read of the ledger, as the database tells it."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from communications.dispatches.services.in_doubt import note
from communications.models import Delivery, Dispatch, State
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.communications.tallies import counted, tallied

pytestmark = [pytest.mark.django_db, pytest.mark.services]

LEDGER = "communications_delivery"
COPIES = 500
# What stands apart from the many that are sent or wait: a few mails of each kind.
ODD = [
    {"state": State.IN_DOUBT, "reason": "cut"},
    {"state": State.FAILED, "reason": "550 no such user"},
    {"state": State.SKIPPED, "reason": "left"},
    {"state": State.PLANNED, "reason": "451 later", "attempts": 1},
    {"state": State.SENDING, "attempts": 1},
]
FEW = 100


@pytest.fixture
def under_way(cast):
    """Return a dispatch of thousands of mails, half of them sent."""
    message = make_message(cast, NOW - timedelta(hours=1), fixed_on=NOW.date(), latest_hours=96)
    approval = approve(cast, message, NOW - timedelta(hours=1))
    dispatch = Dispatch.objects.create(message=message, started_at=NOW)
    Delivery.objects.bulk_create(
        Delivery(
            dispatch=dispatch,
            person=person,
            site=person.site,
            channel=f"copy {copy}",
            approval=approval,
            due_at=NOW,
            latest_at=NOW + timedelta(days=4),
            state=State.SENT if copy % 2 else State.PLANNED,
            ended_at=NOW if copy % 2 else None,
            language="en" if copy % 2 else "",
        )
        for copy in range(COPIES)
        for person in cast.people
    )
    rows = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    for number, values in enumerate(ODD):
        some = Delivery.objects.filter(pk__in=rows[number * 97 : number * 97 + 9])
        ends = "next_try_at" if values["state"] == State.PLANNED else "ended_at"
        some.update(**values, **{ends: NOW + timedelta(hours=1)})
    note(Delivery.objects.filter(state=State.IN_DOUBT)[0], "delivered", cast.ines, NOW)
    with connection.cursor() as cursor:
        # As the server does by itself in time: how large the small tables are, decides as well.
        cursor.execute("ANALYZE")
    assert tallied() == counted()
    return dispatch


def rows_read(plan):
    """Return how many rows of the ledger a plan touched."""
    found = 0
    if plan.get("Relation Name") == LEDGER:
        left_out = plan.get("Rows Removed by Filter", 0)
        found = (plan["Actual Rows"] + left_out) * plan["Actual Loops"]
    return found + sum(map(rows_read, plan.get("Plans", ())))


@pytest.fixture
def touched(as_user):
    """Return a function that opens a page, and tells how many rows of the ledger that touched."""

    def touch(reader, url):
        client, asked = as_user(reader), []

        def listen(execute, sql, parameters, *rest):
            if sql.startswith("SELECT") and LEDGER in sql:
                asked.append((sql, parameters))
            return execute(sql, parameters, *rest)

        with connection.execute_wrapper(listen):
            assert client.get(url).status_code == 200
        found = 0
        with connection.cursor() as cursor:
            for sql, parameters in asked:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters)
                (told,) = cursor.fetchone()
                plans = json.loads(told) if isinstance(told, str) else told
                found += rows_read(plans[0]["Plan"])
        return found

    return touch


@pytest.mark.parametrize("reader", ["ines", "claire", "rosa"])
@pytest.mark.parametrize("is_paused", [False, True])
def test_the_page_reads_a_few_rows_of_thousands(under_way, cast, touched, reader, is_paused):
    if is_paused:
        Dispatch.objects.update(paused_at=NOW)
    url = f"/p/one-it/dispatches/{under_way.pk}/"
    assert touched(getattr(cast, reader), url) <= FEW


@pytest.mark.parametrize("query", ["", "?part=sent", "?part=held", "?part=not_sent"])
def test_counts_by_site_read_none(under_way, cast, touched, query):
    assert touched(cast.claire, f"/p/one-it/dispatches/{under_way.pk}/deliveries/{query}") == 0


def test_a_list_by_name_reads_the_site_that_it_shows(under_way, cast, touched):
    url = f"/p/one-it/dispatches/{under_way.pk}/deliveries/"
    assert touched(cast.ines, url) <= COPIES * 3
    assert touched(cast.ines, f"{url}?page=40") <= COPIES * 3


def test_boards_read_the_ledger_for_nothing_but_what_is_there(under_way, cast, touched):
    for url in ("/p/one-it/overview/", "/p/one-it/messages/", "/p/one-it/plan/"):
        assert touched(cast.claire, url) <= FEW, url
