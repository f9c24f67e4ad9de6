"""Which delivery of a dispatch an address belongs to, where each gets one mail."""

from django.db import models


class Addressee(models.Model):
    """An address in a dispatch that sends one mail to each, and the one delivery it is for.

    Written before any mail of a batch leaves, and never again: whoever comes second is skipped,
    whatever becomes of workers. ``address`` is in lower case.
    """

    dispatch = models.ForeignKey(
        "communications.Dispatch", models.CASCADE, related_name="+", db_index=False
    )
    address = models.CharField(max_length=254)
    delivery = models.ForeignKey("communications.Delivery", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint("dispatch", "address", name="addressee_once")]

    def __str__(self) -> str:
        return self.address
