"""More of what is hidden: a page whose figures move with it has counted somebody's neighbours."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models, transaction

from communications.models import Delivery
from stakeholders.models import Person
from tests.canaries.reading import read_body
from tests.canaries.replaying import OTHERS

# Models whose rows are doubled as they stand; people and mails are below.
DOUBLED = (
    "programmes.Milestone",
    "programmes.Objective",
    "programmes.Blackout",
    "stakeholders.Stakeholder",
    "stakeholders.PersonalObjective",
)
# What differs from answer to answer by itself.
FLEETING = re.compile(
    r'name="(csrfmiddlewaretoken|once|nonce)" value="[^"]+"|nonce="[^"]+"|X-CSRFToken[^}]+'
    r"|\d\d:\d\d(:\d\d)?"
)


@contextmanager
def grown(ground: Any, reader: str) -> Iterator[None]:
    """Double the people, mails and plans that a reader does not see, while the block lasts."""
    with transaction.atomic():
        for owner in OTHERS.get(reader, ("two", "nowhere")):
            _double(ground.rows[owner])
        yield
        transaction.set_rollback(True)


def _double(rows: Mapping[str, list[Any]]) -> None:
    people = [_copy(one, personnel_number=f"G{one.pk}") for one in _rows(Person, rows)]
    for mail in _rows(Delivery, rows) if people else ():
        _copy(mail, person=_copy(people[0], personnel_number=f"D{mail.pk}"))
    for label in DOUBLED:
        for one in _rows(apps.get_model(label), rows):
            _copy(one, name=f"Double {one.pk}")


def _rows(model: type[models.Model], rows: Mapping[str, list[Any]]) -> list[Any]:
    return list(model._base_manager.filter(pk__in=rows.get(model._meta.label, ())))


def _copy(row: Any, **values: Any) -> Any:
    for name, value in {**values, "pk": None}.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def shown(response: Any) -> str:
    """Return what an answer shows, without what differs by itself."""
    return FLEETING.sub("", read_body(response).decode(errors="replace"))
