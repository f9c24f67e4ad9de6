"""What is changed in the administration is told by the audit trail, with what it was before."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from programmes.models import Site
from stakeholders.models import User
from tests.factories import SiteFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(cast, as_user):
    return as_user(User.objects.create_superuser("ada@onelift.example", "correct horse battery"))


def save(client, row, **changes):
    """Save a row in its form as it stands, but for some fields; return what was told of it."""
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    page = client.get(address).context
    forms = [page["adminform"].form, *(one.formset for one in page["inline_admin_formsets"])]
    fields = [f for each in forms for form in fields_of(each) for f in form]
    held = {f.html_name: f.value() for f in fields if f.value() not in (None, "", False)}
    assert client.post(address, {**held, **changes}).status_code == 302
    entries = LogEntry.objects.get_for_object(row).order_by("pk")
    return [(e.actor.email, e.action, e.changes_dict) for e in entries]


def fields_of(each):
    return [each.management_form, *each.forms] if hasattr(each, "management_form") else [each]


def test_a_site_is_told_with_what_it_was(cast, client):
    told = save(client, cast.barcelona, is_pilot="on")
    assert told == [("ada@onelift.example", 1, {"is_pilot": ["False", "True"]})]


def test_a_budget_is_told_with_what_it_was(cast, client):
    [(_who, act, changes)] = save(client, cast.programme, mails_a_week="3")
    assert (act, changes) == (1, {"mails_a_week": ["", "3"]})
    assert LogEntry.objects.get().additional_data == {"programme": cast.programme.pk}


def test_a_wave_is_told_once_with_its_day(cast, client):
    [(_who, _act, changes)] = save(client, cast.wave2, go_live_on="2027-02-01")
    assert changes == {"go_live_on": ["2027-01-18", "2027-02-01"]}


def test_what_changes_nothing_is_not_told(cast, client):
    assert save(client, cast.barcelona) == []


@pytest.mark.parametrize("by_action", [False, True])
def test_a_site_that_is_deleted_is_told_with_what_it_was(cast, client, by_action):
    site = SiteFactory(name="Porto")
    if by_action:
        chosen = {"action": "delete_selected", "_selected_action": [site.pk], "post": "yes"}
        client.post(reverse("admin:programmes_site_changelist"), chosen)
    else:
        address = reverse("admin:programmes_site_delete", args=[site.pk])
        client.post(address, {"post": "yes"})
    assert not Site.objects.filter(pk=site.pk).exists()
    entry = LogEntry.objects.get()
    assert (entry.action, entry.object_pk, entry.object_repr) == (2, str(site.pk), "Porto")
    assert entry.changes_dict["name"] == ["Porto", ""]
