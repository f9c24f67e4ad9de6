from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy

from programmes.design.days import read_day
from programmes.design.fields import DayField
from tests.clock import NOW

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
    [
        "31 Feb 2027",
        "soon",
        "18.13.",
        "18.13.2027",
        "Monday week",
        "Jan",
        "1 2",
        "1 2 3 4",
        "²",
        "1 Jan 9999999999",
        "9" * 5000,
    ],
)
def test_what_is_no_day_is_answered_with_an_example(typed):
    with pytest.raises(Exception, match="Enter one such as Sun 28 Feb 2027"):
        DayField().clean(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("25.1.", date(2027, 1, 25)),
        ("25.1", date(2027, 1, 25)),
        ("25/1", date(2027, 1, 25)),
        ("18 Jan", DAY),
        ("Mon 18 January", DAY),
        ("17.1.", date(2028, 1, 17)),
        ("29 Feb", date(2028, 2, 29)),
        ("next Monday", date(2027, 1, 25)),
        ("Monday", date(2027, 1, 25)),
        ("this tue", date(2027, 1, 19)),
    ],
)
def test_a_day_without_a_year_is_the_next_one(typed, meant):
    assert read_day(typed, DAY) == meant


def test_a_field_counts_from_today():
    field = DayField().clean("next Monday")
    assert field.weekday() == 0
    assert 1 <= (field - NOW.date()).days <= 7


@pytest.mark.parametrize("typed", ["31 Dec 9999", "0001-01-01", "1 Jan 1999", "18.1.2101"])
def test_a_day_is_not_far_off(typed):
    with pytest.raises(ValidationError, match="between the years 2000 and 2100"):
        DayField().clean(typed)


def test_a_field_that_stays_empty_is_named():
    class NameForm(forms.Form):
        name = forms.CharField(label="Name")
        kind = forms.ChoiceField(label=gettext_lazy("Role"), choices=[("a", "A")])
        file = forms.CharField(error_messages={"required": "Choose a file first."})

    form = NameForm({})
    assert [list(field.errors) for field in form] == [
        ["Fill in “Name”."],
        ["Choose a value for “Role”."],
        ["Choose a file first."],
    ]
    summary = render_to_string("components/form_errors.html", {"form": form})
    assert '<a href="#id_name">Fill in “Name”.</a>' in summary
    assert '<a href="#id_file">File</a>: Choose a file first.' in summary
    with translation.override("fr"):
        assert "required" not in str(NameForm({})["name"].errors)
