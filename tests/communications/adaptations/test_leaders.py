"""What leaders of streams adapt, and what they see of drafts: their own, and nothing else."""

import pytest

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    change_criteria,
    write_adapted,
)
from communications.messages.queries.adaptation_list import adaptations_in
from communications.models import Adaptation
from programmes.models import Service, Stream, TextState
from programmes.services.texts import mark, write_text
from stakeholders.accounts.access import scope_of
from stakeholders.models import Role, User
from tests.communications.adaptations.making import SPANISH, adapt, approve_adapted, make_core
from tests.communications.adaptations.test_pages import PAGE, kept, post, text_of
from tests.communications.making import approve

pytestmark = pytest.mark.django_db(transaction=True)
EDITED = "This message is being edited. It can be adapted once the new version is approved."


@pytest.fixture
def samir(cast):
    """Lead the stream of the desk."""
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    user = User.objects.create_user("samir@onelift.example", first_name="Samir", last_name="Test")
    kind = Role.Kind.STREAM_LEADER
    Role.objects.create(user=user, programme=cast.programme, kind=kind, stream=stream)
    return user


def make_led(cast, now, samir, **data):
    """Return an approved core about a service of Samir's stream."""
    message = make_core(cast, now, **data)
    stream = Stream.objects.get()
    message.services.add(
        Service.objects.create(programme=cast.programme, name="Desk", stream=stream)
    )
    approve(cast, message, now)
    return message


def adding(message):
    return f"/p/one-it/messages/{message.pk}/for/"


def edit_core(message, cast, now):
    """Let somebody write another English, which nobody has approved."""
    values = {"subject": "Until 23:00, not out yet", "body": "A body that is not out yet. 5050"}
    write_text(message, "en", values, cast.ines, now)
    message.purpose = "A purpose that is not out yet"
    message.sender = "A sender that is not out yet"
    message.key_points = "A point that is not out yet"
    message.save()


def test_a_leader_adapts_what_concerns_their_stream(cast, now, samir, as_user):
    message, other = make_led(cast, now, samir), make_core(cast, now)
    approve(cast, other, now)
    client = as_user(samir)
    assert "Adapt message" in text_of(client.get(f"/p/one-it/messages/{message.pk}/"))
    client.post(adding(message), {"site": cast.shanghai.pk, "has_email": "on"})
    made = Adaptation.objects.get()
    assert made.written_by == samir
    page = text_of(client.get(f"{PAGE}/{made.pk}/edit/?form=email&language=es"))
    assert "From 14 December, until 22:00. Call 5050." in page
    typed = {**SPANISH, **kept(0, 1, why_2="No mailbox")}
    post(client, f"{made.pk}/ready/?form=email&language=es", **typed)
    answer = post(client, f"{made.pk}/ask/?form=email&language=es", **typed)
    assert "is asked to agree, by email" in text_of(answer)
    assert SPANISH["body"] in text_of(client.get(f"{PAGE}/{made.pk}/"))
    assert "Desde el 14" in client.get(f"{PAGE}/{made.pk}/preview/").content.decode()
    assert str(made) in text_of(client.get(f"/p/one-it/messages/{message.pk}/"))
    assert client.get(adding(other)).status_code == 404


def test_a_leader_sees_no_draft_of_anybody_else(cast, now, samir, as_user):
    message = make_led(cast, now, samir)
    made = adapt(cast, message, now)
    client = as_user(samir)
    scope = scope_of(samir, cast.programme)
    for path in ("", "edit/", "people/", "preview/", "poster/"):
        assert client.get(f"{PAGE}/{made.pk}/{path}").status_code == 404
    assert adaptations_in(message, scope) == []
    version = approve_adapted(cast, made, now)
    draft = {"subject": "Borrador 22:00", "body": "Un borrador de Nuria, 14, 22:00, 5050"}
    write_adapted(made, "email", "es", draft, cast.nuria, now)
    write_adapted(made, "email", "zh-hans", draft, cast.nuria, now)
    change_criteria(made, AdaptationData(site=cast.shanghai), cast.nuria, now)
    page = client.get(f"{PAGE}/{made.pk}/")
    shown = text_of(page)
    assert SPANISH["body"] in shown
    assert "Borrador" not in shown
    assert "Shanghai" not in shown
    assert [(str(s.adaptation), s.people) for s in page.context["shares"]] == [
        ("Barcelona", 3),
        ("None", 3),
    ]
    assert dict(page.context["shares"][0].languages) == {"es": 3}
    assert [str(line.adaptation) for line in adaptations_in(message, scope)] == ["Barcelona"]
    assert client.get(f"{PAGE}/{made.pk}/edit/").status_code == 403
    assert client.get(f"{PAGE}/{made.pk}/people/").status_code == 403
    assert client.get(f"{PAGE}/{made.pk}/preview/").status_code == 404
    for language in ("es", "zh-hans"):
        call_ready(made, "email", language, cast.nuria, now)
    asked = deciding.ask(made, cast.nuria, now)
    assert "Shanghai" not in text_of(client.get(f"{PAGE}/{made.pk}/"))
    lines = [(line.adaptation.pk, line.state) for line in adaptations_in(message, scope)]
    assert lines == [(made.pk, "approved")]
    assert (version.state, asked.state) == ("approved", "waiting")


