"""What was decided, of all kinds, the latest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Paginator
from django.urls import reverse

from communications.approvals.queries.approval import history_of
from communications.approvals.queries.undone import Undone, undone_in
from communications.dispatches.sources import titles_of
from communications.messages.models import Approval
from programmes.queries.decisions import Asking, Decided, all_decided, kind_of

MESSAGE = "message"
# The moment of a decision, and what it is: a version by its key, one on a version that was undone,
# or a decision of another kind.
Entry = tuple[datetime, int | Undone | Decided]


@dataclass(frozen=True)
class Row:
    """One decision with its page, and with the address that undoes it, if the reader may."""

    decided: Decided
    url: str
    undo: str


def history_pages(asked: Asking, per_page: int) -> "Paginator[Entry]":
    """Return all that was decided in view, by pages; the texts of messages are not read yet."""
    versions = history_of(asked.scope).values_list("decided_at", "pk")
    others = [(each.at, each) for each in all_decided(asked)]
    undone = [(each.undone_at, each) for each in undone_in(asked.scope)]
    entries: list[Entry] = [*((at, pk) for at, pk in versions if at), *undone, *others]
    return Paginator(sorted(entries, key=lambda each: each[0], reverse=True), per_page)


def history_rows(entries: Sequence[Entry], asked: Asking, undoable: Collection[int]) -> list[Row]:
    """Return decisions as they are shown.

    Args:
        entries: those of a page.
        asked: who asks.
        undoable: ids of the versions that the reader decided and may still undo.

    """
    keys = {_version_of(each) for _at, each in entries}
    found = Approval.objects.within(asked.scope).filter(pk__in=keys - {None})
    found = found.select_related("message", "decided_by", "decided_for")
    versions = {each.pk: each for each in found}
    titles = titles_of((each.message for each in versions.values()), asked.scope)
    rows = []
    for _at, each in entries:
        if isinstance(each, Decided):
            rows.append(_row(each, asked))
            continue
        version = versions[each if isinstance(each, int) else each.version]
        decided = _on_version(version, titles.get(version.message_id, ""))
        if isinstance(each, Undone):
            rows.append(_version_row(_undone(decided, each), asked, ()))
        else:
            rows.append(_version_row(decided, asked, undoable))
    return rows


def _version_of(entry: int | Undone | Decided) -> int | None:
    if isinstance(entry, Decided):
        return None
    return entry.version if isinstance(entry, Undone) else entry


def _undone(decided: Decided, was: Undone) -> Decided:
    """Return what was decided on a version before that was undone."""
    return replace(
        decided,
        word=str(Approval.State(was.state).label),
        state=was.state,
        at=was.at,
        by=was.by,
        principal=was.principal,
        reason=was.reason,
        undone_at=was.undone_at,
        undone_by=was.undone_by,
    )


def _on_version(version: Approval, title: str) -> Decided:
    return Decided(
        kind=MESSAGE,
        pk=version.pk,
        page=version.message_id,
        title=title or version.frozen.title,
        word=version.get_state_display(),
        at=version.decided_at or version.asked_at,
        by=version.decided_by,
        principal=str(version.decided_for or ""),
        reason=version.reason,
        state=version.state,
        version=version.version,
    )


def _version_row(decided: Decided, asked: Asking, undoable: Collection[int]) -> Row:
    slug = asked.programme.slug
    page = reverse("communications:message-show", args=[slug, decided.page])
    undo = reverse("communications:approval-undo", args=[slug, decided.pk])
    url = f"{page}?version={decided.version}"
    return Row(decided, url, undo if decided.pk in undoable else "")


def _row(decided: Decided, asked: Asking) -> Row:
    kind, slug = kind_of(decided), asked.programme.slug
    undo = reverse(kind.undo, args=[slug, decided.pk])
    may_undo = decided.may_undo(asked.scope, asked.now)
    return Row(decided, reverse(kind.page, args=[slug, decided.page]), undo if may_undo else "")
