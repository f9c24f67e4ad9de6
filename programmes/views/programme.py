"""A programme itself, and its brand."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.forms.programme import BrandForm, ProgrammeForm
from programmes.forms.refusal import accepts
from programmes.models import Programme
from programmes.queries.brand import swatches_of
from programmes.queries.texts import SOURCE_LANGUAGE, text_of
from programmes.services.programme import change_brand, change_programme


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def programme_edit(request: ScopedRequest) -> HttpResponse:
    """Change name, purpose, dates, languages and the contact budget."""
    form = ProgrammeForm(request.POST or None, initial=_values(request.programme))
    if form.is_valid():
        values, purpose = form.texts_apart()
        now = database_now()
        if accepts(form, change_programme, request.programme, values, purpose, request.user, now):
            return redirect("dashboards:setup", request.programme.slug)
    return render(request, "programmes/programme_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def brand_edit(request: ScopedRequest) -> HttpResponse:
    """Change colours and logo; what cannot be read is refused with the nearest that can."""
    fields = ("accent", "accent_strong", "accent_soft")
    initial = {name: getattr(request.programme, name) for name in fields}
    form = BrandForm(request.POST or None, request.FILES or None, initial=initial)
    who = {"by": request.user, "now": database_now()}
    if form.is_valid() and accepts(
        form, change_brand, request.programme, **form.cleaned_data, **who
    ):
        return redirect("programmes:brand-edit", request.programme.slug)
    context = {"form": form, "swatches": swatches_of(request.programme)}
    return render(request, "programmes/brand_form.html", context)


def _values(programme: Programme) -> dict[str, object]:
    dates = ("name", "starts_on", "ends_on", "languages")
    plain = (*dates, "mails_a_week", "is_once_per_address", "has_link_counts", "asks_review")
    values: dict[str, object] = {name: getattr(programme, name) for name in plain}
    return {**values, **text_of(programme, SOURCE_LANGUAGE)}
