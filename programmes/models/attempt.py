"""How often something went wrong lately, counted under names that tell nobody of whom."""

from django.db import models


class Attempt(models.Model):
    """A count that ends with its time.

    Attributes:
        key: a keyed hash of what is counted, such as an account with a network address.
        count: how often, since the first.
        ends: when the count is over, in seconds since 1970.

    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    ends = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.count} until {self.ends}"
