"""The crowd of a board: the people at its sites, and whom of them something has reached."""

from collections.abc import Collection
from datetime import datetime

from communications.queries.reach import Reach
from programmes.models import Programme
from programmes.scope import Scope
from stakeholders.models import Contact, Person
from stakeholders.models.person import PersonQuerySet
from stakeholders.models.rule import Rule
from stakeholders.queries import crowd
from stakeholders.queries.crowd import Crowd


def crowd_of(sites: Collection[int], scope: Scope, rules: Collection[Rule], *by: str) -> Crowd:
    """Count the people at sites within a scope for some rules, in three queries at most.

    ``by`` are more columns to count by, such as ``language``.
    """
    counted = crowd.crowd_of(_people_at(sites, scope), rules, *by)
    counted.cells = [cell for cell in counted.cells if cell["site"] in sites]
    return counted


def reach_by_site(
    crowd: Crowd, programme: Programme, scope: Scope, since: datetime
) -> dict[int, Reach]:
    """Return how many of a crowd were reached since an instant, by site id, in one query."""
    contacts = Contact.objects.since(programme, since)
    if scope.regions is not None:
        contacts = contacts.filter(site__in=list(crowd.by_site))
    got = contacts.by_site()
    return {site: Reach(people, got[site]) for site, people in crowd.by_site.items()}


def _people_at(sites: Collection[int], scope: Scope) -> PersonQuerySet:
    """Return the active people at sites within a scope, and others where all regions are in view.

    Most people are meant then, and to look at the site of each takes longer than to count it.
    """
    people = Person.objects.active()
    return people if scope.regions is None else people.filter(site__in=list(sites))
