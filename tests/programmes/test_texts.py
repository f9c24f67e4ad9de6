from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Service, TextState, fingerprint
from programmes.queries.texts import (
    column_of,
    states_of,
    states_of_many,
    text_of,
    translated_fields,
)
from programmes.services.texts import (
    TextChangedError,
    TextMissingError,
    confirm_unchanged,
    mark,
    write_text,
)
from tests.factories import ServiceFactory

FRENCH = {"name": "Assistance", "benefit": "Un seul numéro.", "how_to_get": "Appelez le 1234."}
GERMAN = {"name": "Hilfe", "benefit": "Eine Nummer.", "how_to_get": "1234 anrufen."}


@pytest.fixture
def service(db):
    return ServiceFactory()


def fresh(service):
    return Service.objects.get(pk=service.pk)


def state(service, language):
    return states_of(fresh(service))[language].state


def english(**changes):
    texts = {
        "name": "Service desk",
        "benefit": "One number for everything.",
        "how_to_get": "Call 1234.",
    }
    return {**texts, **changes}


def test_a_fingerprint_tells_texts_apart_and_not_their_order():
    assert fingerprint({"a": "1", "b": "2"}) == fingerprint({"b": "2", "a": "1"})
    assert fingerprint({"a": "1", "b": "2"}) != fingerprint({"a": "12", "b": ""})
    assert len(fingerprint({})) == 64


def test_a_language_goes_from_missing_to_approved(service, cast, now):
    assert state(service, "fr") == "missing"
    write_text(service, "fr", FRENCH, cast.ines, now)
    assert state(service, "fr") == "draft"
    mark(service, "fr", "review", cast.ines, now)
    assert state(service, "fr") == "review"
    mark(service, "fr", "approved", cast.claire, now + timedelta(hours=1))
    assert state(service, "fr") == "approved"
    row = TextState.objects.get(language="fr")
    assert (row.changed_by, row.changed_at) == (cast.claire, now + timedelta(hours=1))
    assert states_of(fresh(service))["fr"].text == FRENCH


def test_an_edit_of_an_approved_text_makes_a_draft(service, now):
    write_text(service, "fr", FRENCH, None, now)
    mark(service, "fr", "approved", None, now)
    write_text(service, "fr", {**FRENCH, "name": "Aide"}, None, now)
    assert state(service, "fr") == "draft"


def test_saving_the_same_text_changes_no_state(service, now):
    write_text(service, "fr", FRENCH, None, now)
    mark(service, "fr", "approved", None, now)
    write_text(service, "fr", {**FRENCH, "benefit": " Un seul numéro.\r\n"}, None, now)
    assert state(service, "fr") == "approved"


def test_an_edit_of_the_english_makes_the_others_stale_until_it_is_taken_back(service, now):
    write_text(service, "fr", FRENCH, None, now)
    mark(service, "fr", "approved", None, now)
    write_text(service, "en", english(name="Help desk"), None, now)
    assert state(service, "fr") == "stale"
    assert state(service, "en") == "draft"
    assert state(service, "de") == "missing"
    write_text(service, "en", english(), None, now)
    assert state(service, "fr") == "approved"


def test_spaces_around_the_english_make_nothing_stale(service, now):
    write_text(service, "fr", FRENCH, None, now)
    write_text(service, "en", english(name="  Service desk \r\n"), None, now)
    assert state(service, "fr") == "draft"
    assert fresh(service).name_en == "Service desk"


def test_saving_a_stale_text_unchanged_does_not_make_it_right(service, now):
    write_text(service, "fr", FRENCH, None, now)
    write_text(service, "en", english(name="Help desk"), None, now)
    write_text(service, "fr", FRENCH, None, now)
    assert state(service, "fr") == "stale"


def test_a_stale_text_that_is_still_right_gets_its_state_back(service, now):
    write_text(service, "fr", FRENCH, None, now)
    mark(service, "fr", "approved", None, now)
    write_text(service, "en", english(name="Help desk"), None, now)
    mark(service, "fr", "approved", None, now)
    assert state(service, "fr") == "stale"
    confirm_unchanged(service, "fr", None, now)
    assert state(service, "fr") == "approved"


def asked(service, language):
    return states_of(fresh(service))[language].is_asked


def test_a_change_of_wording_leaves_a_text_as_ready_as_it_was_and_asks(service, now):
    write_text(service, "en", english(), None, now)
    write_text(service, "fr", FRENCH, None, now)
    mark(service, "fr", "approved", None, now)
    write_text(service, "en", english(name="Help desk"), None, now, is_wording=True)
    assert (state(service, "fr"), asked(service, "fr")) == ("approved", True)
    write_text(service, "en", english(name="Helpdesk"), None, now, is_wording=True)
    assert (state(service, "fr"), asked(service, "fr")) == ("approved", True)
    mark(service, "fr", "review", None, now)
    assert (state(service, "fr"), asked(service, "fr")) == ("review", True)
    confirm_unchanged(service, "fr", None, now)
    assert (state(service, "fr"), asked(service, "fr")) == ("review", False)


