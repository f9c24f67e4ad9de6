"""Links that are counted: where they lead, and that one was opened.

A link names a version, a language and its place in the text, the same for all readers, and is
signed: it leads to what was approved and nowhere else.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import F

from communications.dispatches.sources import source_of
from communications.messages.models import Approval, LinkCount
from communications.messages.rendering import page_links

PURPOSE = "communications.link"


@dataclass(frozen=True)
class CountedLink:
    """A link of an approved text, and the page to which it leads."""

    approval: Approval
    language: str
    number: int
    target: str


def redirects_of(approval: Approval, language: str) -> tuple[tuple[str, str], ...]:
    """Return each page that a text links to, with the address that leads there and is counted."""
    return tuple(
        (target, f"{settings.PUBLIC_URL}/l/{_signer().sign(f'{approval.pk}-{number}-{language}')}/")
        for number, target in enumerate(_targets(approval, language))
    )


def link_behind(token: str) -> CountedLink | None:
    """Return the link that a genuine token names; None whatever is wrong with it."""
    try:
        version, number, language = _signer().unsign(token).split("-", 2)
        place = int(number)
        approvals = Approval.objects.select_related("message__programme")
        approval = approvals.get(pk=int(version), content__languages__has_key=language)
        return CountedLink(approval, language, place, _targets(approval, language)[place])
    except (BadSignature, ValueError, IndexError, Approval.DoesNotExist):
        return None


@transaction.atomic
def count(link: CountedLink) -> None:
    """Count that a link was opened, once more."""
    one: dict[str, Any] = {
        "approval": link.approval,
        "language": link.language,
        "number": link.number,
    }
    LinkCount.objects.get_or_create(**one)
    LinkCount.objects.filter(**one).update(opened=F("opened") + 1)


def _targets(approval: Approval, language: str) -> tuple[str, ...]:
    body = approval.frozen.languages[language]["body"]
    return page_links(body, source_of(approval.message).placeholders)


def _signer() -> Signer:
    return Signer(sep=".", salt=PURPOSE)
