import re
from datetime import date

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from programmes.models import Programme, Stream
from programmes.queries.texts import text_of
from stakeholders.accounts.forms.role import PartForm
from stakeholders.accounts.services.programme import start_programme
from stakeholders.accounts.services.role import change_role, give_role, take_role
from stakeholders.accounts.views.role import UNDONE_WITHIN_SECONDS
from stakeholders.models import Role, User
from tests.clock import NOW
from tests.factories import SiteFactory

MANAGER = Role.Kind.PROGRAMME_MANAGER
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
    answer = client.post("/programmes/new/", TYPED, follow=True)
    assert answer.redirect_chain[-1][0] == "/p/second-lift/start/"
    assert "5 steps to the first approved message" in answer.content.decode()
    assert Programme.objects.get().languages == ["en", "fr"]


def test_a_new_programme_begins_with_the_languages_of_the_sites(admin, as_user):
    admin.language = "fr"
    admin.save()
    form = as_user(admin).get("/programmes/new/").context["form"]
    assert form["languages"].value() == ["en", "fr"]
    for language in ("zh-hans", "es", "es", "sv"):
        SiteFactory(language=language)
    form = as_user(admin).get("/programmes/new/").context["form"]
    assert form["languages"].value() == ["en", "es", "zh-hans"]


def test_an_end_before_the_start_is_said_at_the_field(admin, as_user):
    page = as_user(admin).post("/programmes/new/", {**TYPED, "ends_on": "1 Dec 2026"})
    assert page.context["form"].errors == {"ends_on": ["The programme must end after it starts."]}
    assert not Programme.objects.exists()


def test_a_stranger_signs_in_first(client, db):
    assert client.post("/programmes/new/", TYPED).url == "/accounts/login/?next=/accounts/typed/"


def give(cast, giver=None, **values):
    person = {"email": "Ana@Onelift.example", "first_name": "Ana", "last_name": "Reis"}
    return give_role(giver or cast.ines, cast.programme, NOW, **{**person, **values})


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
    with pytest.raises(ValidationError, match="already has this role"):
        give(cast, email=cast.rosa.email, kind="regional_it_manager", region=cast.iberia)


def test_nobody_gives_or_takes_a_role_above_their_own(cast, admin):
    with pytest.raises(ValidationError, match="Ask an administrator"):
        give(cast, kind="cio")
    with pytest.raises(ValidationError, match="Ask an administrator"):
        take_role(cast.ines, cast.claire.roles.get(), NOW)
    assert not User.objects.filter(email="ana@onelift.example").exists()
    assert give(cast, admin, kind="cio").kind == "cio"


def test_the_last_manager_stays(cast):
    with pytest.raises(ValidationError, match="needs a programme manager"):
        take_role(cast.ines, cast.ines.roles.get(), NOW)
    give(cast, kind="programme_manager")
    take_role(cast.ines, cast.ines.roles.get(), NOW)
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
    assert "Choose a region for the regional IT manager." in page
    assert 'value="Reis"' in page
    page = as_user(cast.ines).post(ROLES, {**sent, "kind": "cio"}).content.decode()
    assert "Select a valid choice" in page
    assert not User.objects.filter(email="ana@onelift.example").exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_roles_needs_the_same_queries(cast, as_user, many, django_assert_num_queries):
    for n in range(many):
        give(cast, email=f"new{n}@onelift.example", kind="programme_manager")
    client = as_user(cast.ines)
    with django_assert_num_queries(17):
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
    assert "Choose a stream for the stream leader." in refused.content.decode()
    as_user(cast.ines).post(ROLES, {**typed, "stream": stream.pk})
    samir = as_user(Role.objects.get(kind="stream_leader", stream=stream).user)
    assert "Samir Haddad" in samir.get("/p/one-it/setup/streams/").content.decode()
    assert samir.get("/").url == f"/p/one-it/people/streams/{stream.pk}/"
    assert samir.get("/p/one-it/setup/").status_code == 200
    for closed in ("people/", "setup/waves/add/"):
        assert samir.get(f"/p/one-it/{closed}").status_code == 403


ANA = {"email": "ana@onelift.example", "first_name": "Ana", "last_name": "Reis"}


