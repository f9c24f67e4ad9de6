"""When people were last told something: what boards read instead of the whole ledger."""

from datetime import datetime

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

NOTE = """
INSERT INTO communications_contact (programme_id, person_id, last_sent_at) VALUES (%s, %s, %s)
ON CONFLICT (programme_id, person_id) DO UPDATE SET last_sent_at = excluded.last_sent_at
WHERE communications_contact.last_sent_at < excluded.last_sent_at
"""


class ContactQuerySet(models.QuerySet["Contact"]):
    """Words on contacts."""

    def note(self, programme_id: int, person_id: int, at: datetime) -> None:
        """Write down that a mail of a programme was sent to a person at an instant (UTC).

        It belongs into the transaction in which the row of the ledger becomes ``sent``. A later
        instant that is known already stays.
        """
        instant = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [programme_id, person_id, instant])


class Contact(models.Model):
    """The last mail that a server took for a person in a programme.

    A copy of what the ledger says (the latest ``ended_at`` of the rows that are sent), kept by
    whoever ends a row so. What is sent stays so: contacts are added and move forward, no more.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(
        "stakeholders.Person", models.CASCADE, related_name="contacts", db_index=False
    )
    last_sent_at = models.DateTimeField()

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [models.UniqueConstraint("programme", "person", name="contact_once")]
        indexes = [models.Index("programme", "person", "last_sent_at", name="contact_reach")]

    def __str__(self) -> str:
        return f"{self.person}: {self.last_sent_at}"
