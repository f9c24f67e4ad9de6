"""Texts that name the old date: out of date from the move on, until somebody corrects them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from communications.dispatches.queries.left import left_at_sites
from communications.dispatches.queries.plans import with_ends
from communications.models import Message
from events.models import Event
from feedback.models import Survey
from onelift.dashboards.moves.queries.texts import NamingText, naming_texts
from onelift.dashboards.plan.queries.moments import named_plans
from programmes.models import Service, TextState
from programmes.queries.shift import Shift
from programmes.queries.texts import DRAFT, SOURCE_LANGUAGE, TEXT
from programmes.scope import EVERYTHING

# In place of the fingerprint of a source: what the text says was overtaken by something else.
OVERTAKEN = "overtaken"
CHANGED = ("state", "source_fingerprint", "wording_fingerprint")
ALL = frozenset({"event.all"})
MODELS = {"message": Message, "event": Event, "service": Service, "survey": Survey}


@transaction.atomic
def mark_texts(shift: Shift) -> dict[str, Any] | None:
    """Let the texts that name the old date be out of date; return what ``put_back`` needs.

    None if no text names it. What was approved goes on being sent until it is replaced.
    """
    found = texts_of(shift)
    if not found:
        return None
    states = []
    for (kind, pk), languages in _by_subject(found).items():
        content = ContentType.objects.get_for_model(MODELS[kind])
        states += _mark(content, pk, languages)
    named = sorted({(one.kind, one.pk, one.language) for one in found})
    return {"texts": [list(one) for one in named], "states": states}


@transaction.atomic
def put_back(kept: dict[str, Any]) -> None:
    """Give texts the state that they had; one that was written or judged since keeps its."""
    for pk, state, source, text, *wording in kept["states"]:
        row = TextState.objects.select_for_update().filter(pk=pk, text_fingerprint=text).first()
        is_ours = row and (row.source_fingerprint == OVERTAKEN or row.language == SOURCE_LANGUAGE)
        if row and is_ours and row.state in (DRAFT, state):
            row.state, row.source_fingerprint = str(state), str(source)
            row.wording_fingerprint = str(wording[0]) if wording else ""
            row.save(update_fields=CHANGED)


def _mark(kind: ContentType, object_id: int, languages: Iterable[str]) -> list[list[int | str]]:
    """Let texts be out of date though their source is the same; return what ``put_back`` needs.

    The English, which has no source, becomes a draft. What is a draft already stays one.
    """
    rows = TextState.objects.select_for_update().filter(
        content_type=kind, object_id=object_id, group=TEXT, language__in=list(languages)
    )
    kept: list[list[int | str]] = []
    for row in rows:
        made_from = (row.source_fingerprint, row.text_fingerprint, row.wording_fingerprint)
        kept.append([row.pk, row.state, *made_from])
        if row.language == SOURCE_LANGUAGE:
            row.state = DRAFT
        else:
            row.source_fingerprint, row.wording_fingerprint = OVERTAKEN, ""
        row.save(update_fields=CHANGED)
    return kept


def texts_of(shift: Shift) -> list[NamingText]:
    """Return the texts of the whole programme that name the old date."""
    programme = shift.wave.programme
    scope = replace(EVERYTHING, programme=programme.pk, actions=ALL)
    plans = with_ends(named_plans(programme, scope), programme)
    return naming_texts(plans, shift, left_at_sites(shift.sites, scope), programme, scope)


def _by_subject(found: Iterable[NamingText]) -> dict[tuple[str, int], list[str]]:
    subjects: dict[tuple[str, int], list[str]] = {}
    for one in found:
        subjects.setdefault((one.kind, one.pk), []).append(one.language)
    return subjects
