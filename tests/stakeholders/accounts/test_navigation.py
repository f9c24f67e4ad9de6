import pytest
from django.test import RequestFactory
from django.urls import path

from programmes.templatetags.frame import top_bar
from stakeholders.accounts.access import scope_of
from stakeholders.models import Role
from tests import factories

urlpatterns = [
    path("p/<slug:programme>/overview/", lambda request, programme: None),
    path("p/<slug:programme>/plan/", lambda request, programme: None),
    path("p/<slug:programme>/regions/<slug:region>/", lambda request, programme, region: None),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def bar(user, programme, address="/p/one-it/overview/"):
    request = RequestFactory().get(address)
    request.user, request.programme = user, programme
    request.scope = scope_of(user, programme)
    return top_bar({"request": request})


def words(context):
    return [(str(word.label), word.is_current) for word in context["words"]]


def test_words_are_those_of_pages_that_exist_and_the_role_may_see(cast):
    assert words(bar(cast.claire, cast.programme)) == [("Overview", True), ("Plan", False)]


def test_the_gear_is_current_on_settings_and_no_word_is(cast):
    found = bar(cast.claire, cast.programme, "/p/one-it/setup/roles/")
    assert words(found) == [("Overview", False), ("Plan", False)]
    assert (found["gear"].url, found["gear"].is_current) == ("/p/one-it/settings/", True)


def test_who_changes_nothing_there_comes_to_settings_from_the_plan(cast):
    found = bar(cast.rosa, cast.programme, "/p/one-it/setup/services/")
    assert words(found) == [("Iberia", False), ("Plan", True)]
    assert found["gear"] is None


@pytest.mark.parametrize("room", ["plan/", "decisions/"])
def test_the_plan_is_current_on_its_decisions_too(cast, room):
    found = words(bar(cast.claire, cast.programme, f"/p/one-it/{room}"))
    assert found == [("Overview", False), ("Plan", True)]


def test_regional_manager_has_the_home_of_the_own_region_only(cast):
    found = words(bar(cast.rosa, cast.programme, "/p/one-it/regions/iberia/"))
    assert found == [("Iberia", True), ("Plan", False)]


def test_other_programmes_are_offered_to_those_who_have_a_role_there(cast):
    other = factories.ProgrammeFactory(name="Second")
    assert bar(cast.claire, cast.programme)["programmes"] == []
    Role.objects.create(user=cast.claire, programme=other, kind=Role.Kind.CIO)
    assert bar(cast.claire, cast.programme)["programmes"] == [other]
