from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from programmes.design.fields import DayField, read_day
from programmes.design.formats import day

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


@pytest.mark.parametrize(
    "typed",
    ["31 Feb 2027", "soon", "18 Jan", "18.13.2027", "1 2 3 4", "²", "1 Jan 9999999999", "9" * 5000],
)
def test_what_is_no_day_is_answered_with_an_example(typed):
    with pytest.raises(Exception, match="Enter one such as Sun 28 Feb 2027"):
        DayField().clean(typed)


@pytest.mark.parametrize("typed", ["31 Dec 9999", "0001-01-01", "1 Jan 1999", "18.1.2101"])
def test_a_day_is_not_far_off(typed):
    with pytest.raises(ValidationError, match="between the years 2000 and 2100"):
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


def test_a_field_that_stays_empty_is_named():
    class NameForm(forms.Form):
        name = forms.CharField(label="Name")
        kind = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("a", "A")])
        file = forms.CharField(error_messages={"required": "Choose a file first."})

    form = NameForm({})
    assert [list(field.errors) for field in form] == [
        ["Fill in “Name”."],
        ["Choose something for “Role”."],
        ["Choose a file first."],
    ]
    summary = render_to_string("components/form_errors.html", {"form": form})
    assert '<a href="#id_name">Fill in “Name”.</a>' in summary
    assert '<a href="#id_file">File</a>: Choose a file first.' in summary
    with translation.override("fr"):
        assert "required" not in str(NameForm({})["name"].errors)
