"""Calls over HTTP: refused, so that somebody notices, while pages lead to HTTPS."""

import pytest


@pytest.fixture(autouse=True)
def _behind_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("address", ["/api/v1/objectives/", "/api/v1/nothing/", "/api/"])
def test_an_unencrypted_call_is_refused_and_told_what_to_do(client, address):
    answer = client.get(address, headers={"authorization": "Bearer onelift_secret"})
    assert answer.status_code == 403
    assert answer.json()["what_to_do"].startswith("Use https://")
    assert "revoke the token" in answer.json()["what_to_do"]
    assert answer["Cache-Control"] == "no-store"


def test_an_encrypted_call_is_answered_and_a_page_leads_there(client, db):
    told = {"x-forwarded-proto": "https"}
    assert client.get("/api/v1/objectives/", headers=told).status_code == 401
    page = client.get("/accounts/login/")
    assert (page.status_code, page["Location"]) == (301, "https://testserver/accounts/login/")
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]


def test_the_embedded_portal_without_tls_takes_calls(client, db, settings):
    settings.SECURE_SSL_REDIRECT = False
    assert client.get("/api/v1/objectives/").status_code == 401
