"""Programmes are walls: who belongs to one, and who lets people in."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from programmes.models import Programme, Stream, WaveSite
from programmes.models.trail import PROGRAMME
from programmes.services.plan import assign_sites
from stakeholders.accounts.access import scope_of
from stakeholders.accounts.services.programme import start_programme
from stakeholders.accounts.services.role import write_role
from stakeholders.models import HeadCount, Person, Role, User
from tests import factories

MANAGER, STARTER = Role.Kind.PROGRAMME_MANAGER, Role.Kind.PROGRAMME_STARTER
TYPED = {
    "name": "Second Lift",
    "purpose": "Again.",
    "starts_on": "1 Jan 2027",
    "ends_on": "31 Dec 2027",
    "languages": ["fr"],
}
VALUES = {"name": "Next", "starts_on": date(2027, 1, 1), "ends_on": date(2028, 1, 1)}


@pytest.fixture
def ada(cast):
    return User.objects.create_superuser("ada@onelift.example", "correct horse battery")


@pytest.fixture
def two(cast):
    """Return a second programme that Otto manages, and that has no site yet."""
    made = factories.ProgrammeFactory(slug="two", name="Two")
    Role.objects.create(user=cast.otto, programme=made, kind=MANAGER)
    return made


def give(client, programme, *sites):
    """Choose the sites of a programme on its page."""
    data = {"sites": [site.pk for site in sites]}
    return client.post(f"/programmes/{programme.slug}/sites/", data, follow=True)


def test_a_programme_without_sites_opens_nobody(cast, two, as_user):
    otto = as_user(cast.otto)
    for person in cast.people:
        assert otto.get(f"/p/two/people/{person.pk}/").status_code == 404
        choice = {"language": "fr"}
        assert otto.post(f"/p/two/people/{person.pk}/language/", choice).status_code == 404
    scope = scope_of(cast.otto, two)
    assert not Person.objects.within(scope).exists()
    assert HeadCount.objects.within(scope).people() == 0
    assert set(Person.objects.values_list("language", flat=True)) == {"es", "zh-hans"}


def test_nothing_of_the_first_programme_is_in_the_export_of_another(cast, two, as_user):
    file = as_user(cast.otto).get("/p/two/people/export/csv/")
    text = b"".join(file.streaming_content).decode() if file.streaming else file.content.decode()
    assert not [p.email for p in cast.people if p.email in text or p.personnel_number in text]


def test_an_administrator_lets_the_people_of_a_site_in_and_the_trail_says_so(
    cast, two, ada, as_user
):
    page = give(as_user(ada), two, cast.barcelona)
    assert "Two now has 1 site." in page.content.decode()
    otto, (first, *_rest, last) = as_user(cast.otto), cast.people
    assert otto.get(f"/p/two/people/{first.pk}/").status_code == 404
    typed = {"name": "Pilot", "go_live_on": "18 Jan 2027", "sites": [cast.barcelona.pk]}
    otto.post("/p/two/setup/waves/add/", typed)
    assert otto.get(f"/p/two/people/{first.pk}/").status_code == 200
    assert otto.get(f"/p/two/people/{last.pk}/").status_code == 404
    entry = LogEntry.objects.get_for_object(two).get(actor=ada)
    assert entry.additional_data == {PROGRAMME: two.pk}
    assert entry.changes["sites_added"] == ["", "Barcelona"]
    assert "Barcelona" in otto.get("/p/two/audit/").content.decode()


def test_a_site_of_a_wave_stays_until_it_has_left_the_wave(cast, ada, as_user, now):
    page = give(as_user(ada), cast.programme, cast.shanghai).content.decode()
    assert "Barcelona is in Wave 1. Remove it from the wave first." in page
    assert set(cast.programme.sites.all()) == {cast.barcelona, cast.shanghai}
    assign_sites(cast.wave1, [], now)
    give(as_user(ada), cast.programme, cast.shanghai)
    assert set(cast.programme.sites.all()) == {cast.shanghai}


def test_the_same_choice_leaves_no_trace(cast, ada, as_user):
    give(as_user(ada), cast.programme, cast.barcelona, cast.shanghai)
    assert not LogEntry.objects.get_for_object(cast.programme).filter(actor=ada).exists()


def test_a_manager_puts_no_other_site_into_a_wave(cast, two, ada, as_user, now):
    two.sites.add(cast.barcelona)
    otto = as_user(cast.otto)
    assert "Shanghai" not in otto.get("/p/two/setup/waves/add/").content.decode()
    typed = {"name": "Pilot", "go_live_on": "18 Jan 2027", "sites": [cast.shanghai.pk]}
    assert otto.post("/p/two/setup/waves/add/", typed).status_code in (200, 422)
    assert not two.waves.exists()
    otto.post("/p/two/setup/waves/add/", {**typed, "sites": [cast.barcelona.pk]})
    assert list(two.waves.get().sites.all()) == [cast.barcelona]
    with pytest.raises(ValidationError, match="Shanghai is not in the programme"):
        assign_sites(two.waves.get(), [cast.shanghai], now)
    with pytest.raises(ValidationError, match="Add it to the programme first"):
        WaveSite(wave=two.waves.get(), site=cast.shanghai).full_clean()


@pytest.mark.parametrize(
    ("who", "status"), [("otto", 403), ("ines", 403), ("staff", 403), ("starter", 200)]
)
def test_starting_a_programme_is_a_right_of_its_own(cast, ada, as_user, who, status, now):
    user = getattr(cast, who, None) or User.objects.create_user(f"{who}@onelift.example")
    if who == "staff":
        User.objects.filter(pk=user.pk).update(is_staff=True)
    if who == "starter":
        write_role(ada, Role(user=user, kind=STARTER), now)
    client = as_user(user)
    assert client.get("/programmes/new/").status_code == status
    client.post("/programmes/new/", {**TYPED, "sites": [cast.shanghai.pk]})
    made = Programme.objects.filter(name="Second Lift")
    assert made.exists() is (status == 200)
    # Who may only start programmes chooses no sites: else they would open everybody.
    assert not Programme.sites.through.objects.filter(programme__in=made).exists()


def test_an_administrator_chooses_the_sites_at_the_start(cast, ada, as_user):
    as_user(ada).post("/programmes/new/", {**TYPED, "sites": [cast.shanghai.pk]})
    assert list(Programme.objects.get(name="Second Lift").sites.all()) == [cast.shanghai]


@pytest.mark.parametrize("where", ["stream", "region"])
def test_the_admin_gives_no_role_across_programmes(cast, two, ada, as_user, where):
    two.sites.add(cast.barcelona)
    kind = "stream_leader" if where == "stream" else "regional_it_manager"
    there = (
        Stream.objects.create(programme=cast.programme, name="Desk")
        if where == "stream"
        else cast.china
    )
    given = {"user": cast.tom.pk, "programme": two.pk, "kind": kind, where: there.pk}
    assert as_user(ada).post("/admin/stakeholders/role/add/", given).status_code == 200
    assert not two.roles.filter(user=cast.tom).exists()


def test_who_starts_programmes_adds_no_site_afterwards(cast, ada, as_user, now):
    write_role(ada, Role(user=cast.otto, kind=STARTER), now)
    made = start_programme(cast.otto, VALUES, "", now)
    assert give(as_user(cast.otto), made, cast.shanghai).status_code == 403
    assert not made.sites.exists()


def test_roles_of_the_installation_have_no_programme_and_are_held_once(cast, ada, now):
    for wrong in (
        Role(user=cast.otto, kind=Role.Kind.AUDITOR, programme=cast.programme),
        Role(user=cast.otto, kind=MANAGER),
        Role(user=cast.dora, kind=Role.Kind.AUDITOR),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save()
    role = Role(user=cast.otto, kind=Role.Kind.HR_IMPORTER, programme=cast.programme)
    write_role(ada, role, now)
    assert role.programme is None


def test_the_auditor_opens_every_programme_and_the_importer_none(cast, two, as_user):
    for slug in ("one-it", "two"):
        assert as_user(cast.dora).get(f"/p/{slug}/audit/").status_code == 200
        assert as_user(cast.hana).get(f"/p/{slug}/overview/").status_code == 404


def test_a_region_without_a_site_of_the_programme_is_not_offered(cast, two, as_user):
    two.sites.add(cast.barcelona)
    page = as_user(cast.otto).get("/p/two/setup/roles/").content.decode()
    assert "Iberia" in page
    assert "China" not in page


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_programmes_needs_the_same_queries(
    cast, ada, as_user, many, django_assert_num_queries
):
    factories.ProgrammeFactory.create_batch(many)
    client = as_user(ada)
    with django_assert_num_queries(22):
        page = client.get("/programmes/").content.decode()
    assert "2 sites" in page


def test_who_gets_a_role_of_the_installation_is_told_so(cast, ada, as_user, mailoutbox):
    given = {"user": cast.otto.pk, "kind": "auditor"}
    as_user(ada).post("/admin/stakeholders/role/add/", given)
    assert cast.otto.roles.get().programme is None
    assert "gave you the role “Auditor” in OneLift." in mailoutbox[0].body


@pytest.mark.parametrize("path", ["imports/", "people/", "audit/", "programmes/new/", "admin/"])
def test_who_lacks_a_role_of_the_installation_is_sent_to_an_administrator(cast, as_user, path):
    english = {"accept-language": "en"}
    answer = as_user(cast.ines).get(f"/{path}", headers=english, follow=True)
    assert answer.status_code == 403
    assert "Ask a portal administrator" in answer.content.decode()


def test_who_lacks_a_role_of_the_programme_is_sent_to_its_manager(cast, as_user):
    answer = as_user(cast.rosa).get("/p/one-it/overview/", headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "Ask your programme manager" in answer.content.decode()
