import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP

from stakeholders.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["password/reset/", "password/reset/done/", "signup/", "login/"]
)
def test_page_before_sign_in_is_in_the_frame_and_in_the_browsers_language(client, address):
    page = client.get(f"/accounts/{address}", headers={"accept-language": "fr"})
    assert page.status_code == 200
    assert b'class="ol-split"' in page.content
    assert b'<html lang="fr"' in page.content


@pytest.mark.parametrize("address", ["logout/", "password/change/", "2fa/"])
def test_page_of_the_own_account_is_in_the_frame(cast, as_user, address):
    page = as_user(cast.ines).get(f"/accounts/{address}")
    assert page.status_code == 200
    assert b'class="ol-page"' in page.content
    assert b"ol-top" in page.content


def test_nobody_takes_a_mail_address_by_typing_it(cast, as_user):
    rosa = as_user(cast.rosa)
    for action in ("action_add", "action_primary"):
        rosa.post("/accounts/email/", {"email": "next.cio@onelift.example", action: ""})
    cast.rosa.refresh_from_db()
    assert cast.rosa.email == "rosa@onelift.example"
    assert not EmailAddress.objects.filter(email="next.cio@onelift.example").exists()


@pytest.fixture
def staff(cast):
    return User.objects.create_superuser("ada@onelift.example", "correct horse battery")


@pytest.mark.parametrize("address", ["/admin/", "/admin/stakeholders/user/"])
def test_the_admin_waits_for_a_second_factor_where_it_is_asked_for(
    staff, as_user, settings, address
):
    client = as_user(staff)
    assert client.get(address).status_code == 200
    settings.ADMIN_SECOND_FACTOR = True
    assert client.get(address).url == "/accounts/2fa/totp/activate/"
    assert client.post(address, {"action": "delete_selected"}).status_code == 302
    TOTP.activate(staff, "JBSWY3DPEHPK3PXP")
    assert client.get(address).status_code == 200


def test_the_second_factor_is_for_the_admin_alone(cast, staff, as_user, settings):
    settings.ADMIN_SECOND_FACTOR = True
    assert as_user(staff).get("/profile/").status_code == 200
    assert as_user(cast.ines).get("/p/one-it/overview/").status_code == 200
    assert as_user(cast.ines).get("/admin/").url.startswith("/admin/login/")
    page = as_user(staff).get("/admin/", follow=True)
    assert "Set up a second factor." in page.content.decode()


def test_signing_in_again_leads_back_to_the_page_that_was_left(cast, client):
    left = "/p/one-it/people/?q=ana&page=2"
    answer = client.get(left)
    assert answer.url == "/accounts/login/?next=/p/one-it/people/%3Fq%3Dana%26page%3D2"
    known = {"login": cast.ines.email, "password": PASSWORD, "next": left}
    assert client.post(answer.url, known).url == left
