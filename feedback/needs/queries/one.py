"""One need: who else lacks the same, what was answered, and what became of the email."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from feedback.needs.models import Need, NeedAnswer, NeedMail
from feedback.needs.queries.similar import similar_to
from programmes.design.collation import name_key
from programmes.models import Programme, Site, Stream
from programmes.scope import Scope
from stakeholders.accounts.access.actions import LOCAL, MANAGER, REGIONAL
from stakeholders.models import User

# What writes the answer: those who may answer a need at a site can own it.
IN_REGION = (REGIONAL, LOCAL)


@dataclass(frozen=True)
class NeedPage:
    """What the page of a need shows.

    Attributes:
        need: the need.
        lead: the one it was joined with, if that is in view; else None.
        sites: how many reported it at each site in view, this one included, by name.
        joined: the needs in view that were joined with it.
        similar: open needs in view that say much the same.
        answers: the answer in each language, the reporter's own first.
        mail: the email with the answer; None if nobody gets one.

    """

    need: Need
    lead: Need | None
    sites: Sequence[tuple[Site, int]]
    joined: Sequence[Need]
    similar: Sequence[Need]
    answers: Sequence[NeedAnswer]
    mail: NeedMail | None


def need_page(need: Need, scope: Scope) -> NeedPage:
    """Return the page of a need in view; a number of queries that is fixed."""
    joined = list(Need.objects.within(scope).filter(joined_to=need).select_related("site"))
    is_open = need.stage != Need.Stage.ANSWERED and need.joined_to_id is None
    lead = Need.objects.within(scope).filter(pk=need.joined_to_id or 0).select_related("site")
    return NeedPage(
        need=need,
        lead=lead.first(),
        sites=_sites([need, *joined]),
        joined=joined,
        similar=similar_to(need, scope) if is_open else [],
        answers=_answers_of(need),
        mail=need.mails.filter(kind=NeedMail.Kind.ANSWER).first(),
    )


def _sites(needs: Sequence[Need]) -> list[tuple[Site, int]]:
    counts = Counter(need.site for need in needs)
    return sorted(counts.items(), key=lambda pair: (-pair[1], name_key(pair[0].name)))


def _answers_of(need: Need) -> list[NeedAnswer]:
    """Return the answer in each language; of one that was joined, only what its reporter gets."""
    if not need.lead.answered_at:
        return []
    found = list(NeedAnswer.objects.filter(need=need.lead).order_by("pk"))
    own = [one for one in found if one.language == need.language]
    if need.joined_to_id:
        return own or [one for one in found if one.language == need.lead.language]
    return [*own, *(one for one in found if one not in own)]


def languages_to_answer(need: Need) -> list[str]:
    """Return the codes of the languages in which reporters wait for an answer, the own first."""
    waiting = ~Q(address="") | Q(reported_by__isnull=False)
    others = need.joined.filter(waiting).order_by().values_list("language", flat=True)
    return list(dict.fromkeys([need.language, *sorted(set(others))]))


def written_answers(need: Need) -> dict[str, str]:
    """Return what was written as an answer before it was taken back, by language."""
    return dict(need.answers.values_list("language", "text"))


def owners_for(need: Need) -> QuerySet[User]:
    """Return the active users who may answer a need: one of them can own it."""
    there = Q(roles__kind__in=IN_REGION, roles__region=need.site.region_id)
    found = User.objects.filter(
        Q(roles__kind=MANAGER) | there, roles__programme=need.programme_id, is_active=True
    )
    return found.distinct().order_by("last_name", "first_name", "pk")


def streams_for(programme: Programme) -> QuerySet[Stream]:
    """Return the streams whose field a need may be."""
    return Stream.objects.of(programme).order_by("name", "pk")


def sites_to_report(programme: Programme, scope: Scope) -> list[Site]:
    """Return the sites of the programme's waves in view, by name."""
    found = Site.objects.within(scope).filter(wave_sites__wave__programme=programme)
    return sorted(found.distinct(), key=lambda one: name_key(one.name, one.latin_name))


def last_site_of(user: User, programme: Programme) -> int | None:
    """Return the id of the site that a user reported something from last."""
    own = Need.objects.filter(reported_by=user, programme=programme)
    return own.order_by("-reported_at", "-pk").values_list("site", flat=True).first()
