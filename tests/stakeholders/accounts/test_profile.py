import re

import pytest
from django.utils import translation

from stakeholders.models import User

pytestmark = pytest.mark.django_db


def test_first_page_is_the_one_of_the_role(cast, as_user, client):
    assert client.get("/").url.startswith("/accounts/login/")
    assert as_user(cast.claire).get("/").url == "/p/one-it/overview/"
    assert as_user(cast.rosa).get("/").url == "/p/one-it/regions/iberia/"
    assert as_user(cast.otto).get("/").url == "/profile/"


def test_programme_leads_only_those_with_a_role_there(cast, as_user):
    assert as_user(cast.rosa).get("/p/one-it/").url == "/p/one-it/regions/iberia/"
    assert as_user(cast.otto).get("/p/one-it/").status_code == 404


def test_language_and_theme_are_kept_and_lead_back(cast, as_user):
    client = as_user(cast.ines)
    response = client.post("/profile/language/", {"language": "fr", "next": "/profile/"})
    assert response.url == "/profile/"
    client.post("/profile/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    ines = User.objects.get(pk=cast.ines.pk)
    assert (ines.language, ines.theme) == ("fr", "dark")
    page = client.get("/profile/").content.decode()
    assert '<html lang="fr" dir="ltr" data-bs-theme="dark">' in " ".join(page.split())


@pytest.mark.parametrize(
    "elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "nowhere", "account_logout"]
)
def test_only_languages_of_staff_pages_and_addresses_of_ours_are_taken(cast, as_user, elsewhere):
    client = as_user(cast.ines)
    response = client.post("/profile/language/", {"language": "tlh", "next": elsewhere})
    assert response.url == "/"
    assert User.objects.get(pk=cast.ines.pk).language == "en"


def test_changes_take_a_post(cast, as_user):
    assert as_user(cast.ines).get("/profile/theme/").status_code == 405


def test_approval_notice_is_offered_to_a_cio_only(cast, as_user):
    assert b"approval_notice" in as_user(cast.claire).get("/profile/").content
    assert b"approval_notice" not in as_user(cast.ines).get("/profile/").content


def test_profile_is_saved_and_keeps_what_was_typed_on_error(cast, as_user):
    client = as_user(cast.ines)
    form = {
        "first_name": "Inês",
        "last_name": "Moreau",
        "language": "en",
        "theme": "light",
        "density": "compact",
    }
    assert client.post("/profile/", form, follow=True).status_code == 200
    assert str(User.objects.get(pk=cast.ines.pk)) == "Inês Moreau"
    wrong = client.post("/profile/", {**form, "theme": "pink", "first_name": "Kept"})
    assert b"Kept" in wrong.content


def test_wrong_password_says_the_same_for_known_and_unknown_mails(cast, client):
    texts = []
    for mail in (cast.ines.email, "nobody@onelift.example"):
        page = client.post("/accounts/login/", {"login": mail, "password": "wrong"})
        assert mail in page.content.decode()
        texts.append(list(page.context["form"].non_field_errors()))
    assert texts[0] == texts[1]
    assert texts[0]


def test_error_page_speaks_the_browsers_language_and_repeats_no_address(client):
    page = client.get("/s/sesame-open/", headers={"accept-language": "ar"})
    assert page.status_code == 404
    assert b'lang="ar" dir="rtl"' in page.content
    assert b"sesame" not in page.content
    assert translation.get_language() == "en"


def test_the_height_of_rows_is_kept_and_leads_back(cast, as_user):
    client = as_user(cast.ines)
    assert "data-density" not in client.get("/profile/").content.decode()
    chosen = {"density": "comfortable", "next": "/p/one-it/people/"}
    assert client.post("/profile/density/", chosen).url == "/p/one-it/people/"
    assert User.objects.get(pk=cast.ines.pk).density == "comfortable"
    assert 'data-density="comfortable"' in client.get("/profile/").content.decode()
    client.post("/profile/density/", {"density": "tiny"})
    assert User.objects.get(pk=cast.ines.pk).density == "comfortable"


def counted(client):
    """Return the page of an audience, which says at what hour it was counted."""
    return client.get("/p/one-it/people/audience/").content.decode()


def test_pages_tell_the_time_by_the_clock_of_the_device(cast, as_user):
    client = as_user(cast.ines)
    assert re.search(r"\d\d:\d\d UTC\.", counted(client))
    client.cookies["time_zone"] = "Asia/Kolkata"
    assert re.search(r"\d\d:\d\d UTC\+5:30\.", counted(client))
    client.cookies["time_zone"] = "../../etc/passwd"
    assert re.search(r"\d\d:\d\d UTC\.", counted(client))


def test_zone_of_the_profile_goes_before_that_of_the_device(cast, as_user):
    client = as_user(cast.ines)
    form = {"first_name": "Ines", "language": "en", "theme": "light", "density": "compact"}
    client.post("/profile/", form | {"time_zone": "America/Sao_Paulo"})
    client.cookies["time_zone"] = "Asia/Kolkata"
    assert "UTC−3." in counted(client)
    assert client.post("/profile/", form | {"time_zone": "Mars/Base"}).status_code == 200
    assert User.objects.get(pk=cast.ines.pk).time_zone == "America/Sao_Paulo"
