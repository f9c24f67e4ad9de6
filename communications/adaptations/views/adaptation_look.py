"""What the page of an adaptation says of what is typed: its checks, and how it will look."""

import base64
from collections.abc import Collection, Mapping
from typing import Any

from csp.decorators import csp
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_POST

from communications.adaptations.forms.adaptation import AdaptedForm
from communications.adaptations.queries.checks import (
    checks_of,
    english_of_core,
    links_of_core,
    placeholders_of,
)
from communications.adaptations.queries.forms import EMAIL, statuses_of
from communications.adaptations.queries.page import first_language, languages_for
from communications.adaptations.queries.paper import (
    DRAWN,
    frame_of,
    is_drawn,
    look_of,
    places_of,
    said_of,
)
from communications.adaptations.queries.points import left_out, points_of
from communications.adaptations.queries.proposal import Proposed, proposal_of
from communications.adaptations.views.adaptation_page import adaptation_to_write, mail_of
from communications.desk.views.channel_page import place_shown, size_shown
from communications.desk.views.text import PREVIEW_POLICY, logo_source
from communications.kits.models import KitFile
from communications.kits.queries.kit_item import problems_in_words
from communications.kits.queries.kit_kind import FORM_OF
from communications.messages.models import Adaptation
from communications.messages.models.adaptation import core_of
from communications.messages.queries.adapted_core import Core
from communications.messages.rendering import preview_html
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.models import fingerprint
from programmes.queries.terms import words_in, words_of
from programmes.queries.texts import MISSING, SOURCE_LANGUAGE


@require_POST
@requires("adaptation.write")
def adaptation_look(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer with the checks and the page of what is typed; nothing is kept."""
    core, adaptation = adaptation_to_write(request, pk)
    form = form_in(request, adaptation)
    form.is_valid()
    context = {
        "adaptation": adaptation,
        "message": adaptation.message,
        "kind": form.form,
        "language": form.language,
        "is_look": True,
        **looks_of(request, core, adaptation, form),
    }
    return render(request, "communications/_adaptation_look.html", context)


@csp(PREVIEW_POLICY)
@require_POST
@requires("adaptation.write")
def adaptation_draft(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer with the email that the typed text makes, for a frame; nothing is kept."""
    _core, adaptation = adaptation_to_write(request, pk)
    form = form_in(request, adaptation)
    typed = form.typed()
    if form.form != EMAIL or not all(typed.values()):
        return HttpResponse("")
    mail = mail_of(request, adaptation, form.language, typed)
    return HttpResponse(preview_html(mail, logo_source(request)))


def form_in(
    request: ScopedRequest, adaptation: Adaptation, renewed: Collection[str] = ()
) -> AdaptedForm:
    """Return the form of the text that the address names, of those that are the user's.

    It holds what is typed, else what is there, else what is proposed. ``renewed`` are the fields,
    such as ``text_seen``, that hold what is there now instead of what the page was opened with.

    Raises:
        Http404: the address names another text.
        PermissionDenied: the user writes no language of the programme.

    """
    languages, statuses = languages_for(request.programme, request.scope), statuses_of(adaptation)
    if not languages:
        raise PermissionDenied
    form = request.GET.get("form", next(iter(statuses)))
    language = request.GET.get("language", first_language(adaptation, languages))
    if form not in statuses or language not in languages:
        raise Http404
    status, points = statuses[form][language], points_of(adaptation)
    proposed = Proposed()
    if status.state == MISSING:
        proposed = proposal_of(adaptation, statuses, points, form, language)
    initial = {
        **status.text,
        **vars(frame_of(adaptation, form)),
        "text_seen": fingerprint(status.text),
        "source_seen": core_of(adaptation.message),
        "points_seen": fingerprint(left_out(points)),
    }
    return AdaptedForm(
        _posted(request, {name: initial[name] for name in renewed}),
        form=form,
        language=language,
        points=points,
        initial=initial,
        proposed=proposed,
        extra=placeholders_of(adaptation, form),
        links=links_of_core(adaptation),
    )


def _posted(request: ScopedRequest, renewed: Mapping[str, Any]) -> QueryDict | None:
    """Return what is typed, some of it replaced; None where nothing is."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    for name, value in renewed.items():
        data[name] = value
    return data


def looks_of(
    request: ScopedRequest, core: Core, adaptation: Adaptation, form: AdaptedForm
) -> dict[str, Any]:
    """Return what the page says of what is typed or proposed, and how it will look."""
    typed, language = form.typed(), form.language
    words = words_of(request.programme, language) if language != SOURCE_LANGUAGE else []
    found = {
        "checks": checks_of(adaptation, form.points, form.form, language, typed, words),
        "words": words_in(words, english_of_core(adaptation)),
        "typed": typed,
    }
    if form.form == EMAIL:
        return found | {"has_mail": all(typed.values())}
    return found | paper_of(request, core, adaptation, form, typed)


def paper_of(
    request: ScopedRequest,
    core: Core,
    adaptation: Adaptation,
    form: AdaptedForm,
    typed: dict[str, str],
) -> dict[str, Any]:
    """Return the page of a paper at the site that the address names, and what does not fit."""
    at = place_shown(request, places_of(core, adaptation, request.scope))
    seen: dict[str, Any] = {"at": at, "size": size_shown(request)}
    seen |= {"is_worded": form.form not in DRAWN, "kinds": _kinds_of(form.form)}
    if at.place is None:
        return seen
    frame = form.frame() if form.is_bound else frame_of(adaptation, form.form)
    said = said_of(
        adaptation,
        form.form,
        form.language,
        typed,
        at.place,
        database_now(),
        frame.until_on if frame else None,
    )
    seen["from_on"] = said.due_on
    if not is_drawn(form.form, typed):
        return seen
    look = look_of(said, form.form)
    seen["unfit"] = problems_in_words(look.unfit)
    if look.picture:
        picture = base64.b64encode(look.picture).decode()
        seen["picture"] = f"data:image/png;base64,{picture}"
    return seen


def _kinds_of(form: str) -> list[KitFile.Kind]:
    """Return the kinds of files of a form; a post in a group makes none."""
    return [KitFile.Kind(kind) for kind, own in FORM_OF.items() if own == form]
