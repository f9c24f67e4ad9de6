"""Tokens of other systems: made and shown once, kept as a hash, ended by time or hand."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection

from programmes.models import ApiToken
from programmes.services.token import find_token, make_token, note_use, revoke_token
from stakeholders.models import User
from tests.clock import NOW
from tests.factories import ProgrammeFactory

TOKENS = "/p/one-it/setup/tokens/"
RIGHT = "objectives.write"
IN_A_MONTH = f"{NOW + timedelta(days=30):%d %b %Y}"
SECRET = re.compile(r"onelift_[\w-]{43}")


def make(programme, user, now, days=30, rights=(RIGHT,)):
    return make_token(programme, "Reports", list(rights), now + timedelta(days=days), user, now)


def everything_stored() -> str:
    """Return all that the database holds, of every table."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            found.append(str(cursor.fetchall()))
    return "\n".join(found)


def test_a_token_is_shown_once_and_stored_nowhere(cast, as_user):
    typed = {"name": "Reports", "rights": [RIGHT], "expires_at": IN_A_MONTH}
    ines = as_user(cast.ines)
    shown = SECRET.search(ines.post(f"{TOKENS}add/", typed).content.decode())
    secret = shown.group()
    assert shown
    token = ApiToken.objects.get()
    assert (token.name, token.rights, token.made_by) == ("Reports", [RIGHT], cast.ines)
    assert secret not in everything_stored()
    page = ines.get(TOKENS).content.decode()
    assert "Reports" in page
    assert not SECRET.search(page)
    entry = LogEntry.objects.get(object_id=token.pk, content_type__model="apitoken")
    assert (entry.actor, entry.additional_data["programme"]) == (cast.ines, cast.programme.pk)
    assert secret not in str(entry.changes)


def test_a_form_that_is_wrong_makes_no_token(cast, as_user, now):
    ines = as_user(cast.ines)
    typed = {"name": "Reports", "rights": [RIGHT], "expires_at": IN_A_MONTH}
    for wrong, said in (
        ({"rights": []}, "Choose at least one right."),
        ({"expires_at": "1 Jan 2020"}, "Enter a date in the future."),
        ({"expires_at": "1 Jan 2090"}, "Enter a date within a year from now."),
        ({"rights": ["admin"]}, "Select a valid choice"),
    ):
        page = ines.post(f"{TOKENS}add/", {**typed, **wrong}).content.decode()
        assert said in page, wrong
        assert 'value="Reports"' in page
    assert not ApiToken.objects.exists()


def test_a_token_is_found_until_it_ends(cast, now):
    token, secret = make(cast.programme, cast.ines, now)
    assert find_token(secret, now) == token
    assert find_token(secret, token.expires_at) is None
    for wrong in ("", secret[:-1], secret + "A", secret.swapcase(), "\ud800", "x" * 10_000):
        assert find_token(wrong, now) is None
    revoke_token(token, cast.ines, now)
    assert find_token(secret, now) is None


def test_each_token_is_another(cast, now):
    assert len({make(cast.programme, cast.ines, now)[1] for _ in range(20)}) == 20


def test_a_right_that_nobody_knows_is_refused(cast, now):
    with pytest.raises(ValidationError, match="at least one right"):
        make(cast.programme, cast.ines, now, rights=["people.read"])


def test_the_last_use_is_kept_to_the_minute(cast, now):
    token, _secret = make(cast.programme, cast.ines, now)
    note_use(token, now)
    token.refresh_from_db()
    assert token.used_at == now
    note_use(token, now + timedelta(seconds=59))
    token.refresh_from_db()
    assert token.used_at == now
    note_use(token, now + timedelta(seconds=61))
    token.refresh_from_db()
    assert token.used_at == now + timedelta(seconds=61)


def test_revoking_is_written_down_once_and_other_programmes_are_out_of_reach(cast, as_user, now):
    token, _secret = make(cast.programme, cast.ines, now)
    foreign, _other = make(ProgrammeFactory(slug="two"), cast.ines, now)
    ines = as_user(cast.ines)
    for _ in range(2):
        ines.post(f"{TOKENS}{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at
    entries = LogEntry.objects.filter(object_id=token.pk, content_type__model="apitoken")
    assert [sorted(entry.changes) for entry in entries.order_by("pk")] == [
        ["expires_at", "name", "rights"],
        ["revoked_at"],
    ]
    assert ines.post(f"{TOKENS}{foreign.pk}/revoke/").status_code == 404
    assert as_user(cast.claire).post(f"{TOKENS}{token.pk}/revoke/").status_code == 403
    foreign.refresh_from_db()
    assert foreign.revoked_at is None


def test_administrators_make_and_revoke_tokens_of_any_programme(cast, as_user):
    ada = as_user(User.objects.create_superuser("ada@onelift.example", "correct horse"))
    typed = {
        "programme": cast.programme.pk,
        "name": "Reports",
        "rights": [RIGHT],
        "expires_at": IN_A_MONTH,
    }
    page = ada.post("/admin/programmes/apitoken/add/", typed).content.decode()
    token = ApiToken.objects.get()
    assert token == find_token(SECRET.search(page).group(), token.made_at)
    assert SECRET.search(ada.get("/admin/programmes/apitoken/").content.decode()) is None
    ada.post("/admin/programmes/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at
