"""How often a link of a version was opened, in one language. Nothing says by whom, or when."""

from django.db import models


class LinkCount(models.Model):
    """A count and nothing else; ``number`` is the place of the link among those of the text."""

    approval = models.ForeignKey(
        "communications.Approval", models.CASCADE, related_name="link_counts", db_index=False
    )
    language = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    opened = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("approval", "language", "number", name="link_count_once")
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.number}: {self.opened}"
