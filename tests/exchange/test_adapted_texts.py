"""Adaptations among the texts to translate: listed, taken along and brought back, behind walls."""

from datetime import timedelta

import pytest

from communications.adaptations.services.writing import write_adapted
from communications.models import Adaptation, ChannelText
from onelift.exchange.kinds import KINDS
from programmes.queries.texts import states_of
from programmes.services.texts import mark, write_text
from stakeholders.accounts.access import scope_of
from tests.clock import NOW
from tests.communications.adaptations.making import POSTER, SPANISH, adapt, make_core, make_persona
from tests.exchange.test_text_files import bring, export, filled, work
from tests.exchange.test_text_list import ROOT, rows

pytestmark = pytest.mark.django_db

ENGLISH = {"subject": "Help at the plant", "body": "From 14 December, until 22:00. Call 5050."}


@pytest.fixture
def core(cast, now):
    return make_core(cast, now)


def in_english(adaptation, user, now):
    """Give an adaptation an English text that may be translated."""
    write_adapted(adaptation, "email", "en", ENGLISH, user, now)
    mark(adaptation, "en", "review", user, now)
    return adaptation


def found(client, kind="adaptation"):
    return {(row.pk, row.language): row.state for row in rows(client, kind=kind)}


def spanish(adaptation):
    return states_of(Adaptation.objects.get(pk=adaptation.pk))["es"]


def test_an_adaptation_is_listed_in_the_languages_of_its_people(cast, core, now, as_user):
    made = adapt(cast, core, now, texts={})
    client = as_user(cast.nuria)
    assert found(client) == {(made.pk, "es"): "missing"}
    (row,) = rows(client, kind="adaptation")
    assert row.title == "Your desk answers until 22:00 (Barcelona)"
    assert row.is_to_write
    assert str(row.due_on) == "2026-11-24"
    page = client.get(row.url)
    assert (page.context["kind"], page.context["language"]) == ("email", "es")
    written = adapt(cast, core, now, region=cast.iberia)
    assert found(client)[written.pk, "es"] == "review"


def test_only_those_who_may_write_an_adaptation_are_asked(cast, core, now, as_user):
    own = adapt(cast, core, now, texts={})
    shift = make_persona(cast, cast.people)
    everywhere = adapt(cast, core, now, texts={}, user=cast.ines, persona=shift)
    elsewhere = adapt(cast, core, now, texts={}, user=cast.ines, site=cast.shanghai)
    assert {pk for pk, _code in found(as_user(cast.nuria))} == {own.pk}
    asked = found(as_user(cast.ines))
    assert {pk for pk, _code in asked} == {own.pk, everywhere.pk, elsewhere.pk}
    assert asked[elsewhere.pk, "zh-hans"] == "missing"


def test_its_english_is_one_of_its_texts_and_others_wait_for_it(cast, core, now, as_user):
    cast.people[0].language = "en"
    cast.people[0].save()
    made = adapt(cast, core, now, texts={}, user=cast.ines)
    client = as_user(cast.ines)
    assert found(client) == {(made.pk, "en"): "missing", (made.pk, "es"): "missing"}
    write_adapted(made, "email", "en", ENGLISH, cast.ines, now)
    assert found(client) == {(made.pk, "en"): "draft", (made.pk, "es"): "waits"}
    mark(made, "en", "review", cast.ines, now)
    assert found(client)[made.pk, "es"] == "missing"


def test_without_an_email_only_its_channels_are_written(cast, core, now, as_user):
    made = adapt(
        cast, core, now, forms={"poster": {"es": POSTER}}, site=cast.barcelona, has_email=False
    )
    client = as_user(cast.nuria)
    assert found(client) == {}
    text = ChannelText.objects.get(adaptation=made)
    assert found(client, "channel") == {(text.pk, "es"): "review"}
    (row,) = rows(client, kind="channel")
    assert row.title.endswith("(Barcelona, Poster)")
    assert client.get(row.url).context["kind"] == "poster"
    seen = KINDS["channel"].within(cast.programme, scope_of(cast.mei, cast.programme))
    assert not seen.filter(pk=text.pk).exists()


