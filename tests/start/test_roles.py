"""The two roles that the list leads an administrator to give, on pages of their own."""

import pytest
from auditlog.models import LogEntry

from programmes.models import Programme
from stakeholders.accounts.services import role as services
from stakeholders.models import Person, Role, User

pytestmark = pytest.mark.django_db
IMPORTER, CIO = "/start/importer/", "/start/programmes/one-it/cio/"
NEW = {"email": "Ana@Onelift.example", "first_name": "Ana", "last_name": "Reis"}


@pytest.fixture
def ada(cast):
    """Return an administrator of an installation that lacks both roles and people."""
    Role.objects.filter(kind__in=("hr_importer", "cio")).delete()
    Person.objects.all().delete()
    return User.objects.create_superuser("ada@onelift.example", "x", first_name="Ada")


def step(client, key):
    return next(step for step in client.get("/start/").context["steps"] if step.key == key)


def test_the_list_leads_to_a_page_that_makes_somebody_importer(ada, as_user, mailoutbox):
    client = as_user(ada)
    link = step(client, "people").link
    assert (link.url, link.label) == (f"{IMPORTER}?next=%2Fstart%2F", "Choose HR importer")
    page = client.get(link.url).content.decode()
    assert "does not require a second factor" in page
    assert 'href="/start/"' in page
    answer = client.post(link.url, NEW, follow=True)
    assert answer.redirect_chain == [("/start/", 302)]
    assert "ana@onelift.example now has the role. We sent them an email." in answer.content.decode()
    role = Role.objects.get(kind="hr_importer")
    assert (role.user.first_name, role.programme, role.given_by) == ("Ana", None, ada)
    assert not role.user.has_usable_password()
    assert [mail.to for mail in mailoutbox] == [["ana@onelift.example"]]
    entry = LogEntry.objects.get_for_object(role).get(action=LogEntry.Action.CREATE)
    assert (entry.actor, entry.changes["kind"]) == (ada, ["None", "hr_importer"])
    assert step(client, "people").names == "Ana Reis"


def test_somebody_with_an_account_is_chosen_and_keeps_their_name(cast, ada, as_user):
    client = as_user(ada)
    assert "Otto Test (otto@onelift.example)" in client.get(IMPORTER).content.decode()
    client.post(IMPORTER, {"account": cast.otto.pk})
    assert cast.otto.roles.get().kind == "hr_importer"
    again = client.post(IMPORTER, {"account": cast.otto.pk})
    assert again.status_code == 422
    assert "already has this role" in again.content.decode()


def test_the_cio_of_a_programme_is_chosen_likewise(cast, ada, as_user):
    client = as_user(ada)
    assert step(client, "roles").link.url == f"{CIO}?next=%2Fstart%2F"
    assert "Choose CIO of One IT" in client.get(CIO).content.decode()
    client.post(CIO, NEW)
    role = Role.objects.get(kind="cio")
    assert (role.programme, role.user.email) == (cast.programme, "ana@onelift.example")
    assert client.get("/start/programmes/none/cio/").status_code == 404


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ({"email": ""}, "Choose an account, or enter an email address below."),
        ({"account": True, **NEW}, "Leave this empty, or choose"),
        ({"email": "ana@onelift.example"}, "Enter the person’s first and last name."),
        ({"email": "ana"}, "Enter a valid email address."),
    ],
)
def test_the_form_says_what_is_missing_and_keeps_what_was_typed(cast, ada, as_user, sent, answer):
    sent = {**sent, "account": cast.otto.pk} if sent.get("account") else sent
    page = as_user(ada).post(IMPORTER, sent)
    assert page.status_code == 422
    assert answer in page.content.decode()
    assert not Role.objects.filter(kind="hr_importer").exists()


def test_nobody_but_an_administrator_gives_them(cast, ada, now, as_user):
    Role.objects.create(user=cast.otto, kind=Role.Kind.ADMINISTRATOR)
    for user in (cast.otto, cast.ines):
        for address in (IMPORTER, CIO):
            assert as_user(user).get(address).status_code == 403
            assert as_user(user).post(address, NEW).status_code == 403
    assert step(as_user(cast.otto), "people").link is None
    for kind, programme in (("hr_importer", None), ("cio", None), ("hr_importer", Programme(pk=1))):
        giver = cast.ines if kind == "hr_importer" and not programme else ada
        with pytest.raises(services.ValidationError, match="Ask an administrator"):
            services.give_role(giver, programme, now, email="otto@onelift.example", kind=kind)


def test_what_the_administration_asks_for_is_asked_for_here(cast, ada, as_user, settings):
    settings.ADMIN_SECOND_FACTOR = True
    client = as_user(ada)
    for key in ("people", "roles"):
        assert "You need a second factor for this" in step(client, key).text
    answer = client.post(IMPORTER, NEW, follow=True)
    assert answer.redirect_chain[0][0].startswith("/accounts/2fa/totp/activate/")
    assert not Role.objects.filter(kind="hr_importer").exists()
    settings.ADMIN_SECOND_FACTOR = False
    assert "second factor" not in step(client, "people").text
