from datetime import date

import pytest
from django.core.exceptions import ValidationError

from programmes.models import Programme, Stream
from programmes.queries.texts import text_of
from stakeholders.models import Role, User
from stakeholders.services.role import give_role, start_programme, take_role

ROLES = "/p/one-it/setup/roles/"
VALUES = {
    "name": "One IT",
    "starts_on": date(2027, 1, 1),
    "ends_on": date(2028, 1, 1),
    "languages": ["en", "fr"],
}
TYPED = {
    "name": "Second Lift",
    "purpose": "Again.",
    "starts_on": "1 Jan 2027",
    "ends_on": "31 Dec 2027",
    "languages": ["fr"],
}


@pytest.fixture
def admin(db):
    return User.objects.create_superuser("admin@onelift.example", "correct horse battery")


def test_whoever_starts_a_programme_manages_it(admin, now):
    programme = start_programme(admin, VALUES, "One IT for all.", now)
    role = Role.objects.get()
    assert (role.user, role.programme, role.kind) == (admin, programme, "programme_manager")
    assert text_of(Programme.objects.get(), "en") == {"purpose": "One IT for all."}


def test_two_programmes_of_one_name_have_two_addresses(admin, now):
    made = [start_programme(admin, VALUES, "", now).slug for _ in range(3)]
    assert made == ["one-it", "one-it-2", "one-it-3"]
    assert start_programme(admin, {**VALUES, "name": "一つ"}, "", now).slug == "programme"


def test_the_first_programme_is_started_through_pages(admin, as_user):
    client = as_user(admin)
    answer = client.post("/programmes/new/", TYPED)
    assert answer.url == "/p/second-lift/setup/"
    page = client.get(answer.url).content.decode()
    assert "No wave yet" in page
    assert Programme.objects.get().languages == ["en", "fr"]


def test_an_end_before_the_start_is_said_at_the_field(admin, as_user):
    page = as_user(admin).post("/programmes/new/", {**TYPED, "ends_on": "1 Dec 2026"})
    assert page.context["form"].errors == {"ends_on": ["The programme must end after it starts."]}
    assert not Programme.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("ines", 200), ("claire", 403), ("rosa", 403), ("otto", 403)]
)
def test_who_manages_a_programme_may_start_another(cast, as_user, who, status):
    assert as_user(getattr(cast, who)).get("/programmes/new/").status_code == status


def test_a_stranger_signs_in_first(client, db):
    assert client.post("/programmes/new/", TYPED).url == "/accounts/login/?next=/programmes/new/"


def give(cast, giver=None, **values):
    person = {"email": "Ana@Onelift.example", "first_name": "Ana", "last_name": "Reis"}
    return give_role(giver or cast.ines, cast.programme, **{**person, **values})


def test_a_new_account_has_a_role_and_no_password(cast):
    role = give(cast, kind="regional_it_manager", region=cast.iberia)
    user = User.objects.get(email="ana@onelift.example")
    assert (role.user, role.region, user.first_name) == (user, cast.iberia, "Ana")
    assert not user.has_usable_password()


def test_an_account_that_is_there_keeps_its_name(cast):
    give(cast, email="OTTO@onelift.example", kind="programme_manager")
    cast.otto.refresh_from_db()
    assert cast.otto.first_name == "Otto"
    assert cast.otto.roles.get().kind == "programme_manager"


def test_a_role_is_given_once(cast):
    with pytest.raises(ValidationError, match="has this role already"):
        give(cast, email=cast.rosa.email, kind="regional_it_manager", region=cast.iberia)


def test_nobody_gives_or_takes_a_role_above_their_own(cast, admin):
    with pytest.raises(ValidationError, match="Ask an administrator"):
        give(cast, kind="cio")
    with pytest.raises(ValidationError, match="Ask an administrator"):
        take_role(cast.ines, cast.claire.roles.get())
    assert not User.objects.filter(email="ana@onelift.example").exists()
    assert give(cast, admin, kind="cio").kind == "cio"


def test_the_last_manager_stays(cast):
    with pytest.raises(ValidationError, match="Somebody must manage the programme"):
        take_role(cast.ines, cast.ines.roles.get())
    give(cast, kind="programme_manager")
    take_role(cast.ines, cast.ines.roles.get())
    assert not cast.ines.roles.exists()


def test_a_role_given_and_taken_works_at_the_next_request(cast, as_user):
    otto, ines = as_user(cast.otto), as_user(cast.ines)
    sent = {
        "email": cast.otto.email,
        "first_name": "O",
        "last_name": "T",
        "kind": "regional_it_manager",
        "region": cast.china.pk,
    }
    assert otto.get("/p/one-it/setup/").status_code == 404
    assert ines.post(ROLES, sent).status_code == 302
    assert otto.get("/p/one-it/setup/").status_code == 200
    assert "otto@onelift.example" in ines.get(ROLES).content.decode()
    ines.post(f"{ROLES}{cast.otto.roles.get().pk}/take/")
    assert otto.get("/p/one-it/setup/").status_code == 404


def test_the_form_asks_for_the_region_and_keeps_what_was_typed(cast, as_user):
    sent = {"email": "ana@onelift.example", "first_name": "Ana", "last_name": "Reis"}
    page = as_user(cast.ines).post(ROLES, {**sent, "kind": "regional_it_manager"}).content.decode()
    assert "Choose the region of a regional IT manager." in page
    assert 'value="Reis"' in page
    page = as_user(cast.ines).post(ROLES, {**sent, "kind": "cio"}).content.decode()
    assert "Select a valid choice" in page
    assert not User.objects.filter(email="ana@onelift.example").exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_roles_needs_the_same_queries(cast, as_user, many, django_assert_num_queries):
    for n in range(many):
        give(cast, email=f"new{n}@onelift.example", kind="programme_manager")
    client = as_user(cast.ines)
    with django_assert_num_queries(7):
        client.get(ROLES)


def test_the_role_of_another_programme_is_not_found(cast, as_user, admin, now):
    start_programme(admin, VALUES, "", now)
    other = admin.roles.get()
    assert as_user(cast.ines).post(f"{ROLES}{other.pk}/take/").status_code == 404
    assert admin.roles.exists()


def test_a_stream_has_a_leader_who_sees_streams_and_the_set_up(cast, as_user):
    stream = Stream.objects.create(programme=cast.programme, name="Service desk")
    typed = {
        "email": "samir@onelift.example",
        "first_name": "Samir",
        "last_name": "Haddad",
        "kind": "stream_leader",
    }
    refused = as_user(cast.ines).post(ROLES, typed)
    assert "Choose the stream of a stream leader." in refused.content.decode()
    as_user(cast.ines).post(ROLES, {**typed, "stream": stream.pk})
    samir = as_user(Role.objects.get(kind="stream_leader", stream=stream).user)
    assert "Samir Haddad" in samir.get("/p/one-it/setup/streams/").content.decode()
    assert samir.get("/").url == f"/p/one-it/people/streams/{stream.pk}/"
    assert samir.get("/p/one-it/setup/").status_code == 200
    for closed in ("overview/", "messages/", "people/", "listening/", "setup/waves/add/"):
        assert samir.get(f"/p/one-it/{closed}").status_code == 403
