"""Taking apart what came together: answers and marks move on in random order, under new keys.

A row tells its age by its place in the table, its transaction and its key. So each move writes all
marks of a survey again in one transaction, and all answers that no edition counts yet in another;
what the database keeps of deleted rows is wiped behind them.
"""

import random
from collections.abc import Iterable, Mapping
from time import sleep
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model

from feedback.models import (
    Answer,
    Comment,
    HeldAnswer,
    Segment,
    SpentMark,
    Survey,
    WaitingComment,
)
from feedback.models.answer import AnswerValues
from feedback.services.answer import MARK
from feedback.services.sealed_comments import sealed_anew

BATCH = 1000
# How often, and each time for how long, a move asks SQLite for its log while readers hold it.
TRIES, WAIT_MILLISECONDS, PAUSE_SECONDS = 8, 100, 0.25
_shuffle = random.SystemRandom().shuffle


def move_held() -> int:
    """Move held answers to where reports read, and rewrite marks; return how many were moved.

    It may run in several workers at once: each survey is moved under a lock of its row. Marks come
    second: by then the mark of each moved answer is there to be rewritten. A mark that is new
    tells so itself, so that nothing is left behind if a worker dies in between.
    """
    moved = sum(_move_answers(pk) for pk in _surveys_with_held())
    rewritten = sum(_rewrite_marks(pk) for pk in _surveys_with_new_marks())
    if moved or rewritten:
        wipe()
    return moved


def lock(survey_id: int) -> Survey:
    """Lock a survey against other movers and publishers, not against those who answer."""
    return Survey.objects.select_for_update(no_key=True).get(pk=survey_id)


def _surveys_with_held() -> set[int]:
    """Return the surveys of answers that are held, or in a segment that has joined another."""
    joined = Segment.objects.exclude(joined=None)
    waiting = Answer.objects.filter(edition=None, segment__in=joined)
    answers = [HeldAnswer.objects.all(), waiting]
    return {pk for each in answers for (pk,) in each.values_list("segment__survey").distinct()}


def _surveys_with_new_marks() -> list[int]:
    marks = SpentMark.objects.exclude(nonce_hash="").order_by("survey")
    return list(marks.values_list("survey", flat=True).distinct())


@transaction.atomic
def _move_answers(survey_id: int) -> int:
    lock(survey_id)
    segments = dict(Segment.objects.filter(survey=survey_id).values_list("pk", "joined"))
    held = list(HeldAnswer.objects.filter(segment__in=segments))
    waiting = list(Answer.objects.filter(segment__in=segments, edition=None))
    _delete(HeldAnswer, [row.pk for row in held])
    _delete(Answer, [row.pk for row in waiting])
    _write_shuffled(Answer, [_copy_of(each, segments) for each in (*waiting, *held)])
    _reshuffle_comments(survey_id, [one.comment for one in held if one.comment])
    return len(held)


def _delete(model: type[Model], keys: Iterable[UUID]) -> None:
    """Delete exactly these rows: others have come meanwhile."""
    left = list(keys)
    for start in range(0, len(left), BATCH):
        model._default_manager.filter(pk__in=left[start : start + BATCH]).delete()


def _copy_of(values: AnswerValues, joined: Mapping[int, int | None]) -> Answer:
    """Return the same answer under a new key, where its segment is counted now."""
    return Answer(
        id=uuid4(),
        segment_id=joined[values.segment_id] or values.segment_id,
        csat=values.csat,
        nps=values.nps,
        choice_id=values.choice_id,
    )


def _reshuffle_comments(survey_id: int, new: Iterable[str]) -> None:
    waiting = WaitingComment.objects.filter(survey=survey_id)
    sealed = map(sealed_anew, [*waiting.values_list("sealed", flat=True), *new])
    rows = [WaitingComment(survey_id=survey_id, sealed=each) for each in sealed]
    waiting.delete()
    _write_shuffled(WaitingComment, rows)


def show_comments(survey_id: int, texts: Mapping[UUID, str], edition: int) -> None:
    """Let an edition show comments, by the keys under which they waited."""
    _delete(WaitingComment, texts)
    shown = [Comment(survey_id=survey_id, text=t, edition=edition) for t in texts.values()]
    _write_shuffled(Comment, shown)


Shuffled = list[Answer] | list[Comment] | list[WaitingComment]


def _write_shuffled(model: type[Model], rows: Shuffled) -> None:
    _shuffle(rows)
    model._default_manager.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def _rewrite_marks(survey_id: int) -> int:
    """Write all marks of a survey again, without the form's nonce.

    Whoever answers meanwhile waits for nothing; a form that is posted again waits for the end.
    """
    lock(survey_id)
    rewrite = {"postgresql": _rewrite_in_one_statement, "sqlite": _rewrite_in_two}
    return rewrite[connection.vendor](survey_id)


TAKE_OUT = "DELETE FROM feedback_spentmark WHERE survey_id = %s RETURNING mark"

# Sorted by random numbers of cryptographic strength; the sort ends before the first row is written.
REWRITE = """
WITH gone AS (DELETE FROM feedback_spentmark WHERE survey_id = %s RETURNING mark)
INSERT INTO feedback_spentmark (mark, survey_id, nonce_hash)
SELECT mark, %s, '' FROM gone ORDER BY gen_random_uuid()
"""


def _rewrite_in_one_statement(survey_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(REWRITE, [survey_id, survey_id])
        return int(cursor.rowcount)


def _rewrite_in_two(survey_id: int) -> int:
    """Do the same where nobody else can write; SQLite knows no DELETE within an INSERT."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OUT, [survey_id])
        marks = cursor.fetchall()
        _shuffle(marks)
        cursor.executemany(MARK, [(mark, survey_id, "") for (mark,) in marks])
    return len(marks)


WIPED = (HeldAnswer, Answer, WaitingComment, Comment, SpentMark)


def wipe() -> None:
    """Overwrite what the database keeps of rows that were deleted or changed."""
    if not connection.in_atomic_block:
        {"postgresql": _vacuum, "sqlite": empty_log}[connection.vendor]()


def wipe_leftovers() -> None:
    """Wipe what an earlier move could not, since somebody was still reading it."""
    if not connection.in_atomic_block:
        {"postgresql": _vacuum_leftovers, "sqlite": _empty_log_once}[connection.vendor]()


def _vacuum() -> None:
    """Remove dead rows, and their entries in indexes, which PostgreSQL would leave for later.

    They would hold values, and tell which came first.
    """
    with connection.cursor() as cursor:
        for model in WIPED:
            cursor.execute(f'VACUUM (INDEX_CLEANUP ON) "{model._meta.db_table}"')


def _vacuum_leftovers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT 1 FROM pg_stat_user_tables
            WHERE relid = ANY(%s::regclass[]) AND n_dead_tup > 0 LIMIT 1""",
            [[model._meta.db_table for model in WIPED]],
        )
        has_leftovers = cursor.fetchone()
    if has_leftovers:
        _vacuum()


def empty_log() -> bool:
    """Empty the log in which SQLite keeps what was written; return whether that succeeded.

    What is deleted SQLite overwrites in its file (``secure_delete``), but the log holds it still.
    A reader of an older state keeps the log from being emptied: it is asked for again, with pauses
    in which others may write, and once more at each run of the pump.
    """
    for _try in range(TRIES):
        if _empty_log_once():
            return True
        sleep(PAUSE_SECONDS)
    return False


def _empty_log_once() -> bool:
    """Try it while nobody can write; so it waits for readers much shorter than writers do."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (is_busy, *_pages) = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
    return not is_busy
