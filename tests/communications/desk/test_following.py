"""Messages for new kinds of lines, and those that follow a saved audience."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from communications.approvals.services.approval import content_of
from communications.messages.queries.content import changes_between
from communications.messages.services.message import let_follow
from communications.models import Approval, Delivery, Message
from communications.operation.services.pump import run_pump
from stakeholders.audiences.services.audience import Lines, freeze, save_audience, write_lines
from stakeholders.audiences.services.persona import PersonaData, save_persona
from stakeholders.models import Persona
from tests import factories
from tests.communications.making import approve, make_message
from tests.communications.waiting import is_waited_for
from tests.waiting import until

ROOT = "/p/one-it/messages/"
TEXT = {"subject": "Your new desk", "body": "Hello"}


def words_of(answer):
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split()))


def typed(**changes):
    core = {"purpose": "Tell", "level": "tactical", "sender": "One IT", "local_time": "09:00"}
    return {**core, **TEXT, "offset_days": "-7", **changes}


@pytest.fixture
def operators(cast):
    for person in (cast.people[0], cast.people[4]):
        person.job = "Operator"
        person.save()
    return Persona.objects.create(
        programme=cast.programme, slug="operators", name_en="Operators", jobs=["Operator"]
    )


@pytest.fixture
def saved(cast, now):
    return save_audience(cast.programme, "Iberia", Lines(regions=[cast.iberia]), now)


def test_form_takes_regions_personas_languages_and_exceptions(cast, as_user, operators):
    data = typed(
        regions=[cast.iberia.pk, cast.china.pk],
        personas=[operators.pk],
        languages=["es", "zh-hans"],
        without_site=[cast.shanghai.pk],
        without_language=["zh-hans"],
    )
    answer = as_user(cast.ines).post(f"{ROOT}new/", data, follow=True)
    assert "Saved. 1 person will get it." in words_of(answer)
    rule = Message.objects.get().audience.rule().to_json()
    assert rule["personas"] == [{"id": operators.pk, "jobs": ["Operator"]}]
    assert rule["without"] == {"sites": [cast.shanghai.pk], "languages": ["zh-hans"]}
    form = as_user(cast.ines).get(f"{ROOT}{Message.objects.get().pk}/edit/").context["form"]
    assert [is_open for _word, _fields, is_open in form.folds] == [True, True]
    assert form["personas"].value() == [operators.pk]


def test_a_language_that_nobody_reads_any_more_stays_chosen(cast, now, as_user):
    message = make_message(cast, now, languages=["nl"], without={"employer": ["Gone"]})
    form = as_user(cast.ines).get(f"{ROOT}{message.pk}/edit/").context["form"]
    assert ("nl", "Dutch") in form.fields["languages"].choices
    assert ("Gone", "Gone") in form.fields["without_employer"].choices
    assert ("nl", "Dutch") not in form.fields["without_language"].choices


def test_form_keeps_its_lines_on_errors(cast, as_user, operators):
    data = typed(personas=[operators.pk], without_site=[cast.shanghai.pk], subject="")
    form = as_user(cast.ines).post(f"{ROOT}new/", data).context["form"]
    assert form["personas"].value() == [str(operators.pk)]
    assert form["without_site"].value() == [str(cast.shanghai.pk)]
    assert [is_open for _word, _fields, is_open in form.folds] == [False, True]


def test_a_saved_audience_shows_its_lines_and_keeps_what_was_typed(cast, as_user, saved):
    data = typed(follows=saved.pk, take="1", purpose="My purpose", waves=[cast.wave2.pk])
    answer = as_user(cast.ines).post(f"{ROOT}new/", data)
    form = answer.context["form"]
    assert not form.errors
    assert form["regions"].value() == [cast.iberia.pk]
    assert form["waves"].value() == []
    assert "My purpose" in words_of(answer)
    assert not Message.objects.exists()
    changed = typed(follows=saved.pk, taken=saved.pk, regions=[cast.china.pk])
    as_user(cast.ines).post(f"{ROOT}new/", changed)
    message = Message.objects.get()
    assert message.audience.follows == saved
    assert list(message.audience.regions.all()) == [cast.china]


def test_only_lines_that_people_have_or_had_are_offered_beside_a_saved_audience(cast, now, as_user):
    gone, foreign = factories.BusinessLineFactory(), factories.BusinessLineFactory()
    message = make_message(cast, now, business_lines=[gone], employers=["Gone"])
    data = typed(take="1", business_lines=[gone.pk, foreign.pk], employers=["Gone", "Unknown"])
    page = as_user(cast.ines).post(f"{ROOT}{message.pk}/edit/", data)
    fields = page.context["form"].fields
    assert list(fields["business_lines"].queryset) == [gone]
    assert ("Gone", "Gone") in fields["employers"].choices
    assert ("Unknown", "Unknown") not in fields["employers"].choices
    assert page.context["form"]["business_lines"].value() == [str(gone.pk), str(foreign.pk)]


def test_what_only_a_saved_audience_holds_is_offered_beside_it(cast, now, as_user):
    gone = factories.BusinessLineFactory()
    lines = Lines(business_lines=[gone], employers=["Gone"])
    saved = save_audience(cast.programme, "Leavers", lines, now)
    data = typed(take="1", follows=saved.pk)
    form = as_user(cast.ines).post(f"{ROOT}new/", data).context["form"]
    assert form["business_lines"].value() == [gone.pk]
    assert list(form.fields["business_lines"].queryset) == [gone]
    assert ("Gone", "Gone") in form.fields["employers"].choices


def test_a_saved_audience_that_was_only_chosen_gives_its_lines(cast, as_user, saved):
    data = typed(follows=saved.pk, waves=[cast.wave2.pk])
    as_user(cast.ines).post(f"{ROOT}new/", data)
    audience = Message.objects.get().audience
    assert list(audience.regions.all()) == [cast.iberia]
    assert not audience.waves.exists()


def test_lines_are_counted_while_they_are_chosen(cast, as_user, operators, saved):
    address = "/p/one-it/people/count/"
    client = as_user(cast.ines)
    assert "6 people match" in words_of(client.get(address))
    query = f"?personas={operators.pk}&without_region={cast.china.pk}"
    assert "1 person matches" in words_of(client.get(address + query))
    assert "3 people match" in words_of(client.get(f"{address}?follows={saved.pk}"))
    assert "cannot be read" in words_of(client.get(f"{address}?waves=x"))
    assert "3 people match" in words_of(as_user(cast.rosa).get(address))


def test_a_frozen_audience_sends_to_the_people_it_had(cast, now, as_user, saved):
    freeze(saved, now)
    factories.PersonFactory(site=cast.barcelona)
    as_user(cast.ines).post(f"{ROOT}new/", typed(follows=saved.pk))
    audience = Message.objects.get().audience
    assert audience.rule().frozen == saved.pk
    assert set(audience.people()) == set(cast.people[:3])


def test_exceptions_and_personas_decide_who_gets_a_row(cast, now, operators):
    message = make_message(
        cast, now, personas=[operators], without={"region": [cast.china]}, waves=[cast.wave1]
    )
    approve(cast, message, now)
    run_pump(now.replace(hour=12))
    assert list(Delivery.objects.values_list("person", flat=True)) == [cast.people[0].pk]


def test_page_of_a_message_says_whom_it_is_for(cast, now, as_user, operators, saved):
    without = {"site": [cast.shanghai], "language": ["fr"]}
    lines = {"personas": [operators], "waves": [cast.wave1], "without": without}
    approve(cast, make_message(cast, now, **lines), now)
    address = f"{ROOT}{Message.objects.get().pk}/"
    for user, sites in ((cast.claire, "Excluded sites: Shanghai"), (cast.rosa, "")):
        words = words_of(as_user(user).get(address))
        assert "Waves: Wave 1 Personas: Operators" in words
        assert "Excluded languages: French" in words
        assert (sites or "Audience") in words
        assert ("Shanghai" in words) == bool(sites)
    freeze(saved, now)
    frozen = make_message(cast, now, follows=saved)
    assert "Frozen audience: Iberia" in words_of(as_user(cast.ines).get(f"{ROOT}{frozen.pk}/"))


def test_list_says_whom_messages_are_for(cast, now, as_user, operators):
    make_message(cast, now, personas=[operators], regions=[cast.iberia], waves=[cast.wave1])
    make_message(cast, now, languages=["es"])
    make_message(cast, now)
    words = words_of(as_user(cast.ines).get(ROOT))
    assert "Wave 1 · Iberia, Operators" in words
    assert "Some people" in words
    assert "Everyone" in words


def test_what_waits_at_a_site_that_left_the_region_of_the_rule_is_cancelled(cast, now):
    message = make_message(cast, now, regions=[cast.iberia])
    approve(cast, message, now)
    run_pump(now + timedelta(minutes=10))
    assert set(Delivery.objects.values_list("site", "state")) == {(cast.barcelona.pk, "planned")}
    cast.barcelona.region = cast.china
    cast.barcelona.save()
    run_pump(now + timedelta(minutes=11))
    row = Delivery.objects.values_list("state", "reason").distinct().get()
    assert row == ("cancelled", "not_meant")
    cast.barcelona.region = cast.iberia
    cast.barcelona.save()
    run_pump(now + timedelta(minutes=12))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"planned"}


def test_a_change_of_a_persona_does_not_change_what_was_approved(cast, now, operators):
    message = make_message(cast, now, personas=[operators])
    approval = approve(cast, message, now)
    texts = {"name": "Operators", "needs": "", "what_changes": ""}
    save_persona(operators, PersonaData(jobs=["Analyst"]), texts, cast.ines, now)
    approval.refresh_from_db()
    assert approval.content["rule"]["personas"][0]["jobs"] == ["Operator"]
    changes = changes_between(approval.frozen, content_of(Message.objects.get()))
    assert [str(part) for part in changes.parts] == ["Audience"]
    run_pump(now.replace(hour=12))
    told = set(Delivery.objects.values_list("person", flat=True))
    assert told == {cast.people[0].pk, cast.people[4].pk}


def test_unsent_messages_follow_if_they_are_told_to(cast, now, as_user, saved):
    ours = make_message(cast, now, regions=[cast.iberia], follows=saved)
    other = make_message(cast, now, regions=[cast.iberia], follows=saved)
    approval = approve(cast, ours, now)
    save_audience(cast.programme, "Iberia", Lines(regions=[cast.china]), now, saved)
    address = f"/p/one-it/people/audience/{saved.pk}/follow/"
    client = as_user(cast.ines)
    assert "2 unsent messages do not use the latest “Iberia” yet" in words_of(client.get(address))
    answer = client.post(address, {"messages": [ours.pk]}, follow=True)
    assert "1 message updated. It needs its own approval." in words_of(answer)
    assert "1 unsent message does not use the latest" in words_of(answer)
    rules = [Message.objects.get(pk=m.pk).audience.rule().regions for m in (ours, other)]
    assert rules == [(cast.china.pk,), (cast.iberia.pk,)]
    approval.refresh_from_db()
    assert approval.state == Approval.State.APPROVED
    assert approval.content["rule"]["regions"] == [cast.iberia.pk]


def test_what_was_not_made_from_it_or_is_sent_does_not_follow(cast, now, as_user, saved):
    stranger = make_message(cast, now)
    sent = make_message(cast, now, regions=[cast.iberia], follows=saved)
    approve(cast, sent, now)
    run_pump(now.replace(hour=12))
    address = f"/p/one-it/people/audience/{saved.pk}/follow/"
    client = as_user(cast.ines)
    assert "No unsent message uses “Iberia”" in words_of(client.get(address))
    client.post(address, {"messages": [stranger.pk, sent.pk]})
    assert let_follow(saved, [stranger], cast.ines, now) == []
    assert not Message.objects.get(pk=stranger.pk).audience.rule().regions


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("follows", [True, False])
def test_a_message_that_is_being_written_follows_afterwards(cast, now, saved, follows):
    message = make_message(cast, now, regions=[cast.china], follows=saved)

    def follow():
        changed = let_follow(saved, [message], cast.ines, now)
        connection.close()
        return changed

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(purpose="Being written")
            following = pool.submit(follow)
            until(is_waited_for, "following waits for the writer")
            lines = Lines(regions=[cast.china], follows=saved if follows else None)
            write_lines(Message.objects.get(pk=message.pk).audience, lines, now)
        assert following.result(20) == ([message] if follows else [])
    assert Message.objects.get().purpose == "Being written"
    rule = Message.objects.get().audience.rule()
    assert rule.regions == ((cast.iberia if follows else cast.china).pk,)


@pytest.mark.parametrize("line", ["waves", "sites", "without_region", "personas", "follows"])
def test_a_number_that_no_key_can_be_is_no_choice(cast, as_user, line):
    answer = as_user(cast.ines).get("/p/one-it/people/count/", {line: "9" * 25})
    assert "cannot be read" in words_of(answer)
