"""The approval of an adaptation: of exactly one content, by somebody else, undone in minutes."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from communications.adaptations.queries.forms import statuses_of
from communications.adaptations.queries.matters import AdaptationDecisions
from communications.adaptations.queries.paper import places_of, said_of_version
from communications.adaptations.services import deciding
from communications.adaptations.services.points import agree, ask_consent, drop_points
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    change_criteria,
    confirm_adapted,
    create_adaptation,
    write_adapted,
)
from communications.approvals.queries.authors import authors_of
from communications.approvals.services.notice import announce, titles_of
from communications.approvals.services.sender import add_sender, consent
from communications.messages.queries.adaptation import in_force, is_unsigned, papers_of
from communications.messages.queries.adapted_core import Core
from communications.messages.services.channel_text import (
    FormFrame,
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import (
    Adaptation,
    AdaptationVersion,
    Delivery,
    Message,
    Notice,
)
from communications.operation.services import pump
from programmes.models import Programme
from programmes.queries.decisions import Asking
from programmes.scope import EVERYTHING
from stakeholders.accounts.access import scope_of
from stakeholders.models import Role, User
from tests.communications.adaptations.making import (
    POINTS,
    POSTER,
    SPANISH,
    adapt,
    approve_adapted,
    make_core,
    make_persona,
)
from tests.communications.making import approve, run
from tests.events.making import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LATER = timedelta(minutes=6)
CLAIRE = "Claire Test, CIO"


def state_of(version):
    return AdaptationVersion.objects.get(pk=version.pk).state


def email_state(adaptation, language="es"):
    return statuses_of(Adaptation.objects.get(pk=adaptation.pk))["email"][language].state


def test_it_is_bound_to_what_was_shown(cast, now):
    version = deciding.ask(adapt(cast, make_core(cast, now), now), cast.nuria, now)
    with pytest.raises(RefusedError, match="has changed"):
        deciding.approve(version, cast.claire, "0" * 64, now)
    deciding.approve(version, cast.claire, version.fingerprint, now)
    assert state_of(version) == "approved"
    with pytest.raises(RefusedError, match="already been decided"):
        deciding.refuse(version, cast.claire, "Late", now)


def test_a_text_that_is_written_while_it_is_approved_stays_a_draft(cast, now, monkeypatch):
    adaptation = adapt(cast, make_core(cast, now), now)
    version = deciding.ask(adaptation, cast.nuria, now)
    plain = deciding.holders_of

    def holders_of(read):
        found = plain(read)
        # Somebody saves between the reading of the texts and their approval.
        theirs = Adaptation.objects.get(pk=read.pk)
        write_adapted(theirs, "email", "es", {**SPANISH, "subject": "Otra"}, cast.tom, now)
        return found

    monkeypatch.setattr(deciding, "holders_of", holders_of)
    deciding.approve(version, cast.claire, version.fingerprint, now)
    assert email_state(adaptation) == "draft"


def test_who_wrote_it_does_not_decide(cast, now):
    Role.objects.create(user=cast.nuria, programme=cast.programme, kind=Role.Kind.CIO)
    adaptation = adapt(cast, make_core(cast, now), now)
    version = deciding.ask(adaptation, cast.tom, now)
    for author in (cast.nuria, cast.tom):
        with pytest.raises(RefusedError, match="someone else must approve"):
            deciding.approve(version, author, version.fingerprint, now)


def test_the_same_content_is_not_asked_for_twice(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    deciding.ask(adaptation, cast.nuria, now)
    with pytest.raises(RefusedError, match="Nothing has changed since version 1"):
        deciding.ask(adaptation, cast.nuria, now)


def test_drafts_hold_it_up(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    write_adapted(adaptation, "poster", "es", POSTER, cast.nuria, now)
    with pytest.raises(RefusedError, match="ready first: Poster, Spanish"):
        deciding.ask(adaptation, cast.nuria, now)


def test_a_changed_core_makes_it_stale_and_a_word_makes_it_right_again(cast, now):
    message = make_core(cast, now)
    adaptation = adapt(cast, message, now)
    assert email_state(adaptation) == "review"
    write_ready(message, "en", "Until 22:00", "From 14 December. Call 5050.", cast.ines, now)
    assert email_state(adaptation) == "stale"
    fresh = Adaptation.objects.get()
    with pytest.raises(RefusedError, match="ready first"):
        deciding.ask(fresh, cast.nuria, now)
    confirm_adapted(fresh, "email", "es", cast.nuria, now)
    assert email_state(adaptation) == "review"
    deciding.ask(fresh, cast.nuria, now)


def test_an_english_one_becomes_stale_too(cast, now):
    message = make_core(cast, now)
    english = {"subject": "Local", "body": "From 14 December until 22:00: 5050"}
    adaptation = adapt(cast, message, now, texts={"en": english})
    write_ready(message, "en", "Until 22:00", "From 14 December. Call 5050.", cast.ines, now)
    assert email_state(adaptation, "en") == "stale"


def test_an_undo_restores_what_stood_before(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    first = approve_adapted(cast, adaptation, now)
    change_criteria(adaptation, AdaptationData(region=cast.iberia), cast.nuria, now)
    second = approve_adapted(cast, adaptation, now + LATER)
    assert state_of(first) == "replaced"
    deciding.undo(second, cast.claire, now + LATER)
    assert (state_of(first), state_of(second)) == ("approved", "waiting")
    with pytest.raises(RefusedError, match="only undo your own"):
        deciding.undo(second, cast.claire, now + LATER)


def test_who_comes_second_undoes_nothing(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    first = approve_adapted(cast, adaptation, now)
    change_criteria(adaptation, AdaptationData(region=cast.iberia), cast.nuria, now)
    second = approve_adapted(cast, adaptation, now)
    seen = AdaptationVersion.objects.get(pk=second.pk)
    deciding.withdraw(second, cast.claire, "Wrong", now)
    with pytest.raises(RefusedError, match="only undo your own"):
        deciding.undo(seen, cast.claire, now)
    assert (state_of(first), state_of(second)) == ("replaced", "withdrawn")


def test_a_sender_chosen_while_somebody_reads_is_asked_for(cast, now, claire):
    message = make_core(cast, now)
    version = deciding.ask(adapt(cast, message, now), cast.nuria, now)
    seen = AdaptationVersion.objects.select_related("adaptation__message").get(pk=version.pk)
    assert seen.message.sender != CLAIRE
    Message.objects.filter(pk=message.pk).update(sender=CLAIRE)
    with pytest.raises(RefusedError, match="who alone can decide"):
        deciding.approve(seen, cast.tom, seen.fingerprint, now)


def test_after_minutes_or_mails_it_is_withdrawn_and_not_undone(cast, now, relay):
    message = make_core(cast, now)
    version = approve_adapted(cast, adapt(cast, message, now), now)
    with pytest.raises(RefusedError, match="too late"):
        deciding.undo(version, cast.claire, now + LATER)
    approve(cast, message, now)
    run(now + LATER)
    assert Delivery.objects.filter(adapted=version).count() == 3
    AdaptationVersion.objects.update(decided_at=now + LATER)
    with pytest.raises(RefusedError, match="already been sent"):
        deciding.undo(AdaptationVersion.objects.get(), cast.claire, now + LATER)
    deciding.withdraw(AdaptationVersion.objects.get(), cast.claire, "Wrong", now + LATER)
    assert state_of(version) == "withdrawn"


def told_of(relay, people):
    return {one.recipient for one in relay.accepts} & {person.email for person in people}


@pytest.mark.parametrize("is_planned", [True, False])
def test_mails_wait_while_the_approval_can_be_undone(cast, now, relay, is_planned):
    message = make_core(cast, now)
    approve(cast, message, now)
    if is_planned:
        pump.run_pump(now + LATER)
    version = approve_adapted(cast, adapt(cast, message, now), now + LATER)
    run(now + LATER + timedelta(minutes=4))
    assert told_of(relay, cast.people[:3]) == set()
    assert len(told_of(relay, cast.people[3:])) == 3
    deciding.undo(version, cast.claire, now + LATER + timedelta(minutes=4))
    run(now + 2 * LATER)
    assert Delivery.objects.filter(state="sent", adapted=None).count() == 6


def test_mails_that_are_counted_first_wait_as_well(cast, now, relay):
    Programme.objects.filter(pk=cast.programme.pk).update(mails_a_week=3)
    message = make_core(cast, now)
    approve(cast, message, now)
    approve_adapted(cast, adapt(cast, message, now), now + LATER)
    run(now + LATER)
    assert told_of(relay, cast.people[:3]) == set()
    run(now + 2 * LATER)
    assert len(told_of(relay, cast.people[:3])) == 3


def test_who_is_to_get_no_email_gets_the_core_after_an_undo(cast, now, relay):
    message = make_core(cast, now)
    approve(cast, message, now)
    briefing = {"points": {"es": {"headline": "Ayuda", "body": SPANISH["body"]}}}
    whom = {"site": cast.barcelona, "has_email": False}
    version = approve_adapted(cast, adapt(cast, message, now, forms=briefing, **whom), now + LATER)
    run(now + LATER + timedelta(minutes=4))
    assert not Delivery.objects.filter(state="skipped").exists()
    deciding.undo(version, cast.claire, now + LATER + timedelta(minutes=4))
    run(now + 2 * LATER)
    assert len(told_of(relay, cast.people[:3])) == 3


def test_people_of_the_version_that_is_replaced_wait_too(cast, now, relay):
    message = make_core(cast, now)
    adaptation = adapt(cast, message, now)
    first = approve_adapted(cast, adaptation, now)
    approve(cast, message, now)
    shift = make_persona(cast, cast.people[:1])
    change_criteria(adaptation, AdaptationData(site=cast.barcelona, persona=shift), cast.nuria, now)
    second = approve_adapted(cast, adaptation, now + LATER)
    run(now + LATER + timedelta(minutes=4))
    assert told_of(relay, cast.people[:3]) == set()
    deciding.undo(second, cast.claire, now + LATER + timedelta(minutes=4))
    run(now + 2 * LATER)
    assert Delivery.objects.filter(state="sent", adapted=first).count() == 3


def test_a_late_approval_stops_nobodys_email(cast, now, relay):
    message = make_core(cast, now, latest_hours=20)
    approve(cast, message, now)
    pump.run_pump(now + LATER)
    late = Delivery.objects.filter(person=cast.people[0]).get().latest_at - timedelta(minutes=3)
    version = approve_adapted(cast, adapt(cast, message, now), late)
    run(late)
    assert len(told_of(relay, cast.people[:3])) == 3
    with pytest.raises(RefusedError, match="already been sent"):
        deciding.undo(version, cast.claire, late)


def made_anew(cast, message, adaptation, now):
    """Return a version made from a new meaning of the core, which is a draft."""
    write_ready(
        message, "en", "Until 23:00", "From 14 December, until 23:00. 5050.", cast.ines, now
    )
    points = POINTS.replace("22:00", "23:00")
    Message.objects.filter(pk=message.pk).update(key_points=points)
    adaptation = Adaptation.objects.get(pk=adaptation.pk)
    text = {"subject": "Hasta las 23:00", "body": "Desde el 14 de diciembre, 23:00. 5050."}
    write_adapted(adaptation, "email", "es", text, cast.nuria, now)
    call_ready(adaptation, "email", "es", cast.nuria, now)
    return deciding.ask(adaptation, cast.nuria, now)


def test_a_draft_of_the_core_takes_no_adaptation_from_what_is_being_sent(cast, now, relay):
    message = make_core(cast, now)
    approve(cast, message, now)
    adaptation = adapt(cast, message, now)
    first = approve_adapted(cast, adaptation, now)
    second = made_anew(cast, message, adaptation, now + LATER)
    with pytest.raises(RefusedError, match="Approve the message first"):
        deciding.approve(second, cast.claire, second.fingerprint, now + LATER)
    run(now + LATER)
    assert Delivery.objects.filter(state="sent", adapted=first).count() == 3


def test_core_and_adaptation_are_approved_one_after_the_other(cast, now, relay):
    message = make_core(cast, now)
    approve(cast, message, now)
    adaptation = adapt(cast, message, now)
    approve_adapted(cast, adaptation, now)
    second = made_anew(cast, message, adaptation, now)
    core = approve(cast, Message.objects.get(pk=message.pk), now + LATER)
    run(now + LATER)
    deciding.approve(second, cast.claire, second.fingerprint, now + LATER)
    run(now + LATER)
    assert told_of(relay, cast.people[:3]) == set()
    run(now + 2 * LATER)
    told = Delivery.objects.filter(state="sent", person__in=cast.people[:3])
    assert set(told.values_list("adapted", "approval")) == {(second.pk, core.pk)}


def test_a_new_version_by_email_reaches_who_was_left_without(cast, now, relay):
    message = make_core(cast, now, latest_hours=900)
    approve(cast, message, now)
    briefing = {"points": {"es": {"headline": "Ayuda", "body": SPANISH["body"]}}}
    whom = {"site": cast.barcelona, "has_email": False}
    adaptation = adapt(cast, message, now, forms=briefing, **whom)
    approve_adapted(cast, adaptation, now)
    run(now + LATER)
    assert Delivery.objects.filter(state="skipped", reason="adapted").count() == 3
    change_criteria(adaptation, AdaptationData(site=cast.barcelona), cast.nuria, now + LATER)
    write_adapted(adaptation, "email", "es", SPANISH, cast.nuria, now + LATER)
    call_ready(adaptation, "email", "es", cast.nuria, now + LATER)
    version = approve_adapted(cast, adaptation, now + LATER)
    run(now + LATER)
    assert told_of(relay, cast.people[:3]) == set()
    run(now + 2 * LATER)
    assert Delivery.objects.filter(state="sent", adapted=version).count() == 3


def test_what_is_sent_another_way_by_now_is_not_approved(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    version = deciding.ask(adaptation, cast.nuria, now)
    change_criteria(
        adaptation, AdaptationData(site=cast.barcelona, has_email=False), cast.nuria, now
    )
    with pytest.raises(RefusedError, match="Whether it is sent by email has changed"):
        deciding.approve(version, cast.claire, version.fingerprint, now)


def test_a_later_change_of_a_persona_changes_nothing_approved(cast, now, relay):
    message = make_core(cast, now)
    shift = make_persona(cast, [cast.people[0]])
    version = approve_adapted(cast, adapt(cast, message, now, persona=shift), now)
    shift.people.set(cast.people[1:3])
    approve(cast, message, now)
    run(now + LATER)
    told = Delivery.objects.filter(adapted=version)
    assert list(told.values_list("person", flat=True)) == [cast.people[0].pk]


def test_its_criteria(cast, now):
    message = make_core(cast, now)
    for data in (AdaptationData(), AdaptationData(site=cast.barcelona, region=cast.iberia)):
        with pytest.raises(ValidationError):
            create_adaptation(message, data, cast.nuria, now)
    create_adaptation(message, AdaptationData(site=cast.barcelona), cast.nuria, now)
    with pytest.raises(ValidationError, match="exactly these people"):
        create_adaptation(message, AdaptationData(site=cast.barcelona), cast.tom, now)


def test_two_writers_who_choose_the_same_people_at_once(cast, now):
    message = make_core(cast, now)
    sites = (cast.barcelona, cast.shanghai)
    made = [adapt(cast, message, now, texts={}, site=site) for site in sites]

    def choose(adaptation):
        there = AdaptationData(region=cast.iberia)
        return lambda: change_criteria(adaptation, there, cast.tom, now)

    results = at_once([choose(one) for one in made])
    assert {type(one) for one in results} == {Adaptation, ValidationError}


def test_a_poster_of_an_adaptation_has_no_author_of_the_core(cast, now, django_assert_num_queries):
    message = make_core(cast, now)
    adapt(cast, message, now, forms={"poster": {"es": POSTER}}, user=cast.rosa)
    authors_of(message)
    with django_assert_num_queries(4):
        assert cast.rosa.pk not in authors_of(message)
    for form in ("chat", "post", "notice"):
        text = text_for(message, form, cast.tom, now)
        write_channel_text(text, "en", dict.fromkeys(text.fields, "Call 5050"), cast.tom, now)
        mark_channel_text(text, "en", cast.tom, now)
    with django_assert_num_queries(5):
        assert cast.tom.pk in authors_of(message)


def test_the_day_of_a_poster_is_the_core_s(cast, now):
    message = make_core(cast, now)
    adaptation = adapt(cast, message, now, forms={"poster": {"es": POSTER | {"first": "5050"}}})
    version = approve_adapted(cast, adaptation, now)
    [place] = places_of(Core(message), adaptation, EVERYTHING)
    assert said_of_version(version, "poster", "es", place, now).due_on == message.fixed_on
    assert set(version.frozen.forms) == {"poster"}
    assert version.frozen.languages == {"es": SPANISH}


def test_the_day_on_which_a_poster_is_taken_down_is_approved_with_it(cast, now):
    poster = POSTER | {"first": "5050"}
    adaptation = adapt(cast, make_core(cast, now), now, forms={"poster": {"es": poster}})
    assert "frames" not in deciding.content_of(adaptation).to_json()
    take_down(adaptation, date(2026, 12, 31), cast.tom, now)
    version = deciding.ask(Adaptation.objects.get(pk=adaptation.pk), cast.nuria, now)
    assert cast.tom.pk in version.authors
    deciding.approve(version, cast.claire, version.fingerprint, now)
    take_down(adaptation, date(2027, 1, 31), cast.tom, now)
    approved = AdaptationVersion.objects.get(pk=version.pk)
    assert approved.frozen.papers["poster"].until_on == date(2026, 12, 31)
    again = deciding.ask(Adaptation.objects.get(pk=adaptation.pk), cast.nuria, now)
    assert again.fingerprint != version.fingerprint


def take_down(adaptation, day, user, now):
    text, frame = POSTER | {"first": "5050"}, FormFrame(until_on=day)
    write_adapted(adaptation, "poster", "es", text, user, now, frame=frame)


def test_who_leaves_a_key_point_out_or_keeps_it_again_does_not_decide(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    point = POINTS.splitlines()[2]
    drop_points(adaptation, {point: "They have no mailbox"}, cast.tom, now)
    drop_points(adaptation, {}, cast.rosa, now)
    version = deciding.ask(Adaptation.objects.get(pk=adaptation.pk), cast.nuria, now)
    assert {cast.tom.pk, cast.rosa.pk} <= version.authors


def test_what_is_for_other_people_by_now_is_not_approved(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    version = deciding.ask(adaptation, cast.nuria, now)
    change_criteria(adaptation, AdaptationData(region=cast.iberia), cast.nuria, now)
    with pytest.raises(RefusedError, match="Its audience has changed"):
        deciding.approve(version, cast.claire, version.fingerprint, now)
    assert state_of(version) == "waiting"


def test_it_hangs_nowhere_once_it_is_for_another_place(cast, now):
    message = make_core(cast, now)
    core = approve(cast, message, now)
    adaptation = adapt(cast, message, now, forms={"poster": {"es": POSTER}})
    version = approve_adapted(cast, adaptation, now)
    assert papers_of([core]) == [version]
    change_criteria(adaptation, AdaptationData(site=cast.shanghai), cast.ines, now)
    assert papers_of([core]) == []


def test_consent_to_leave_a_point_out_is_asked_for_again_for_other_people(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    point = POINTS.splitlines()[2]
    drop_points(adaptation, {point: "They have no mailbox"}, cast.nuria, now)
    (asked,) = ask_consent(adaptation, now)
    agree(asked, cast.ines, now)
    data = AdaptationData(site=cast.barcelona, has_email=False)
    change_criteria(adaptation, data, cast.nuria, now)
    assert adaptation.dropped_points.get().is_agreed
    change_criteria(adaptation, AdaptationData(region=cast.iberia), cast.nuria, now)
    assert not adaptation.dropped_points.get().is_agreed
    assert len(ask_consent(adaptation, now)) == 1


def test_what_is_sent_in_the_name_of_a_cio_is_theirs_to_approve(cast, now, as_user):
    sender = add_sender(cast.programme, "Claire Test, CIO", cast.claire, cast.ines, now)
    consent(sender, cast.claire, now)
    message = make_core(cast, now, sender="Claire Test, CIO")
    version = deciding.ask(adapt(cast, message, now), cast.nuria, now)
    Role.objects.create(user=cast.tom, programme=cast.programme, kind=Role.Kind.CIO)
    for decide in (deciding.approve, deciding.refuse):
        with pytest.raises(RefusedError, match="Claire Test, who alone can decide"):
            decide(version, cast.tom, version.fingerprint, now)
    pages = (f"/p/one-it/messages/adaptations/{version.adaptation_id}/", "/p/one-it/decisions/")
    button = f"adaptations/versions/{version.pk}/approve/"
    for page in pages:
        told = " ".join(as_user(cast.tom).get(page).content.decode().split())
        assert "sent in the name of Claire Test" in told
        assert button not in told
        assert button in as_user(cast.claire).get(page).content.decode()
    for decider, is_theirs in ((cast.claire, True), (cast.tom, False)):
        asked = Asking(cast.programme, scope_of(decider, cast.programme), now)
        (matter,) = AdaptationDecisions().matters(asked)
        assert matter.is_for(asked.scope) == is_theirs
    User.objects.update(approval_notice="at_once")
    announce(cast.programme, now)
    told = {one.user: titles_of(one, now) for one in Notice.objects.filter(kind="decide")}
    assert told[cast.tom] == []
    assert told[cast.claire] == ["“Your desk answers until 22:00” for Barcelona"]
    deciding.approve(version, cast.claire, version.fingerprint, now)
    assert state_of(version) == "approved"


def sent_as_claire(cast, message, now):
    """Let the CIO approve a message that is sent in her name from now on."""
    Message.objects.filter(pk=message.pk).update(sender=CLAIRE)
    return approve(cast, Message.objects.get(pk=message.pk), now)


def by_tom(adaptation, cast, now):
    """Let a second CIO approve an adaptation, as a delegate could."""
    version = deciding.ask(adaptation, cast.nuria, now)
    return deciding.approve(version, cast.tom, version.fingerprint, now)


@pytest.fixture
def claire(cast, now):
    """Claire has agreed to sign, and Tom decides beside her."""
    Role.objects.create(user=cast.tom, programme=cast.programme, kind=Role.Kind.CIO)
    consent(add_sender(cast.programme, CLAIRE, cast.claire, cast.ines, now), cast.claire, now)


def test_a_text_that_the_cio_has_not_approved_does_not_leave_in_her_name(cast, now, relay, claire):
    message = make_core(cast, now)
    adaptation = adapt(cast, message, now)
    version = by_tom(adaptation, cast, now)
    core = sent_as_claire(cast, message, now)
    assert in_force(core) == {}
    assert is_unsigned(version)
    run(now + LATER)
    told = {one.message["Subject"] for one in relay.accepts if one.recipient in emails(cast)}
    assert told == {core.frozen.languages["es"]["subject"]}
    again = Adaptation.objects.get(pk=adaptation.pk)
    signed = approve_adapted(cast, again, now)
    assert in_force(core) == {again.pk: signed}


def emails(cast):
    return {person.email for person in cast.people[:3]}


def test_what_the_cio_approved_holds_whoever_signed_before(cast, now, claire):
    message = make_core(cast, now)
    version = approve_adapted(cast, adapt(cast, message, now), now)
    core = sent_as_claire(cast, message, now)
    assert in_force(core) == {version.adaptation_id: version}
    assert not is_unsigned(version)


def test_people_without_email_get_none_in_the_cios_name_either(cast, now, claire):
    message = make_core(cast, now)
    whom = {"site": cast.barcelona, "has_email": False}
    version = by_tom(adapt(cast, message, now, forms={"poster": {"es": POSTER}}, **whom), cast, now)
    assert in_force(sent_as_claire(cast, message, now)) == {version.adaptation_id: version}


def test_an_adaptation_keeps_the_sender_that_it_was_asked_for_under(cast, now, claire):
    message = make_core(cast, now, sender=CLAIRE)
    version = deciding.ask(adapt(cast, message, now), cast.nuria, now)
    Message.objects.filter(pk=message.pk).update(sender="One IT")
    version = AdaptationVersion.objects.get(pk=version.pk)
    with pytest.raises(RefusedError, match="who alone can decide"):
        deciding.approve(version, cast.tom, version.fingerprint, now)


def test_choosing_people_keeps_what_is_written_meanwhile(cast, now):
    adaptation = adapt(cast, make_core(cast, now), now)
    opened = Adaptation.objects.get(pk=adaptation.pk)
    new = {**SPANISH, "subject": "Ayuda hasta las 22:00, 14 de diciembre, 5050"}
    write_adapted(adaptation, "email", "es", new, cast.tom, now)
    change_criteria(opened, AdaptationData(region=cast.iberia), cast.nuria, now)
    kept = Adaptation.objects.get(pk=adaptation.pk)
    assert (kept.subject_es, kept.region) == (new["subject"], cast.iberia)
