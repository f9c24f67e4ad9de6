"""A reader of a region meets messages as they were approved for it, and nothing that only waits."""

from datetime import timedelta

from communications.approvals.services.approval import approve as approve_version
from communications.approvals.services.approval import ask, withdraw
from communications.messages.services.message import write_ready
from communications.models import Dispatch
from communications.operation.services.pump import run_pump
from tests.communications.making import approve, make_message

PEOPLE = "/p/one-it/people/"


def test_a_filter_names_a_message_to_a_region_as_it_was_approved(cast, as_user, now):
    message = make_message(cast, now, sites=[cast.barcelona])
    given = approve(cast, message, now)
    write_ready(message, "en", "Not yet said", "Not yet", cast.ines, now)
    message.audience.sites.set([cast.barcelona, cast.shanghai])
    asked = ask(message, cast.ines, now)
    rosa, ines = as_user(cast.rosa), as_user(cast.ines)
    for query in (f"?audience={message.audience_id}", f"?version={given.pk}"):
        page = rosa.get(f"{PEOPLE}{query}").content.decode()
        assert "Your new service desk" in page
        assert "Not yet said" not in page
    assert rosa.get(f"{PEOPLE}?version={asked.pk}").status_code == 404
    assert "Not yet said" in ines.get(f"{PEOPLE}?version={asked.pk}").content.decode()


def test_a_region_sees_no_sending_that_was_only_asked_for_it(cast, as_user, now):
    past = now - timedelta(minutes=30)
    day = now.date() - timedelta(days=1)
    message = make_message(cast, past, fixed_on=day, latest_hours=96, sites=[cast.shanghai])
    approve(cast, message, past)
    run_pump(now)
    message.audience.sites.set([cast.shanghai, cast.barcelona])
    asked = ask(message, cast.ines, now)
    rosa, address = as_user(cast.rosa), f"/p/one-it/dispatches/{Dispatch.objects.get().pk}/"
    for part in ("", "deliveries/"):
        assert rosa.get(f"{address}{part}").status_code == 404
    wider = approve_version(asked, cast.claire, asked.fingerprint, now)
    assert rosa.get(address).status_code == 200
    withdraw(wider, cast.claire, "", now)
    assert rosa.get(address).status_code == 200
