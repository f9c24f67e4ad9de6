"""That a link has been used, and nothing of whose link that is."""

from django.db import models


class SpentMark(models.Model):
    """Says that one link of a survey has been used; only its token and the key tell which.

    ``mark`` is a keyed hash of the token (``feedback.queries.mark``). The row knows no link, no
    person, no segment and no time, and the mover of answers rewrites all marks of a survey in
    random order. ``nonce_hash`` lets the form that was taken be posted again; the mover empties it.
    The survey has no constraint in the database: its check would lock the survey's row at each
    answer.
    """

    mark = models.UUIDField(primary_key=True, editable=False)
    survey = models.ForeignKey(
        "feedback.Survey", models.CASCADE, related_name="+", db_constraint=False
    )
    nonce_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index("survey", condition=~models.Q(nonce_hash=""), name="mark_not_rewritten")
        ]

    def __str__(self) -> str:
        return "spent mark"