def test_a_translation_of_its_english_comes_in(cast, core, now, as_user):
    made = in_english(adapt(cast, core, now, texts={}), cast.nuria, now)
    client, key = as_user(cast.nuria), f"adaptation/{made.pk}"
    content = export(client).content
    url = bring(client, filled(content, {f"{key}/{name}": SPANISH[name] for name in SPANISH}))
    work(now)
    assert "2 texts saved" in client.get(url).content.decode()
    assert (spanish(made).state, spanish(made).text) == ("review", SPANISH)


def test_what_the_core_says_must_be_in_it_before_it_is_ready(cast, core, now, as_user):
    made = in_english(adapt(cast, core, now, texts={}), cast.nuria, now)
    client, key = as_user(cast.nuria), f"adaptation/{made.pk}/subject"
    url = bring(client, filled(export(client).content, {key: "Ayuda en la planta"}))
    work(now)
    assert "1 text saved" in client.get(url).content.decode()
    assert spanish(made).state == "draft"


def test_a_translation_of_an_english_that_the_core_has_left_is_refused(cast, core, now, as_user):
    made = in_english(adapt(cast, core, now, texts={}), cast.nuria, now)
    client, key = as_user(cast.nuria), f"adaptation/{made.pk}"
    content = export(client).content
    write_text(core, "en", {"subject": "Closed", "body": "Until 21:00."}, cast.ines, now)
    url = bring(client, filled(content, {f"{key}/subject": "Ayuda"}))
    work(now)
    assert "The English of this adaptation is out of date" in client.get(url).content.decode()
    assert spanish(made).state == "missing"


def test_a_file_changes_no_adaptation_of_other_writers(cast, core, now, as_user):
    made = in_english(
        adapt(cast, core, now, texts={}, user=cast.ines, site=cast.shanghai), cast.ines, now
    )
    content = export(as_user(cast.ines), "xlsx", "zh-hans").content
    texts = {f"adaptation/{made.pk}/subject": "帮助"}
    bring(as_user(cast.nuria), filled(content, texts, language="es"))
    work(now)
    assert not any(spanish(made).text.values())


def test_more_adaptations_need_no_more_queries(
    cast, core, now, as_user, django_assert_num_queries, django_assert_max_num_queries
):
    first = adapt(cast, core, now, persona=make_persona(cast, cast.people, "one"), user=cast.ines)
    client = as_user(cast.ines)
    client.get(ROOT)
    with django_assert_max_num_queries(60) as asked:
        client.get(ROOT)
    for name in ("two", "three"):
        adapt(cast, core, now, persona=make_persona(cast, cast.people, name), user=cast.ines)
    assert Adaptation.objects.filter(message=first.message_id).count() == 3
    with django_assert_num_queries(len(asked.captured_queries)):
        client.get(ROOT)


@pytest.mark.parametrize(("days", "is_due"), [(6, True), (7, False)])
def test_the_to_do_of_a_translator_names_what_is_due(cast, now, as_user, days, is_due):
    core = make_core(cast, now, fixed_on=NOW.date() + timedelta(days=days))
    made = adapt(cast, core, now, texts={})
    page = as_user(cast.nuria).get("/p/one-it/todo/").content.decode()
    title = "Write the Spanish text of “Your desk answers until 22:00 (Barcelona)”"
    assert (title in page) == is_due
    assert title not in as_user(cast.ines).get("/p/one-it/todo/").content.decode()
    write_adapted(made, "email", "es", SPANISH, cast.nuria, now)
    mark(made, "es", "review", cast.nuria, now)
    assert title not in as_user(cast.nuria).get("/p/one-it/todo/").content.decode()
