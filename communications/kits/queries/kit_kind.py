"""Which kinds of files people at a site read, and in which languages."""

from collections import defaultdict
from collections.abc import Iterator

from communications.kits.models import KitFile
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.rendering import reading_language
from programmes.models import WaveSite
from stakeholders.audiences.queries.crowd import Crowd

# The form in whose own words a kind is set. Those of the first group are cut from the email where
# there are none; the others are not there without them. All other kinds are the email itself.
OWN_OR_EMAIL: dict[str, str] = {
    KitFile.Kind.POSTER: "poster",
    KitFile.Kind.FLYER: "flyer",
    KitFile.Kind.CHAT: "chat",
}
OWN: dict[str, str] = {
    KitFile.Kind.POINTS: "points",
    KitFile.Kind.DOCX: "points",
    KitFile.Kind.SLIDES: "slides",
    KitFile.Kind.NOTICE: "notice",
}
FORM_OF = OWN_OR_EMAIL | OWN


def kinds_at(place: WaveSite, approval: Approval, crowd: Crowd) -> dict[str, frozenset[str]]:
    """Return which kinds of files people at a site read in which language, sorted by language.

    Who wants a language in which a kind is not there reads the kind in a neighbour of it.
    """
    wanted = list(wanted_at(place, approval, crowd))
    found: dict[str, set[str]] = defaultdict(set)
    for ready, kinds in kinds_by_languages(approval).items():
        for code in {reading_language(code, ready) for code in wanted}:
            found[code or ""] |= kinds
    return {code: frozenset(kinds) for code, kinds in sorted(found.items()) if code}


def kinds_adapted_at(
    place: WaveSite, approval: Approval, adapted: AdaptationVersion, crowd: Crowd
) -> dict[str, frozenset[str]]:
    """Return which papers of an adaptation its people at a site read in which language.

    Where it is in no language that they read, they get all that somebody wrote for them.
    """
    rule = adapted.frozen.criteria.rule(approval.frozen.rule.programme)
    is_there = approval.frozen.rule.names(place) and adapted.adaptation.is_at(place.site)
    wanted = list(crowd.readers(rule, {place.site_id})) if is_there else []
    found: dict[str, set[str]] = defaultdict(set)
    for form, content in adapted.frozen.papers.items() if wanted else ():
        read = {reading_language(code, content.texts) for code in wanted} - {None}
        for code in read or set(content.texts):
            found[code or ""] |= {kind for kind, own in FORM_OF.items() if own == form}
    return {code: frozenset(kinds) for code, kinds in sorted(found.items())}


def kinds_by_languages(approval: Approval) -> dict[frozenset[str], set[str]]:
    """Return the kinds of files that can be made from a version, by the languages of each."""
    email, forms = frozenset(approval.frozen.languages), approval.frozen.forms
    found: dict[frozenset[str], set[str]] = defaultdict(set)
    for kind in KitFile.Kind.values:
        form = forms.get(FORM_OF.get(kind, ""))
        own = frozenset(form.texts if form else ())
        found[own if kind in OWN else email | own].add(kind)
    return found


def languages_at(place: WaveSite, approval: Approval, crowd: Crowd) -> list[str]:
    """Return the languages that people at a site read a version in, sorted."""
    return list(kinds_at(place, approval, crowd))


def wanted_at(place: WaveSite, approval: Approval, crowd: Crowd) -> Iterator[str]:
    """Yield the languages that people at a site want whom a version means."""
    rule = approval.frozen.rule
    if rule.names(place):
        yield from crowd.readers(rule, {place.site_id})
