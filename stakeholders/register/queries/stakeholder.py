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
from programmes.models import Programme, WaveSite
from programmes.scope import Scope
from stakeholders.accounts.models import User
from stakeholders.audiences.models import Persona
from stakeholders.audiences.models.persona import rule_lookups
from stakeholders.audiences.models.rule import Rule
from stakeholders.audiences.queries.crowd import crowd_of
from stakeholders.register.models import Assessment, Engagement, Stakeholder
from stakeholders.register.models.stakeholder import JUDGED

NO_ACTION, RESISTS = "-", Engagement.RESISTANT
WISHES = ("engagement", "region", "stream", "action")


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
        """Return how many with power resist."""
        return sum(one.has_power and one.engagement == RESISTS for one in self.all)

    @property
    def idle(self) -> int:
        """Return how many have a way to go and no next action."""
        return sum(bool(one.way) and not one.next_action for one in self.all)

    @property
    def active(self) -> int:
        """Return how many have a next action."""
        return sum(bool(one.next_action) for one in self.all)


def register_of(scope: Scope, wish: Mapping[str, str]) -> Register:
    """Return the register in view, narrowed as asked (keys of ``WISHES``), in two queries."""
    found = Stakeholder.objects.within(scope).present()
    everybody = list(found.select_related("programme", "region", "stream", "owner"))
    everybody.sort(key=lambda one: (-one.way, -one.power, one.name))
    reviews = Assessment.objects.filter(stakeholder__in=[one.pk for one in everybody])
    return Register(
        all=everybody,
        chosen=[one for one in everybody if _is_wanted(one, wish)],
        reviewed_at=reviews.aggregate(last=Max("at"))["last"],
        groups=_groups(everybody),
    )


def _is_wanted(one: Stakeholder, wish: Mapping[str, str]) -> bool:
    return (
        wish["engagement"] in ("", one.engagement)
        and wish["region"] in ("", one.region.slug if one.region else "-")
        and wish["stream"] in ("", str(one.stream_id or "-"))
        and (wish["action"] != NO_ACTION or not one.next_action)
    )


def _groups(everybody: Sequence[Stakeholder]) -> list[dict[str, Any]]:
    """Return the chips of the filters, with how many each would leave."""
    stands = Counter(one.engagement for one in everybody)
    idle = sum(not one.next_action for one in everybody)
    groups: list[tuple[str, str, list[tuple[Any, str]], Counter[str]]] = [
        (_("Engagement"), "engagement", [(label, k) for k, label in Engagement.choices], stands),
        (
            _("Region"),
            "region",
            sorted({(o.region.name, o.region.slug) for o in everybody if o.region}),
            Counter(one.region.slug for one in everybody if one.region),
        ),
        (
            _("Stream"),
            "stream",
            sorted({(o.stream.name, str(o.stream_id)) for o in everybody if o.stream}),
            Counter(str(one.stream_id) for one in everybody if one.stream_id),
        ),
        (_("Show"), "action", [(_("No next action"), NO_ACTION)], Counter({NO_ACTION: idle})),
    ]
    return [
        {"label": label, "name": name, "choices": list(_choices(pairs, counts))}
        for label, name, pairs, counts in groups
        if any(counts[key] for _label, key in pairs)
    ]


def _choices(pairs: Iterable[tuple[Any, str]], counts: Counter[str]) -> Iterator[dict[str, Any]]:
    for label, key in pairs:
        if counts[key]:
            yield {"label": label, "value": key, "count": counts[key]}


def with_people(
    stakeholders: Sequence[Stakeholder], programme: Programme, scope: Scope
) -> list[StakeholderRow]:
    """Return entries with their people in view, in a number of queries that is fixed."""
    wanted = {one.persona_id for one in stakeholders if one.persona_id}
    personas = Persona.objects.filter(pk__in=wanted).prefetch_related(*rule_lookups())
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
        _("Part"),
        _("People"),
        _("Region"),
        _("Stream"),
        _("Power"),
        _("Interest"),
        _("Interest aimed for"),
        _("Engagement now"),
        _("Engagement wanted"),
        _("Owner"),
        _("Next action"),
        _("Next action on"),
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
            f"{field}: {before} → {after or '–'}" if before else f"{field}: {after}"
            for field, before, after in self.changes
        ]
        said = "; ".join(lines) or _("Looked again, all as it was")
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
