"""What is typed and not saved: kept for its author alone, until it is saved or 30 days old."""

import json
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.test import Client

from programmes.models import Programme
from stakeholders.accounts.forms.draft import MOST_BYTES
from stakeholders.accounts.services.draft import MOST_DRAFTS, keep_draft
from stakeholders.accounts.views.draft import SAVES
from stakeholders.middleware import KEPT_DRAFT, SAVED_COOKIE
from stakeholders.models import Draft
from stakeholders.tasks import sweep_drafts
from tests.clock import NOW
from tests.factories import ImpactFactory

pytestmark = pytest.mark.django_db
FORM = "/p/one-it/setup/services/add/"
TYPED = {"name": ["Print"], "what": ["Two\nlines"]}


@pytest.fixture
def ines(cast, as_user):
    return as_user(cast.ines)


def save(client: Client, fields: object = TYPED, form: str = FORM):
    typed = {"form": form, "fields_typed": json.dumps(fields)}
    return client.post("/drafts/save/", typed)


def shown(client: Client, form: str = FORM):
    return client.get("/drafts/", {"form": form}).json()


def test_a_draft_is_given_back_to_its_author_alone(ines, cast, as_user):
    assert save(ines).status_code == 204
    assert shown(ines)["fields"] == TYPED
    assert shown(ines, FORM + "?of=2") == {}
    assert shown(as_user(cast.claire)) == {}
    assert shown(as_user(cast.dora)) == {}


def test_a_form_has_one_draft_the_last(ines):
    save(ines)
    save(ines, {"what": ["Three"]})
    assert [draft.fields for draft in Draft.objects.all()] == [{"what": ["Three"]}]


def test_secrets_and_what_no_database_takes_are_left_out(ines):
    save(ines, {"what": ["a\0b\ud800c"], "password": ["horse"], "api_token": ["x"]})
    assert Draft.objects.get().fields == {"what": ["abc"]}


@pytest.mark.parametrize(
    "typed",
    ["", "no", "[]", '{"a": "b"}', '{"a": [1]}', "[" * 9000, json.dumps({"a": ["x" * MOST_BYTES]})],
)
def test_what_is_no_form_or_too_large_is_refused(ines, typed):
    answer = ines.post("/drafts/save/", {"form": FORM, "fields_typed": typed})
    assert answer.status_code == 422
    assert not Draft.objects.exists()


def test_nobody_keeps_more_than_so_many(cast):
    for number in range(MOST_DRAFTS + 2):
        keep_draft(cast.ines, f"/{number}/", TYPED, NOW + timedelta(seconds=number))
    kept = Draft.objects.filter(user=cast.ines)
    assert kept.count() == MOST_DRAFTS
    assert not kept.filter(form__in=["/0/", "/1/"]).exists()


def test_too_many_saves_are_asked_to_wait(ines):
    answers = [save(ines).status_code for _ in range(SAVES.most + 1)]
    assert set(answers[:-1]) == {204}
    assert answers[-1] == 429


def test_a_draft_is_discarded_when_asked_and_when_its_form_is_saved(ines):
    save(ines)
    assert ines.post("/drafts/discard/", {"form": FORM}).status_code == 204
    assert shown(ines) == {}

    save(ines)
    wrong = ines.post(FORM, {KEPT_DRAFT: FORM, "name": ""})
    assert wrong.status_code == 200
    assert shown(ines)["fields"] == TYPED

    right = ines.post(FORM, {KEPT_DRAFT: FORM, "name": "Print", "what": "Two\nlines"})
    assert right.status_code == 302, right.context["form"].errors
    assert SAVED_COOKIE in right.cookies
    assert shown(ines) == {}


def test_a_draft_stays_when_the_next_page_says_that_it_was_refused(ines, cast):
    impact = ImpactFactory(programme=cast.programme)
    form = f"/p/one-it/people/impacts/{impact.pk}/accept/"
    save(ines, form=form)
    refused = ines.post(form, {KEPT_DRAFT: form, "why": ""})
    assert refused.status_code == 302
    assert SAVED_COOKIE not in refused.cookies
    assert shown(ines, form)["fields"] == TYPED


def test_drafts_of_30_days_are_swept(cast):
    keep_draft(cast.ines, "/old/", TYPED, NOW - timedelta(days=30, minutes=1))
    keep_draft(cast.ines, "/new/", TYPED, NOW - timedelta(days=29))
    sweep_drafts()
    assert [draft.form for draft in Draft.objects.all()] == ["/new/"]


def test_drafts_go_with_their_author_and_are_in_no_trail(ines, cast):
    before = LogEntry.objects.count()
    save(ines)
    assert LogEntry.objects.count() == before
    cast.ines.delete()
    assert not Draft.objects.exists()
    assert Programme.objects.exists()
