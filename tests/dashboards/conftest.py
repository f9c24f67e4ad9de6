from datetime import timedelta

import pytest

from communications.models import Delivery, Dispatch, State
from events.services.informed import refresh_informed
from stakeholders.models import Contact
from tests.communications.conftest import relay
from tests.communications.making import approve, make_message
from tests.feedback.conftest import asked

__all__ = ["asked", "relay"]


@pytest.fixture
def sent(cast, now):
    """Return a function that says a mail was delivered to some people some days ago.

    It is about the go-live of their wave, in their language, so that it informs them.
    """
    message = make_message(cast, now)
    message.stage = "go_live"
    message.save()
    approval = approve(cast, message, now)
    dispatch = Dispatch.objects.create(message=message, started_at=now)

    def send(people, days_ago=1, state=State.SENT):
        for person in people:
            Delivery.objects.create(
                dispatch=dispatch,
                person=person,
                site=person.site,
                state=state,
                language=person.language,
                approval=approval,
                due_at=now,
                latest_at=now + timedelta(days=1),
                ended_at=now - timedelta(days=days_ago),
            )
            if state == State.SENT:
                at = now - timedelta(days=days_ago)
                Contact.objects.note(cast.programme.pk, person.pk, at)
        refresh_informed(cast.programme, now)

    return send
