"""What somebody types and has not saved: kept, asked for again, discarded, by them alone."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from programmes.database.clock import database_now
from programmes.services.attempt import Limit, count_attempt
from stakeholders.accounts.forms.draft import DraftAddressForm, DraftForm
from stakeholders.accounts.models import Draft, User
from stakeholders.accounts.services.draft import discard_draft, keep_draft

# One form sends twelve a minute; several windows may be open.
SAVES = Limit("drafts", 120, 60)


@require_GET
@login_required
def draft_show(request: HttpRequest) -> HttpResponse:
    """Answer with what one typed into a form before; with nothing if there is none."""
    form = DraftAddressForm(request.GET)
    if not form.is_valid():
        return JsonResponse({})
    draft = Draft.objects.of_form(request.user.pk, form.cleaned_data["form"]).first()
    return JsonResponse({"fields": draft.fields, "at": draft.typed_at} if draft else {})


@require_POST
@login_required
def draft_save(request: HttpRequest) -> HttpResponse:
    """Keep what one typed; the browser keeps what is refused (422, 429)."""
    user, now = cast(User, request.user), database_now()
    wait = count_attempt([SAVES.of(str(user.pk))], now)
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    form = DraftForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    keep_draft(user, form.cleaned_data["form"], form.cleaned_data["fields_typed"], now)
    return HttpResponse(status=204)


@require_POST
@login_required
def draft_discard(request: HttpRequest) -> HttpResponse:
    """Forget what one typed into a form."""
    form = DraftAddressForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    discard_draft(cast(User, request.user), form.cleaned_data["form"])
    return HttpResponse(status=204)
