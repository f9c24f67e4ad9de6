"""Which texts a change of wording asks about: of a message, its channels and its adaptations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import groupby

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.urls import reverse

from communications.adaptations.queries.checks import refusal_of
from communications.adaptations.queries.forms import CHANNELS, EMAIL, FIELDS, WORDS, forms_of
from communications.adaptations.queries.page import languages_for
from communications.adaptations.queries.points import points_with
from communications.messages.models import Adaptation, ChannelText, Message
from communications.messages.models.adaptation import AdaptationQuerySet
from communications.messages.queries.adapted_core import core_for, may_write, reads_core
from communications.messages.queries.channel_text import lost_from, statuses_of
from programmes.design import formats
from programmes.design.substance import refusals_in
from programmes.models import TextState
from programmes.queries.texts import SOURCE_LANGUAGE, TextStatus, states_of_many, text_of
from programmes.scope import Scope

Holder = Message | Adaptation | ChannelText


@dataclass(frozen=True)
class AskedText:
    """One language of one text whose source has changed in wording only.

    Attributes:
        message: whose it is, also where a channel or an adaptation holds it.
        holder: what holds it.
        language: the code.
        lost: what it lacks of its source, as a sentence; then somebody has to correct it.

    """

    message: Message
    holder: Holder
    language: str
    lost: str

    @property
    def adaptation(self) -> Adaptation | None:
        """Return whose people it is for, None for those of the message."""
        return adaptation_of(self.holder)

    @property
    def form(self) -> str:
        """Return its channel: ``email``, or one of ``ChannelText.Form``."""
        return self.holder.form if isinstance(self.holder, ChannelText) else EMAIL

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what tells it from every other."""
        return type(self.holder).__name__, self.holder.pk, self.language

    @property
    def group(self) -> str:
        """Return what it is beside its language: its people if it is adapted, and its channel."""
        if self.adaptation:
            return f"{self.adaptation}{formats.comma()}{WORDS[self.form]}"
        is_email = self.form == EMAIL
        return str(WORDS[EMAIL] if is_email else ChannelText.Form(self.form).label)

    @property
    def name(self) -> str:
        """Return the same with its language."""
        return f"{self.group}{formats.comma()}{formats.language_name(self.language)}"

    @property
    def url(self) -> str:
        """Return the page on which it is written."""
        slug = self.message.programme.slug
        if self.adaptation:
            page = reverse("communications:adaptation-edit", args=[slug, self.adaptation.pk])
            return f"{page}?form={self.form}&language={self.language}"
        channel = [] if self.form == EMAIL else [self.form]
        route = "channel-text-edit" if channel else "text-edit"
        args = [slug, self.message.pk, *channel, self.language]
        return reverse(f"communications:{route}", args=args)

    def is_written_by(self, scope: Scope) -> bool:
        """Tell whether it is somebody's to write, and so to confirm."""
        if self.adaptation is None:
            return scope.translates(self.language)
        is_theirs = scope.may("adaptation.write") and may_write(self.adaptation, scope)
        return is_theirs and self.language in languages_for(self.message.programme, scope)


@dataclass(frozen=True)
class Asked:
    """What a change of wording asks about of a message, for one reader.

    Attributes:
        own: what the reader may confirm with the others, in one click.
        lacking: what is theirs, and lacks something of its source.
        others: what somebody else confirms.

    """

    own: Sequence[AskedText] = ()
    lacking: Sequence[AskedText] = ()
    others: Sequence[AskedText] = ()

    @property
    def count(self) -> int:
        """Return how many texts are asked about."""
        return len(self.own) + len(self.lacking) + len(self.others)

    @property
    def own_groups(self) -> list[tuple[str, list[AskedText]]]:
        """Return those that the reader may confirm, by channel and adaptation."""
        return grouped(self.own)

    @property
    def other_groups(self) -> list[tuple[str, list[AskedText]]]:
        """Return those of others in the same way."""
        return grouped(self.others)


def grouped(texts: Iterable[AskedText]) -> list[tuple[str, list[AskedText]]]:
    """Return texts by what they are beside their language, in their order."""
    return [(group, list(found)) for group, found in groupby(texts, key=lambda one: one.group)]