def test_a_change_of_meaning_after_one_of_wording_makes_a_text_stale(service, now):
    write_text(service, "en", english(), None, now)
    write_text(service, "fr", FRENCH, None, now)
    write_text(service, "en", english(name="Help desk"), None, now, is_wording=True)
    write_text(service, "en", english(how_to_get="Call 4321."), None, now)
    assert (state(service, "fr"), asked(service, "fr")) == ("stale", False)
    write_text(service, "en", english(how_to_get="Ring 4321."), None, now, is_wording=True)
    assert (state(service, "fr"), asked(service, "fr")) == ("stale", False)


def test_wording_that_is_put_back_asks_nothing(service, now):
    write_text(service, "en", english(), None, now)
    write_text(service, "fr", FRENCH, None, now)
    write_text(service, "en", english(name="Help desk"), None, now, is_wording=True)
    write_text(service, "en", english(), None, now, is_wording=True)
    assert (state(service, "fr"), asked(service, "fr")) == ("draft", False)


def test_a_text_written_while_the_wording_changed_is_asked_about(service, now):
    write_text(service, "en", english(), None, now)
    write_text(service, "fr", FRENCH, None, now)
    seen = fingerprint(text_of(fresh(service), "en"))
    write_text(service, "en", english(name="Help desk"), None, now, is_wording=True)
    write_text(service, "fr", {**FRENCH, "name": "Aide"}, None, now, source_seen=seen)
    assert (state(service, "fr"), asked(service, "fr")) == ("draft", True)


def test_a_text_made_from_an_english_that_changed_meanwhile_is_stale(service, now):
    seen = fingerprint(text_of(fresh(service), "en"))
    write_text(service, "en", english(name="Help desk"), None, now)
    write_text(service, "fr", FRENCH, None, now, source_seen=seen)
    assert state(service, "fr") == "stale"


def test_two_translators_never_overwrite_each_other(service, now):
    for_french, for_german = fresh(service), fresh(service)
    write_text(for_french, "fr", FRENCH, None, now)
    write_text(for_german, "de", GERMAN, None, now)
    both = fresh(service)
    assert text_of(both, "fr") == FRENCH
    assert text_of(both, "de") == GERMAN
    assert text_of(both, "en") == english()


def test_two_people_in_one_language_both_keep_their_text(service, now):
    seen = fingerprint(text_of(fresh(service), "fr"))
    write_text(service, "fr", FRENCH, None, now, text_seen=seen)
    with pytest.raises(TextChangedError) as changed:
        write_text(service, "fr", {**FRENCH, "name": "Aide"}, None, now, text_seen=seen)
    assert changed.value.text == FRENCH
    assert text_of(fresh(service), "fr") == FRENCH
    with pytest.raises(TextChangedError):
        mark(service, "fr", "approved", None, now, text_seen=seen)


def test_what_was_changed_past_the_services_is_a_draft(service, now):
    write_text(service, "fr", FRENCH, None, now)
    mark(service, "fr", "approved", None, now)
    Service.objects.update(**{column_of("name", "fr"): "Changed elsewhere"})
    assert state(service, "fr") == "draft"


def test_a_missing_text_can_be_neither_marked_nor_confirmed(service, now):
    with pytest.raises(TextMissingError):
        mark(service, "fr", "approved", None, now)
    with pytest.raises(TextMissingError):
        confirm_unchanged(service, "fr", None, now)
    assert not TextState.objects.exists()


def test_an_unknown_language_or_state_is_refused(service, now):
    with pytest.raises(ValueError, match="xx"):
        write_text(service, "xx", FRENCH, None, now)
    write_text(service, "fr", FRENCH, None, now)
    with pytest.raises(ValueError, match="perfect"):
        mark(service, "fr", "perfect", None, now)


def test_a_group_of_fields_has_a_state_of_its_own(service, now):
    write_text(service, "fr", {"name": "Aide"}, None, now, group="title")
    mark(service, "fr", "approved", None, now, fields=["name"], group="title")
    assert states_of(fresh(service), ["name"], ["fr"], "title")["fr"].state == "approved"
    assert state(service, "fr") == "draft"


@pytest.mark.parametrize("many", [1, 3])
def test_states_of_many_texts_are_one_query(db, now, many):
    services = [ServiceFactory() for _ in range(many)]
    for service in services:
        write_text(service, "fr", FRENCH, None, now)
    with CaptureQueriesContext(connection) as queries:
        found = states_of_many(services, translated_fields(Service), ["en", "fr"])
    assert len(queries) == 1
    assert {pk: one["fr"].state for pk, one in found.items()} == {s.pk: "draft" for s in services}


def test_whoever_approved_a_text_is_not_said_to_have_changed_it(cast, now):
    service = ServiceFactory(programme=cast.programme)
    write_text(service, "fr", FRENCH, cast.nuria, now)
    for state, by in (("review", cast.nuria), ("approved", None)):
        mark(service, "fr", state, by or cast.claire, now)
        with pytest.raises(TextChangedError) as changed:
            write_text(service, "fr", {**FRENCH, "name": "Aide"}, None, now, text_seen="older")
        assert changed.value.by == by
