"""The statement on accessibility: open to anyone, in each language, with whom to write to."""

import pytest
from django.test import Client

from tests.dashboards.what_changes import LANGUAGES

pytestmark = pytest.mark.django_db

PAGE = "/accessibility/"


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Accessibility"), ("fr", "Accessibilité"), ("ar", "إمكانية الوصول")],
)
def test_anyone_reads_it_in_their_language(language, title):
    page = Client().get(PAGE, headers={"accept-language": language}).content.decode()
    assert f"<h1>{title}</h1>" in page
    assert f'<html lang="{language}"' in page
    assert all(f"?lang={code}" in page for code in LANGUAGES)


def test_it_names_an_address_or_else_the_service_desk(settings):
    assert "service desk of your organisation" in Client().get(PAGE).content.decode()
    settings.ACCESSIBILITY_EMAIL = "access@example.com"
    page = Client().get(PAGE).content.decode()
    assert '<a href="mailto:access@example.com">access@example.com</a>' in page
    assert "service desk of your organisation" not in page


def test_pages_lead_to_it(cast, as_user):
    link = f'<a href="{PAGE}?lang=en">Accessibility</a>'
    assert link in Client().get("/accounts/login/").content.decode()
    assert link in Client().get("/e/none/").content.decode()
    assert link in as_user(cast.ines).get("/p/one-it/plan/").content.decode()
