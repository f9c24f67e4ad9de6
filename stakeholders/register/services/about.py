"""Saying what an action on the plan is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from programmes.models import Service
from stakeholders.register.models import Impact


@dataclass(frozen=True)
class AboutData:
    """Which impacts, services or stage of a wave an action informs people about.

    ``offered`` are the impacts among which somebody chose; others stay as they are.
    """

    offered: QuerySet[Impact]
    answers: Sequence[Impact] = ()
    services: Sequence[Service] = ()
    stage: str = ""


def say_about(action: Any, data: AboutData) -> None:
    """Write down what an action is about."""
    kept = action.answers.exclude(pk__in=data.offered.order_by().values("pk"))
    action.answers.set([*data.answers, *kept])
    action.services.set(data.services)
    type(action).objects.filter(pk=action.pk).update(stage=data.stage)
    action.stage = data.stage
