import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.urls import reverse

from stakeholders.audiences.services.audience import Lines, freeze, save_audience
from stakeholders.models import Audience, Persona, User
from tests.factories import (
    AudienceFactory,
    BusinessLineFactory,
    MemberFactory,
    MilestoneFactory,
    ObjectiveFactory,
    ServiceFactory,
    StreamFactory,
)


@pytest.fixture
def client_of_admin(cast, as_user):
    ServiceFactory(programme=cast.programme)
    AudienceFactory(programme=cast.programme)
    BusinessLineFactory()
    stream = StreamFactory(programme=cast.programme)
    MemberFactory(stream=stream)
    MilestoneFactory(stream=stream)
    ObjectiveFactory(programme=cast.programme, stream=stream)
    Persona.objects.create(programme=cast.programme, slug="analyst", name_en="Analyst")
    return as_user(User.objects.create_superuser("admin@onelift.example", "correct horse"))


def test_a_programme_manager_does_not_enter_the_admin(cast, as_user):
    assert as_user(cast.ines).get("/admin/").status_code == 302


def test_only_staff_enter_the_admin(world):
    client = Client()
    client.force_login(world.users["ines"])
    assert client.get("/admin/")["Location"].startswith("/admin/login/")


def test_the_admin_is_entered_by_the_one_sign_in_that_limits_guesses(world, client):
    guess = {"username": world.users["ada"].email, "password": "wrong"}
    for answer in (client.get("/admin/login/"), client.post("/admin/login/", guess)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=")


def test_the_admin_finds_people_as_the_list_does_and_folds_their_names(client_of_admin, cast):
    person = cast.people[0]
    address = reverse("admin:stakeholders_person_change", args=[person.pk])
    form = client_of_admin.get(address).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields}
    assert "folded_name" not in typed
    typed |= {"last_name": "Šimić", "first_name": "Éva", "_continue": "1"}
    assert client_of_admin.post(address, typed).status_code == 302
    person.refresh_from_db()
    assert (person.folded_name, person.language_chosen_at) == ("simic eva|eva simic", None)
    client_of_admin.post(address, {**typed, "language": "pl"})
    person.refresh_from_db()
    assert person.language_chosen_at is not None
    everybody = reverse("admin:stakeholders_person_changelist")
    for query in ("eva simic", "SIMIĆ", person.personnel_number, person.email.upper()):
        found = client_of_admin.get(everybody, {"q": query}).context["cl"].result_list
        assert [one.pk for one in found] == [person.pk], query


def test_nobody_is_deleted_in_the_admin(client_of_admin, cast):
    address = reverse("admin:stakeholders_person_delete", args=[cast.people[0].pk])
    assert client_of_admin.post(address, {"post": "yes"}).status_code == 403


def test_what_an_audience_needs_is_not_taken_away_in_the_admin(cast, now, client_of_admin):
    persona = Persona.objects.get()
    delete = reverse("admin:stakeholders_persona_delete", args=[persona.pk])
    assert client_of_admin.get(delete).status_code == 200
    saved = save_audience(cast.programme, "Analysts", Lines(personas=[persona]), now)
    page = client_of_admin.post(delete, {"post": "yes"}).content.decode()
    assert "Nothing was deleted" in page
    assert "Analyst – Audiences: 1 (Analysts)" in page
    freeze(saved, now)
    for act in ("change", "delete"):
        address = reverse(f"admin:stakeholders_audience_{act}", args=[saved.pk])
        assert client_of_admin.post(address, {"post": "yes", "name": "Other"}).status_code == 403
    assert list(Audience.objects.saved()) == [saved]


def test_a_role_given_in_the_admin_says_by_whom_and_is_noted(client_of_admin, cast):
    typed = {"user": cast.otto.pk, "programme": cast.programme.pk, "kind": "event_host"}
    add = reverse("admin:stakeholders_role_add")
    assert client_of_admin.post(add, typed).status_code == 302
    role = cast.otto.roles.get()
    assert role.given_by.email == "admin@onelift.example"
    change = reverse("admin:stakeholders_role_change", args=[role.pk])
    client_of_admin.post(change, {"kind": "regional_it_manager", "region": cast.iberia.pk})
    role.refresh_from_db()
    assert (role.kind, role.region) == ("regional_it_manager", cast.iberia)
    delete = reverse("admin:stakeholders_role_delete", args=[role.pk])
    assert client_of_admin.post(delete, {"post": "yes"}).status_code == 302
    assert not cast.otto.roles.exists()
    acts = LogEntry.objects.filter(object_pk=str(role.pk), content_type__model="role")
    assert [entry.action for entry in acts.order_by("pk")] == [0, 1, 2]


def test_the_last_manager_stays_in_the_admin_too(client_of_admin, cast):
    role = cast.ines.roles.get()
    change = reverse("admin:stakeholders_role_change", args=[role.pk])
    page = client_of_admin.post(change, {"kind": "event_host"})
    assert "The programme needs a programme manager" in page.content.decode()
    delete = reverse("admin:stakeholders_role_delete", args=[role.pk])
    assert client_of_admin.post(delete, {"post": "yes"}).status_code == 403
    everybody = reverse("admin:stakeholders_role_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [role.pk], "post": "yes"}
    client_of_admin.post(everybody, chosen)
    user = reverse("admin:stakeholders_user_delete", args=[cast.ines.pk])
    client_of_admin.post(user, {"post": "yes"})
    assert cast.ines.roles.get() == role


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_password_is_changed_on_the_page_of_the_portal(client_of_admin, method):
    new = {"new_password1": "another horse battery", "new_password2": "another horse battery"}
    answer = getattr(client_of_admin, method)(
        "/admin/password_change/", {"old_password": "correct horse", **new}
    )
    assert answer["Location"] == reverse("account_change_password")
    assert User.objects.get(email="admin@onelift.example").check_password("correct horse")
