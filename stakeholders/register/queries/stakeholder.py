"""The register: stakeholders with their people, what is missing, and how they came to stand so."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.design.charts.grid import GridMark
from programmes.design.fields import is_key
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.register.models import Assessment, Engagement, Stakeholder
from stakeholders.register.models.stakeholder import HALF, JUDGED

NO_ACTION, RESISTS = "-", Engagement.RESISTANT
WISHES = ("engagement", "power", "wave", "region", "stream", "action")
# What an address asks for who wants to see those who resist and have power.
POWERFUL = "high"
RESISTS_WITH_POWER = f"engagement={RESISTS}&power={POWERFUL}"


@dataclass(frozen=True)
class StakeholderRow:
    """One entry of the register.

    ``people`` is None for a person and for a group that nobody has counted; ``query`` opens the
    list of these people and is empty where they were typed.
    """

    stakeholder: Stakeholder
    people: int | None
    query: str


@dataclass(frozen=True)
class Register:
    """All entries in view, and those that the reader has chosen, the longest way first."""

    all: Sequence[Stakeholder]
    chosen: Sequence[Stakeholder]
    reviewed_at: datetime | None
    groups: list[dict[str, Any]]

    @property
    def resisting(self) -> int:
        """Return how many of the chosen with power resist."""
        return sum(one.has_power and one.engagement == RESISTS for one in self.chosen)

    @property
    def idle(self) -> int:
        """Return how many of the chosen have a way to go and no next action."""
        return sum(bool(one.way) and not one.next_action for one in self.chosen)

    @property
    def active(self) -> int:
        """Return how many of the chosen have a next action."""
        return sum(bool(one.next_action) for one in self.chosen)


def register_of(scope: Scope, wish: Mapping[str, str]) -> Register:
    """Return the register in view, as asked (keys of ``WISHES``), in three queries at most."""
    found = Stakeholder.objects.within(scope).present()
    everybody = list(found.select_related("programme", "region", "stream", "owner"))
    everybody.sort(key=lambda one: (-one.way, -one.power, one.name))
    regions = _regions_of(scope, wish["wave"])
    chosen = [one for one in everybody if _is_wanted(one, wish, regions)]
    reviews = Assessment.objects.filter(stakeholder__in=[one.pk for one in chosen])
    return Register(
        all=everybody,
        chosen=chosen,
        reviewed_at=reviews.aggregate(last=Max("at"))["last"],
        groups=_groups(everybody, wish, regions),
    )


def resisting_with_power(scope: Scope) -> list[Stakeholder]:
    """Return who in view has power and resists, by name (one query)."""
    present = Stakeholder.objects.within(scope).present()
    return list(present.filter(engagement=RESISTS, power__gte=HALF).order_by("name", "pk"))


def _regions_of(scope: Scope, wave: str) -> set[int | None]:
    """Return the regions of a wave, with None for who is of none; nothing without a wave."""
    if not wave:
        return set()
    places = WaveSite.objects.within(scope)
    found = places.filter(wave=int(wave)) if is_key(wave) else places.none()
    return {None, *found.values_list("site__region", flat=True)}


def _is_wanted(one: Stakeholder, wish: Mapping[str, str], regions: set[int | None]) -> bool:
    """Tell whether an entry is asked for; without a wave, ``regions`` are empty and mean all."""
    return (
        wish["engagement"] in ("", one.engagement)
        and (wish["power"] != POWERFUL or one.has_power)
        and (not regions or one.region_id in regions)
        and wish["region"] in ("", one.region.slug if one.region else "-")
        and wish["stream"] in ("", str(one.stream_id or "-"))
        and (wish["action"] != NO_ACTION or not one.next_action)
    )


def _groups(
    everybody: Sequence[Stakeholder], wish: Mapping[str, str], regions: set[int | None]
) -> list[dict[str, Any]]:
    """Return the chips of the filters; a choice that would leave nobody is left out.

    A count is that of the list with this choice and all that is chosen otherwise.
    """
    groups: list[tuple[str, str, list[tuple[Any, str]]]] = [
        (_("Engagement"), "engagement", [(label, k) for k, label in Engagement.choices]),
        (
            _("Region"),
            "region",
            sorted({(o.region.name, o.region.slug) for o in everybody if o.region}),
        ),
        (
            _("Stream"),
            "stream",
            sorted({(o.stream.name, str(o.stream_id)) for o in everybody if o.stream}),
        ),
        (_("Show"), "action", [(_("No next action"), NO_ACTION)]),
    ]

    def choices(name: str, pairs: Iterable[tuple[Any, str]]) -> Iterator[dict[str, Any]]:
        for label, key in pairs:
            with_it = {**wish, name: key}
            count = sum(_is_wanted(one, with_it, regions) for one in everybody)
            if count or wish[name] == key:
                yield {"label": label, "value": key, "count": count}

    found = [(label, name, list(choices(name, pairs))) for label, name, pairs in groups]
    return [
        {"label": label, "name": name, "choices": shown} for label, name, shown in found if shown
    ]


def with_people(
    stakeholders: Sequence[Stakeholder], programme: Programme, scope: Scope
) -> list[StakeholderRow]:
    """Return entries with their people in view, in a number of queries that is fixed."""
    wanted = {one.persona_id for one in stakeholders if one.persona_id}
    personas = Persona.objects.filter(pk__in=wanted).with_rule()
    named = {persona.pk: persona for persona in personas}
    rules = {pk: Rule(programme=programme.pk, personas=(p.rule(),)) for pk, p in named.items()}
    places = WaveSite.objects.filter(wave__programme=programme)
    region_of = dict(places.values_list("site", "site__region"))
    crowd = crowd_of(list(region_of), scope, list(rules.values()))
    found = {pk: crowd.meant_by_site(rule) for pk, rule in rules.items()}
    return [_row(one, named, found, region_of) for one in stakeholders]


def _row(
    one: Stakeholder,
    named: Mapping[int, Persona],
    found: Mapping[int, Counter[int]],
    region_of: Mapping[int, int],
) -> StakeholderRow:
    persona = named.get(one.persona_id or 0)
    if persona is None:
        return StakeholderRow(one, one.size, "")
    there = found[persona.pk]
    query = f"persona={persona.slug}"
    if one.region:
        query += f"&region={one.region.slug}"
        there = Counter({s: n for s, n in there.items() if region_of.get(s) == one.region_id})
    return StakeholderRow(one, there.total(), query)


def mark_of(one: Stakeholder, url: str) -> GridMark:
    """Return an entry as a mark of the grid that opens a page."""
    return GridMark(
        name=one.name,
        power=one.power,
        interest=one.interest,
        wanted=one.interest_wanted,
        stand=one.step,
        word=str(one.get_engagement_display()),
        action=one.next_action,
        url=url,
    )


def headings_of(scope: Scope) -> list[str]:
    """Return the headings of the register as a file; see ``cells_of``."""
    headings = [
        _("Name"),
        _("Kind"),
        _("Role in the programme"),
        _("People"),
        _("Region"),
        _("Stream"),
        _("Power"),
        _("Interest"),
        _("Target interest"),
        _("Current engagement"),
        _("Target engagement"),
        _("Owner"),
        _("Next action"),
        _("Next action date"),
    ]
    return [*headings, _("Notes")] if scope.may("register.notes") else headings


def cells_of(rows: Iterable[StakeholderRow], scope: Scope) -> Iterator[list[str]]:
    """Yield the register row by row, with notes for those who may read them."""
    for row in rows:
        one = row.stakeholder
        cells = [
            one.name,
            one.get_kind_display(),
            one.part,
            row.people,
            one.region,
            one.stream,
            one.power,
            one.interest,
            one.interest_wanted,
            one.get_engagement_display(),
            one.get_engagement_wanted_display(),
            one.owner,
            one.next_action,
            one.next_action_on,
            *([one.notes] if scope.may("register.notes") else []),
        ]
        yield ["" if cell is None else str(cell) for cell in cells]


@dataclass(frozen=True)
class Review:
    """One review as the history tells it; ``reason`` is empty for readers without notes."""

    person: User | None
    when: datetime
    changes: list[tuple[str, str, str]]
    reason: str

    @property
    def sentence(self) -> str:
        """Return what went from which value to which, and why, in words."""
        lines = [
            _("%(label)s: %(names)s")
            % {
                "label": field,
                "names": f"{before} {formats.arrow()} {after or '–'}" if before else after,
            }
            for field, before, after in self.changes
        ]
        said = "; ".join(lines) or _("Reviewed, no change")
        return f"{said}. {self.reason}" if self.reason else said


def reviews_in(assessments: Iterable[Assessment], scope: Scope) -> list[Review]:
    """Return reviews in words; why they came to that is for those who may read notes."""
    tells_why = scope.may("register.notes")
    return [
        Review(one.by, one.at, list(_words(one.changes)), one.reason if tells_why else "")
        for one in assessments
    ]


def _words(changes: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, str, str]]:
    for name in JUDGED:
        if name in changes:
            before, after = (_value(name, value) for value in changes[name])
            yield str(Stakeholder._meta.get_field(name).verbose_name), before, after  # type: ignore[union-attr]


def _value(name: str, value: Any) -> str:
    """Return a judged value in words; nothing before the first review."""
    if value is None:
        return ""
    if name.startswith("engagement"):
        return str(dict(Engagement.choices).get(value, value))
    return formats.number(value)
