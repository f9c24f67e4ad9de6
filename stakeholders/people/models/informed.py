"""Who has been told about their own change: what boards and lists read instead of the ledger."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, Exists, OuterRef, Sum
from django.utils.translation import gettext_lazy as _

from programmes.models.organisation import validate_country

# The columns of people by which they are counted: those that personas name.
CELL = ("site", "business_line", "employer", "job")


class InformedQuerySet(models.QuerySet["Informed"]):
    """Words on who is informed."""

    def of(self, programme: Any) -> "InformedQuerySet":
        return self.filter(programme=programme)

    def by_name(self) -> "InformedQuerySet":
        """Leave out those who are possibly informed."""
        return self.filter(informed_at__isnull=False)

    def possibly(self) -> "InformedQuerySet":
        """Keep those whom something reached that names nobody, and nothing else."""
        return self.filter(informed_at__isnull=True)

    def by(self, instant: datetime) -> "InformedQuerySet":
        """Keep those who were informed at an instant (UTC), as far as it is known today."""
        return self.filter(informed_at__lte=instant)

    def of_person(self, person: str = "pk") -> Exists:
        """Return the condition that a person is among these; ``person`` leads to their id."""
        return Exists(self.filter(person=OuterRef(person)))


class Informed(models.Model):
    """A person of a programme who is informed, or possibly informed, of their own change.

    A copy of what ``events.queries.informed`` finds, refreshed each minute by
    ``events.services.informed``, and by nobody else. ``informed_at`` is when the first thing that
    counts reached the person; without it they are possibly informed. ``site`` is the person's.
    Rows are written in bulk, so the database checks no key of its own.
    """

    programme = models.ForeignKey(
        "programmes.Programme",
        models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    person = models.ForeignKey(
        "Person", models.CASCADE, related_name="informed", db_index=False, db_constraint=False
    )
    site = models.ForeignKey(
        "programmes.Site", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    informed_at = models.DateTimeField(null=True)

    objects = InformedQuerySet.as_manager()

    class Meta:
        verbose_name = _("informed person")
        verbose_name_plural = _("informed people")
        constraints = [models.UniqueConstraint("programme", "person", name="informed_once")]
        indexes = [
            models.Index("programme", "site", "informed_at", name="informed_at_site"),
            models.Index("person", "programme", "informed_at", name="informed_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.informed_at}"


class InformedAsOf(models.Model):
    """The instant as of which the rows of a programme in ``Informed`` hold.

    ``asked_at`` is when a refresh last began.
    """

    programme = models.OneToOneField(
        "programmes.Programme", models.CASCADE, related_name="informed_as_of", primary_key=True
    )
    asked_at = models.DateTimeField()
    as_of = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("status of informed people")
        verbose_name_plural = _("statuses of informed people")

    def __str__(self) -> str:
        return f"{self.programme}: {self.as_of}"


class InformedCountQuerySet(models.QuerySet["InformedCount"]):
    """Words on counts of who is informed."""

    def of(self, programme: Any) -> "InformedCountQuerySet":
        return self.filter(programme=programme)

    def by(self, *columns: str) -> dict[tuple[Any, ...], tuple[int, int]]:
        """Return how many are known, and how many of them informed, by some columns."""
        rows = self.order_by().values_list(*columns)
        summed = rows.annotate(all_known=Sum("known"), by_name=Sum("informed"))
        return {tuple(key): (known, informed) for *key, known, informed in summed}

    def renew(self, programme: Any) -> None:
        """Count the rows of a programme again; counts that did not change are left alone."""
        people = Informed.objects.of(programme).filter(person__left_on__isnull=True).order_by()
        counted = people.values_list(*(f"person__{column}" for column in CELL)).annotate(
            known=Count("pk"), informed=Count("informed_at")
        )
        wanted = {tuple(row) for row in counted}
        rows = self.of(programme).values_list("pk", *CELL, "known", "informed")
        held = {tuple(row): pk for pk, *row in rows}
        self.filter(pk__in=[pk for row, pk in held.items() if row not in wanted]).delete()
        names = (*CELL, "known", "informed")
        self.bulk_create(
            InformedCount(programme=programme, **dict(zip(names, row, strict=True)))
            for row in wanted - held.keys()
        )


class InformedCount(models.Model):
    """How many of those who share these columns are informed in a programme, or possibly.

    A count of the rows of ``Informed``, written in the same transaction. ``known`` holds both
    kinds, ``informed`` those by name. The columns are no relations, as in ``HeadCount``.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="+", db_constraint=False
    )
    site = models.BigIntegerField()
    business_line = models.BigIntegerField(null=True)
    employer = models.CharField(max_length=80)
    job = models.CharField(max_length=160)
    known = models.IntegerField()
    informed = models.IntegerField()

    objects = InformedCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of informed people")
        verbose_name_plural = _("counts of informed people")

    def __str__(self) -> str:
        return f"{self.programme} {self.site} {self.job}: {self.informed}"


class EnglishReaders(models.Model):
    """A country in which people read English, as an administrator says.

    Where a text is in none of their languages, people there are informed by the English one.
    """

    country = models.CharField(
        _("country"), max_length=2, unique=True, validators=[validate_country]
    )

    class Meta:
        verbose_name = _("country where English is read")
        verbose_name_plural = _("countries where English is read")
        ordering = ["country"]

    def __str__(self) -> str:
        return self.country
