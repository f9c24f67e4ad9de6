"""What was answered. No time, no person, no sequence: see docs/decisions on anonymity."""

import uuid

from django.db import models


class AnswerValues(models.Model):
    """The values of one answer; each may be empty."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    segment = models.ForeignKey("feedback.Segment", models.PROTECT, related_name="+")
    csat = models.PositiveSmallIntegerField(null=True)
    nps = models.PositiveSmallIntegerField(null=True)
    choice = models.ForeignKey("feedback.Option", models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class HeldAnswer(AnswerValues):
    """An answer as it came, for a few seconds: a job moves it on in random order."""

    comment = models.TextField(blank=True)

    def __str__(self) -> str:
        return "held answer"


class Answer(AnswerValues):
    """An answer where reports read. ``edition`` is the first edition that counts it."""

    edition = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index("segment", "edition", name="answer_counted")]

    def __str__(self) -> str:
        return "answer"


class Comment(models.Model):
    """A comment, apart from its answer and its segment. Read from eight up, shuffled."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey("feedback.Survey", models.CASCADE, related_name="comments")
    text = models.TextField()
    edition = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return "comment"
