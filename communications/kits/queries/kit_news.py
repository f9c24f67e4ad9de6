"""What has changed in the words of a kit since its reader took it along."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from communications.kits.queries.kit_item import GROUPS, Item, News
from communications.kits.queries.kit_kind import FORM_OF
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.models.form_content import FormContent
from communications.messages.queries.source import pieces

Ids = tuple[int, int | None]
Texts = Mapping[str, Mapping[str, str]]
# The forms of a voice, and its emails by language.
Words = tuple[Mapping[str, FormContent], Texts]


def news_of(
    approvals: Iterable[Approval],
    adapted: Iterable[AdaptationVersion],
    new: Sequence[Item],
    since: datetime | None,
) -> dict[Ids, list[News]]:
    """Return what has changed since a moment, once a heading and language, by whose words.

    One query, another one where words of adaptations are new, none where nothing is.
    """
    if since is None or not new:
        return {}
    now = _words_of(approvals, adapted)
    then = _standing_at({item.file.voice for item in new}, since)
    found: dict[Ids, list[News]] = defaultdict(list)
    for voice, heading, language in sorted({_key(item) for item in new}, key=_order):
        before, after = (_said(one.get(voice), heading, language) for one in (then, now))
        changed = list(pieces(before, after)) if before != after else []
        found[voice].append(News(heading, language, changed))
    return found


def _key(item: Item) -> tuple[Ids, str, str]:
    heading = next(name for name, kinds in GROUPS.items() if item.file.kind in kinds)
    return item.file.voice, str(heading), item.file.language


def _order(key: tuple[Ids, str, str]) -> tuple[int, int, str, str]:
    (message, adaptation), heading, language = key
    return message, adaptation or 0, heading, language


def _words_of(
    approvals: Iterable[Approval], adapted: Iterable[AdaptationVersion]
) -> dict[Ids, Words]:
    cores = {(one.message_id, None): (one.frozen.forms, one.frozen.languages) for one in approvals}
    return cores | {
        (one.adaptation.message_id, one.adaptation_id): (one.frozen.papers, {}) for one in adapted
    }


def _standing_at(voices: Collection[Ids], moment: datetime) -> dict[Ids, Words]:
    """Return what stood approved of some voices at a moment."""
    asked = {"decided_at__lte": moment}
    messages = {message for message, adaptation in voices if adaptation is None}
    cores = Approval.objects.once_given().filter(message__in=messages, **asked)
    adaptations = {adaptation for _message, adaptation in voices if adaptation}
    versions = AdaptationVersion.objects.once_given().filter(adaptation__in=adaptations, **asked)
    return _words_of(
        cores.order_by("version") if messages else (),
        versions.select_related("adaptation").order_by("version") if adaptations else (),
    )


def _said(words: Words | None, heading: str, language: str) -> str:
    """Return the words of a heading in a language: its own, else those of the email."""
    if words is None:
        return ""
    forms, emails = words
    form = forms.get(FORM_OF.get(heading, ""))
    text = (form.texts if form else {}).get(language) or emails.get(language, {})
    return "\n".join(value for value in text.values() if value)
