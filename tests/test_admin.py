import pytest
from django.contrib import admin
from django.urls import reverse

from stakeholders.models import User
from tests.factories import AudienceFactory, BusinessLineFactory, ServiceFactory

REGISTERED = [
    m for m in admin.site._registry if m._meta.app_label in ("programmes", "stakeholders")
]


@pytest.fixture
def client_of_admin(cast, as_user):
    ServiceFactory(programme=cast.programme)
    AudienceFactory(programme=cast.programme)
    BusinessLineFactory()
    return as_user(User.objects.create_superuser("admin@onelift.example", "correct horse"))


@pytest.mark.parametrize("model", REGISTERED, ids=lambda m: m.__name__)
def test_every_list_search_and_form_of_the_admin_opens(client_of_admin, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    search = {"q": "a"} if admin.site._registry[model].search_fields else {}
    assert client_of_admin.get(reverse(f"{name}_changelist"), search).status_code == 200
    for one in model._default_manager.all()[:1]:
        assert client_of_admin.get(reverse(f"{name}_change", args=[one.pk])).status_code == 200


def test_a_programme_manager_does_not_enter_the_admin(cast, as_user):
    assert as_user(cast.ines).get("/admin/").status_code == 302
