import pytest
from allauth.account.models import EmailAddress

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
