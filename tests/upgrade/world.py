"""A small world for the dump of a version: ``python -m tests.upgrade.world FILE``.

It fills the database of the settings, which is empty, and writes into the file how many rows each
table has.
"""

import json
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import django

EMPTY = {"django_session", "onelift_cache"}
# The database keeps these by itself, in as many rows as it likes; their sums are compared instead.
SUMS = {"communications_tally", "stakeholders_headcount"}


def main(counts: str) -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    make_world()
    Path(counts).write_text(json.dumps(rows(), indent=2) + "\n")


def make_world() -> None:
    from programmes.database.clock import database_now
    from programmes.services.key import keep_key
    from stakeholders.models import User
    from tests import conftest, world

    now = database_now()
    keep_key(now)
    cast = conftest.make_cast()
    world.make_world(cast, now)
    end_some(now)
    ask_and_answer(cast, now - timedelta(minutes=20))
    User.objects.update(password="!")  # No password, and no salt that differs each time.


def end_some(now: datetime) -> None:
    """Let something have become of the mails to China."""
    from communications.models import Delivery, State

    planned = Delivery.objects.filter(state=State.PLANNED).order_by("pk")
    ended = ((State.SENT, ""), (State.FAILED, "550 5.1.1 nobody"), (State.SKIPPED, "left"))
    for pk, (state, reason) in zip(planned.values_list("pk", flat=True)[:3], ended, strict=True):
        Delivery.objects.filter(pk=pk).update(
            state=state, reason=reason, language="zh-hans", ended_at=now
        )


def ask_and_answer(cast, now: datetime) -> None:
    """Send a survey to six people in Barcelona. Five answer; the last answer is still held."""
    from communications.models import Dispatch
    from feedback.services.moving import move_held
    from feedback.services.survey import create_survey
    from tests.feedback.conftest import DATA, Asked

    survey = create_survey(cast.programme, replace(DATA, name="After go-live"), cast.ines, now)
    sent = Dispatch.objects.create(message=survey.invitation, started_at=now)
    asked = Asked(survey, sent, now)
    asked.approve(cast)
    invitations = asked.ask(cast.barcelona, 6)
    for n, invitation in enumerate(invitations[:5]):
        if n == 4:
            move_held()
        asked.answer(invitation, csat=4, nps=9, comment=f"Well done {n}")


def rows() -> dict[str, int]:
    """Return how many rows each table has in which rows are counted."""
    from django.db import connection

    from tests.emptying import KEPT

    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    counted = sorted(set(names) - KEPT - EMPTY - SUMS)
    with connection.cursor() as cursor:
        return {name: count(cursor, connection.ops.quote_name(name)) for name in counted}


def count(cursor, quoted: str) -> int:
    cursor.execute(f"SELECT COUNT(*) FROM {quoted}")
    return int(cursor.fetchone()[0])


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