@pytest.mark.parametrize("reader", ["samir", "rosa"])
def test_who_reads_no_drafts_waits_until_a_core_is_approved(cast, now, samir, reader, as_user):
    user = samir if reader == "samir" else cast.rosa
    message = make_led(cast, now, samir)
    made = adapt(cast, message, now, user=user)
    edit_core(message, cast, now)
    client, typed = as_user(user), {**SPANISH, **kept(0, 1, 2), "body": "Texto 14, 22:00, 5050"}
    answers = [
        client.get(adding(message)),
        client.post(adding(message), {"site": cast.barcelona.pk, "persona": ""}),
        client.get(f"{PAGE}/{made.pk}/edit/"),
        *(
            client.post(f"{PAGE}/{made.pk}/{step}/?form=email&language=es", typed)
            for step in ("edit", "ready", "ask")
        ),
        client.post(f"{PAGE}/{made.pk}/people/", {"site": cast.barcelona.pk}),
        client.get(f"{PAGE}/{made.pk}/"),
        client.get(f"{PAGE}/{made.pk}/preview/"),
    ]
    for answer in answers:
        assert "not out yet" not in text_of(answer)
    assert [answer.status_code for answer in answers] == [
        200,
        422,
        200,
        422,
        422,
        422,
        422,
        200,
        200,
    ]
    assert all(EDITED in text_of(answer) for answer in answers[:7])
    assert all(typed["body"] in text_of(answer) for answer in answers[3:6])
    assert Adaptation.objects.get().body_es == SPANISH["body"]
    mark(message, "en", TextState.State.REVIEW, cast.ines, now)
    approve(cast, message, now)
    assert "A body that is not out yet" in text_of(client.get(f"{PAGE}/{made.pk}/edit/"))


def test_heads_are_those_of_the_approved_audience(cast, now, samir, as_user):
    message = make_led(cast, now, samir)
    made = adapt(cast, message, now, user=samir)
    message.audience.sites.set([cast.barcelona])
    page = as_user(samir).get(f"{PAGE}/{made.pk}/")
    assert [one.people for one in page.context["shares"]] == [3, 3]
    page = as_user(cast.ines).get(f"{PAGE}/{made.pk}/")
    assert [one.people for one in page.context["shares"]] == [3, 0]


def test_a_leader_of_a_region_sees_its_drafts_too(cast, now, samir, as_user):
    message = make_led(cast, now, samir)
    own = adapt(cast, message, now)
    theirs = adapt(cast, message, now, user=cast.tom, texts={}, site=cast.shanghai)
    kind = Role.Kind.REGIONAL_IT_MANAGER
    Role.objects.create(user=samir, programme=cast.programme, kind=kind, region=cast.iberia)
    client = as_user(samir)
    assert client.get(f"{PAGE}/{own.pk}/edit/").status_code == 200
    assert client.get(f"{PAGE}/{theirs.pk}/edit/").status_code == 404


def test_a_cio_who_leads_a_stream_adapts_what_concerns_it(cast, now, samir, as_user):
    message, other = make_led(cast, now, samir), make_core(cast, now)
    made = adapt(cast, other, now)
    kind, stream = Role.Kind.STREAM_LEADER, Stream.objects.get()
    Role.objects.create(user=cast.claire, programme=cast.programme, kind=kind, stream=stream)
    client = as_user(cast.claire)
    assert client.get(adding(message)).status_code == 200
    assert client.get(adding(other)).status_code == 403
    assert "Adapt message" not in text_of(client.get(f"/p/one-it/messages/{other.pk}/"))
    assert client.get(f"{PAGE}/{made.pk}/edit/").status_code == 403
