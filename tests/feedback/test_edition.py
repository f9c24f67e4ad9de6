import threading
from datetime import timedelta

import pytest
from django.db import connection

from communications.models import Heartbeat, State
from feedback import tasks
from feedback.models import Answer, Comment, HeldAnswer, SpentMark
from feedback.services.edition import (
    close_ended,
    has_ended,
    move_held,
    publish,
    publish_all,
    publish_surveys,
)
from feedback.services.sealed_comments import seal, unseal
from feedback.suppression import AnswerGroup, group_of
from tests import factories


def answer_all(asked, invitations, **values):
    for invitation in invitations:
        asked.answer(invitation, **values)


def figures(survey):
    edition = survey.editions.first()
    return {group_of(f): f for f in edition.figures} if edition else {}


@pytest.fixture
def madrid(cast):
    site = factories.SiteFactory(name="Madrid", region=cast.iberia)
    factories.place(cast.wave1, site)
    return site


def test_moved_answers_have_new_keys_and_comments_stand_apart(asked, cast):
    invitations = asked.ask(cast.barcelona, 5)
    for number, invitation in enumerate(invitations, start=1):
        asked.answer(invitation, csat=number, comment=f"comment {number}")
    held = set(HeldAnswer.objects.values_list("pk", flat=True))
    assert move_held() == 5
    assert not HeldAnswer.objects.exists()
    assert not held & set(Answer.objects.values_list("pk", flat=True))
    assert sorted(Answer.objects.values_list("csat", flat=True)) == [1, 2, 3, 4, 5]
    sealed = asked.survey.waiting_comments.values_list("sealed", flat=True)
    assert sorted(map(unseal, sealed)) == [f"comment {number}" for number in range(1, 6)]
    assert not Comment.objects.exists()


def test_order_of_rows_says_nothing_of_the_order_of_answers(asked, cast):
    """Each answer is moved alone; the last one must not always stand last in the table."""
    invitations = asked.ask(cast.barcelona, 12)
    last_rows = set()
    for number, invitation in enumerate(invitations):
        asked.answer(invitation, nps=number % 11, csat=3 if number < 11 else 5)
        move_held()
    table = Answer._meta.db_table
    for _ in range(25):
        asked_again = asked.ask(cast.barcelona, 1)
        asked.answer(asked_again[0], csat=1)
        move_held()
        with connection.cursor() as cursor:
            place = "rowid" if connection.vendor == "sqlite" else "ctid"
            cursor.execute(f"SELECT csat FROM {table} ORDER BY {place} DESC LIMIT 1")
            last_rows.add(cursor.fetchone()[0])
    assert last_rows != {1}


