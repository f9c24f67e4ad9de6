"""What a regional IT manager hangs up and hands on: the files of a wave, and who took which."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from programmes.database.lease import LEASE, Leased
from programmes.models import Programme
from programmes.scope import Scope


class KitFileQuerySet(models.QuerySet["KitFile"]):
    """Words on files of kits."""

    def within(self, scope: Scope) -> "KitFileQuerySet":
        """Narrow to the programme's files of sites in view."""
        here = self.filter(scope.here("message__programme"))
        return here if scope.regions is None else here.filter(place__site__region__in=scope.regions)

    def of(self, programme: Programme) -> "KitFileQuerySet":
        return self.filter(message__programme=programme)

    def wanted(self) -> "KitFileQuerySet":
        """Leave out what no kit holds any more, at once where its approval was withdrawn."""
        held = self.exclude(state=KitFile.State.RETIRED)
        stands = Q(adaptation=None) | Q(adaptation__versions__state="approved")
        return held.filter(stands, message__approvals__state="approved")

    def in_hand(self, now: datetime) -> "KitFileQuerySet":
        """Narrow to what a worker is making now."""
        return self.filter(state=KitFile.State.MAKING, lease_until__gt=now)

    def to_be_made(self, now: datetime) -> "KitFileQuerySet":
        """Narrow to what a worker must make and none has in hand now."""
        return self.filter(LEASE.is_free(now), state__in=KitFile.OPEN)


class KitFile(Leased):
    """One file of a kit: an approved message for a site, in a language, in one form.

    Attributes:
        adaptation: the adaptation that it is of; None for the message as all others are told it.
        wanted: the fingerprint of what it should say and look like now.
        state: the first two are not final; both have a lease, and the pump as their sweeper.
        problem: why it is refused, a key of ``PROBLEMS``, with a character as ``detail`` if one
            is the reason; or ``room`` while there is no room to keep it.

    """

    class Kind(models.TextChoices):
        POSTER = "poster", _("Poster A3")
        FLYER = "flyer", _("Flyer A5")
        MAIL = "mail", _("Email to forward")
        PAGE = "page", _("Email as a web page")
        TEXT = "text", _("Email as text")
        CHAT = "chat", _("Chat text")
        POINTS = "points", _("Talking points")
        DOCX = "docx", _("Talking points for Word")
        SLIDES = "slides", _("Slides")
        NOTICE = "notice", _("Short notice")

    class State(models.TextChoices):
        WAITING = "waiting", _("Queued")
        MAKING = "making", _("Being created")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Cannot be created")
        RETIRED = "retired", _("No longer in the kit")

    OPEN = (State.WAITING, State.MAKING)
    PICTURED = (Kind.POSTER, Kind.FLYER, Kind.POINTS, Kind.NOTICE)

    message = models.ForeignKey("communications.Message", models.CASCADE, related_name="kit_files")
    adaptation = models.ForeignKey(
        "communications.Adaptation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="kit_files",
        verbose_name=_("adaptation"),
    )
    place = models.ForeignKey("programmes.WaveSite", models.CASCADE, related_name="kit_files")
    language = models.CharField(_("language"), max_length=12)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    wanted = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    problem = models.CharField(_("reason"), max_length=8, blank=True)
    detail = models.CharField(max_length=20, blank=True)
    asked_at = models.DateTimeField(_("asked"))

    objects = KitFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit file")
        verbose_name_plural = _("kit files")
        constraints = [
            models.UniqueConstraint(
                "message",
                "place",
                "language",
                "kind",
                Coalesce("adaptation", 0),
                name="kitfile_once_for_the_same",
            )
        ]
        indexes = [
            models.Index("asked_at", condition=Q(state__in=["waiting", "making"]), name="kit_open")
        ]

    def __str__(self) -> str:
        return f"{self.message}, {self.place.site}, {self.language}, {self.get_kind_display()}"

    @property
    def voice(self) -> tuple[int, int | None]:
        """Return whose words it has, by ids: the message, and the adaptation if it is of one."""
        return self.message_id, self.adaptation_id


class KitVersionQuerySet(models.QuerySet["KitVersion"]):
    """Words on what was made."""

    def current(self) -> "KitVersionQuerySet":
        """Narrow to what kits hold now."""
        return self.filter(superseded_at=None)


class KitVersion(models.Model):
    """What a file held from one moment on; it never changes.

    It lies in the database since workers share no disk with the web. One that was superseded
    stays for an hour, so that a download that has begun ends as it began.
    """

    file = models.ForeignKey(KitFile, models.CASCADE, related_name="versions")
    fingerprint = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(_("size"))
    content = models.BinaryField()
    picture = models.BinaryField(blank=True)
    made_at = models.DateTimeField(_("created"))
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = KitVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "file", condition=Q(superseded_at=None), name="kitversion_one_current"
            )
        ]
        indexes = [
            models.Index(
                "superseded_at", condition=Q(superseded_at__isnull=False), name="kitversion_old"
            )
        ]

    def __str__(self) -> str:
        return self.sha256[:8]


class KitDownloadQuerySet(models.QuerySet["KitDownload"]):
    """Words on downloads."""

    def within(self, scope: Scope) -> "KitDownloadQuerySet":
        """Narrow to the downloads from the programme's kits of regions in view."""
        here = self.filter(scope.here("wave__programme"))
        return here if scope.regions is None else here.filter(region__in=scope.regions)


class KitDownload(models.Model):
    """Who took what of a kit, and when.

    ``files`` maps names to SHA-256, as in the manifest; ``versions`` are their ids.
    """

    class Extent(models.TextChoices):
        ALL = "all", _("The whole kit")
        NEW = "new", _("New files")
        LANGUAGE = "language", _("One language")
        FILE = "file", _("One file")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="kit_downloads"
    )
    wave = models.ForeignKey("programmes.Wave", models.CASCADE, related_name="kit_downloads")
    region = models.ForeignKey("programmes.Region", models.CASCADE, related_name="+")
    extent = models.CharField(_("what"), max_length=8, choices=Extent.choices)
    language = models.CharField(_("language"), max_length=12, blank=True)
    at = models.DateTimeField(_("at"))
    files = models.JSONField(_("files"), default=dict)
    versions = models.JSONField(default=list, editable=False)

    objects = KitDownloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit download")
        verbose_name_plural = _("kit downloads")
        ordering = ["-at", "-pk"]
        indexes = [models.Index("user", "wave", "region", "at", name="kitdownload_mine")]

    def __str__(self) -> str:
        return f"{self.region}, {self.wave}"
