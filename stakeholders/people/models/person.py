"""Who is told: one row per human being in the organisation, kept when they leave."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes.models.organisation import sites_in_waves
from programmes.scope import Scope

# As the column holds them; a database refuses to look for what is much longer.
LONGEST_ADDRESS = 254


class PersonQuerySet(models.QuerySet["Person"]):
    """Words on persons."""

    def within(self, scope: Scope) -> "PersonQuerySet":
        """Narrow to the people of the programme who work in the regions in view."""
        here = self if scope.programme is None else self.of(scope.programme)
        return here if scope.regions is None else here.filter(site__region__in=scope.regions)

    def of(self, programme: int) -> "PersonQuerySet":
        """Narrow to the people of a programme (its id): those at sites of its waves."""
        return self.filter(site__in=sites_in_waves(programme).values("pk"))

    def active(self) -> "PersonQuerySet":
        return self.filter(left_on__isnull=True)

    def with_bad_address(self) -> "PersonQuerySet":
        """Narrow to those whose address was refused for good and has not changed since."""
        return self.filter(refused_address=models.F("email")).exclude(refused_address="")

    def opted_out(self, programme: int) -> "PersonQuerySet":
        """Narrow to those who have opted out of a programme (its id)."""
        return self.filter(opt_outs__programme=programme)

    def left(self) -> "PersonQuerySet":
        return self.filter(left_on__isnull=False)

    def sought(self, text: str, words: Iterable[str]) -> "PersonQuerySet":
        """Narrow to who has this personnel number, or a name that holds all of some words.

        A text with an at sign is also looked for in addresses. The words are those of the text
        (see ``importing.names.words_of``).
        """
        found = models.Q(*(models.Q(folded_name__contains=word) for word in words))
        # By key, so that an index of names answers the rest.
        found |= models.Q(pk__in=self.model.objects.filter(personnel_number=text).values("pk"))
        if "@" in text and len(text) <= LONGEST_ADDRESS:
            found |= models.Q(email__icontains=text)
        return self.filter(found)


class Person(models.Model):
    """Somebody in the personnel files. Names are kept as typed (NFC).

    ``language`` is what they read, as a lower-case code; the texts may exist only in a
    language of its fallback chain. One that was chosen by hand (``language_chosen_at``) is kept
    by imports. ``folded_name`` is for searching and sorting, see ``importing.names.folded_name``:
    whoever writes a name writes it too. Of somebody who is to be contacted again, reason, instant
    and user of the last time stay.

    ``refused_address`` is the address at which a mail was refused for good. While it is theirs,
    nothing is sent; another one, from wherever it comes, is tried without anything being cleared.
    ``address_confirmed_at`` is when somebody said that it works again: what was sent before no
    longer counts against it.
    """

    personnel_number = models.CharField(_("personnel number"), max_length=40)
    last_name = models.CharField(_("last name"), max_length=120)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    email = models.CharField(_("email address"), max_length=LONGEST_ADDRESS)
    language = models.CharField(_("language"), max_length=12)
    site = models.ForeignKey(
        "programmes.Site",
        models.PROTECT,
        related_name="people",
        db_index=False,
        verbose_name=_("site"),
    )
    business_line = models.ForeignKey(
        "programmes.BusinessLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        db_index=False,
        verbose_name=_("business line"),
    )
    job = models.CharField(_("job"), max_length=160, blank=True)
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    manager_number = models.CharField(_("manager’s personnel number"), max_length=40, blank=True)
    entered_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    folded_name = models.CharField(
        _("searchable name"),
        max_length=500,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    language_chosen_at = models.DateTimeField(
        _("language set manually"), null=True, blank=True, editable=False
    )
    reads_english = models.BooleanField(
        _("reads English"),
        default=False,
        db_default=False,
        help_text=_("Counts as informed by an English text if there is none in their language."),
    )
    is_do_not_contact = models.BooleanField(
        _("do not contact"), default=False, editable=False, db_default=False
    )
    do_not_contact_reason = models.CharField(
        _("reason for no contact"),
        max_length=200,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    do_not_contact_at = models.DateTimeField(
        _("no contact since"), null=True, blank=True, editable=False
    )
    do_not_contact_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
        verbose_name=_("no contact set by"),
    )

    refused_address = models.CharField(
        _("refused address"),
        max_length=LONGEST_ADDRESS,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    address_refused_at = models.DateTimeField(
        _("address refused since"), null=True, blank=True, editable=False
    )
    address_refused_reason = models.CharField(
        _("reason for refusal"),
        max_length=212,
        blank=True,
        editable=False,
        default="",
        db_default="",
    )
    address_confirmed_at = models.DateTimeField(
        _("address confirmed again"), null=True, blank=True, editable=False
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["folded_name", "pk"]
        constraints = [
            # A unique column would bring an index for beginnings of numbers, which nobody asks for.
            models.UniqueConstraint(fields=["personnel_number"], name="person_number_once")
        ]
        indexes = [
            # What boards join with contacts: never the table itself.
            models.Index(
                "id",
                "site",
                "language",
                condition=models.Q(left_on__isnull=True),
                name="person_at_site",
            ),
            # Whom personas mean by their jobs, with those picked by hand.
            models.Index(
                "job",
                "site",
                "id",
                condition=models.Q(left_on__isnull=True),
                name="person_by_job",
            ),
            # The order of the list of people, of which one page is read: the keys of a page, all
            # or at some sites, are found in it without the table.
            models.Index(
                "folded_name",
                "id",
                "site",
                condition=models.Q(left_on__isnull=True),
                name="person_in_order",
            ),
            models.Index(
                "left_on",
                "site",
                condition=models.Q(left_on__isnull=False),
                name="person_who_left",
            ),
            models.Index(
                "folded_name",
                condition=models.Q(is_do_not_contact=True),
                name="person_not_contacted",
            ),
            models.Index(
                "folded_name",
                condition=~models.Q(refused_address=""),
                name="person_address_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def number_when_erased(self) -> str:
        """Return what takes the place of their personnel number when they are erased."""
        return f"erased-{self.pk}"

    @property
    def is_erased(self) -> bool:
        """Tell whether all that told of them is gone (see ``docs/decisions/erasure.md``)."""
        return self.personnel_number == self.number_when_erased and not self.email

    @property
    def is_address_refused(self) -> bool:
        """Tell whether mails to their present address come back."""
        return bool(self.refused_address) and self.refused_address == self.email
