from datetime import date

import pytest

from programmes.scope import EVERYTHING, NOBODY, Scope
from stakeholders.queries.people import people_by_language, people_by_site
from tests import factories


def test_people_are_counted_by_site_in_scope(cast, django_assert_num_queries):
    factories.PersonFactory(site=cast.barcelona, left_on=date(2026, 1, 1))
    with django_assert_num_queries(1):
        assert people_by_site(EVERYTHING) == {cast.barcelona.pk: 3, cast.shanghai.pk: 3}
    assert people_by_site(Scope(regions=frozenset({cast.china.pk}))) == {cast.shanghai.pk: 3}
    assert people_by_site(NOBODY) == {}


@pytest.mark.parametrize("outsiders", [1, 3])
def test_people_of_a_programme_are_counted_by_language(cast, outsiders, django_assert_num_queries):
    elsewhere = factories.SiteFactory()
    factories.PersonFactory.create_batch(outsiders, site=elsewhere, language="fr")
    factories.PersonFactory(site=cast.barcelona, language="ca")
    factories.WaveFactory(programme=cast.programme, name="Wave 3", sites=[])
    with django_assert_num_queries(1):
        counts = people_by_language(cast.programme, EVERYTHING)
    assert counts == {"es": 3, "ca": 1, "zh-hans": 3}
