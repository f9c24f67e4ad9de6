"""What browsers and proxies may keep of pages for those who have signed in."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "page", ["/profile/", "/p/one-it/people/", "/p/one-it/people/export/csv/", "/p/none/people/"]
)
def test_no_cache_keeps_what_somebody_reads(cast, as_user, page):
    answer = as_user(cast.ines).get(page)
    assert answer["Cache-Control"] == "private, no-store"
    assert "Clear-Site-Data" not in answer


@pytest.mark.parametrize("page", ["/accounts/logout/", "/admin/logout/"])
def test_signing_out_clears_what_the_browser_kept(cast, as_user, page):
    cast.ines.is_staff = True
    cast.ines.save()
    client = as_user(cast.ines)
    assert client.post(page)["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get("/accounts/login/")


def test_what_everybody_reads_may_be_kept_by_everybody(cast, as_user):
    page = f"/p/{cast.programme.slug}/brand.css"
    assert as_user(cast.ines).get(page)["Cache-Control"] == "public, max-age=300"
