"""A mail server that answers and refuses everybody is away, and costs nobody their mail."""

from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client

from communications.dispatches.services import dispatch as acts
from communications.mailroom.channels import Outcome, Result
from communications.mailroom.services.refusals import MANY, PATIENT_FOR, RUN, Run
from communications.models import Approval, ChannelState, Delivery, Dispatch, State
from onelift.dashboards.checkup.queries.stuck import problems
from stakeholders.models import Person
from tests.communications.making import approve, make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
BLOCKED = "550 5.7.1 Client host blocked"
GONE, BACK = "The mail server is not accepting emails", "The mail server is accepting emails again"


@pytest.fixture
def due(cast, now):
    """Approve a message for 30 people, more than are refused before it is noticed."""
    PersonFactory.create_batch(MANY + 4, site=cast.barcelona, language="es")
    approve(cast, make_message(cast, now), now)
    return now + 6 * MINUTE


def states():
    return Counter(Delivery.objects.values_list("state", flat=True))


def told(caplog):
    return [line.split(":")[0] for line in caplog.messages if line.startswith((GONE, BACK))]


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def sent_to(relay):
    return [one.recipient for one in relay.accepts if one.message["X-OneLift-Dispatch"]]


@pytest.mark.parametrize("reply", [BLOCKED, "550 blocked", "451 4.3.2 Try later"])
@pytest.mark.parametrize("place", ["mail", "rcpt"])
def test_who_was_refused_with_everybody_waits_and_gets_one_mail(due, relay, caplog, place, reply):
    relay.fault(place, reply=reply)
    for minutes in range(10):
        run(due + minutes * MINUTE)
    assert states() == {"planned": Person.objects.count()}
    state = ChannelState.objects.get()
    assert (state.failing_since, state.is_refusing) == (due, True)
    assert state.reason == f"The mail server refuses all emails: {reply}"
    assert told(caplog) == [GONE]
    relay.heal()
    for minutes in range(10, 14):
        run(due + minutes * MINUTE)
    assert states() == {"sent": Person.objects.count()}
    assert sorted(sent_to(relay)) == sorted(person.email for person in Person.objects.all())
    assert Approval.objects.count() == 1
    assert told(caplog) == [GONE, BACK]
    assert not ChannelState.objects.filter(failing_since__isnull=False).exists()


def test_a_server_that_refuses_is_asked_once_a_minute_by_one_mail(due, relay):
    relay.fault("rcpt", reply=BLOCKED)
    run(due)
    asked = relay.commands["RCPT"]
    for seconds in range(600, 1200, 20):
        run(due + timedelta(seconds=seconds))
    assert relay.commands["RCPT"] - asked <= 10


def test_a_few_wrong_addresses_among_good_ones_fail_alone(due, relay, caplog):
    wrong = list(Person.objects.order_by("pk")[::5])
    for person in wrong:
        relay.fault("rcpt", reply=BLOCKED, recipient=person.email)
    run(due)
    assert states() == {"failed": len(wrong), "sent": Person.objects.count() - len(wrong)}
    assert told(caplog) == []


UNKNOWN = "550 5.1.1 No such user"


def test_many_mailboxes_that_do_not_exist_pause_the_sending_once_and_ask(due, relay, cast, caplog):
    relay.fault("rcpt", reply=UNKNOWN)
    run(due)
    dispatch = Dispatch.objects.get()
    assert (dispatch.paused_at, dispatch.doubted_at, dispatch.paused_by) == (due, due, None)
    assert states()["failed"] < Person.objects.count()
    assert not ChannelState.objects.filter(failing_since__isnull=False).exists()
    unknown = states()["failed"]
    assert f"Dispatch {dispatch.pk} is paused: {unknown} addresses do not exist" in caplog.messages
    assert "doubted-dispatches" in {problem.key for problem in problems(due)}
    page = signed_in(cast.ines).get(f"/p/one-it/dispatches/{dispatch.pk}/").content.decode()
    assert "many addresses in a row do not exist" in page
    acts.resume(dispatch, cast.ines, due + MINUTE)
    run(due + 2 * MINUTE)
    assert states() == {"failed": Person.objects.count()}
    assert Dispatch.objects.get().paused_at is None


def test_one_that_does_not_exist_among_others_is_no_refusal_of_everybody(due, relay):
    relay.fault("rcpt", reply=UNKNOWN, times=1)
    relay.fault("rcpt", reply=BLOCKED)
    run(due)
    assert Dispatch.objects.get().doubted_at == due


def test_greylisting_is_no_refusal_of_everybody(due, relay, caplog):
    relay.greylists = True
    for minutes in (0, 3):
        run(due + minutes * MINUTE)
    assert states() == {"sent": Person.objects.count()}
    assert told(caplog) == []


def test_refusals_beside_mails_of_another_process_are_about_people(due, relay, caplog):
    relay.fault("rcpt", reply=BLOCKED, times=MANY - 1)
    relay.fault("rcpt", kind="drop")
    run(due)
    assert states()["failed"] == len(RUN.rows) == MANY - 1
    another = Delivery.objects.filter(state=State.PLANNED).first()
    Delivery.objects.filter(pk=another.pk).update(state=State.SENT, ended_at=due + MINUTE)
    relay.heal()
    relay.fault("rcpt", reply=BLOCKED, times=1)
    run(due + 2 * MINUTE)
    assert states() == {"failed": MANY, "sent": Person.objects.count() - MANY}
    assert BLOCKED not in "".join(caplog.messages)


def test_a_server_that_makes_all_wait_once_is_not_taken_for_away_again(now):
    people = [Delivery(address=f"p{n}@x.example") for n in range(MANY)]
    later, found = Result(Outcome.RETRY, "451 4.3.0 Not yet"), Run()
    found.note_taken(Delivery(attempts=1, reason=later.reply), now)
    for person in people:
        found.note_refused(person, later, now + PATIENT_FOR - MINUTE)
    assert not found.rows
    for person in people:
        found.note_refused(person, later, now + PATIENT_FOR + MINUTE)
    assert len(found.rows) == MANY
