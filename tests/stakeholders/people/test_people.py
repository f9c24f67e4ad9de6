from datetime import date

from stakeholders.audiences.queries.people import people_by_site
from tests import factories


def test_people_are_counted_by_site(cast, django_assert_num_queries):
    factories.PersonFactory(site=cast.barcelona, left_on=date(2026, 1, 1))
    with django_assert_num_queries(1):
        assert people_by_site() == {cast.barcelona.pk: 3, cast.shanghai.pk: 3}
