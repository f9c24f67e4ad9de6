from datetime import date

import pytest
from django.utils import translation

from programmes.forms.fields import DayField, read_day
from programmes.rendering.formats import day

DAY = date(2027, 1, 18)


@pytest.mark.parametrize(
    "typed",
    [
        "2027-01-18",
        "18 Jan 2027",
        "Mon 18 Jan 2027",
        "18 january 2027",
        "January 18, 2027",
        "18.1.2027",
        "18/01/2027",
        " 18 Jan 2027 ",
    ],
)
def test_a_day_is_read_as_people_write_it(typed):
    assert DayField().clean(typed) == DAY


@pytest.mark.parametrize("typed", ["31 Feb 2027", "soon", "18 Jan", "18.13.2027", "1 2 3 4", "²"])
def test_what_is_no_day_is_answered_with_an_example(typed):
    with pytest.raises(Exception, match="Enter one such as Sun 28 Feb 2027"):
        DayField().clean(typed)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_day_that_was_shown_is_read_again(language):
    with translation.override(language):
        for month in range(1, 13):
            shown = date(2027, month, 28)
            assert read_day(day(shown)) == shown


def test_french_months_are_read_on_french_pages():
    with translation.override("fr"):
        assert read_day("18 janvier 2027") == DAY
        assert read_day("18 févr. 2027") == date(2027, 2, 18)
