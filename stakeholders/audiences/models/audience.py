"""Who an action is for, as a rule that is resolved to people at the moment it is needed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models import WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.persona import Persona, with_rules
from stakeholders.audiences.models.rule import Criteria, Rule
from stakeholders.people.models.person import Person, PersonQuerySet

RELATIONS = ("waves", "business_lines", "sites")
LINES = (*RELATIONS, "regions", "personas")
KINDS = ("site", "region", "business_line", "persona", "employer", "language")


def rule_lookups(prefix: str = "") -> list[Any]:
    """Return what to prefetch so that ``Audience.rule`` needs no query."""
    return [
        *(f"{prefix}{name}" for name in LINES if name != "personas"),
        with_rules(f"{prefix}personas"),
        *(f"{prefix}exceptions__{kind}" for kind in KINDS[:3]),
        with_rules(f"{prefix}exceptions__persona"),
    ]


class AudienceQuerySet(models.QuerySet["Audience"]):
    """Words on audiences."""

    def within(self, scope: Scope) -> "AudienceQuerySet":
        """Narrow to the audiences of the programme in view; their people are narrowed apart."""
        return self.filter(scope.here())

    def saved(self) -> "AudienceQuerySet":
        """Leave out those that belong to one message alone."""
        return self.filter(is_saved=True)

    def unused_since(self, day: datetime) -> "AudienceQuerySet":
        """Narrow to those that a page froze before an instant and that nothing was made from."""
        own = self.exclude(asked_for="").filter(changed_at__lt=day)
        return own.filter(followers=None, copies=None)

    def reaching(self, regions: frozenset[int]) -> "AudienceQuerySet":
        """Narrow to those that leave room for somebody in one of some regions.

        It asks for places alone, and not for people: one of another job may turn out to be meant
        by nobody there.
        """
        mine = {"audience": OuterRef(OuterRef("pk"))}
        waves, sites, rooms = (
            getattr(Audience, name).through.objects.filter(**mine)
            for name in ("waves", "sites", "regions")
        )
        gone = AudienceException.objects.filter(**mine)
        here = WaveSite.objects.filter(
            ~Exists(waves) | Exists(waves.filter(wave=OuterRef("wave"))),
            ~(Exists(sites) | Exists(rooms))
            | Exists(sites.filter(site=OuterRef("site")))
            | Exists(rooms.filter(region=OuterRef("site__region"))),
            ~Exists(gone.filter(site=OuterRef("site"))),
            ~Exists(gone.filter(region=OuterRef("site__region"))),
            site__region__in=regions,
            wave__programme=OuterRef("programme"),
        )
        kinds = Persona.objects.touching(regions)
        there = Person.objects.filter(site__region__in=regions)
        return self.filter(
            Q(personas=None) | Q(personas__in=kinds),
            Q(frozen=None) | Q(frozen__in=Audience.objects.filter(members__in=there)),
            Exists(here),
        )

    def with_rule(self) -> "AudienceQuerySet":
        """Load the lines of the rules as well, in a number of queries that is fixed."""
        return self.prefetch_related(*rule_lookups())


class Audience(models.Model):
    """Waves × business lines × sites or regions × employers × languages × personas.

    In a line: or. Between lines: and. An empty line means any. Without a wave, all waves of the
    programme are meant: a person at a site that is in no wave is in no audience of the programme.
    Exceptions take away whoever meets one of them.

    A saved audience has a name and is used by many; ``follows`` is the saved one from which a
    message's own was made. A frozen audience means the people who met its rule at ``frozen_at``
    in place of the rule; they never change, and who has left since is not told.
    """

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="audiences")
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_saved = models.BooleanField(_("saved"), default=False)
    follows = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="followers"
    )
    waves = models.ManyToManyField("programmes.Wave", blank=True, verbose_name=_("waves"))
    business_lines = models.ManyToManyField(
        "programmes.BusinessLine", blank=True, verbose_name=_("business lines")
    )
    sites = models.ManyToManyField("programmes.Site", blank=True, verbose_name=_("sites"))
    regions = models.ManyToManyField(
        "programmes.Region", blank=True, related_name="+", verbose_name=_("regions")
    )
    personas = models.ManyToManyField(
        "stakeholders.Persona", blank=True, related_name="audiences", verbose_name=_("personas")
    )
    employers = models.JSONField(_("employers"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True, editable=False)
    members: "models.ManyToManyField[Person, Any]" = models.ManyToManyField(
        "stakeholders.Person", blank=True, related_name="frozen_in", editable=False
    )
    # The frozen audience whose people a message's own audience means; they stay with that one.
    frozen = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="copies"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # What a page froze it for, where nobody named it: the same question finds the same audience.
    asked_for = models.CharField(
        max_length=80, blank=True, default="", db_default="", editable=False
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        constraints = [
            models.UniqueConstraint(
                "programme",
                "name",
                condition=Q(is_saved=True),
                name="saved_audience_name_once",
                violation_error_message=_(
                    "A saved audience already has this name. Choose another name."
                ),
            ),
            models.CheckConstraint(
                condition=Q(is_saved=False) | ~Q(name=""), name="saved_audience_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{_('audience')} {self.pk}"

    def rule(self) -> Rule:
        """Return the rule as plain values, sorted, so that equal rules have one fingerprint.

        Personas bring their own rules.
        """
        frozen = self.pk if self.frozen_at else self.frozen_id
        without: dict[str, list[Any]] = {}
        for exception in self.exceptions.all():
            without.setdefault(exception.kind, []).append(exception.value)
        lines = {name: getattr(self, name).all() for name in LINES}
        words = {"employers": self.employers, "languages": self.languages}
        return plain_rule(self.programme_id, lines | words, without, frozen)

    def people(self) -> PersonQuerySet:
        """Return the active people whom the rule means now."""
        return self.rule().people()


def plain_rule(
    programme: int,
    lines: Mapping[str, Iterable[Any]],
    without: Mapping[str, Iterable[Any]],
    frozen: int | None = None,
) -> Rule:
    """Return a rule (see ``Audience.rule``) of objects and words that may not be saved.

    Args:
        programme: its id.
        lines: what each of the lines names; a line may be left out.
        without: what is taken away, by the names of ``KINDS``.
        frozen: the id of the frozen audience that is meant in place of all lines.

    """
    if frozen:
        return Rule(programme=programme, frozen=frozen)
    found: dict[str, Any] = {
        name: _plain(lines.get(name, ())) for name in (*LINES, "employers", "languages")
    }
    left_out: dict[str, Any] = {f"{kind}s": _plain(without.get(kind, ())) for kind in KINDS}
    return Rule(programme=programme, without=Criteria(**left_out), **found)


def _plain(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return ids, words or rules of personas, sorted."""
    values = list(values)
    if all(isinstance(value, str) for value in values):
        return tuple(sorted(values))
    ordered = sorted(values, key=lambda one: one.pk)
    return tuple(one.rule() if isinstance(one, Persona) else one.pk for one in ordered)


