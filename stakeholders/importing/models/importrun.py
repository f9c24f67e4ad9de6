"""What each personnel file brings: from its upload to the report that is kept."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.database.lease import LEASE, Leased
from programmes.scope import Scope
from stakeholders.importing.models.reason import FIELDS, REASONS, counted


class ImportState(models.TextChoices):
    """The life of an import. The first five are not final; each has a sweeper (the pump)."""

    UPLOADED = "uploaded", _("Not finished")
    EXAMINING = "examining", _("Reading")
    READY = "ready", _("Ready to confirm")
    CONFIRMED = "confirmed", _("Confirmed")
    APPLYING = "applying", _("Applying")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Refused")
    DISCARDED = "discarded", _("Discarded")


MAX_LEAVERS_PERCENT = 10
AT_WORK = (ImportState.EXAMINING, ImportState.CONFIRMED, ImportState.APPLYING)
WITH_SOMEBODY = (ImportState.UPLOADED, ImportState.READY)
FINAL = (ImportState.APPLIED, ImportState.REFUSED, ImportState.DISCARDED)
TAKEN = (ImportState.CONFIRMED, ImportState.APPLYING, ImportState.APPLIED)


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Words on imports."""

    def within(self, scope: Scope) -> "ImportRunQuerySet":
        """Narrow to the imports in view: files are the organisation's, so all of them or none.

        In a programme these are the files that were taken, or are about to be.
        """
        if scope.programme is None:
            return self if scope.may("import.read") else self.none()
        return self.filter(state__in=TAKEN) if scope.may("import.count") else self.none()

    def waiting_for_work(self, now: datetime) -> "ImportRunQuerySet":
        """Narrow to what a worker must do and none has in hand now."""
        return self.filter(LEASE.is_free(now), state__in=AT_WORK)


class ImportRun(Leased):
    """One personnel file, with its report in the end (see ``importing.reading.report``).

    Attributes:
        at: when it was uploaded, or brought in by a command.
        size: of the file, in bytes.
        manner: how it is read (see ``importing.reading.manner``).
        found: how it would be read if nobody settled anything.
        headings: as they stand in the file.
        problem: why the file could not be read, or what happened meanwhile; empty if nothing.
        rows_read: how far a worker has read, of about ``rows_total`` (0: nobody knows).
        effect: what it does, in numbers (see ``services.entries.effect_of``).
        fingerprint: of that effect; what is confirmed is this and nothing else.
        ended_at: when it was applied, refused or discarded.

    """

    file_name = models.CharField(_("file"), max_length=255)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=9, choices=ImportState.choices, default=ImportState.APPLIED
    )
    size = models.PositiveBigIntegerField(_("size"), default=0)
    manner = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    headings = models.JSONField(default=list)
    problem = models.TextField(blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    effect = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(_("report"), default=dict)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index("state", condition=~Q(state__in=FINAL), name="importrun_open"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_final(self) -> bool:
        """Tell whether nothing more will come of it."""
        return self.state in FINAL

    @property
    def is_confirmed(self) -> bool:
        """Tell whether somebody has confirmed it, or it has ended otherwise."""
        return self.is_final or self.state in (ImportState.CONFIRMED, ImportState.APPLYING)

    @property
    def is_at_work(self) -> bool:
        """Tell whether a worker has it, or should have it soon."""
        return self.state in AT_WORK

    @property
    def is_first(self) -> bool:
        """Tell whether it filled an empty organisation by a command, which keeps no entries."""
        is_done = self.state == ImportState.APPLIED and self.confirmed_by_id is None
        return is_done and self.effect.get("known") == 0

    @property
    def changed(self) -> int | None:
        """Return how many known people are changed but do not return; None before the effect."""
        updated = self.effect.get("updated")
        return None if updated is None else updated - self.effect.get("returned", 0)

    @property
    def rejected(self) -> int | None:
        """Return how many lines are rejected; None before the effect."""
        reasons = self.effect.get("rejected")
        return None if reasons is None else sum(reasons.values())

    @property
    def notes(self) -> list[dict[str, Any]]:
        """Return what is noted, in words, with how many lines."""
        return counted(self.effect.get("notes", {}), REASONS)

    @property
    def fields_changed(self) -> list[dict[str, Any]]:
        """Return what changes, in words, with of how many people."""
        return counted(self.effect.get("fields", {}), FIELDS)

    @property
    def other_moves(self) -> int:
        """Return how many ways between two sites are not named."""
        return int(self.effect.get("move_kinds", 0)) - len(self.effect.get("moves", []))

    @property
    def known_then(self) -> int:
        """Return how many people are known once it is applied."""
        told = self.effect
        gained: int = told.get("known", 0) + told.get("created", 0) + told.get("returned", 0)
        return gained - int(told.get("leavers", 0))

    @property
    def step(self) -> int:
        """Return which of the four steps it is at, or 5 when all are done."""
        return 5 if self.state == ImportState.APPLIED else 4

    @property
    def changes(self) -> int:
        """Return how many people it adds, changes and says good-bye to."""
        return sum(int(self.effect.get(name, 0)) for name in ("created", "updated", "leavers"))

    @property
    def most_leavers(self) -> float:
        """Return the share up to which people leave without a word about it."""
        return MAX_LEAVERS_PERCENT / 100

    @property
    def leavers_share(self) -> float:
        """Return which share, 0 to 1, of the known people leaves."""
        known, leavers = self.effect.get("known", 0), self.effect.get("leavers", 0)
        return leavers / known if known else 0.0

    @property
    def needs_tick(self) -> bool:
        """Tell whether more people leave than is taken without a word about it."""
        return self.leavers_share * 100 > MAX_LEAVERS_PERCENT


class ImportPart(models.Model):
    """A part of an uploaded file, compressed; all parts go when the import is final.

    It lies in the database since workers share no disk with the web.
    """

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint("run", "number", name="importpart_once")]

    def __str__(self) -> str:
        return f"{self.number}"


class ImportMapping(models.Model):
    """How files with certain headings were read the last time.

    ``headings`` is the hash of the folded headings; ``manner`` holds only what differs from file
    to file of this kind by nobody's choice but their makers'.
    """

    headings = models.CharField(max_length=64, unique=True)
    manner: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("remembered column mapping")
        verbose_name_plural = _("remembered column mapping")

    def __str__(self) -> str:
        return self.headings[:8]
