"""A page that was opened before something changed: nothing is confirmed or replaced unseen."""

import pytest

from communications.adaptations.queries.forms import statuses_of
from communications.adaptations.services.points import agree, ask_consent, drop_points
from communications.models import Adaptation, DroppedPoint, Message
from programmes.services.texts import write_text
from tests.communications.adaptations.making import POINTS, SPANISH, adapt, make_core
from tests.communications.adaptations.test_pages import PAGE, kept, post, text_of

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER, MAILBOX = POINTS.splitlines()[1:]
QUERY = "?form=email&language=es"
CORE_CHANGED = "The core message has changed since you opened this page."
POINTS_CHANGED = "The key points have changed since you opened this page."
SEEN = ("text_seen", "source_seen", "points_seen")


@pytest.fixture
def made(cast, now):
    return adapt(cast, make_core(cast, now), now)


def seen_on(page):
    return {name: page.context["form"][name].value() for name in SEEN}


def open_page(client, made, query=QUERY):
    return seen_on(client.get(f"{PAGE}/{made.pk}/edit/{query}"))


def change_core(cast, made, now, body):
    write_text(made.message, "en", {"subject": "Help", "body": body}, cast.ines, now)


def state_of(made):
    return statuses_of(Adaptation.objects.get(pk=made.pk))["email"]["es"].state


def test_a_text_is_not_confirmed_against_a_core_that_its_writer_never_saw(cast, now, made, as_user):
    nuria = as_user(cast.nuria)
    change_core(cast, made, now, "From 14 December, until 22:00. Call 5050 or write.")
    seen = open_page(nuria, made)
    change_core(cast, made, now, "From 14 December, until 22:00. Call 5050, never write.")
    typed = {**SPANISH, "body": f"{SPANISH['body']} O escribe.", **kept(0, 1, 2)}
    answer = post(nuria, f"{made.pk}/ready/{QUERY}", **typed, **seen)
    assert answer.status_code == 422
    shown = text_of(answer)
    assert CORE_CHANGED in shown
    assert "The core message has changed since this was written." in shown
    assert typed["body"] in shown
    assert state_of(made) == "stale"
    # Having seen it, they confirm.
    post(nuria, f"{made.pk}/ready/{QUERY}", **typed, **seen_on(answer))
    assert state_of(made) == "review"


@pytest.mark.parametrize("step", ["ready", "ask"])
def test_who_was_refused_is_in_no_conflict_with_themselves(cast, now, made, as_user, step):
    nuria = as_user(cast.nuria)
    wrong = {**SPANISH, "body": "Hasta las 23:00"}
    # Who asks with a key point left out asks for consent first, which is not refused.
    points = kept(0, 1, why_2="No mailbox") if step == "ready" else kept(0, 1, 2)
    typed = points | open_page(nuria, made)
    answer = post(nuria, f"{made.pk}/{step}/{QUERY}", **wrong, **typed)
    assert answer.status_code == 422
    again = kept(0, 1, why_2="No mailbox at all") | seen_on(answer)
    better = {**SPANISH, "subject": "Ayuda hasta las 22:00"}
    answer = post(nuria, f"{made.pk}/ready/{QUERY}", **better, **again)
    assert "The text is ready." in text_of(answer)
    assert Adaptation.objects.get().subject_es == better["subject"]
    assert DroppedPoint.objects.get().reason == "No mailbox at all"


def test_a_point_stays_the_same_wherever_it_stands(cast, now, made, as_user):
    nuria = as_user(cast.nuria)
    typed = {**SPANISH, **kept(0, 1, why_2="No mailbox"), **open_page(nuria, made)}
    Message.objects.update(key_points="\n".join(reversed(POINTS.splitlines())))
    post(nuria, f"{made.pk}/edit/{QUERY}", **typed)
    assert DroppedPoint.objects.get().point == MAILBOX


@pytest.mark.parametrize(
    "points", [POINTS.replace("5050", "6060"), f"{POINTS}\nThe old desk closes"]
)
def test_points_that_changed_are_shown_before_anything_is_saved(cast, now, made, as_user, points):
    nuria = as_user(cast.nuria)
    typed = {**SPANISH, "subject": "Otra", **kept(0, 1, why_2="No mailbox")}
    seen = open_page(nuria, made)
    Message.objects.update(key_points=points)
    answer = post(nuria, f"{made.pk}/edit/{QUERY}", **typed, **seen)
    assert answer.status_code == 422
    assert POINTS_CHANGED in text_of(answer)
    assert not DroppedPoint.objects.exists()
    assert Adaptation.objects.get().subject_es == SPANISH["subject"]
    rows = {point.text: keep.value() for point, keep, _why in answer.context["form"].rows_of_points}
    assert rows == {point: point != MAILBOX for point in points.splitlines()}


def test_an_old_page_leaves_the_points_that_others_left_out(cast, now, made, as_user):
    nuria = as_user(cast.nuria)
    seen = open_page(nuria, made)
    drop_points(made, {MAILBOX: "No mailbox"}, cast.nuria, now)
    ask_consent(made, now)
    agree(DroppedPoint.objects.get(), cast.ines, now)
    other = {**SPANISH, "subject": "Ayuda hasta las 22:00"}
    post(nuria, f"{made.pk}/edit/{QUERY}", **other, **kept(0, 1, 2), **seen)
    assert DroppedPoint.objects.get().is_agreed
    assert Adaptation.objects.get().subject_es == other["subject"]


def test_two_choices_of_points_are_not_mixed(cast, now, made, as_user):
    nuria = as_user(cast.nuria)
    seen = open_page(nuria, made)
    drop_points(made, {MAILBOX: "No mailbox"}, cast.tom, now)
    typed = {**SPANISH, **kept(0, 2, why_1="No telephone")}
    answer = post(nuria, f"{made.pk}/edit/{QUERY}", **typed, **seen)
    assert f"Left out now: “{MAILBOX}”. Save again to replace their choice." in text_of(answer)
    assert [one.point for one in DroppedPoint.objects.all()] == [MAILBOX]
    post(nuria, f"{made.pk}/edit/{QUERY}", **typed, **seen_on(answer))
    assert [one.point for one in DroppedPoint.objects.all()] == [NUMBER]
