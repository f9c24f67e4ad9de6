"""The glossary of a programme: its terms listed, added, changed, removed, and as a file."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onelift.exchange.forms.term import GlossaryForm, TermForm
from onelift.exchange.glossary_file import GLOSSARY_FILE, headings_of, rows_of
from onelift.exchange.services.glossary import Glossarian, import_terms
from onelift.exchange.services.term import remove_term, restore_term, save_term
from onelift.exchange.views.text_list import languages_of
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.design.paging import page_of
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from programmes.models import Term
from programmes.queries.terms import english_of, terms_of, word_in
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.value import WrongRowsError
from programmes.views.once import once
from stakeholders.people.exports import table_file


@require_GET
@requires("glossary.read")
def glossary_list(request: ScopedRequest) -> HttpResponse:
    """Show the terms with their words in a language, or what has none there.

    The languages are the user's own; of who writes none, all of the programme.
    """
    own = languages_of(request)
    languages = own or [code for code in request.programme.languages if code != SOURCE_LANGUAGE]
    asked = request.GET.get("language", "")
    language = asked if asked in languages else next(iter(languages), "")
    rows = [_row(term, language) for term in terms_of(request.programme)]
    lacking = [row for row in rows if language and not row["word"]]
    found = lacking if request.GET.get("lacks") == "word" else rows
    context = {
        "language": language,
        "languages": languages,
        "lacking": lacking,
        "all": rows,
        "page": page_of(request, found),
        "is_lacking": found is lacking,
        "may_write": bool(own) or request.scope.may("glossary.write"),
    }
    return render(request, "exchange/glossary_list.html", context)


def _row(term: Term, language: str) -> dict[str, Any]:
    word = word_in(term, language) if language else ""
    return {"pk": term.pk, "english": english_of(term), "note": term.note, "word": word}


@require_http_methods(["GET", "POST"])
@requires("glossary.write")
@once
def glossary_add(request: ScopedRequest) -> HttpResponse:
    """Add a term, with its words if they are known."""
    return _term_page(request, Term(programme=request.programme))


@require_http_methods(["GET", "POST"])
@requires("text.write")
def glossary_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change a term, or its words in the user's languages."""
    return _term_page(request, _term(request, pk))


def _term_page(request: ScopedRequest, term: Term) -> HttpResponse:
    is_whole, languages = request.scope.may("glossary.write"), languages_of(request)
    form = TermForm(request.POST or None, term=term, languages=languages, is_whole=is_whole)
    if form.is_valid():
        who = (database_now(), request.user)
        if accepts(form, save_term, term, form.words, *who, note=form.note):
            messages.success(request, _("“%(name)s” is saved.") % {"name": english_of(term)})
            return redirect("exchange:glossary-list", request.programme.slug)
    context = {
        "form": form,
        "term": term,
        "title": english_of(term) if term.pk else "",
        "is_whole": is_whole,
        "others": _others(request, term, form) if term.pk else [],
    }
    return render(request, "exchange/glossary_form.html", context)


def _others(request: ScopedRequest, term: Term, form: TermForm) -> list[tuple[str, str]]:
    """Return the words in the languages of others that there are."""
    codes = [code for code in request.programme.languages if code not in form.codes]
    return [(code, word) for code in codes if (word := word_in(term, code))]


@require_POST
@requires("glossary.write")
def glossary_remove(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a term out of the glossary."""
    term = remove_term(_term(request, pk), database_now(), request.user)
    undo = reverse("exchange:glossary-restore", args=[request.programme.slug, pk])
    offer_undo(request, _("“%(name)s” is removed.") % {"name": english_of(term)}, undo)
    return redirect("exchange:glossary-list", request.programme.slug)


@require_POST
@requires("glossary.write")
def glossary_restore(request: ScopedRequest, pk: int) -> HttpResponse:
    """Put a removed term back."""
    term = get_object_or_404(Term.objects.within(request.scope), pk=pk)
    try:
        restore_term(term, database_now(), request.user)
        messages.success(request, _("“%(name)s” is back.") % {"name": english_of(term)})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("exchange:glossary-list", request.programme.slug)


@require_GET
@requires("glossary.read")
def glossary_export(request: ScopedRequest, kind: str) -> HttpResponseBase:
    """Hand out the whole glossary as a file."""
    languages = request.programme.languages
    rows = rows_of(terms_of(request.programme), languages)
    return table_file("glossary", kind, headings_of(languages), rows)


@require_http_methods(["GET", "POST"])
@requires("text.write")
@once
def glossary_import(request: ScopedRequest) -> HttpResponse:
    """Take a file of terms: all of its rows, or with an error in one of them none."""
    languages = request.programme.languages
    form = GlossaryForm(request.POST or None, request.FILES or None, languages)
    if form.is_valid() and (count := _imported(request, form)) is not None:
        words = ngettext("%(n)s term changed.", "%(n)s terms changed.", count)
        messages.success(request, words % {"n": formats.number(count)})
        return redirect("exchange:glossary-list", request.programme.slug)
    context = {"form": form, "most": GLOSSARY_FILE.rows, "headings": headings_of(languages)}
    return render(request, "exchange/glossary_import.html", context)


def _imported(request: ScopedRequest, form: GlossaryForm) -> int | None:
    """Return how many terms changed; None if rows were refused, which the form then says."""
    is_whole = request.scope.may("glossary.write")
    writer = Glossarian(request.user, languages_of(request), is_whole)
    try:
        return import_terms(request.programme, form.rows, form.wrong, writer, database_now())
    except WrongRowsError as refusal:
        form.wrong = refusal.rows
        return None


def _term(request: ScopedRequest, pk: int) -> Term:
    if not (request.scope.may("glossary.write") or languages_of(request)):
        raise PermissionDenied
    term: Term = get_object_or_404(Term.objects.within(request.scope).present(), pk=pk)
    return term
