"""Fill an installation for the tests of its shape: ``python -m tests.operations.seed``.

The last line printed tells the names, addresses and tokens that no log may hold.
"""

import json
import os
import sys

import django

PASSWORD = "correct horse battery"


def fill() -> dict[str, str | list[str]]:
    from communications.models import Dispatch
    from feedback.services.survey import create_survey
    from programmes.database.clock import database_now
    from programmes.models import Programme, Site
    from stakeholders.models import Person, Role, User
    from tests.faults import seed
    from tests.feedback.conftest import DATA, Asked

    seed.people("3")
    now, programme = database_now(), Programme.objects.get()
    names = {"first_name": "Zebulon", "last_name": "Quillfeather"}
    manager = User.objects.create_user("zebulon.q@onelift.example", PASSWORD, **names)
    Role.objects.create(user=manager, programme=programme, kind=Role.Kind.PROGRAMME_MANAGER)
    # An address that no server takes: the mail fails.
    unreachable = Person.objects.last()
    unreachable.pk, unreachable.personnel_number = None, "unreachable"
    unreachable.first_name, unreachable.email = "Philippa", "philippa marchbanks@example.com"
    unreachable.save()
    survey = create_survey(programme, DATA, manager, now)
    dispatch = Dispatch.objects.create(message=survey.invitation, started_at=now)
    asked = Asked(survey, dispatch, now)
    invitation = asked.ask(Site.objects.get(name="Dublin"), 1)[0]
    people = Person.objects.values_list("first_name", "last_name", "email")
    return {
        "token": asked.token(invitation),
        "email": manager.email,
        "personal": [*names.values(), manager.email, *(word for row in people for word in row)],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")
    django.setup()
    sys.stdout.write(json.dumps(fill()))
