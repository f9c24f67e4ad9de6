"""Impacts as they are written: numbers, the trail, confirming, accepting, many at once."""

import html
import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError

from programmes.models import Service
from stakeholders.models import Impact, ImpactBatch, Persona, Role
from stakeholders.register.services.impact import confirm_impact
from tests.factories import ImpactFactory, PersonFactory, ProgrammeFactory, StreamFactory
from tests.world import make_streams

ROOT = "/p/one-it/people/impacts/"


@pytest.fixture
def shift(cast):
    PersonFactory.create_batch(2, site=cast.barcelona, job="Operator")
    return Persona.objects.create(
        programme=cast.programme, slug="shift", name_en="Shift", jobs=["Operator"]
    )


def typed(shift, **more):
    values = {"name": "One badge", "dimension": "tool", "severity": "3", "personas": [shift.pk]}
    return {**values, **more}


def entries(impact):
    return LogEntry.objects.get_for_object(impact).order_by("pk")


def test_numbers_are_given_once_in_a_programme(cast, as_user, shift):
    client = as_user(cast.ines)
    client.post(f"{ROOT}new/", typed(shift))
    first = Impact.objects.get()
    assert first.reference == "IMP-001"
    first.delete()
    client.post(f"{ROOT}new/", typed(shift))
    assert Impact.objects.get().reference == "IMP-002"
    other = ImpactFactory(programme=ProgrammeFactory())
    assert other.reference == "IMP-001"
    with pytest.raises(IntegrityError), transaction.atomic():
        Impact.objects.filter(pk=other.pk).update(programme=cast.programme, number=2)


def test_a_refused_impact_takes_no_number(cast, as_user, shift):
    client = as_user(cast.ines)
    answer = client.post(f"{ROOT}new/", typed(shift, offset_days="10", until_days="5"))
    assert "“Matters until” must not be before “Begins”." in answer.content.decode()
    client.post(f"{ROOT}new/", typed(shift))
    assert Impact.objects.get().number == 1


def test_each_field_is_kept_and_told_in_the_trail(cast, as_user, shift):
    service = Service.objects.create(programme=cast.programme, name="Access")
    client = as_user(cast.ines)
    more = {
        "wave": cast.wave2.pk,
        "offset_days": "-14",
        "until_days": "30",
        "owner": cast.tom.pk,
        "service": service.pk,
        "risk": "Nobody gets in",
    }
    client.post(f"{ROOT}new/", typed(shift, **more))
    made = Impact.objects.get()
    assert (made.wave, made.offset_days, made.until_days) == (cast.wave2, -14, 30)
    assert (made.owner, made.service, made.risk) == (cast.tom, service, "Nobody gets in")
    client.post(f"{ROOT}{made.pk}/edit/", typed(shift, **more, name="Two badges"))
    first, second = entries(made)
    assert (first.action, first.actor) == (LogEntry.Action.CREATE, cast.ines)
    assert first.changes_dict["wave"] == ["", "Wave 2"]
    assert second.changes_dict == {"name": ["One badge", "Two badges"]}
    client.post(f"{ROOT}{made.pk}/edit/", typed(shift, **more, name="Two badges"))
    assert entries(made).count() == 2
    shown = client.get(f"{ROOT}{made.pk}/").content.decode()
    for words in ("IMP-001", "Nobody gets in", "14 days before go-live", "Access"):
        assert words in shown


def test_a_wave_with_impacts_is_not_deleted(cast):
    ImpactFactory(programme=cast.programme, wave=cast.wave2)
    with pytest.raises(RestrictedError):
        cast.wave2.delete()


def test_removing_is_told_and_undone(cast, as_user):
    impact = ImpactFactory(programme=cast.programme)
    client = as_user(cast.ines)
    client.post(f"{ROOT}{impact.pk}/remove/")
    client.post(f"{ROOT}{impact.pk}/restore/")
    assert [one.action for one in entries(impact)] == [
        LogEntry.Action.DELETE,
        LogEntry.Action.UPDATE,
    ]


# Confirming


def test_a_stream_confirms_and_takes_it_back(cast, as_user, now, shift):
    streams = make_streams(cast, now)
    impact = ImpactFactory(programme=cast.programme, stream=streams["stream"], personas=[shift])
    samir = as_user(streams["samir"])
    said = samir.post(f"{ROOT}{impact.pk}/confirm/", follow=True).content.decode()
    assert "IMP-001 is confirmed." in said
    given = impact.confirmations.get()
    assert (given.region, given.by) == (None, streams["samir"])
    assert f"{ROOT}{impact.pk}/unconfirm/" in said
    samir.post(f"{ROOT}{impact.pk}/unconfirm/")
    assert not impact.confirmations.exists()
    assert [one.changes_dict["confirmations"] for one in entries(impact)] == [
        ["", "Desk"],
        ["Desk", ""],
    ]


