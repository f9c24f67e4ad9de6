"""Services with their texts per language, and the streams that bring them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.forms.refusal import accepts
from programmes.forms.service import ServiceForm, ServicePlanForm, StreamForm
from programmes.forms.shared_text import refuse_lost
from programmes.models import Service, Stream
from programmes.queries.service import is_published
from programmes.queries.texts import SOURCE_LANGUAGE, states_of, states_of_many, text_of
from programmes.services.publishing import publish
from programmes.services.service import save_service, save_stream
from programmes.services.texts import TextChangedError
from programmes.views.publication import publish_text, withdraw_text


@require_GET
@requires("setup.read")
def service_list(request: ScopedRequest) -> HttpResponse:
    """Show what users will get, and how far each language is."""
    services = request.programme.services.select_related("stream").prefetch_related("personas")
    page = page_of(request, services)
    states = states_of_many(list(page), languages=request.programme.languages)
    rows = [{"service": one, "states": states[one.pk].values()} for one in page]
    context = {"rows": rows, "page": page, "is_published": is_published(request.programme)}
    return render(request, "programmes/service_list.html", context)


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def service_add(request: ScopedRequest) -> HttpResponse:
    """Add a service, in English first."""
    return _service_page(request, Service(programme=request.programme), SOURCE_LANGUAGE)


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def service_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change one language of a service."""
    service = get_object_or_404(request.programme.services, pk=pk)
    language = request.GET.get("language", SOURCE_LANGUAGE)
    if language not in request.programme.languages:
        raise Http404
    return _service_page(request, service, language)


def _service_page(request: ScopedRequest, service: Service, language: str) -> HttpResponse:
    form = ServiceForm(request.POST or None, service=service, language=language)
    plan = ServicePlanForm(request.POST or None, service=service, programme=request.programme)
    if form.is_valid() and plan.is_valid() and _is_saved(request, form, plan, service, language):
        return redirect("programmes:service-list", request.programme.slug)
    context = {
        "form": form,
        "plan_form": plan,
        "service": service,
        "language": language,
        "source": SOURCE_LANGUAGE,
        "source_text": text_of(service, SOURCE_LANGUAGE),
        "states": states_of(service, languages=request.programme.languages) if service.pk else {},
    }
    return render(request, "programmes/service_form.html", context)


def _is_saved(
    request: ScopedRequest,
    form: ServiceForm,
    plan: ServicePlanForm,
    service: Service,
    language: str,
) -> bool:
    if language == SOURCE_LANGUAGE:
        plan.apply_to(service)
    is_published_now = "publish" in request.POST and language != SOURCE_LANGUAGE
    if is_published_now and refuse_lost(form, text_of(service, SOURCE_LANGUAGE), form.texts()):
        return False
    seen = form.cleaned_data["text_seen"] or None
    now = database_now()
    try:
        saved = accepts(
            form, save_service, service, language, form.texts(), request.user, now, seen
        )
    except TextChangedError as changed:
        form.show_theirs(dict(changed.text), changed.by)
        return False
    if saved and "publish" in request.POST:
        publish(service, language, request.user, now)  # type: ignore[arg-type]
    return saved is not None


@require_POST
@requires("setup.write")
def service_publish(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let the public read one language of a service."""
    return publish_text(request, *_publication(request, pk, "withdraw"))


@require_POST
@requires("setup.write")
def service_withdraw(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take one language of a service back from the public."""
    return withdraw_text(request, *_publication(request, pk, "publish"))


def _publication(request: ScopedRequest, pk: int, undo: str) -> tuple[Service, str, str]:
    service = get_object_or_404(request.programme.services, pk=pk)
    where = [request.programme.slug, pk]
    page = reverse("programmes:service-edit", args=where)
    return service, page, reverse(f"programmes:service-{undo}", args=where)


@require_GET
@requires("setup.read")
def stream_list(request: ScopedRequest) -> HttpResponse:
    """Show the fields of activity of the project team."""
    page = page_of(request, request.programme.streams.prefetch_related("services", "roles__user"))
    return render(request, "programmes/stream_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def stream_add(request: ScopedRequest) -> HttpResponse:
    return _stream_page(request, Stream(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def stream_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    return _stream_page(request, get_object_or_404(request.programme.streams, pk=pk))


def _stream_page(request: ScopedRequest, stream: Stream) -> HttpResponse:
    before = {"name": stream.name, "purpose": stream.purpose}
    form = StreamForm(request.POST or None, initial=before)
    who = {"by": request.user, "now": database_now()}
    if form.is_valid() and accepts(form, save_stream, stream, **form.cleaned_data, **who):
        return redirect("programmes:stream-list", request.programme.slug)
    context = {"form": form, "title": before["name"], "tab": "streams"}
    return render(request, "programmes/stream_form.html", context)
