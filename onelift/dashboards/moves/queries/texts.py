"""Which texts name the old date in so many words: they do not follow it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from events.models import Event
from onelift.dashboards.moves.queries.mails import ENDED
from onelift.dashboards.plan.queries.moments import NamedPlan
from programmes.design.written import Named, named_in
from programmes.models import Programme, Service
from programmes.queries.shift import Shift
from programmes.queries.texts import text_of
from programmes.scope import Scope


@dataclass(frozen=True)
class NamingText:
    """A text that names the old date.

    Attributes:
        kind: ``message``, ``event`` or ``service``.
        pk: of the message, event or service.
        title: what it is called.
        language: the code of the text.
        named: the first place where it names the date, with some words around it.
        is_approved: whether exactly this text may be sent.

    """

    kind: str
    pk: int
    title: str
    language: str
    named: Named
    is_approved: bool = False


def naming_texts(
    plans: Iterable[NamedPlan],
    shift: Shift,
    sent: Collection[tuple[int, int]],
    programme: Programme,
    scope: Scope,
) -> list[NamingText]:
    """Return the texts of what is still to come at the sites that move; two queries."""
    if not shift.places:
        return []
    languages = programme.languages
    found = [
        text
        for plan in plans
        if plan.state not in ENDED and _is_to_come(plan, shift, sent)
        for text in _of_message(plan, languages, shift)
    ]
    events = Event.objects.within(scope).filter(site__in=shift.sites, cancelled_at=None)
    services = Service.objects.filter(scope.here())
    for kind, rows in (("event", events), ("service", services)):
        for row in rows:
            found += _found(kind, row.pk, str(row), _texts(row, languages), shift)
    return found


def _is_to_come(plan: NamedPlan, shift: Shift, sent: Collection[tuple[int, int]]) -> bool:
    own = [place.site_id for place in shift.places if plan.rule.names(place)]
    return any((plan.message.pk, site) not in sent for site in own)


def _of_message(plan: NamedPlan, languages: Iterable[str], shift: Shift) -> Iterator[NamingText]:
    """Yield what the version says, and the draft in languages where that says something else."""
    message = plan.message
    approved = plan.approval.frozen.languages if plan.approval.pk else {}
    is_approved = plan.state == "approved"
    yield from _found("message", message.pk, plan.title, approved, shift, is_approved=is_approved)
    draft = {code: text_of(message, code, ("subject", "body")) for code in languages}
    other = {code: text for code, text in draft.items() if dict(approved.get(code, {})) != text}
    yield from _found("message", message.pk, plan.title, other, shift)


def _texts(row: Any, languages: Iterable[str]) -> dict[str, dict[str, str]]:
    return {code: text_of(row, code) for code in languages}


def _found(
    kind: str,
    pk: int,
    title: str,
    texts: Mapping[str, Mapping[str, str]],
    shift: Shift,
    *,
    is_approved: bool = False,
) -> Iterator[NamingText]:
    for language, text in sorted(texts.items()):
        named = named_in("\n".join(filter(None, text.values())), shift.before_on, language)
        if named:
            yield NamingText(kind, pk, title, language, named[0], is_approved)