def test_a_region_confirms_for_itself_alone(cast, as_user, shift):
    impact = ImpactFactory(programme=cast.programme, personas=[shift])
    rosa = as_user(cast.rosa)
    rosa.post(f"{ROOT}{impact.pk}/confirm/{cast.iberia.pk}/")
    assert impact.confirmations.get().region == cast.iberia
    assert rosa.post(f"{ROOT}{impact.pk}/confirm/{cast.china.pk}/").status_code == 404
    assert rosa.post(f"{ROOT}{impact.pk}/confirm/").status_code == 403
    assert as_user(cast.ines).post(f"{ROOT}{impact.pk}/confirm/").status_code == 403


def test_a_change_asks_for_a_new_confirmation_but_an_owner_does_not(cast, as_user, shift, wait):
    impact = ImpactFactory(programme=cast.programme, name="One badge", personas=[shift])
    rosa, ines = as_user(cast.rosa), as_user(cast.ines)
    as_user(cast.rosa).post(f"{ROOT}{impact.pk}/confirm/{cast.iberia.pk}/")
    assert rosa.get(f"{ROOT}{impact.pk}/").context["words"][0].is_given
    values = typed(shift, name="One badge", owner=cast.tom.pk)
    ines.post(f"{ROOT}{impact.pk}/edit/", {**values, "dimension": "tool"})
    assert rosa.get(f"{ROOT}{impact.pk}/").context["words"][0].is_given
    wait(seconds=1)
    ines.post(f"{ROOT}{impact.pk}/edit/", {**values, "severity": "4"})
    word = rosa.get(f"{ROOT}{impact.pk}/").context["words"][0]
    assert (word.is_given, word.is_stale) == (False, True)


# Accepting


def test_accepting_needs_a_reason_and_is_undone(cast, as_user, shift):
    impact = ImpactFactory(programme=cast.programme, severity=4, personas=[shift])
    client = as_user(cast.ines)
    said = client.post(f"{ROOT}{impact.pk}/accept/", {"why": " "}, follow=True).content.decode()
    assert "Enter why it needs no action." in said
    client.post(f"{ROOT}{impact.pk}/accept/", {"why": "It is in the contract"})
    impact.refresh_from_db()
    assert (impact.accepted_by, impact.accepted_why) == (cast.ines, "It is in the contract")
    assert "It is in the contract" in client.get(f"{ROOT}{impact.pk}/").content.decode()
    client.post(f"{ROOT}{impact.pk}/unaccept/")
    impact.refresh_from_db()
    assert (impact.accepted_at, impact.accepted_by, impact.accepted_why) == (None, None, "")


# Several at once


@pytest.fixture
def three(cast, shift):
    return [ImpactFactory(programme=cast.programme, personas=[shift]) for _ in range(3)]


def bulk(client, impacts, **values):
    data = {"impacts": [one.pk for one in impacts], **values}
    return client.post(f"{ROOT}bulk/", data, follow=True).content.decode()


def test_several_change_together_and_are_undone_as_one(cast, as_user, three):
    client = as_user(cast.ines)
    asked = client.get(f"{ROOT}bulk/", {"impacts": [one.pk for one in three[:2]]})
    assert "Change 2 impacts" in asked.content.decode()
    Impact.objects.filter(pk=three[0].pk).update(until_days=9)
    said = bulk(client, three[:2], owner=cast.tom.pk, wave=cast.wave2.pk, until_days="0")
    assert "2 impacts changed." in said
    held = Impact.objects.order_by("pk").values_list("owner", "wave", "until_days")
    changed = (cast.tom.pk, cast.wave2.pk, 0)
    assert list(held) == [changed, changed, (None, None, None)]
    assert entries(three[0]).get().changes_dict["until_days"] == ["9", "0"]
    batch = ImpactBatch.objects.get()
    said = client.post(f"{ROOT}bulk/{batch.pk}/undo/", follow=True).content.decode()
    assert "2 impacts restored." in said
    assert list(held.all()) == [(None, None, 9), (None, None, None), (None, None, None)]


def test_who_may_no_longer_write_an_impact_undoes_nothing_of_it(cast, now, as_user, three):
    streams = make_streams(cast, now)
    Impact.objects.update(stream=streams["stream"])
    client = as_user(streams["samir"])
    bulk(client, three[:1], until_days="3")
    batch = ImpactBatch.objects.get()
    Impact.objects.filter(pk=three[0].pk).update(stream=streams["other-stream"])
    assert client.post(f"{ROOT}bulk/{batch.pk}/undo/").status_code == 403
    assert Impact.objects.get(pk=three[0].pk).until_days == 3


