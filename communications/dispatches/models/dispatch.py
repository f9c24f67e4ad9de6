"""A dispatch and its ledger: who gets which message, once."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from communications.mailroom.models.ledger import OPEN, Posting, State
from communications.messages.models.approval import Approval
from programmes.design.formats import comma
from programmes.scope import Scope
from programmes.timing import Delay
from stakeholders.models import OptOut
from stakeholders.people.models.person import PersonQuerySet


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    """Words on dispatches."""

    def within(self, scope: Scope) -> "DispatchQuerySet":
        """Narrow to dispatches of what was approved for a site in view, and not only asked for."""
        if scope.regions is None and not scope.led:
            return self.filter(scope.here("message__programme"))
        given = Approval.objects.within(scope).once_given()
        return self.filter(message__in=given.values("message"))

    def running(self) -> "DispatchQuerySet":
        """Leave out what is paused or cancelled, and what no approval stands for."""
        return self.filter(
            paused_at__isnull=True,
            cancelled_at__isnull=True,
            message__approvals__state="approved",
        )


class Dispatch(models.Model):
    """All deliveries of one message and occurrence, each site at its own local time.

    ``doubted_at`` is when (UTC) it paused by itself, since many addresses do not exist.
    ``is_once_per_address`` and ``has_link_counts`` are what its programme said when it started.
    """

    message = models.ForeignKey("communications.Message", models.CASCADE, related_name="dispatches")
    occurrence = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    doubted_at = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    is_once_per_address = models.BooleanField(
        _("one email per address"), default=False, db_default=False
    )

    has_link_counts = models.BooleanField(_("links are counted"), default=False, db_default=False)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint("message", "occurrence", name="dispatch_once")]

    def __str__(self) -> str:
        return f"{self.message}"


def trail_id(dispatch: int) -> str:
    """Return what entries of the audit trail about the mails of a dispatch have in common."""
    return f"dispatch {dispatch}"


# No instant comes after it: until the budget has admitted a row, it is nobody's turn.
UNWEIGHED = datetime(9999, 1, 1, tzinfo=UTC)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Words on deliveries."""

    def within(self, scope: Scope) -> "DeliveryQuerySet":
        """Narrow to the programme's deliveries planned for sites in view."""
        here = self.filter(scope.here("dispatch__message__programme"))
        return here if scope.regions is None else here.filter(site__region__in=scope.regions)

    def with_opt_outs(self) -> "DeliveryQuerySet":
        """Add ``is_opted_out``: whether the person has opted out of the programme."""
        own = OptOut.objects.filter(
            person=OuterRef("person"), programme=OuterRef("dispatch__message__programme")
        )
        # The model declares it, for whoever reads rows that were loaded so.
        return self.annotate(is_opted_out=Exists(own))  # type: ignore[no-redef]

    def insert_from(self, people: PersonQuerySet, values: dict[str, Any]) -> int:
        """Add a row for each person who has none, in one INSERT … SELECT; return how many.

        The rows are in the order of the people, so that on each database the same person is first.

        ``values`` holds the columns that differ from the model's defaults: the same in each row,
        or expressions over the person.
        """
        fields = {f.attname: f for f in self.model._meta.concrete_fields if not f.primary_key}
        row = {name: field.get_default() for name, field in fields.items()} | values
        del row["person_id"]
        columns = {f"_{name}": _expression(fields[name], value) for name, value in row.items()}
        chosen = people.order_by("pk").values_list("pk").annotate(**columns)
        select, parameters = chosen.query.sql_with_params()
        names = ", ".join(connection.ops.quote_name(n) for n in ["person_id", *row])
        table = connection.ops.quote_name(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) {select} ON CONFLICT DO NOTHING",
                parameters,
            )
            return int(max(cursor.rowcount, 0))


