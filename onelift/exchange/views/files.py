"""Texts as files: taken along for translators, and brought back."""

from typing import cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from onelift.exchange.desk import Desk
from onelift.exchange.files import ENDINGS, TYPES, WRITERS
from onelift.exchange.forms.files import ExportForm, ImportForm
from onelift.exchange.models import TextImport
from onelift.exchange.refusal import FileRefusedError
from onelift.exchange.services.text_import import receive
from onelift.exchange.units import units_on
from onelift.exchange.views.text_list import languages_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.views.once import once
from stakeholders.models import User

AGAIN_SECONDS = 1


@require_GET
@requires("text.write")
def text_export(request: ScopedRequest) -> HttpResponse:
    """Ask for languages and format; with them, hand out the file."""
    form = ExportForm(request.GET if "format" in request.GET else None, languages_of(request))
    if not form.is_valid():
        return render(request, "exchange/text_export.html", {"form": form})
    kind, languages = form.cleaned_data["format"], form.cleaned_data["languages"]
    desk = Desk(request.programme, request.scope, database_now())
    units = list(units_on(desk, languages))
    name = f"{request.programme.slug}-texts.{ENDINGS[kind]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(WRITERS[kind](units), content_type=TYPES[kind], headers=headers)


@require_http_methods(["GET", "POST"])
@requires("text.write")
@once
def text_import(request: ScopedRequest) -> HttpResponse:
    """Take a translated file, and show how far it is."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, by = form.cleaned_data["file"], cast(User, request.user)
        try:
            made = receive(file.read(), file.name, request.programme, by, database_now())
        except FileRefusedError as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("exchange:text-imported", request.programme.slug, made.pk)
    mine = TextImport.objects.within(request.scope).defer("content", "refused")
    return render(request, "exchange/text_import.html", {"form": form, "mine": mine[:5]})


@require_GET
@requires("text.write")
def text_imported(request: ScopedRequest, pk: int) -> HttpResponse:
    """Show how far a file is, and in the end what was saved and what was refused."""
    mine = TextImport.objects.within(request.scope).defer("content")
    one = get_object_or_404(mine, pk=pk)
    context = {
        "one": one,
        "again_seconds": AGAIN_SECONDS if one.is_waiting else 0,
        "page": page_of(request, one.refused),
    }
    return render(request, "exchange/text_imported.html", context)
