"""HEAD is answered wherever GET is, with the same headers and no content."""

import pytest

PAGES = ["/", "/p/one-it/overview/", "/p/one-it/setup/", "/p/one-it/people/coverage/"]


@pytest.mark.parametrize("path", PAGES)
def test_head_is_answered_like_get(cast, as_user, path):
    client = as_user(cast.ines)
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert got.status_code in (200, 302)
    assert head.get("Location") == got.get("Location")


def test_head_opens_nothing_that_get_does_not(cast, client, as_user):
    assert client.head("/p/one-it/overview/").status_code == 302
    assert as_user(cast.otto).head("/p/one-it/overview/").status_code == 404


def test_what_takes_a_post_alone_refuses_head(cast, as_user):
    answer = as_user(cast.ines).head("/p/one-it/people/coverage/write/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/livez", "/healthz"])
def test_monitors_may_ask_with_head(client, db, path):
    assert client.head(path).status_code == client.get(path).status_code != 405
