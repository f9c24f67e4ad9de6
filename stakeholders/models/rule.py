"""What a rule of an audience or a persona means: plain values turned into a query on people.

A rule holds the ids and words of its lines. In a line: or. Between lines: and. Sites and regions
are one line. An empty line of an audience means any; ``without`` takes away whoever meets one of
its lines. ``programme``, ``waves``, ``business_lines``, ``sites`` and ``employers`` are always
there; ``regions``, ``languages``, ``personas``, ``without`` and ``frozen`` only if they hold
something, so that the fingerprint of what was approved before they existed stays the same.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from programmes.models import Site, WaveSite
from programmes.models.programme import WaveSiteQuerySet
from stakeholders.models.person import Person, PersonQuerySet

Rule = Mapping[str, Any]
# The lines of a rule that name values of one column of a person.
COLUMNS = {
    "business_lines": "business_line",
    "employers": "employer",
    "languages": "language",
    "jobs": "job",
}
NOBODY = Q(pk__in=())
# An empty condition would vanish when it is denied or joined with others.
ANYBODY = Q(pk__isnull=False)
ALWAYS = ("waves", "business_lines", "sites", "employers")


def rule_with(programme: int, lines: Rule | None = None) -> dict[str, Any]:
    """Return the rule of a programme that has these lines; without any it means everybody."""
    return {"programme": programme, **{line: [] for line in ALWAYS}, **(lines or {})}


def people_of(rule: Rule) -> PersonQuerySet:
    """Return the active people whom a rule (see ``Audience.rule``) means now."""
    return Person.objects.active().filter(meant(rule))


def meant(rule: Rule) -> Q:
    """Return the condition of whoever a rule means, to be counted beside that of others."""
    return Q(site__in=places_of(rule).values("site")) & condition_of(rule)


def narrows_to(rule: Rule) -> Q:
    """Return ``meant`` for people who are at sites of the programme already: less to look at."""
    without = rule.get("without", {})
    has_places = rule["waves"] or rule["sites"] or rule.get("regions")
    is_anywhere = not (has_places or without.get("sites") or without.get("regions"))
    return (condition_of(rule) or ANYBODY) if is_anywhere else meant(rule)


def may_mean(rule: Rule | None, persona: int) -> bool:
    """Tell whether a rule leaves room for people of a persona, by its id; none means everybody.

    It says nothing of a frozen audience, which is taken to hold some.
    """
    lines = rule or {}
    named, left_out = (
        {line["id"] for line in part.get("personas", ())}
        for part in (lines, lines.get("without", {}))
    )
    return persona not in left_out and (not named or persona in named)


def places_of(rule: Rule) -> WaveSiteQuerySet:
    """Return the sites of the rule's waves where a rule may mean somebody."""
    places = WaveSite.objects.filter(wave__programme=rule["programme"])
    if rule["waves"]:
        places = places.filter(wave__in=rule["waves"])
    if rule["sites"] or rule.get("regions"):
        places = places.filter(_there(rule, "site__region"))
    without = rule.get("without", {})
    if without.get("sites") or without.get("regions"):
        places = places.exclude(_there(without, "site__region"))
    return places


def condition_of(rule: Rule) -> Q:
    """Return what a rule asks of a person, apart from the place (see ``places_of``)."""
    condition = _columns(rule)
    if personas := rule.get("personas"):
        condition &= any_of(personas)
    if frozen := rule.get("frozen"):
        condition &= Q(pk__in=Person.objects.filter(frozen_in=frozen).order_by().values("pk"))
    without = rule.get("without", {})
    for line in COLUMNS:
        if without.get(line):
            condition &= ~Q(**{f"{COLUMNS[line]}__in": without[line]})
    if personas := without.get("personas"):
        condition &= ~any_of(personas)
    return condition


def any_of(personas: Iterable[Rule]) -> Q:
    """Return the condition of whoever one of some personas' rules means."""
    found = NOBODY
    for persona in personas:
        found |= persona_condition(persona)
    return found


def persona_condition(rule: Rule) -> Q:
    """Return whom the rule of a persona (see ``Persona.rule``) means: without a line, nobody."""
    if "people" in rule:
        return Q(pk__in=rule["people"])
    condition = _columns(rule)
    if rule.get("sites") or rule.get("regions"):
        condition &= Q(site__in=Site.objects.filter(_place(rule)).values("pk"))
    return condition or NOBODY


def _columns(rule: Rule) -> Q:
    condition = Q()
    for line, column in COLUMNS.items():
        if rule.get(line):
            condition &= Q(**{f"{column}__in": rule[line]})
    return condition


def _place(rule: Rule) -> Q:
    return Q(pk__in=rule.get("sites", ())) | Q(region__in=rule.get("regions", ()))


def _there(rule: Rule, region: str) -> Q:
    return Q(site__in=rule.get("sites", ())) | Q(**{f"{region}__in": rule.get("regions", ())})
