"""Who signs in, and the roles that open a part of the portal."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.organisation import validate_time_zone


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new saved user; without a password nobody can sign in as them yet."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """Somebody who signs in; most persons never do.

    ``session_generation`` counts the changes of the second factor: each ends all other sessions.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Same as system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMPACT = "compact", _("Compact")
        COMFORTABLE = "comfortable", _("Comfortable")

    class Notice(models.TextChoices):
        AT_ONCE = "at_once", _("Immediately")
        DAILY = "daily", _("Once a day")
        NEVER = "never", _("Never")

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("work email"), unique=True)
    language = models.CharField(
        _("language"), max_length=12, choices=settings.LANGUAGES, default="en"
    )
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    density = models.CharField(
        _("table density"),
        max_length=11,
        choices=Density.choices,
        default=Density.COMPACT,
        db_default=Density.COMPACT,
    )
    approval_notice = models.CharField(
        _("email about pending approvals"),
        max_length=7,
        choices=Notice.choices,
        default=Notice.AT_ONCE,
    )

    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        validators=[validate_time_zone],
        help_text=_("Leave empty to use the device’s time zone."),
    )

    is_demonstration = models.BooleanField(default=False, editable=False)
    session_generation = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_session_auth_hash(self) -> str:
        """Return what a session holds as long as password and second factor stay as they are."""
        return self._of_generation(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the same for each earlier key of the installation."""
        return map(self._of_generation, super().get_session_auth_fallback_hash())

    def _of_generation(self, of_password: str) -> str:
        number = self.session_generation
        return f"{of_password}-{number}" if number else of_password

    @property
    def initials(self) -> str:
        """Return the first letters of the names, or of the address."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.email[:2].upper()


# The kinds of role that hold for the installation, whatever programmes there are.
INSTALLATION_KINDS = ("hr_importer", "auditor", "administrator", "programme_starter")


class Role(models.Model):
    """What a user is in one programme or, without a programme, in the installation.

    The scope follows from kind, programme, region and stream. ``languages`` are the codes of those
    that local communication writes; others have none.
    """

    class Kind(models.TextChoices):
        PROGRAMME_MANAGER = "programme_manager", _("Programme manager")
        CIO = "cio", _("CIO")
        REGIONAL_IT_MANAGER = "regional_it_manager", _("Regional IT manager")
        STREAM_LEADER = "stream_leader", _("Stream leader")
        HR_IMPORTER = "hr_importer", _("HR importer")
        COMMUNICATION_TEAM = "communication_team", _("Communication team")
        LOCAL_COMMUNICATION = "local_communication", _("Local communication")
        AUDITOR = "auditor", _("Auditor")
        EVENT_HOST = "event_host", _("Event host")
        ADMINISTRATOR = "administrator", _("Administrator")
        PROGRAMME_STARTER = "programme_starter", _("Programme starter")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="roles", verbose_name=_("user")
    )
    programme = models.ForeignKey(
        "programmes.Programme",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("programme"),
        help_text=_("Leave empty for installation roles."),
    )
    kind = models.CharField(_("role"), max_length=24, choices=Kind.choices)
    region = models.ForeignKey(
        "programmes.Region",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("region"),
    )

    stream = models.ForeignKey(
        "programmes.Stream",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="roles",
        verbose_name=_("stream"),
    )

    languages = models.JSONField(_("languages"), default=list, db_default=[], blank=True)

    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("assigned by"),
    )
    given_at = models.DateTimeField(_("assigned"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                "user",
                "programme",
                "kind",
                "region",
                "stream",
                name="role_once",
                nulls_distinct=None,
            ),
            models.UniqueConstraint(
                "user",
                "kind",
                condition=models.Q(programme__isnull=True),
                name="installation_role_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="regional_it_manager") | models.Q(region__isnull=False),
                name="regional_role_has_region",
                violation_error_message=_("Choose a region for the regional IT manager."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="local_communication") | models.Q(region__isnull=False),
                name="local_communication_has_region",
                violation_error_message=_("Choose a region for local communication."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="stream_leader") | models.Q(stream__isnull=False),
                name="stream_leader_has_stream",
                violation_error_message=_("Choose a stream for the stream leader."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=INSTALLATION_KINDS, programme__isnull=True)
                | (~models.Q(kind__in=INSTALLATION_KINDS) & models.Q(programme__isnull=False)),
                name="role_has_programme",
                violation_error_message=_(
                    "Choose a programme, or leave it empty for an installation role."
                ),
            ),
        ]

    def __str__(self) -> str:
        where = self.programme or _("installation")
        return f"{self.get_kind_display()}, {where}"

    def clean(self) -> None:
        """Raise ValidationError if local communication has no language to write."""
        if self.kind == self.Kind.LOCAL_COMMUNICATION and not self.languages:
            raise ValidationError(_("Choose languages for local communication."))
