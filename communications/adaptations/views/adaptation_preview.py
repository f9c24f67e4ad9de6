"""How an adaptation looks: its email, and the files of its poster and its briefing."""

from csp.decorators import csp
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from communications.adaptations.queries.forms import CHANNELS, EMAIL, POSTER, statuses_of
from communications.adaptations.queries.paper import (
    frame_of,
    is_written,
    places_of,
    said_of,
    said_of_version,
)
from communications.adaptations.views.adaptation_page import adaptation_in_view, mail_of
from communications.desk.views.channel_page import place_shown, size_shown
from communications.desk.views.text import PREVIEW_POLICY, logo_source
from communications.kits.documents import UnfitError
from communications.kits.models import KitFile
from communications.kits.queries.kit import Said
from communications.kits.queries.kit_kind import FORM_OF
from communications.kits.services.kit_download import ENDINGS
from communications.kits.services.kit_making import make, poster_in_a4
from communications.kits.views.kit import file_answer
from communications.messages.models import Adaptation, AdaptationVersion
from communications.messages.queries.adapted_core import reads_draft
from communications.messages.rendering import preview_html
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.fields import is_key
from programmes.queries.texts import MISSING, TextStatus


@csp(PREVIEW_POLICY)
@require_GET
@requires("message.read")
def adaptation_preview(request: ScopedRequest, pk: int) -> HttpResponse:
    """Answer with the email of one of its people, as it is saved."""
    adaptation = readable(request, pk)
    status = _status_shown(request, adaptation, EMAIL)
    if not all(status.text.values()):
        raise Http404
    mail = mail_of(request, adaptation, status.language, status.text)
    return HttpResponse(preview_html(mail, logo_source(request)))


@require_GET
@requires("message.read")
def adaptation_paper(request: ScopedRequest, pk: int, form: str) -> HttpResponse:
    """Answer with the file of a text: as it is saved, or as a version froze it.

    A poster comes in A3 or A4, talking points as PDF or for Word.
    """
    kind = kind_asked(request, form)
    said = said_asked(request, pk, form)
    is_small = form == POSTER and size_shown(request) == "a4"
    try:
        made = poster_in_a4(said) if is_small else make(said, kind)
    except UnfitError as unfit:
        raise Http404 from unfit
    name = "poster-A4.pdf" if is_small else ENDINGS[KitFile.Kind(kind)]
    return file_answer(f"{said.language}-{name}", made.data)


def kind_asked(request: ScopedRequest, form: str) -> str:
    """Return the kind of file that is asked for, by default a PDF; 404 for another form's."""
    kind = request.GET.get("kind", "") or form
    if form not in CHANNELS or FORM_OF.get(kind) != form:
        raise Http404
    return kind


def said_asked(request: ScopedRequest, pk: int, form: str) -> Said:
    """Return the words of a paper at a site: of a version that is named, else as saved; or 404."""
    core, adaptation = adaptation_in_view(request, pk)
    place = place_shown(request, places_of(core, adaptation, request.scope)).place
    if place is None:
        raise Http404
    if "version" in request.GET:
        language, version = request.GET.get("language", ""), _version_asked(request, pk)
        # Its core then has the day that the reader may see.
        version.adaptation = adaptation
        said = said_of_version(version, form, language, place, database_now())
        if said is None:
            raise Http404
        return said
    status = _status_shown(request, readable(request, pk), form)
    if not is_written(form, status.text):
        raise Http404
    until_on = frame_of(adaptation, form).until_on
    return said_of(adaptation, form, status.language, status.text, place, database_now(), until_on)


def _version_asked(request: ScopedRequest, pk: int) -> AdaptationVersion:
    versions = AdaptationVersion.objects.within(request.scope).filter(adaptation=pk)
    related = versions.select_related("adaptation__message__programme")
    key = request.GET["version"]
    version: AdaptationVersion = get_object_or_404(related, pk=int(key) if is_key(key) else 0)
    if not version.is_where_it_was:
        raise Http404
    return version


def _status_shown(request: ScopedRequest, adaptation: Adaptation, form: str) -> TextStatus:
    """Return the text of the language that an address names, else the first that is written."""
    statuses = statuses_of(adaptation).get(form, {})
    written = [code for code, one in statuses.items() if one.state != MISSING]
    language = request.GET.get("language") or next(iter(written), "")
    if language not in statuses:
        raise Http404
    return statuses[language]


def readable(request: ScopedRequest, pk: int) -> Adaptation:
    """Return an adaptation whose draft the user may see, or answer 404."""
    _core, adaptation = adaptation_in_view(request, pk)
    if not reads_draft(adaptation, request.scope):
        raise Http404
    return adaptation
