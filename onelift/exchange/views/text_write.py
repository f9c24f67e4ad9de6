"""Writing one language of any kind of text that has no page of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from communications.desk.queries.sentence_rows import SentenceRow
from communications.desk.queries.text_checks import Check, checks_of
from communications.messages.queries.source import Piece
from onelift.exchange.forms.text import AnyTextForm
from onelift.exchange.kinds import KINDS
from onelift.exchange.machines import machine_there
from onelift.exchange.text_kind import TextKind, Translation
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.substance import refusals_in
from programmes.forms.shared_text import seen_in
from programmes.queries.terms import TermWord, words_in, words_of
from programmes.queries.texts import DRAFT, REVIEW, SOURCE_LANGUAGE, STALE, TextStatus
from programmes.services.texts import TextChangedError, TextMissingError, confirm_unchanged
from stakeholders.models import User

# Before the fields: the checks ask of the first row whether it is a subject.
NO_SUBJECT = SentenceRow(0, "subject", (), "", "", "", "")


@dataclass(frozen=True)
class Written:
    """One language of one object, and its English."""

    kind: TextKind
    obj: Any
    english: TextStatus
    text: TextStatus

    @property
    def language(self) -> str:
        return self.text.language


def written_in(request: ScopedRequest, kind: str, pk: int, language: str) -> Written:
    """Return what the address names, or answer 404, or 403 for a language of other writers."""
    known = KINDS.get(kind)
    if known is None or language not in request.programme.languages or language == SOURCE_LANGUAGE:
        raise Http404
    obj = get_object_or_404(known.within(request.programme, request.scope), pk=pk)
    if not request.scope.translates(language):
        raise PermissionDenied
    found = known.statuses([obj], [SOURCE_LANGUAGE, language])[obj.pk]
    return Written(known, obj, found[SOURCE_LANGUAGE], found[language])


@require_http_methods(["GET", "POST"])
@requires("text.write")
def text_write(request: ScopedRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """Write a text beside its English: as a draft, or with ``ready`` for review."""
    one = written_in(request, kind, pk, language)
    if not one.kind.is_written_here:
        return redirect(one.kind.page(one.obj, language, request.programme.slug))
    form = _form_of(request, one)
    is_ready = "ready" in request.POST
    is_fit = form.is_valid() and not (is_ready and form.refuse_unready())
    if is_fit and _is_saved(request, one, form, REVIEW if is_ready else DRAFT):
        return _after(request, kind, pk, language, is_ready=is_ready)
    return _page(request, one, form)


@require_POST
@requires("text.write")
def text_still(request: ScopedRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """Say that a text is still right though its English has changed."""
    one = written_in(request, kind, pk, language)
    if lost := refusals_in(one.english.text, one.text.text):
        messages.error(request, " ".join(lost.values()))
    elif one.kind.is_written_here:
        _confirm(request, one)
    return redirect(one.kind.page(one.obj, language, request.programme.slug))


def _confirm(request: ScopedRequest, one: Written) -> None:
    try:
        now, seen = database_now(), seen_in(request.POST)
        confirm_unchanged(one.obj, one.language, cast(User, request.user), now, **seen)
        messages.success(request, _("Confirmed: no change needed."))
    except TextChangedError:
        messages.error(request, _("The text has changed since you opened it. Read it again."))
    except TextMissingError:
        messages.error(request, _("There is no text yet. Write it first."))


@require_POST
@requires("text.write")
def text_check(request: ScopedRequest, kind: str, pk: int, language: str) -> HttpResponse:
    """Answer with the checks of what is typed; nothing is kept."""
    one = written_in(request, kind, pk, language)
    if not one.kind.is_written_here:
        raise Http404
    words = words_of(request.programme, language)
    checks = _checks(one, _form_of(request, one), words)
    context = {"checks": checks, "is_look": True}
    return render(request, "communications/_text_checks.html", context)


def _form_of(request: ScopedRequest, one: Written) -> AnyTextForm:
    data = request.POST or None
    return AnyTextForm(data, kind=one.kind, english=one.english, text=one.text)


def _is_saved(request: ScopedRequest, one: Written, form: AnyTextForm, state: str) -> bool:
    seen = form.seen or one.text.fingerprint
    new = Translation(
        one.language, form.text, state, seen, form.cleaned_data["source_seen"] or None
    )
    try:
        one.kind.write(one.obj, new, request.user, database_now())  # type: ignore[arg-type]
    except TextChangedError as changed:
        form.show_theirs(changed.text, changed.by)
        return False
    except TextMissingError:
        form.add_error(None, _("There is no text yet. Write it first."))
        return False
    return True


def _after(
    request: ScopedRequest, kind: str, pk: int, language: str, *, is_ready: bool
) -> HttpResponse:
    """Go back to the list, or stay where more is to be written."""
    there = ("exchange:text-write", request.programme.slug, kind, pk, language)
    if not is_ready:
        messages.success(request, _("Draft saved."))
        return redirect(*there)
    if written_in(request, kind, pk, language).text.state == STALE:
        words = _(
            "The English has changed and this text has not. Update it, or choose “No change "
            "needed”."
        )
        messages.warning(request, words)
        return redirect(*there)
    name = {"language": formats.language_name(language)}
    messages.success(request, _("%(language)s is ready for review.") % name)
    return redirect("exchange:text-list", request.programme.slug)


def _rows(one: Written, form: AnyTextForm) -> list[SentenceRow]:
    english, typed = one.english.text, form.typed
    return [
        SentenceRow(
            number, "text", (Piece("equal", english[name]),), english[name], typed[name], "", ""
        )
        for number, name in enumerate(form.WRITTEN, start=1)
    ]


def _checks(one: Written, form: AnyTextForm, words: Sequence[TermWord]) -> list[Check]:
    return checks_of([NO_SUBJECT, *_rows(one, form)], one.language, frozenset(), words)


def _has_gaps(one: Written) -> bool:
    return any(words and not one.text.text[name] for name, words in one.english.text.items())


def _page(request: ScopedRequest, one: Written, form: AnyTextForm) -> HttpResponse:
    rows = _rows(one, form)
    words = words_of(request.programme, one.language)
    context = {
        "kind": one.kind,
        "object": one.obj,
        "language": one.language,
        "source": SOURCE_LANGUAGE,
        "form": form,
        "state": one.text.state,
        "is_stale": one.text.state == STALE,
        "is_settled": one.kind.is_settled(one.english),
        "rows": [(row, form[name]) for row, name in zip(rows, form.WRITTEN, strict=True)],
        "checks": _checks(one, form, words),
        "by_machine": one.text.by_machine,
        "has_machine": machine_there() is not None and _has_gaps(one),
        "words": words_in(words, "\n".join(one.english.text.values())),
    }
    return render(request, "exchange/text_write.html", context)