def exactly_one_of(*kinds: str) -> Q:
    """Return the condition that one of the fields of an exception is filled and no other."""
    words = ("employer", "language")
    is_empty = {kind: Q(**{kind: ""}) if kind in words else Q(**{kind: None}) for kind in kinds}
    found = Q()
    for filled in kinds:
        others = (is_empty[kind] for kind in kinds if kind != filled)
        found |= reduce(and_, others, ~is_empty[filled])
    return found


class AudienceException(models.Model):
    """One site, region, business line, persona, employer or language that an audience leaves out.

    What an exception names cannot be deleted: the audience would silently grow.
    """

    audience = models.ForeignKey("stakeholders.Audience", models.CASCADE, related_name="exceptions")
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, null=True, blank=True, related_name="+"
    )
    region = models.ForeignKey(
        "programmes.Region", models.PROTECT, null=True, blank=True, related_name="+"
    )
    business_line = models.ForeignKey(
        "programmes.BusinessLine", models.PROTECT, null=True, blank=True, related_name="+"
    )
    persona = models.ForeignKey(
        "stakeholders.Persona", models.PROTECT, null=True, blank=True, related_name="exceptions"
    )
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one_of(*KINDS), name="exception_names_one_thing"
            )
        ]

    def __str__(self) -> str:
        return str(self.value)

    @property
    def kind(self) -> str:
        """Return the name of the only field that is filled."""
        ids = ("site_id", "region_id", "business_line_id", "persona_id", "employer", "language")
        return next(kind for kind, name in zip(KINDS, ids, strict=True) if getattr(self, name))

    @property
    def value(self) -> Any:
        return getattr(self, self.kind)
