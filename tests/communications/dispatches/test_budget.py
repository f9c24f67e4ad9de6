"""At most so many mails a person and week, and who waits for the next."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communications.dispatches.models.dispatch import UNWEIGHED
from communications.dispatches.services import dispatch as acts
from communications.dispatches.services.budget import weigh_due
from communications.dispatches.services.planning import plan_due
from communications.dispatches.services.sending import DELIVERIES
from communications.mailroom.services import ledger
from communications.models import Delivery, Message, State
from communications.operation.services.pump import run_pump
from programmes.models import Blackout
from tests.communications.dispatches.test_dispatch_pages import address, text_of
from tests.communications.making import approve, make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

# Tuesday 24 November 2026 at 9 in Barcelona and Shanghai; asked for and approved on Monday.
DAY = date(2026, 11, 24)
BEFORE = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SHANGHAI = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
BARCELONA = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)  # 8 in the morning in Barcelona
LEVELS = Message.Level


@pytest.fixture
def limited(cast):
    cast.programme.mails_a_week = 1
    cast.programme.save()
    return cast


def tell(cast, *, level=LEVELS.TACTICAL, hour=9, **data):
    values = {"fixed_on": DAY, "local_time": time(hour), "is_urgent": False, "level": level}
    message = make_message(cast, BEFORE, **values | {"waves": [cast.wave1]} | data)
    approve(cast, message, BEFORE)
    return message


def stand_of(message):
    rows = Delivery.objects.filter(dispatch__message=message)
    return Counter(rows.values_list("state", "delay", "reason"))


def test_without_a_limit_all_go(cast, relay):
    messages = [tell(cast) for _n in range(3)]
    run(BARCELONA)
    assert [stand_of(each) for each in messages] == [{("sent", "", ""): 3}] * 3


def test_what_is_too_much_waits_for_the_next_weeks_first_working_moment(limited, relay):
    first, second = tell(limited), tell(limited, hour=10)
    for n in range(3):
        run(BARCELONA + timedelta(hours=n))
    assert stand_of(first) == {("sent", "", ""): 3}
    assert stand_of(second) == {("planned", "budget", ""): 3}
    row = Delivery.objects.filter(dispatch__message=second).first()
    assert (row.due_at, row.next_try_at) == (MONDAY, UNWEIGHED)
    assert row.latest_at == datetime(2026, 12, 1, 23, 0, tzinfo=UTC)
    run(MONDAY - timedelta(minutes=1))
    assert len(relay.accepts) == 3
    run(MONDAY)
    assert stand_of(second) == {("sent", "budget", ""): 3}
    assert len(relay.accepts) == 6


def test_the_next_week_begins_after_its_holidays_and_blackouts(limited, relay):
    Blackout.objects.create(
        programme=limited.programme,
        name="Closing",
        first_on=date(2026, 11, 30),
        last_on=date(2026, 12, 1),
    )
    tell(limited), tell(limited, hour=10)
    run(BARCELONA + timedelta(hours=1))
    waits = Delivery.objects.filter(delay="budget")
    assert {row.due_at for row in waits} == {datetime(2026, 12, 2, 7, 0, tzinfo=UTC)}


def test_operational_goes_before_tactical_before_strategic(limited, relay):
    levels = (LEVELS.STRATEGIC, LEVELS.TACTICAL, LEVELS.OPERATIONAL)
    strategic, tactical, operational = (tell(limited, level=level) for level in levels)
    run(BARCELONA)
    assert stand_of(operational) == {("sent", "", ""): 3}
    assert stand_of(tactical) == stand_of(strategic) == {("planned", "budget", ""): 3}
    run(MONDAY)
    assert stand_of(tactical) == {("sent", "budget", ""): 3}
    assert stand_of(strategic) == {("planned", "budget", ""): 3}


def test_what_has_not_begun_gives_way_to_what_is_more_urgent(limited, relay):
    tactical = tell(limited, level=LEVELS.TACTICAL)
    run_pump(BARCELONA)
    assert DELIVERIES.ready(BARCELONA).count() == 3
    operational = tell(limited, level=LEVELS.OPERATIONAL)
    run(BARCELONA + timedelta(minutes=1))
    assert stand_of(operational) == {("sent", "", ""): 3}
    assert stand_of(tactical) == {("planned", "budget", ""): 3}


def test_what_has_begun_counts_and_so_does_what_may_have_arrived(limited, relay):
    tactical = tell(limited, level=LEVELS.TACTICAL)
    run_pump(BARCELONA)
    claim = ledger.claim(DELIVERIES.ready(BARCELONA), 1, BARCELONA)
    one = Delivery.objects.exclude(state=State.CLAIMED).first()
    Delivery.objects.filter(pk=one.pk).update(state=State.IN_DOUBT, ended_at=BARCELONA)
    operational = tell(limited, level=LEVELS.OPERATIONAL)
    plan_due(BARCELONA + timedelta(minutes=1))
    assert stand_of(tactical)["claimed", "", ""] == 1
    assert stand_of(operational)["planned", "budget", ""] == 2
    assert claim.rows.count() == 1
    assert DELIVERIES.ready(BARCELONA + timedelta(minutes=1)).count() == 1


def test_what_is_urgent_goes_and_is_not_counted(limited, relay):
    urgent, usual = tell(limited, is_urgent=True), tell(limited)
    run(BARCELONA)
    assert stand_of(urgent) == stand_of(usual) == {("sent", "", ""): 3}


def test_it_is_never_sent_past_its_latest_time(limited, relay):
    tell(limited)
    late = tell(limited, hour=10, latest_hours=48)
    run(BARCELONA + timedelta(hours=1))
    assert stand_of(late) == {("cancelled", "budget", "budget"): 3}
    run(MONDAY)
    assert len(relay.accepts) == 3


def test_a_week_is_that_of_the_site(limited, relay):
    # Sunday evening in Barcelona is Monday in Shanghai; what went there on Friday is last week's.
    friday = date(2026, 11, 27)
    tell(limited, fixed_on=friday, hour=9, waves=[])
    run(datetime(2026, 11, 27, 9, 0, tzinfo=UTC))
    monday = tell(limited, fixed_on=date(2026, 11, 30), hour=8, waves=[])
    run(datetime(2026, 11, 30, 0, 0, tzinfo=UTC))
    assert stand_of(monday) == {("sent", "", ""): 3}
    assert len(relay.accepts) == 9


def test_a_limit_that_is_lifted_lets_all_go(limited, relay):
    tell(limited)
    second = tell(limited, hour=10)
    run(BARCELONA + timedelta(hours=1))
    limited.programme.mails_a_week = None
    limited.programme.save()
    run(MONDAY)
    assert stand_of(second) == {("sent", "budget", ""): 3}


def test_a_pump_that_died_before_weighing_loses_and_doubles_nothing(limited, relay, monkeypatch):
    messages = [tell(limited), tell(limited)]
    with monkeypatch.context() as patch:
        patch.setattr("communications.dispatches.services.planning.weigh_due", lambda now: None)
        run(BARCELONA)
    assert not relay.accepts
    for n in range(3):
        run(BARCELONA + timedelta(minutes=n))
    stands = sum((stand_of(each) for each in messages), Counter())
    assert stands == {("sent", "", ""): 3, ("planned", "budget", ""): 3}


@pytest.mark.parametrize("people", [1, 30])
def test_weighing_takes_the_same_statements_for_any_number_of_people(limited, people):
    PersonFactory.create_batch(people, site=limited.barcelona)
    tell(limited), tell(limited)
    plan_due(BARCELONA)
    Delivery.objects.update(next_try_at=UNWEIGHED, due_at=BARCELONA)
    with CaptureQueriesContext(connection) as captured:
        weigh_due(BARCELONA)
    words = ("SELECT", "INSERT", "UPDATE")
    assert sum(1 for query in captured if query["sql"].startswith(words)) == 11


@pytest.mark.services
def test_two_pumps_and_a_sender_at_once_give_nobody_too_much(limited, relay):
    for level in (LEVELS.STRATEGIC, LEVELS.TACTICAL, LEVELS.OPERATIONAL) * 2:
        tell(limited, level=level)
    together = threading.Barrier(4)

    def work():
        try:
            together.wait()
            for n in range(4):
                run(BARCELONA + timedelta(minutes=n))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    told = Counter(mail.recipient for mail in relay.accepts)
    assert set(told.values()) == {1}
    assert len(told) == 3
    assert Delivery.objects.count() == 18


def test_the_page_counts_who_waits_and_why(limited, relay, as_user):
    tell(limited)
    second = tell(limited, hour=10)
    run(BARCELONA + timedelta(hours=1))
    page = text_of(as_user(limited.ines).get(address(second.dispatches.get())))
    assert "They have reached this week’s email limit" in page
    assert "Earliest: Mon 30 Nov, 07:00" in page or "Earliest: Mon 30 Nov" in page
    assert "3 moved, first to Mon 30 Nov" in page
    assert "9999" not in page
    person = Delivery.objects.filter(dispatch__message=second).first()
    assert (person.why, person.turn_at) == ("weekly email limit reached", MONDAY)


def test_what_is_paused_takes_nobodys_place(limited, relay):
    tell(limited)
    second = tell(limited, hour=10)
    run(BARCELONA + timedelta(hours=1))
    acts.pause(second.dispatches.get(), limited.ines, BARCELONA)
    third = tell(limited, fixed_on=MONDAY.date())
    run(MONDAY + timedelta(hours=1))
    assert stand_of(third) == {("sent", "", ""): 3}
    acts.resume(second.dispatches.get(), limited.ines, MONDAY)
    run(MONDAY + timedelta(hours=2))
    rows = Delivery.objects.filter(dispatch__message=second)
    assert {row.due_at for row in rows} == {MONDAY + timedelta(weeks=1)}
    assert stand_of(second) == {("planned", "budget", ""): 3}


def shown_to(cast, as_user, message):
    return text_of(as_user(cast.ines).get(f"/p/one-it/messages/{message.pk}/"))


def test_the_page_of_a_message_says_who_waits_before_and_after(limited, relay, as_user):
    day = DAY + timedelta(days=7)
    later = {"fixed_on": day, "local_time": time(9), "is_urgent": False}
    approve(limited, make_message(limited, BEFORE, waves=[limited.wave1], **later), BEFORE)
    later["local_time"] = time(10)
    message = make_message(limited, BEFORE, waves=[limited.wave1], **later)
    will = "3 people will wait until the following week"
    assert will in shown_to(limited, as_user, message)
    approve(limited, message, BEFORE)
    assert will in shown_to(limited, as_user, message)
    hour = BARCELONA + timedelta(days=7, hours=1)
    run(hour)
    page = shown_to(limited, as_user, message)
    assert "3 people waiting until the following week" in page
    assert will not in page
    run(MONDAY + timedelta(days=7))
    page = shown_to(limited, as_user, message)
    assert "3 people got it the following week" in page
    assert "3 people waiting" not in page


def test_without_a_limit_nobody_waits_on_the_page(cast, as_user):
    later = {"fixed_on": DAY + timedelta(days=7), "local_time": time(9), "is_urgent": False}
    approve(cast, make_message(cast, BEFORE, **later), BEFORE)
    message = make_message(cast, BEFORE, **later)
    page = shown_to(cast, as_user, message)
    assert message.purpose in page
    assert "next week" not in page
