"""Adaptations as decisions: a version that waits for approval, a dropped point for consent."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from communications.adaptations.queries.forms import EMAIL, WORDS, key_of
from communications.adaptations.queries.page import Shown, texts_by_form
from communications.adaptations.queries.points import is_overdue
from communications.approvals.queries.reviewers import ReadBy
from communications.approvals.queries.waiting import signers_of
from communications.messages.models import AdaptationVersion, DroppedPoint, Review
from communications.messages.models.adapted import AdaptedContent
from communications.messages.queries.review import readings_of, reviews_of
from programmes.models import Programme
from programmes.queries.decisions import CONSENT, Asking, Decided, DecisionKind, Matter
from stakeholders.accounts.queries.role import holders
from stakeholders.models import Role, User

PLACES = ("region", "site", "business_line", "persona")


class AdaptationDecisions(DecisionKind):
    """Versions of adaptations, each decided on by itself."""

    key = "adaptation"
    template = "dashboards/_decision_adaptation.html"
    page = "communications:adaptation-show"
    undo = "communications:adaptation-undo"

    def matters(self, asked: Asking) -> list[Matter]:
        """Return the versions that wait; a fixed number of queries, one for none."""
        found = AdaptationVersion.objects.within(asked.scope).waiting()
        related = ("adaptation__message__programme", "asked_by", *_places("adaptation__"))
        waiting = list(found.select_related(*related).order_by("asked_at", "pk"))
        if not waiting:
            return []
        adaptations = [one.adaptation_id for one in waiting]
        given = AdaptationVersion.objects.standing().filter(adaptation__in=adaptations)
        standing = {one.adaptation_id: one.frozen for one in given}
        reviews = reviews_of([one.adaptation.message_id for one in waiting])
        signers = signers_of(waiting, asked.programme.pk)
        return [
            _waiting(one, standing.get(one.adaptation_id), reviews, own)
            for one, own in zip(waiting, signers, strict=True)
        ]

    def decided(self, asked: Asking) -> list[Decided]:
        """Return the versions that were decided on; one query."""
        found = AdaptationVersion.objects.within(asked.scope).filter(decided_at__isnull=False)
        related = ("adaptation__message", "decided_by", "decided_for", *_places("adaptation__"))
        return [_decided(one) for one in found.select_related(*related)]


def _places(prefix: str) -> list[str]:
    return [f"{prefix}{name}" for name in PLACES]


def _waiting(
    version: AdaptationVersion,
    before: AdaptedContent | None,
    reviews: Mapping[int, Sequence[Review]],
    signers: set[User],
) -> Matter:
    own = reviews.get(version.adaptation.message_id, ())
    readings = list(readings_adapted(version, before, own))
    return Matter(
        kind=AdaptationDecisions.key,
        key=str(version.pk),
        title=version.title,
        since=version.asked_at,
        authors=version.authors,
        rows=[Shown(version, version.frozen, readings, sorted(signers, key=str))],
        signers=frozenset(one.pk for one in signers),
    )


def readings_adapted(
    version: AdaptationVersion, before: AdaptedContent | None, reviews: Sequence[Review]
) -> Iterator[ReadBy]:
    """Yield who has read each text of a version that is not as it stands: ``before``."""
    given = texts_by_form(before) if before else {}
    for form, texts in texts_by_form(version.frozen).items():
        old = given.get(form, {})
        new = {code: text for code, text in texts.items() if old.get(code) != text}
        found = readings_of(new, reviews, key_of(form), version.adaptation_id)
        part = "" if form == EMAIL else str(WORDS[form])
        yield from (ReadBy.of(one, part=part) for one in found.values())


def _decided(version: AdaptationVersion) -> Decided:
    return Decided(
        kind=AdaptationDecisions.key,
        pk=version.pk,
        page=version.adaptation_id,
        title=version.title,
        word=str(version.get_state_display()),
        at=version.decided_at or version.asked_at,
        by=version.decided_by,
        principal=str(version.decided_for or ""),
        principal_id=version.decided_for_id,
        reason=version.reason,
    )


class ConsentDecisions(DecisionKind):
    """Key points that somebody wants to leave out: they wait for the core's author, not the CIO."""

    key = CONSENT
    template = "dashboards/_decision_consent.html"
    page = "communications:adaptation-show"

    def matters(self, asked: Asking) -> list[Matter]:
        """Return the points that wait; three queries, one where there is none."""
        found = DroppedPoint.objects.within(asked.scope).waiting()
        related = ("adaptation__message__programme", "by", *_places("adaptation__"))
        rows = list(found.select_related(*related).order_by("asked_at", "pk"))
        if not rows:
            return []
        writers = _writers(asked.programme)
        return [_consent(one, writers, asked) for one in rows]


def _writers(programme: Programme) -> dict[str, dict[int, User]]:
    """Return who writes cores, and of these the managers, by their ids; two queries."""
    kinds = (Role.Kind.COMMUNICATION_TEAM, Role.Kind.PROGRAMME_MANAGER)
    found: dict[str, dict[int, User]] = defaultdict(dict)
    for kind in kinds:
        found[kind] = {user.pk: user for user in holders(programme, kind)}
    return found


def _consent(point: DroppedPoint, writers: dict[str, dict[int, User]], asked: Asking) -> Matter:
    message = point.adaptation.message
    everybody = {pk: user for group in writers.values() for pk, user in group.items()}
    author = everybody.get(message.written_by_id or 0)
    answerers = {author.pk} if author else set(everybody)
    if is_overdue(point, asked.now):
        answerers |= set(writers[Role.Kind.PROGRAMME_MANAGER])
    values = {"people": point.adaptation, "point": point.point}
    return Matter(
        kind=CONSENT,
        key=str(point.pk),
        title=_("%(people)s: leave out “%(point)s”?") % values,
        since=point.asked_at or point.at,
        authors=frozenset([point.by_id]),
        waits_for=str(author) if author else _("the communication team"),
        answerers=frozenset(answerers - {point.by_id}),
        rows=[point],
    )