def _expression(field: "models.Field[Any, Any]", value: Any) -> Any:
    """Return what fills a column: an expression as it is, a constant adapted for its field."""
    if hasattr(value, "resolve_expression"):
        return value
    return Value(value, output_field=models.BigIntegerField() if field.is_relation else field)


class Delivery(Posting):
    """One person's copy of a dispatch on one channel. Every counter is a count of these rows.

    ``site`` is where the person worked when the row was planned; ``latest_at`` is the instant
    after which it is cancelled and never sent late; ``delay`` is why ``due_at`` is not the planned
    moment; ``approval`` is the version that was sent, and ``adapted`` that of the adaptation that
    was sent in place of the core, if any. A row whose ``next_try_at`` is ``UNWEIGHED``
    waits for the contact budget (see ``dispatches.services.budget``). ``is_opted_out`` is there
    where it was loaded by ``with_opt_outs()``.

    Each index is paid for at every step of every mail, and each constraint for every row that is
    planned, so there are few. Five keys go without the database's own check: a dispatch is locked
    while rows are added to it, people are read in the same statement and never deleted, a site
    is that of the person, where it is checked, and an approval, as that of an adaptation, is read
    in the statement in which a body begins, and never deleted.
    """

    WRITTEN_AT_BEGIN = (*Posting.WRITTEN_AT_BEGIN, "approval_id", "adapted_id")
    TELLS_COPIES = True

    is_opted_out: bool

    dispatch = models.ForeignKey(
        "communications.Dispatch",
        models.CASCADE,
        related_name="deliveries",
        db_index=False,
        db_constraint=False,
    )
    person = models.ForeignKey(
        "stakeholders.Person", models.PROTECT, related_name="deliveries", db_constraint=False
    )
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=12, default="mail")
    latest_at = models.DateTimeField()
    delay = models.CharField(_("delay"), max_length=13, choices=Delay.choices, blank=True)
    approval = models.ForeignKey(
        "communications.Approval",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    adapted = models.ForeignKey(
        "communications.AdaptationVersion",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
        verbose_name=_("adaptation"),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint("dispatch", "person", "channel", name="delivery_once")
        ]
        indexes = [
            models.Index(
                "state", "dispatch", "due_at", condition=Q(state__in=OPEN), name="delivery_open"
            ),
            models.Index("dispatch", "site", "state", "language", name="delivery_ledger"),
            models.Index(
                "dispatch",
                "ended_at",
                "id",
                condition=Q(state=State.IN_DOUBT),
                name="delivery_in_doubt",
            ),
            models.Index(
                "dispatch",
                "next_try_at",
                condition=Q(state=State.PLANNED, next_try_at__lt=UNWEIGHED),
                name="delivery_tried",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.state}"

    @property
    def known_address(self) -> str:
        """Return the address that it was sent to, or would be."""
        return self.address or self.person.email

    @property
    def why(self) -> str:
        """Return its reason in words, and why it is not at its planned moment."""
        words = [self.reason_words, str(Delay(self.delay).label) if self.delay else ""]
        return comma().join(word for word in words if word)

    @property
    def turn_at(self) -> datetime:
        """Return the instant (UTC) at which it is its turn: due, or tried again."""
        tries_at = self.next_try_at
        return self.due_at if tries_at is None or tries_at == UNWEIGHED else tries_at


class PersonalLink(models.Model):
    """The hash of a token that one person got in one delivery; the token itself is not kept.

    The token is HMAC(key, delivery, purpose), so that a retry renders the same link.
    ``generation`` names the key (``dispatches.services.link``); it is empty where nobody knows
    the key any more.
    """

    delivery = models.ForeignKey("communications.Delivery", models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=12)
    token_hash = models.CharField(max_length=64, unique=True)
    generation = models.CharField(max_length=16, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("personal link")
        verbose_name_plural = _("personal links")
        constraints = [models.UniqueConstraint("delivery", "purpose", name="link_once")]

    def __str__(self) -> str:
        return self.purpose
