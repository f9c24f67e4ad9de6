"""What one import does to one person, or to one line of its file."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.organisation import sites_of_people
from programmes.scope import EVERYTHING, Scope
from stakeholders.importing.models.importrun import ImportState
from stakeholders.importing.models.reason import field_word, help_with, reason_word, value_word

# Notes that say more of a file than of the person.
OF_THE_FILE = ("shared_mail", "unknown_manager")


class EntryKind(models.TextChoices):
    """What happens to a person or a line. Whoever stays as they are has no entry."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    RETURNED = "returned", _("Returns")
    LEFT = "left", _("Leaves")
    REJECTED = "rejected", _("Rejected")
    NOTED = "noted", _("With notes")


class ImportEntryQuerySet(models.QuerySet["ImportEntry"]):
    """Words on entries."""

    def history(
        self, person_numbers: Iterable[str], scope: Scope = EVERYTHING
    ) -> "ImportEntryQuerySet":
        """Narrow to what applied files have done to people, by personnel number, newest first.

        Whoever sees some sites is told what brought somebody to one of them or befell them there,
        and nothing of the time before.
        """
        found = self.filter(personnel_number__in=person_numbers, run__state=ImportState.APPLIED)
        found = found.exclude(reason__in=OF_THE_FILE)
        if scope.programme is not None or scope.regions is not None:
            found = found.filter(site__in=sites_of_people(scope).values("pk"))
        return found.select_related("run", "site").order_by("-run__ended_at", "-pk")


class ImportEntry(models.Model):
    """One line of the effect of an import, and afterwards of its report and of history.

    Attributes:
        line: where the row begins in the file; none for who is not in it.
        name: of the person, family name first.
        reason: why it is rejected or noted (see ``importing.rows``).
        value: what is at fault in the file.
        fields: what changes: ``{field: [before, after]}``, in words.
        site: of the person afterwards.
        came_from: the site from which somebody who stays moves there; none for everybody else.
        cells: the row as it stands in the file, of rejected and noted rows.

    """

    run = models.ForeignKey(
        "stakeholders.ImportRun", models.CASCADE, related_name="entries", db_index=False
    )
    kind = models.CharField(max_length=8, choices=EntryKind.choices)
    line = models.PositiveIntegerField(null=True, blank=True)
    personnel_number = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=250, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=dict)
    site = models.ForeignKey(
        "programmes.Site", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    came_from = models.ForeignKey(
        "programmes.Site",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("previous site"),
    )
    cells = models.JSONField(default=list)

    objects = ImportEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("import entry")
        verbose_name_plural = _("import entries")
        indexes = [
            models.Index("run", "kind", "line", "id", name="importentry_list"),
            models.Index("personnel_number", name="importentry_person"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    @property
    def reason_word(self) -> str:
        """Return why, in words."""
        return reason_word(self.reason)

    @property
    def help(self) -> str:
        return help_with(self.reason, self.value)

    @property
    def changes(self) -> list[dict[str, str]]:
        """Return what changes: ``word``, ``before`` and ``after``, to be read."""
        return [
            {
                "word": field_word(name),
                "before": value_word(name, before),
                "after": value_word(name, after),
            }
            for name, (before, after) in self.fields.items()
        ]
