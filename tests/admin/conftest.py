import pytest
from django.urls import reverse

from stakeholders.models import User


@pytest.fixture
def ada(db, as_user):
    """Return the client of an administrator."""
    return as_user(User.objects.create_superuser("ada@onelift.example", "correct horse"))


@pytest.fixture
def address():
    """Return a function that returns the address of an act on a table."""

    def address(label, act="changelist", *args):
        app, name = label.lower().split(".")
        return reverse(f"admin:{app}_{name}_{act}", args=args)

    return address


@pytest.fixture
def save(ada, address):
    """Return a function that opens the form of a row, types into it and sends it."""

    def save(row, **typed):
        url = (
            address(row._meta.label, "change", row.pk)
            if row.pk
            else address(row._meta.label, "add")
        )
        page = ada.get(url)
        forms = [page.context["adminform"].form]
        for below in page.context["inline_admin_formsets"]:
            forms += [below.formset.management_form, *below.formset.forms]
        values = {}
        for form in forms:
            for name, field in form.fields.items():
                value = form[name].value()
                if field.show_hidden_initial:
                    values[form.add_initial_prefix(name)] = value or ""
                if value is not False and (value or value == 0):
                    values[form.add_prefix(name)] = value
        return ada.post(url, {**values, **typed})

    return save