def test_who_is_new_is_invited_and_sets_a_password(cast, as_user, client, mailoutbox):
    as_user(cast.ines).post(ROLES, {**ANA, "kind": "regional_it_manager", "region": cast.iberia.pk})
    (mail,) = mailoutbox
    assert mail.to == ["ana@onelift.example"]
    assert mail.subject == "You have a role in One IT"
    assert "Ines Test gave you the role “Regional IT manager” for Iberia in One IT." in mail.body
    address = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", mail.body)[1]
    page = client.get(address, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": "a long new secret"})
    signed_in = client.post(
        "/accounts/login/", {"login": "ana@onelift.example", "password": "a long new secret"}
    )
    assert signed_in.url == "/p/one-it/regions/iberia/"


def test_who_has_an_account_is_told_in_their_language(cast, as_user, mailoutbox):
    User.objects.filter(pk=cast.otto.pk).update(language="fr")
    as_user(cast.ines).post(ROLES, {"email": "OTTO@onelift.example", "kind": "event_host"})
    (mail,) = mailoutbox
    assert "/accounts/password/reset/key/" not in mail.body
    assert mail.to == ["otto@onelift.example"]
    assert "Hôte d’événement" in mail.body


def test_the_role_stands_when_no_mail_can_be_sent(cast, as_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = as_user(cast.ines).post(ROLES, {**ANA, "kind": "event_host"}, follow=True)
    assert "could not be sent" in page.content.decode()
    assert Role.objects.filter(user__email="ana@onelift.example").exists()


def test_a_new_account_needs_names(cast, as_user):
    page = as_user(cast.ines).post(ROLES, {"email": "ana@onelift.example", "kind": "event_host"})
    assert "Enter the person’s first and last name." in page.content.decode()
    assert not User.objects.filter(email="ana@onelift.example").exists()


def test_a_new_account_is_told_of_no_host_that_a_visitor_made_up(cast, as_user, mailoutbox):
    typed = {**ANA, "kind": "event_host"}
    as_user(cast.ines).post(ROLES, typed, headers={"host": "localhost"})
    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in mailoutbox[0].body


def undo_of(page):
    return re.search(r'class="ol-toast" method="post" action="([^"]+)"', page.content.decode())[1]


def test_a_role_taken_away_comes_back_by_undo(cast, as_user):
    ines, rosa = as_user(cast.ines), as_user(cast.rosa)
    before = Role.objects.filter(user=cast.rosa).values().get()
    page = ines.post(f"{ROLES}{before['id']}/take/", follow=True)
    assert rosa.get("/p/one-it/regions/iberia/").status_code == 404
    ines.post(undo_of(page))
    assert Role.objects.filter(user=cast.rosa).values().get() == before
    assert rosa.get("/p/one-it/regions/iberia/").status_code == 200


def test_a_role_is_changed_and_changed_back(cast, as_user):
    ines, role = as_user(cast.ines), cast.rosa.roles.get()
    address = f"{ROLES}{role.pk}/"
    assert "Rosa Test" in ines.get(address).content.decode()
    typed = {"kind": "regional_it_manager", "region": cast.china.pk}
    page = ines.post(address, typed, follow=True)
    role.refresh_from_db()
    assert (role.region, role.given_by) == (cast.china, cast.ines)
    assert as_user(cast.rosa).get("/p/one-it/regions/iberia/").status_code == 404
    ines.post(undo_of(page))
    role.refresh_from_db()
    assert (role.region, role.given_by) == (cast.iberia, None)


def test_nobody_changes_a_role_above_their_own(cast, as_user, admin):
    ines, before = as_user(cast.ines), set(Role.objects.values_list("pk", "kind"))
    for role, kind in (
        (cast.claire.roles.get(), "event_host"),
        (cast.rosa.roles.get(), "cio"),
        (cast.rosa.roles.get(), "auditor"),
        (cast.rosa.roles.get(), "hr_importer"),
    ):
        assert ines.post(f"{ROLES}{role.pk}/", {"kind": kind}).status_code == 200
        with pytest.raises(ValidationError, match="Ask an administrator"):
            change_role(cast.ines, role, NOW, kind=kind)
    assert set(Role.objects.values_list("pk", "kind")) == before
    with pytest.raises(ValidationError, match="needs a programme manager"):
        change_role(admin, cast.ines.roles.get(), NOW, kind="event_host")


def test_local_communication_has_a_region_and_languages(cast, as_user):
    ines = as_user(cast.ines)
    typed = {"email": cast.otto.email, "kind": "local_communication"}
    page = ines.post(ROLES, typed).content.decode()
    assert "Choose a region for local communication." in page
    assert "Choose languages for local communication." in page
    assert not cast.otto.roles.exists()
    ines.post(ROLES, {**typed, "region": cast.iberia.pk, "languages": ["es", "pt-br"]})
    role = cast.otto.roles.get()
    assert (role.region, role.stream, role.languages) == (cast.iberia, None, ["es", "pt-br"])
    assert "Spanish and Portuguese (Brazil)" in ines.get(ROLES).content.decode()
    typed = {"kind": "communication_team", "languages": ["es"]}
    page = ines.post(f"{ROLES}{role.pk}/", typed, follow=True)
    role.refresh_from_db()
    assert (role.kind, role.region, role.languages) == ("communication_team", None, [])
    ines.post(undo_of(page))
    assert cast.otto.roles.get().languages == ["es", "pt-br"]


def test_nobody_sees_persons_of_a_region_where_they_only_translate(cast, as_user):
    typed = {"email": cast.rosa.email, "kind": "local_communication", "languages": ["zh-hans"]}
    answer = as_user(cast.ines).post(ROLES, typed | {"region": cast.china.pk})
    assert "Choose the same region for both." in answer.content.decode()
    assert not cast.rosa.roles.filter(region=cast.china).exists()
    assert as_user(cast.ines).post(ROLES, typed | {"region": cast.iberia.pk}).status_code == 302
    assert cast.rosa.roles.count() == 2


def test_nobody_writes_english_as_a_translation(cast):
    form = PartForm(
        {"kind": "local_communication", "region": cast.iberia.pk, "languages": ["en"]},
        giver=cast.ines,
        programme=cast.programme,
    )
    assert "languages" in form.errors


def test_a_manager_who_cannot_sign_in_does_not_count(cast):
    User.objects.filter(pk=cast.otto.pk).update(is_active=False)
    give(cast, email=cast.otto.email, kind="programme_manager")
    with pytest.raises(ValidationError, match="needs a programme manager"):
        take_role(cast.ines, cast.ines.roles.get(), NOW)


def test_undo_works_in_its_own_programme_only_and_not_on_made_up_words(cast, as_user, admin, now):
    start_programme(admin, {**VALUES, "name": "Other"}, "", now)
    Role.objects.create(user=cast.ines, programme=Programme.objects.get(slug="other"), kind=MANAGER)
    ines = as_user(cast.ines)
    address = undo_of(ines.post(f"{ROLES}{cast.rosa.roles.get().pk}/take/", follow=True))
    assert ines.post(address.replace("/one-it/", "/other/")).status_code == 404
    assert ines.post(f"{ROLES}restore/?was=made-up").status_code == 404
    assert as_user(cast.claire).post(address).status_code == 403
    assert not cast.rosa.roles.exists()


def test_undo_ends_with_the_time_that_it_is_offered_for(cast, as_user, wait):
    ines = as_user(cast.ines)
    address = undo_of(ines.post(f"{ROLES}{cast.rosa.roles.get().pk}/take/", follow=True))
    wait(UNDONE_WITHIN_SECONDS + 1)
    assert ines.post(address).status_code == 404
    assert not cast.rosa.roles.exists()


def test_it_is_kept_who_gave_changed_and_took_a_role(cast, admin):
    role = give(cast, kind="event_host")
    assert (role.given_by, role.given_at) == (cast.ines, NOW)
    change_role(admin, role, NOW, kind="programme_manager")
    take_role(cast.ines, role, NOW)
    trail = LogEntry.objects.filter(object_repr__contains="One IT").order_by("pk")
    assert [(entry.actor, entry.action) for entry in trail] == [
        (cast.ines, LogEntry.Action.CREATE),
        (admin, LogEntry.Action.UPDATE),
        (cast.ines, LogEntry.Action.DELETE),
    ]


def test_who_gives_up_the_own_role_lands_elsewhere(cast, as_user):
    give(cast, kind="programme_manager")
    answer = as_user(cast.ines).post(f"{ROLES}{cast.ines.roles.get().pk}/take/")
    assert answer.url == "/"


def test_the_list_is_searched_and_paged(cast, as_user):
    for n in range(55):
        give(cast, email=f"new{n}@onelift.example", kind="event_host")
    client = as_user(cast.ines)
    page = client.get(ROLES).context["page"]
    assert (page.paginator.count, len(page)) == (62, 50)
    assert len(client.get(ROLES, {"page": 2}).context["page"]) == 12

    def owners(text):
        return [role.user for role in client.get(ROLES, {"q": text}).context["page"]]

    assert owners("ROSA test") == [cast.rosa]
    assert owners("china") == [cast.mei]
    for odd in ("%", "\x00", "'", "x" * 9000):
        assert client.get(ROLES, {"q": odd}).status_code == 200
    assert "No roles match" in client.get(ROLES, {"q": "zzz"}).content.decode()
