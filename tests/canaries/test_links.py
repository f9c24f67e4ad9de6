"""On the servers too, every page opens to which links, filters and headings lead."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.services, pytest.mark.django_db]


# The two who see most: a programme, and the whole installation. An error in a page is raised.
@pytest.mark.parametrize("reader", ["ines", pytest.param("dora", marks=pytest.mark.thorough)])
def test_every_link_opens_a_page(ground, reader):
    walk = ground.walk(reader)
    assert {status for status in walk.answers.values() if status >= 500} <= {503}
    assert len(walk.opened) > 100