def asked_for(message: Message, scope: Scope) -> Asked:
    """Return what is asked about of a message in view; one query where nothing is.

    Who reads no drafts sees what is theirs to confirm, once the new wording is approved.
    """
    if not _rows_of(message).exclude(wording_fingerprint="").exists():
        return Asked()
    texts = asked_in(message, _adaptations_of(message, scope))
    own = [one for one in texts if one.is_written_by(scope)]
    ready, lacking = [one for one in own if not one.lost], [one for one in own if one.lost]
    theirs = {one.key for one in own}
    others = [one for one in texts if one.key not in theirs]
    return Asked(ready, lacking, others if reads_core(message, scope) else [])


def asked_in(message: Message, adaptations: AdaptationQuerySet) -> list[AskedText]:
    """Return all that is asked about of a message and of some adaptations, the emails first."""
    own = adaptations.filter(message=message).with_places().prefetch_related("dropped_points")
    adapted = {one.pk: one for one in own}
    for one in adapted.values():
        one.message = message
    found = [*_of_emails([message]), *_of_emails(_mailed(adapted.values()))]
    found += _of_channels(message, adapted)
    return sorted(found, key=_order)


def adaptation_of(holder: Holder) -> Adaptation | None:
    """Return the adaptation that a text belongs to, None for those of the message itself."""
    if isinstance(holder, ChannelText):
        return holder.adaptation
    return holder if isinstance(holder, Adaptation) else None


def _adaptations_of(message: Message, scope: Scope) -> AdaptationQuerySet:
    """Return those whose drafts somebody sees; none while the core is being edited out of view."""
    # What is approved would be put into the message, which others show as it is written.
    core = core_for(copy(message), scope)
    is_seen = core is not None and core.is_settled
    drafts: AdaptationQuerySet = Adaptation.objects.drafts_within(scope)
    return drafts if is_seen else drafts.filter(pk__in=())


def _mailed(adapted: Iterable[Adaptation]) -> list[Adaptation]:
    return [one for one in adapted if EMAIL in forms_of(one)]


def _order(one: AskedText) -> tuple[int, int]:
    """Return the key that puts the message before its adaptations, and its email first."""
    forms = [EMAIL, *CHANNELS]
    return one.adaptation.pk if one.adaptation else 0, forms.index(one.form)


def _rows_of(message: Message) -> QuerySet[TextState]:
    """Return what is known of the texts of a message, its channels and its adaptations."""
    found = Q()
    for model, name in ((Message, "pk"), (ChannelText, "message"), (Adaptation, "message")):
        kind = ContentType.objects.get_for_model(model)
        keys = model._default_manager.filter(**{name: message.pk}).order_by().values("pk")
        found |= Q(content_type=kind, object_id__in=keys)
    return TextState.objects.filter(found)


def _asked(statuses: Mapping[str, TextStatus]) -> Iterator[TextStatus]:
    return (status for status in statuses.values() if status.is_asked)


def _of_emails(holders: Sequence[Message | Adaptation]) -> Iterator[AskedText]:
    """Yield what is asked about of the emails of a message, or of its adaptations; one query."""
    messages = [one if isinstance(one, Message) else one.message for one in holders]
    languages = messages[0].programme.languages if messages else []
    states = states_of_many(holders, FIELDS[EMAIL], languages)
    for message, holder in zip(messages, holders, strict=True):
        for status in _asked(states[holder.pk]):
            yield AskedText(message, holder, status.language, _lost(holder, EMAIL, status))


def _of_channels(message: Message, adapted: Mapping[int, Adaptation]) -> Iterator[AskedText]:
    """Yield what is asked about of channels: of the message itself, and of its adaptations."""
    whose = Q(adaptation=None) | Q(adaptation__in=list(adapted))
    texts = list(ChannelText.objects.filter(whose, message=message))
    for text in texts:
        text.message = message
        text.adaptation = adapted.get(text.adaptation_id or 0)
    statuses = statuses_of(texts, message.programme.languages)
    for text in texts:
        for status in _asked(statuses[text.pk]):
            yield AskedText(message, text, status.language, _lost(text, text.form, status))


def _lost(holder: Holder, form: str, status: TextStatus) -> str:
    """Return what a text lacks of its source; of one that is adapted, why it cannot be ready."""
    if adaptation := adaptation_of(holder):
        points = points_with(adaptation.message, adaptation.dropped_points.all())
        return refusal_of(adaptation, points, form, status.language, status.text)
    if isinstance(holder, ChannelText):
        return lost_from(holder, status.language)
    english = text_of(holder, SOURCE_LANGUAGE, FIELDS[EMAIL])
    return " ".join(refusals_in(english, status.text).values())
