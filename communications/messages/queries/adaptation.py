"""Which adaptation of a message somebody gets: the most specific one that means them.

The order, the most specific first: what names more parts before what names fewer; of those that
name as many, with a persona before without, then a site, a business line and a region; of two that
are as specific, the older one. It is written in ``most_specific_first`` and nowhere else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import BigIntegerField, Case, Value, When

from communications.messages.models import AdaptationVersion, Approval
from communications.messages.models.adaptation import PLACES, made_from
from communications.messages.models.adapted import AdaptedCriteria
from communications.messages.models.content import Content
from communications.messages.queries.sender import signing_cios
from communications.messages.queries.wording import alike_of
from programmes.queries.texts import SOURCE_LANGUAGE

# The id of an adaptation, and its criteria.
Voice = tuple[int, AdaptedCriteria]


def most_specific_first(voices: Iterable[Voice]) -> list[Voice]:
    """Return adaptations in the order in which they are asked whether they mean somebody."""

    def place(voice: Voice) -> tuple[int, ...]:
        pk, criteria = voice
        return (*(-part for part in criteria.weight), pk)

    return sorted(voices, key=place)


def voice_of_each(voices: Sequence[Voice]) -> Case:
    """Return an expression over people: the id of the adaptation that each gets, NULL for none."""
    cases = [
        When(criteria.condition(), then=Value(pk)) for pk, criteria in most_specific_first(voices)
    ]
    return Case(*cases, default=Value(None), output_field=BigIntegerField())


def source_of_core(content: Content) -> str:
    """Return the fingerprint of the English that adaptations of an approved core are made from."""
    english = content.languages.get(SOURCE_LANGUAGE, {})
    return made_from(english.get("subject", ""), english.get("body", ""), content.key_points)


def in_force(approval: Approval) -> dict[int, AdaptationVersion]:
    """Return the approved versions that go with an approved core, by their adaptation's id.

    One that was made from an English of another meaning is out of date, and not among them, nor is
    an email that a CIO has not approved in whose name the core is sent. One query; one more where
    the wording has changed since one was approved, and two where the sender has.
    """
    found = in_force_with({approval.message_id: approval.frozen})[approval.message_id]
    return {one.adaptation_id: one for one in signed_as(found, approval)}


def in_force_with(cores: Mapping[int, Content]) -> dict[int, list[AdaptationVersion]]:
    """Return the versions that go with what messages say, or would say, by the message's id.

    Whoever signs: see ``signed_as``.
    """
    versions = AdaptationVersion.objects.standing()
    own = versions.filter(adaptation__message__in=list(cores)).select_related("adaptation")
    rows = list(own)
    of_some = {one.adaptation.message_id for one in rows}
    found: dict[int, list[AdaptationVersion]] = {pk: [] for pk in cores}
    for one in up_to_date(rows, {pk: source_of_core(cores[pk]) for pk in of_some}):
        found[one.adaptation.message_id].append(one)
    return found


def signed_as(versions: Sequence[AdaptationVersion], core: Approval) -> list[AdaptationVersion]:
    """Keep the versions that may be told under the sender of an approved core.

    What was approved under another sender is sent in a CIO's name only if that CIO approved it.
    What is on paper only names no sender. No query where all were approved under this one.
    """
    name = core.frozen.sender
    other = {one.pk for one in versions if one.frozen.has_email and one.frozen.sender != name}
    signers = signing_cios(core.message.programme_id, name) if other else {}
    if name not in signers:
        return list(versions)
    return [one for one in versions if one.pk not in other or one.decided_by_id == signers[name].pk]


def up_to_date(
    versions: Iterable[AdaptationVersion], sources: Mapping[int, str]
) -> list[AdaptationVersion]:
    """Keep the versions that were made from a core of this meaning.

    Without a query where the wording is the same too; the messages of the versions are asked for.

    Args:
        versions: the versions.
        sources: the fingerprint of the core of each message, by the message's id; of a message that
            is not among them, none is kept.
    """
    found = [one for one in versions if one.adaptation.message_id in sources]
    pairs = [(one, one.adaptation.message_id) for one in found]
    other = {pk: sources[pk] for one, pk in pairs if one.frozen.source != sources[pk]}
    known: Mapping[int, Collection[str]] = alike_of(other) if other else {}
    return [one for one, pk in pairs if one.frozen.source in known.get(pk, (sources[pk],))]


def voices_of(versions: Iterable[AdaptationVersion]) -> list[Voice]:
    """Return the criteria of versions, by the ids of their adaptations."""
    return [(one.adaptation_id, one.frozen.criteria) for one in versions]


def is_in_force(version: AdaptationVersion) -> bool:
    """Tell whether an approved version goes with the core that is approved, whatever is drafted."""
    core = Approval.objects.standing().filter(message=version.message).first()
    known = {version.message.pk: source_of_core(core.frozen)} if core else {}
    return bool(up_to_date([version], known))


def is_unsigned(version: AdaptationVersion) -> bool:
    """Tell whether an approved version waits for the CIO in whose name its core is sent."""
    core = Approval.objects.standing().select_related("message")
    found = core.filter(message=version.message).first()
    return found is not None and not signed_as([version], found)


def papers_of(approvals: Iterable[Approval]) -> list[AdaptationVersion]:
    """Return the versions in force of some approved cores that have posters or briefings.

    One whose adaptation is for other people by now hangs nowhere until that is approved. One query,
    two where the wording of a core has changed since one was approved; none without a core.
    """
    cores = {one.message_id: one for one in approvals}
    if not cores:
        return []
    related = ["adaptation__message", *(f"adaptation__{name}" for name in PLACES)]
    standing = AdaptationVersion.objects.standing().filter(adaptation__message__in=cores)
    rows = list(standing.select_related(*related).order_by("adaptation"))
    written = [row for row in rows if row.frozen.forms and row.is_where_it_was]
    messages = {row.adaptation.message_id for row in written}
    return up_to_date(written, {pk: source_of_core(cores[pk].frozen) for pk in messages})