@pytest.mark.django_db(transaction=True)
def test_five_pumps_at_once_move_each_answer_once(asked, cast, now):
    answer_all(asked, asked.ask(cast.barcelona, 30), csat=4, comment="Fine")
    start, errors = threading.Barrier(5), []

    def pump():
        start.wait()
        try:
            publish_surveys(now)
        except Exception as error:  # noqa: BLE001 - it is asserted below
            errors.append(error)
        connection.close()

    threads = [threading.Thread(target=pump) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Answer.objects.count() == Comment.objects.count() == 30
    assert asked.survey.editions.count() == 1
    assert (
        figures(asked.survey)[AnswerGroup(cast.wave1.pk, cast.iberia.pk, cast.barcelona.pk)]["n"]
        == 30
    )


def test_four_answers_publish_nothing_and_five_do(asked, cast, now):
    invitations = asked.ask(cast.barcelona, 6)
    answer_all(asked, invitations[:4], csat=4)
    publish_surveys(now)
    assert figures(asked.survey) == {}
    answer_all(asked, invitations[4:5], csat=5, nps=10)
    publish_surveys(now)
    group = AnswerGroup(cast.wave1.pk, cast.iberia.pk, cast.barcelona.pk)
    shown = figures(asked.survey)[group]
    assert (shown["n"], shown["csat"], shown["nps"]) == (5, {"4": 4, "5": 1}, {})
    answer_all(asked, invitations[5:], csat=1)
    publish_surveys(now)
    assert asked.survey.editions.count() == 1


def test_question_that_few_answered_waits_for_more(asked, cast, now):
    invitations = asked.ask(cast.barcelona, 12)
    answer_all(asked, invitations[:3], csat=4, nps=10)
    answer_all(asked, invitations[3:6], csat=4)
    publish_surveys(now)
    answer_all(asked, invitations[6:], csat=4, nps=3)
    publish_surveys(now)
    (shown,) = figures(asked.survey).values()
    assert shown["nps"] == {"promoters": 3, "detractors": 6}


def test_group_without_gain_keeps_its_figures(asked, cast, madrid, now):
    first = asked.ask(cast.barcelona, 7)
    second = asked.ask(madrid, 5)
    answer_all(asked, first[:5], csat=4)
    publish_surveys(now)
    answer_all(asked, first[5:], csat=1)
    answer_all(asked, second, csat=2)
    publish_surveys(now)
    shown = {group.site: f["csat"] for group, f in figures(asked.survey).items()}
    assert shown == {cast.barcelona.pk: {"4": 5}, madrid.pk: {"2": 5}}
    assert asked.survey.editions.first().number == 2


def test_comments_are_read_from_eight_up_and_then_in_lots(asked, cast, now):
    invitations = asked.ask(cast.barcelona, 13)
    answer_all(asked, invitations[:7], csat=4, comment="a")
    publish_surveys(now)
    published = Comment.objects.all()
    assert not published.exists()
    answer_all(asked, invitations[7:8], csat=4, comment="b")
    publish_surveys(now)
    assert published.count() == 8
    answer_all(asked, invitations[8:12], csat=4, comment="c")
    publish_surveys(now)
    assert published.count() == 8
    answer_all(asked, invitations[12:], csat=4, comment="d")
    publish_surveys(now)
    assert published.count() == 13


def test_comments_say_nothing_while_they_wait(settings):
    short, long = seal("No."), seal("é" * 1000)
    assert len(short) == len(long) < 8_000
    assert seal("No.") != short
    assert seal("") == ""
    assert [unseal(each) for each in (short, long)] == ["No.", "é" * 1000]


def test_comments_outlive_a_new_key_and_wait_for_a_lost_one(asked, cast, now, settings):
    first, invitations = settings.SECRET_KEY, asked.ask(cast.barcelona, 9)
    answer_all(asked, invitations[:4], csat=4, comment="a")
    publish_surveys(now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "second", [first]
    answer_all(asked, invitations[4:7], csat=4, comment="b")
    publish_surveys(now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "third", [first]
    answer_all(asked, invitations[7:], csat=4, comment="c")
    publish_surveys(now)
    assert not Comment.objects.exists()
    assert asked.survey.waiting_comments.count() == 9
    settings.SECRET_KEY_FALLBACKS = [first, "second"]
    publish_surveys(now)
    assert sorted(Comment.objects.values_list("text", flat=True)) == [*"aaaabbbcc"]
    assert not asked.survey.waiting_comments.exists()


def test_survey_ends_when_its_last_link_has_expired(asked, cast, now):
    asked.ask(cast.barcelona, 5)
    end = now + timedelta(days=14)
    cast.wave2.delete()
    assert not has_ended(asked.survey, end - timedelta(seconds=1))
    assert has_ended(asked.survey, end)


def test_survey_with_a_later_wave_or_open_deliveries_goes_on(asked, cast, now):
    asked.ask(cast.barcelona, 5)
    assert not has_ended(asked.survey, now + timedelta(days=20))  # wave 2 goes live in January
    asked.plan(cast.barcelona, 1, state=State.PLANNED)
    assert not has_ended(asked.survey, now + timedelta(days=200))


def test_remnants_count_in_the_smallest_group_that_is_large_enough(asked, cast, madrid, now):
    later = now + timedelta(days=200)
    answer_all(asked, asked.ask(cast.barcelona, 8), csat=4)
    publish_surveys(now)
    answer_all(asked, asked.ask(cast.barcelona, 3), csat=1)
    answer_all(asked, asked.ask(madrid, 5)[:2], csat=2)
    answer_all(asked, asked.ask(cast.shanghai, 5)[:4], csat=3)
    publish_surveys(later)
    shown = {tuple(group): f["csat"] for group, f in figures(asked.survey).items()}
    wave, iberia = cast.wave1.pk, cast.iberia.pk
    assert shown == {
        (wave, iberia, cast.barcelona.pk): {"4": 8},
        (wave, iberia, None): {"1": 3, "2": 2},
    }
    asked.survey.refresh_from_db()
    assert asked.survey.closed_at == later
    assert Answer.objects.filter(edition=None).count() == 4
    assert close_ended(later) == 0


def test_remnants_of_two_waves_count_in_the_total(asked, cast, now):
    answer_all(asked, asked.ask(cast.barcelona, 5)[:2], csat=1)
    answer_all(asked, asked.ask(cast.shanghai, 5)[:3], csat=3)
    publish_surveys(now + timedelta(days=200))
    assert {tuple(g): f["n"] for g, f in figures(asked.survey).items()} == {(None, None, None): 5}


def test_who_is_asked_after_the_close_opens_the_survey_again(asked, cast, now):
    asked.ask(cast.barcelona, 5)
    publish_surveys(now + timedelta(days=200))
    asked.survey.refresh_from_db()
    assert asked.survey.closed_at
    asked.ask(cast.shanghai, 5)
    asked.survey.refresh_from_db()
    assert asked.survey.closed_at is None


def test_larger_k_holds_more_back(asked, cast, now):
    asked.survey.smallest_group = 10
    asked.survey.save()
    answer_all(asked, asked.ask(cast.barcelona, 9), csat=4)
    publish_surveys(now)
    assert figures(asked.survey) == {}


def test_pump_says_that_it_ran(asked, cast):
    answer_all(asked, asked.ask(cast.barcelona, 5), csat=4)
    tasks.pump()
    assert Heartbeat.objects.filter(name="feedback").exists()
    assert asked.survey.editions.count() == 1
    assert publish(asked.survey, asked.now) is None
    assert publish_all(asked.now) == 0
    assert SpentMark.objects.filter(nonce_hash="").count() == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.services  # looks into PostgreSQL's pages
def test_nothing_of_a_moved_answer_stays_behind_in_an_index(asked, cast):
    """In a large table PostgreSQL would leave a few dead entries for later, with their values."""
    first, second = asked.ask(cast.barcelona, 2)
    asked.answer(first, csat=1)
    move_held()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pageinspect'")
        if not cursor.fetchone():
            pytest.skip("this server comes without pageinspect")
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pageinspect")
        cursor.execute(
            """INSERT INTO feedback_answer (id, segment_id, csat, edition)
            SELECT gen_random_uuid(), segment_id, 3, 1
            FROM feedback_answer, generate_series(1, 20000)"""
        )
        cursor.execute("VACUUM feedback_answer")
        asked.answer(second, csat=2)
        move_held()
        for index in ("answer_tally", "answer_waiting"):
            cursor.execute(LEAVES, {"index": index})
            ((entries, live),) = cursor.fetchall()
            assert entries == live


LEAVES = """
WITH pages AS (
    SELECT generate_series(1, pg_relation_size(%(index)s) / 8192 - 1) AS page
), leaves AS (
    SELECT page, btpo_next FROM pages, bt_page_stats(%(index)s, page::integer) WHERE type = 'l'
), items AS (
    SELECT item.* FROM leaves, bt_page_items(%(index)s, page::integer) item
    WHERE btpo_next = 0 OR itemoffset > 1
)
SELECT sum(coalesce(cardinality(tids), 1)), (
    SELECT count(*) FROM feedback_answer WHERE %(index)s = 'answer_tally' OR edition IS NULL
) FROM items
"""