def test_an_undone_change_leaves_what_was_confirmed_confirmed(cast, as_user, three, now, wait):
    client, impact = as_user(cast.ines), three[0]
    Impact.objects.update(changed_at=now)
    confirm_impact(impact, cast.iberia, cast.rosa, now)
    wait(seconds=1)
    bulk(client, [impact], until_days="9")
    assert Impact.objects.get(pk=impact.pk).changed_at > now
    client.post(f"{ROOT}bulk/{ImpactBatch.objects.get().pk}/undo/")
    assert Impact.objects.get(pk=impact.pk).changed_at == now
    # What somebody changed in between is not what was confirmed.
    bulk(client, [impact], until_days="9")
    later = Impact.objects.get(pk=impact.pk).changed_at + timedelta(seconds=5)
    Impact.objects.filter(pk=impact.pk).update(after="Another desk", changed_at=later)
    client.post(f"{ROOT}bulk/{ImpactBatch.objects.latest('pk').pk}/undo/")
    assert Impact.objects.get(pk=impact.pk).changed_at != now


def test_a_bulk_edit_and_its_undo_lead_back_to_the_list_as_it_was(cast, as_user, three):
    client, listed = as_user(cast.ines), "/p/one-it/people/impacts/list/?severity=3"
    assert f'name="next" value="{listed}"' in client.get(listed).content.decode()
    chosen = {"impacts": [three[0].pk], "next": listed}
    page = client.get(f"{ROOT}bulk/", chosen).content.decode()
    assert f'name="next" value="{listed}"' in page
    assert f'href="{listed}"' in page
    assert client.post(f"{ROOT}bulk/", {**chosen, "until_days": "9"}).url == listed
    undo = re.search(r"[^\"]*/undo/[^\"]*", client.get(listed).content.decode())[0]
    assert client.post(html.unescape(undo)).url == listed
    away = {**chosen, "next": "//evil.example/", "until_days": "8"}
    assert client.post(f"{ROOT}bulk/", away).url == "/p/one-it/people/impacts/list/"


def test_undo_leaves_what_was_changed_since(cast, as_user, three):
    client = as_user(cast.ines)
    bulk(client, three, accepted_why="Known")
    assert Impact.objects.filter(accepted_by=cast.ines, accepted_why="Known").count() == 3
    client.post(f"{ROOT}{three[0].pk}/accept/", {"why": "Better known"})
    batch = ImpactBatch.objects.get()
    said = client.post(f"{ROOT}bulk/{batch.pk}/undo/", follow=True).content.decode()
    assert "2 impacts restored. 1 has changed since and stays as it is." in said
    assert Impact.objects.get(accepted_at__isnull=False).accepted_why == "Better known"
    client.post(f"{ROOT}bulk/{batch.pk}/undo/")
    assert Impact.objects.get(accepted_at__isnull=False).accepted_why == "Better known"


def test_a_value_that_one_cannot_take_changes_none(cast, as_user, three):
    Impact.objects.filter(pk=three[1].pk).update(offset_days=30)
    said = bulk(as_user(cast.ines), three, until_days="10")
    assert "IMP-002: “Matters until” must not be before “Begins”." in said
    assert not Impact.objects.filter(until_days=10).exists()


def test_bulk_edits_say_what_is_missing(cast, as_user, three):
    client = as_user(cast.ines)
    assert "Choose impacts first." in bulk(client, [])
    assert "Enter at least one change." in bulk(client, three)
    both = bulk(client, three, owner=cast.tom.pk, empty=["owner"])
    assert "Enter a value or clear it, not both." in both


def test_a_leader_changes_own_impacts_alone(cast, as_user, three, now):
    streams = make_streams(cast, now)
    Impact.objects.filter(pk=three[0].pk).update(stream=streams["stream"])
    samir = as_user(streams["samir"])
    data = {"impacts": [one.pk for one in three], "until_days": "5"}
    assert "1 impact changed." in bulk(samir, three, until_days="5")
    assert Impact.objects.get(until_days=5) == three[0]
    streams["samir"].roles.create(
        programme=cast.programme, kind=Role.Kind.REGIONAL_IT_MANAGER, region=cast.iberia
    )
    assert samir.post(f"{ROOT}bulk/", data).status_code == 403
    listed = samir.get(f"{ROOT}list/").content.decode()
    assert re.findall(r'name="impacts"\s+value="(\d+)"', listed) == [str(three[0].pk)]


# Duplicates


