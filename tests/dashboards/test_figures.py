"""Figures of boards and the lists that they open: both say the same."""

import pytest

from stakeholders.models import Engagement, Persona
from tests.factories import BusinessLineFactory, ImpactFactory, PersonFactory, StakeholderFactory
from tests.figures import differences, marks_of

PEOPLE = "/p/one-it/people/"


@pytest.fixture
def badge(cast):
    """An impact on two operators in Barcelona and three in Shanghai."""
    for site, people in ((cast.barcelona, 2), (cast.shanghai, 3)):
        PersonFactory.create_batch(people, site=site, job="Operator")
    shift = Persona.objects.create(
        programme=cast.programme, name_en="Shift", slug="shift", jobs=["Operator"]
    )
    return ImpactFactory(programme=cast.programme, severity=4, personas=[shift])


def total(client, address):
    (found,) = marks_of(client, address).totals
    return int(found)


def test_a_view_by_sites_has_so_many_sites_and_counts_by_site_so_many_people(cast, as_user):
    assert total(as_user(cast.ines), f"{PEOPLE}?view=sites") == 2
    assert total(as_user(cast.ines), PEOPLE) == len(cast.people)
    client = as_user(cast.claire)
    assert total(client, PEOPLE) == len(cast.people)
    assert total(client, f"{PEOPLE}?site={cast.barcelona.pk}&language=xx") == 0
    assert differences(client, PEOPLE) == []


def test_people_of_an_impact_are_those_of_its_wave_and_business_lines(cast, badge, as_user):
    client, address = as_user(cast.ines), f"{PEOPLE}?impact={badge.pk}"
    assert total(client, address) == 5
    badge.wave = cast.wave1
    badge.save()
    assert total(client, address) == 2
    line = BusinessLineFactory()
    badge.business_lines.set([line])
    assert total(client, address) == 0
    PersonFactory(site=cast.barcelona, job="Operator", business_line=line)
    assert total(client, address) == 1
    assert total(client, f"{PEOPLE}impacts/{badge.pk}/") == 1
    for path in ("", "list/", f"{badge.pk}/"):
        assert differences(client, f"{PEOPLE}impacts/{path}") == []


def test_who_may_not_read_impacts_asks_for_nobody_by_one(cast, badge, as_user):
    for user in (cast.rosa, cast.claire):
        assert as_user(user).get(f"{PEOPLE}?impact={badge.pk}").status_code == 200
    assert as_user(cast.ines).get(f"{PEOPLE}?impact=0").status_code == 404
    assert as_user(cast.otto).get(f"{PEOPLE}?impact={badge.pk}").status_code == 404


def test_the_powerful_who_resist_are_listed_by_wave(cast, as_user):
    resist = {"programme": cast.programme, "engagement": Engagement.RESISTANT}
    StakeholderFactory(**resist, power=90, region=cast.iberia)
    StakeholderFactory(**resist, power=90, region=cast.china)
    StakeholderFactory(**resist, power=90)
    StakeholderFactory(**resist, power=10)
    client = as_user(cast.ines)
    address = f"{PEOPLE}stakeholders/?engagement=resistant&power=high"
    assert total(client, address) == 3
    assert total(client, f"{address}&wave={cast.wave1.pk}") == 2
    assert total(client, f"{address}&wave=x") == 1
