"""Forms that nobody can read are refused; none of them ends on the page of an error of ours."""

import pytest
from django.test import Client

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data"
UNREADABLE = {
    "another encoding": (f"{FORM}; charset=utf-16", b"a=1"),
    "no boundary": (FILES, b"--x"),
    "an empty boundary": (f"{FILES}; boundary=", b"--x"),
    "a broken part": (f"{FILES}; boundary=x", b"--x\r\nContent-Disposition: form-data; name=\xff"),
}
# Where a mail leads, a machine posts, somebody signs in, and nothing is.
ADDRESSES = ["/s/x/", "/o/x/", "/hooks/bounces/", "/accounts/login/", "/nowhere/", "/admin/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("form", UNREADABLE)
def test_a_form_that_cannot_be_read_is_refused(address, form):
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    content_type, body = UNREADABLE[form]
    answer = client.post(address, body, content_type=content_type)
    assert answer.status_code in (302, 400, 403, 404)