def test_likely_duplicates_are_shown_while_typing(cast, as_user):
    ImpactFactory(programme=cast.programme, name="One badge for each door")
    ImpactFactory(programme=cast.programme, name="A new laptop")
    client = as_user(cast.ines)
    said = client.get(f"{ROOT}alike/", {"name": "One bagde for every door"}).content.decode()
    assert "IMP-001 One badge for each door" in said
    assert "laptop" not in said
    assert "IMP-001" not in client.get(f"{ROOT}alike/", {"name": "Printing"}).content.decode()
    own = {"name": "A new laptop", "besides": Impact.objects.get(number=2).pk}
    assert "IMP-002" not in client.get(f"{ROOT}alike/", own).content.decode()


def test_without_scripts_a_button_looks_for_duplicates_and_keeps_what_is_typed(
    cast, as_user, shift
):
    ImpactFactory(programme=cast.programme, name="One badge")
    data = typed(shift, name="One badge!", before="Keys", look="1")
    said = as_user(cast.ines).post(f"{ROOT}new/", data).content.decode()
    assert "IMP-001 One badge" in said
    assert "Keys" in said
    assert Impact.objects.count() == 1


def test_streams_of_others_are_not_taken(cast, as_user, shift):
    other = StreamFactory(programme=ProgrammeFactory())
    answer = as_user(cast.ines).post(f"{ROOT}new/", typed(shift, stream=other.pk))
    assert answer.status_code == 200
    assert not Impact.objects.exists()


def test_a_text_that_no_page_could_show_is_refused_and_kept(cast, as_user, shift):
    client = as_user(cast.ines)
    for name in ("before", "after", "benefit", "risk"):
        page = client.post(f"{ROOT}new/", typed(shift, **{name: 2001 * "x"})).content.decode()
        assert "has 2,001 characters. Shorten it to at most 2,000." in page, name
        assert 2001 * "x" in page
    assert not Impact.objects.exists()
    assert client.post(f"{ROOT}new/", typed(shift, risk=2000 * "x")).status_code == 302


# Two at once


def opened(client, impact):
    """Return what the form of an impact holds when it is opened."""
    form = client.get(f"{ROOT}{impact.pk}/edit/").context["form"]
    held = {field.html_name: field.value() for field in form}
    return {name: value for name, value in held.items() if value not in (None, "")}


def test_the_second_of_two_sees_both_and_overwrites_nothing(cast, as_user, shift):
    impact = ImpactFactory(programme=cast.programme, personas=[shift], sites=[cast.barcelona])
    ines, tom = as_user(cast.ines), as_user(cast.tom)
    first, second = opened(ines, impact), opened(tom, impact)
    sent = {**first, "benefit": "No keys", "severity": "4", "sites": [cast.shanghai.pk]}
    assert ines.post(f"{ROOT}{impact.pk}/edit/", sent).status_code == 302
    mine = {**second, "benefit": "Less paper", "wave": cast.wave2.pk}
    answer = tom.post(f"{ROOT}{impact.pk}/edit/", mine)
    page = answer.content.decode()
    assert f"{cast.ines} has changed this text since you opened it." in page
    theirs = {str(label): text for label, text in answer.context["form"].theirs}
    assert theirs == {
        "Severity": "very high",
        "Benefit": "No keys",
        "Sites": "Shanghai",
        "Wave": "",
    }
    assert "Less paper</textarea>" in page
    impact.refresh_from_db()
    assert (impact.benefit, impact.severity, impact.wave) == ("No keys", 4, None)
    assert entries(impact).count() == 1


def test_who_has_seen_both_may_save(cast, as_user, shift):
    impact = ImpactFactory(programme=cast.programme, personas=[shift])
    client = as_user(cast.ines)
    mine = opened(client, impact)
    Impact.objects.update(benefit="No keys")
    answer = client.post(f"{ROOT}{impact.pk}/edit/", {**mine, "benefit": "Less paper"})
    assert "Someone else has changed this text since" in answer.content.decode()
    seen = answer.context["form"]["text_seen"].value()
    again = {**mine, "benefit": "No keys, less paper", "text_seen": seen}
    assert client.post(f"{ROOT}{impact.pk}/edit/", again).status_code == 302
    impact.refresh_from_db()
    assert impact.benefit == "No keys, less paper"
    assert entries(impact).get().changes_dict == {"benefit": ["No keys", "No keys, less paper"]}


def test_an_acceptance_meanwhile_is_kept(cast, as_user, shift):
    """The form does not hold it, and neither takes it away nor stumbles over it."""
    impact = ImpactFactory(programme=cast.programme, personas=[shift])
    client = as_user(cast.ines)
    mine = opened(client, impact)
    as_user(cast.tom).post(f"{ROOT}{impact.pk}/accept/", {"why": "Known"})
    answer = client.post(f"{ROOT}{impact.pk}/edit/", {**mine, "benefit": "Less paper"})
    assert answer.status_code == 302
    impact.refresh_from_db()
    assert (impact.benefit, impact.accepted_why) == ("Less paper", "Known")
