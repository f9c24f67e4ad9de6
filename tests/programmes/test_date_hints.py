"""How a date or an hour is typed is said on every form of the portal and the administration."""

from importlib import import_module
from inspect import getmembers, isclass
from pkgutil import walk_packages

import pytest
from django import forms
from django.contrib import admin
from django.test import RequestFactory
from django.utils import translation

from programmes.design.fields import CalendarDayField, DayField, HourField
from stakeholders.models import Person, User

APPS = ("programmes", "stakeholders", "communications", "events", "feedback")
DAY = {"en": "Such as 28 Feb 2027 or 2027-02-28.", "fr": "Par exemple 28 févr. 2027 ou 2027-02-28."}
HOUR = {"en": "24-hour format, such as 17:30.", "fr": "Sur 24 heures, par exemple 17:30."}
TEMPORAL = (forms.DateField, forms.TimeField, forms.DateTimeField, forms.SplitDateTimeField)


def fields_of_pages():
    """Return the dates and hours that are typed on forms of the portal."""
    names = [m.name for app in APPS for m in walk_packages(import_module(app).__path__, f"{app}.")]
    modules = [import_module(name) for name in names if ".forms." in name]
    classes = {c for m in modules for _name, c in getmembers(m, isclass)}
    declared = [c.base_fields for c in classes if hasattr(c, "base_fields")]
    return typed(declared)


def fields_of_admin():
    """Return those of the administration, with the rows below others."""
    request = RequestFactory().get("/")
    request.user = User(email="ada@onelift.example", is_superuser=True, is_staff=True)
    found = []
    for model, table in admin.site._registry.items():
        if table.has_change_permission(request):
            found.append(table.get_form(request).base_fields)
            below = (inline(model, admin.site) for inline in table.inlines)
            found += [i.get_formset(request).form.base_fields for i in below]
    return typed(found)


def typed(forms_):
    fields = [(name, field) for each in forms_ for name, field in each.items()]
    return [(n, f) for n, f in fields if isinstance(f, TEMPORAL) and not f.widget.is_hidden]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("find", [fields_of_pages, fields_of_admin])
def test_every_date_and_hour_says_how_it_is_typed(db, find, language):
    found = find()
    assert len(found) > 12
    with translation.override(language):
        for name, field in found:
            assert isinstance(field, DayField | HourField), name
            hint = DAY if isinstance(field, DayField) else HOUR
            assert str(field.help_text).startswith(hint[language]), name


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_hint_is_on_the_page(cast, as_user, language):
    cast.ines.language = language
    cast.ines.save()
    client = as_user(cast.ines)
    assert DAY[language] in client.get("/p/one-it/setup/waves/add/").content.decode()
    assert DAY[language] in client.get("/p/one-it/setup/").content.decode()
    page = client.get("/p/one-it/messages/new/").content.decode()
    assert DAY[language] in page
    assert HOUR[language] in page


@pytest.fixture
def ada(db, as_user):
    return as_user(User.objects.create_superuser("ada@onelift.example", "x"))


def test_the_administration_reads_dates_as_pages_do_and_says_what_to_do(cast, ada):
    address = "/admin/programmes/blackout/add/"
    data = {"programme": cast.programme.pk, "name": "x", "last_on": "24.12.2026"}
    page = ada.post(address, {**data, "first_on": "31 Feb 2027"}).content.decode()
    assert "This date does not exist. Enter one such as Sun 28 Feb 2027." in page
    assert DAY["en"] in page
    ada.post(address, {**data, "first_on": "24 Dec 2026"})
    kept = cast.programme.blackouts.get()
    assert kept.first_on == kept.last_on


def test_a_date_of_another_century_stays_in_the_administration(cast, ada):
    person = cast.people[0]
    Person.objects.filter(pk=person.pk).update(entered_on="1992-01-15")
    page = ada.get(f"/admin/stakeholders/person/{person.pk}/change/")
    form = page.context["adminform"].form
    assert 'value="1992-01-15"' in str(form["entered_on"])
    field = CalendarDayField(label="x")
    assert str(field.clean("15/01/1992")) == "1992-01-15"
