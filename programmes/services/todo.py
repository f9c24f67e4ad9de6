"""Ticking off what was on a to-do, and undoing that."""

from typing import Any

from django.db import transaction

from programmes.queries.todo import Thing, Week, source_named, todo_of


@transaction.atomic
def tick(week: Week, name: str, by: Any) -> Thing | None:
    """Tick one thing off; None if nothing in view is called so. Twice changes nothing."""
    todo = todo_of(week)
    if thing := _named(todo.open, name):
        source_named(thing.source).tick(thing, week, by)
        return thing
    return _named(todo.done, name)


@transaction.atomic
def undo(week: Week, name: str, by: Any) -> Thing | None:
    """Open one thing again; None if nothing in view is called so. Twice changes nothing."""
    todo = todo_of(week)
    thing = _named(todo.done, name)
    if thing and thing.may_undo:
        source_named(thing.source).undo(thing, week, by)
    return thing or _named(todo.open, name)


def _named(things: list[Thing], name: str) -> Thing | None:
    return next((thing for thing in things if thing.is_named(name)), None)
