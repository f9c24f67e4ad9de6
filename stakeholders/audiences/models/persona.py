"""A kind of user with shared needs: a rule over people, or people picked by hand."""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.models import BusinessLine, Region, Service, Site
from programmes.models.organisation import ChannelKind
from programmes.scope import Scope
from stakeholders.audiences.models.rule import PersonaRule, Rule
from stakeholders.people.models.person import Person, PersonQuerySet

# The relations that a rule is read from, see ``PersonaQuerySet.with_rule``.
RELATIONS = ("business_lines", "sites", "regions")


class _Ids(Subquery):
    """The ids that a query finds, as one list in JSON."""

    template = "(SELECT JSON_GROUP_ARRAY(one) FROM (%(subquery)s))"
    output_field = models.JSONField()

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        template = "TO_JSONB(ARRAY(%(subquery)s))"
        return self.as_sql(compiler, connection, template=template)  # type: ignore[call-arg]


def with_rules(relation: str) -> "Prefetch[Any]":
    """Return what to prefetch so that the personas of a relation have their rules as well."""
    return Prefetch(relation, Persona.objects.with_rule())


class PersonaQuerySet(models.QuerySet["Persona"]):
    """Words on personas."""

    def within(self, scope: Scope) -> "PersonaQuerySet":
        """Narrow to the personas of the programme in view; their people are narrowed apart."""
        return self.filter(scope.here())

    def touching(self, regions: frozenset[int]) -> "PersonaQuerySet":
        """Narrow to those that may mean somebody in one of some regions; a word decides not."""
        anywhere = Q(sites=None, regions=None, people=None)
        picked = Q(people__site__region__in=regions)
        return self.filter(
            anywhere | Q(sites__region__in=regions) | Q(regions__in=regions) | picked
        )

    def with_rule(self) -> "PersonaQuerySet":
        """Load the ids of the rules as well, in the same query; they stay as they were then."""
        ids = {}
        for name in (*RELATIONS, "people"):
            relation: Any = Persona._meta.get_field(name)
            links = relation.remote_field.through.objects.filter(persona=OuterRef("pk"))
            ids[f"{name}_ids"] = _Ids(links.values(one=F(relation.m2m_reverse_field_name())))
        return self.annotate(**ids)


class Persona(models.Model):
    """Users who share needs, channels and what changes for them.

    In a line of the rule: or. Between lines: and. Sites and regions are one line. A rule without
    any line means nobody, and not everybody: what somebody has only begun to write must never
    reach the whole organisation. An audience is the other way round, since a message without
    a narrower rule is for all people of the programme.
    """

    Channel = ChannelKind

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="personas")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=80)
    order = models.PositiveSmallIntegerField(_("order"), default=1)
    needs = models.TextField(_("needs"), blank=True)
    what_changes = models.TextField(_("what changes for them"), blank=True)
    # A service that no persona has is for everybody.
    services: "models.ManyToManyField[Service, Any]" = models.ManyToManyField(
        "programmes.Service", blank=True, related_name="personas", verbose_name=_("services")
    )
    channels = models.JSONField(_("channels"), default=list, blank=True)
    is_hand_picked = models.BooleanField(_("picked by hand"), default=False)
    business_lines: "models.ManyToManyField[BusinessLine, Any]" = models.ManyToManyField(
        "programmes.BusinessLine", blank=True, related_name="+", verbose_name=_("business lines")
    )
    sites: "models.ManyToManyField[Site, Any]" = models.ManyToManyField(
        "programmes.Site", blank=True, related_name="+", verbose_name=_("sites")
    )
    regions: "models.ManyToManyField[Region, Any]" = models.ManyToManyField(
        "programmes.Region", blank=True, related_name="+", verbose_name=_("regions")
    )
    jobs = models.JSONField(_("jobs"), default=list, blank=True)
    employers = models.JSONField(_("employers"), default=list, blank=True)
    people: "models.ManyToManyField[Person, Any]" = models.ManyToManyField(
        "stakeholders.Person", blank=True, related_name="picked_for", verbose_name=_("people")
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PersonaQuerySet.as_manager()

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint("programme", "slug", name="persona_slug_once")]

    def __str__(self) -> str:
        return self.name

    def rule(self) -> PersonaRule:
        """Return the rule as plain values, sorted."""
        if self.is_hand_picked:
            return PersonaRule(id=self.pk, people=self._ids("people"))
        named: dict[str, Any] = {name: self._ids(name) for name in RELATIONS}
        jobs, employers = tuple(sorted(self.jobs)), tuple(sorted(self.employers))
        return PersonaRule(id=self.pk, **named, jobs=jobs, employers=employers)

    def _ids(self, relation: str) -> tuple[int, ...]:
        """Return the ids of a relation, sorted, without a query after ``with_rule``."""
        loaded = vars(self).get(f"{relation}_ids")
        if loaded is None:
            loaded = [one.pk for one in getattr(self, relation).all()]
        return tuple(sorted(loaded))

    def matching(self) -> PersonQuerySet:
        """Return the active people at sites of the programme whom the rule means now."""
        return Rule(programme=self.programme_id, personas=(self.rule(),)).people()
