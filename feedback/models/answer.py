"""What was answered. No time, no person, no sequence: see docs/decisions on anonymity."""

import uuid

from django.db import models

LONGEST_COMMENT = 1000  # letters


class AnswerValues(models.Model):
    """The values of one answer; each may be empty."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    segment = models.ForeignKey(
        "feedback.Segment", models.PROTECT, related_name="+", db_index=False
    )
    csat = models.PositiveSmallIntegerField(null=True)
    nps = models.PositiveSmallIntegerField(null=True)
    choice = models.ForeignKey(
        "feedback.Option", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True


class HeldAnswer(AnswerValues):
    """An answer as it came, for a few seconds: a job moves it on in random order.

    ``comment`` is sealed (see ``feedback.services.sealed_comments``), and empty if there is none.
    """

    comment = models.TextField(blank=True)

    def __str__(self) -> str:
        return "held answer"


class Answer(AnswerValues):
    """An answer where reports read. ``edition`` is the first edition that counts it.

    Editions are counted from ``answer_tally`` alone. An index holds no time and no order, but a
    copy of values: what is deleted must be wiped from it too (see ``services.edition``).
    """

    edition = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index("segment", "csat", "nps", "choice", name="answer_tally"),
            models.Index(
                "segment", condition=models.Q(edition__isnull=True), name="answer_waiting"
            ),
        ]

    def __str__(self) -> str:
        return "answer"


class WaitingComment(models.Model):
    """A comment that no edition shows yet, sealed, apart from its answer and its segment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="waiting_comments")
    sealed = models.TextField()

    def __str__(self) -> str:
        return "waiting comment"


class Comment(models.Model):
    """A comment that reports show from an edition on: from eight up, in lots, shuffled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="comments")
    text = models.TextField()
    edition = models.PositiveIntegerField()

    def __str__(self) -> str:
        return "comment"
