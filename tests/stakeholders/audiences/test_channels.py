"""People email does not reach, for several rules: by head counts, and person by person."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.models import BusinessLine
from programmes.scope import EVERYTHING
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.audience import not_by_mail, not_by_mail_each
from stakeholders.audiences.services.audience import freeze
from stakeholders.models import Audience, Person, Persona
from tests.stakeholders.audiences.test_audience import JOBS, Town, tries

CHANNELS = st.sampled_from([[], ["mail"], ["poster"], ["mail", "poster"]])


@pytest.fixture
def town(db):
    return Town()


def test_head_counts_tell_whom_mail_misses(town, now, django_assert_max_num_queries):
    frozen = Audience.objects.create(programme=town.programme, name="Frozen", is_saved=True)
    freeze(frozen, now)
    Person.objects.filter(pk__in=[one.pk for one in town.people[::9]]).update(
        is_do_not_contact=True
    )
    personas = [_persona(town, number) for number in range(3)]

    region = replace(EVERYTHING, regions=frozenset({town.people[0].site.region_id}))

    @tries(60)
    @given(
        st.lists(town.rules(), min_size=1, max_size=3),
        st.tuples(CHANNELS, CHANNELS, CHANNELS),
        CHANNELS,
    )
    def holds(written: list[dict], channels: tuple[list, ...], line: list) -> None:
        BusinessLine.objects.filter(pk=town.lines[0].pk).update(channels=line)
        for persona, own in zip(personas, channels, strict=True):
            Persona.objects.filter(pk=persona.pk).update(channels=own)
        loaded = list(Persona.objects.with_rule())
        rules = dict(enumerate([Rule.from_json(one) for one in written]))
        rules[9] = frozen.rule()
        for scope in (EVERYTHING, region):
            with django_assert_max_num_queries(3):
                found = not_by_mail_each(rules, loaded, scope)
            missed = Person.objects.within(scope).filter(not_by_mail(loaded, scope))
            assert found == {
                key: missed.filter(pk__in=rule.people().values("pk")).count()
                for key, rule in rules.items()
            }

    holds()


def _persona(town: Town, number: int) -> Persona:
    """Make one with people picked by hand, one with a job, and one with a line or a region."""
    slug = f"p{number}"
    persona = Persona.objects.create(
        programme=town.programme,
        name=slug,
        slug=slug,
        is_hand_picked=number == 0,
        jobs=[JOBS[0]] if number == 1 else [],
    )
    if number == 0:
        persona.people.set(town.people[::5])
    if number == 2:
        persona.business_lines.set(town.lines[1:])
        persona.regions.set(town.regions[:1])
    return persona
