"""Answers to one survey in processes that are killed: ``python -m tests.faults.answering``.

Each process posts the answer page, and kills itself after one statement more than the one before,
until one comes to its end. It prints for each what was stored then: held answers and marks.
"""

import json
import os
import signal
from importlib import import_module

NEVER = 10_000


def main() -> None:
    from django.utils import timezone

    page = f"/s/{token_of_somebody(timezone.now())}/"
    stored, is_killed = [], True
    while is_killed:
        is_killed = in_a_process(post, page, len(stored))
        stored.append(counts())
    in_a_process(post, page, NEVER)
    print(json.dumps([*stored, counts()]))  # noqa: T201  it is what was asked for


def token_of_somebody(now) -> str:
    """Return the token of a person who is asked."""
    from communications.models import Dispatch
    from feedback.services.survey import create_survey
    from stakeholders.models import User
    from tests import factories
    from tests.feedback.conftest import DATA, Asked

    site = factories.SiteFactory(name="Dublin", language="en")
    programme = factories.ProgrammeFactory(slug="one-it")
    factories.WaveFactory(programme=programme, go_live_on=now.date(), sites=[site])
    ines = User.objects.create_user("ines@onelift.example")
    survey = create_survey(programme, DATA, ines, now)
    asked = Asked(survey, Dispatch.objects.create(message=survey.invitation, started_at=now), now)
    return asked.token(asked.ask(site, 5)[0])


def in_a_process(act, *arguments) -> bool:
    """Do something in a process of its own; return whether it was killed."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    act(*arguments)
    os._exit(0)


def post(page: str, statements: int) -> None:
    """Answer as a browser does; after so many statements of the post the process is killed."""
    from django.db import connection
    from django.test import Client

    from tests.feedback.test_answer_page import nonce_in

    client, left = Client(SERVER_NAME="127.0.0.1"), iter(range(statements))
    nonce = nonce_in(client.get(page, secure=True))

    def count(execute, *statement):
        result = execute(*statement)
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    with connection.execute_wrapper(count):
        client.post(page, {"nonce": nonce, "csat": "4"}, secure=True)


def counts() -> tuple[int, int]:
    from feedback.models import HeldAnswer, SpentMark

    return HeldAnswer.objects.count(), SpentMark.objects.count()


if __name__ == "__main__":
    import_module("tests.faults.web")
    main()
