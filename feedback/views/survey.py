"""Surveys of a programme: the list, making one, and changing it one language at a time."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communications.messages.services.refusal import RefusedError
from feedback.forms.survey import SurveyForm
from feedback.forms.texts import TextsForm
from feedback.models import Survey
from feedback.queries.questionnaire import questions_of
from feedback.queries.survey import survey_lines
from feedback.services.copying import copy_survey, delete_survey
from feedback.services.survey import change_survey, create_survey, write_texts
from feedback.translation import SOURCE
from feedback.views.survey_page import form_of, language_to_write, survey_page, survey_to_write
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.services.texts import TextChangedError
from programmes.views.once import once


@require_GET
@requires("survey.read")
def survey_list(request: ScopedRequest) -> HttpResponse:
    """Show what people are asked, and how many answered."""
    page = page_of(request, survey_lines(request.scope))
    return render(request, "feedback/survey_list.html", {"page": page, "lines": list(page)})


@require_http_methods(["GET", "POST"])
@requires("survey.write")
@once
def survey_add(request: ScopedRequest) -> HttpResponse:
    """Make a survey; its invitation is then approved like any message."""
    form = form_of(request, None, SOURCE)
    if form.is_valid() and (survey := _accepted(form, _create, request, form)):
        return redirect("feedback:survey-edit", request.programme.slug, survey.pk)
    return survey_page(request, form, SOURCE)


def _create(request: ScopedRequest, form: Any) -> Survey:
    return create_survey(request.programme, form.survey, request.user, database_now())  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
@requires("survey.translate")
def survey_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change a survey: all of it in English, the texts in any other language that one writes."""
    survey = survey_to_write(request, pk)
    language = language_to_write(request)
    questions = questions_of(survey)
    form = form_of(request, survey, language, questions)
    if form.is_valid() and _accepted(form, _change, request, survey, language, form):
        messages.success(request, _("Survey saved."))
        return redirect(request.get_full_path())
    return survey_page(request, form, language, survey, questions)


@require_POST
@requires("survey.write")
@once
def survey_copy(request: ScopedRequest, pk: int) -> HttpResponse:
    """Make a draft like a survey, and go on to write it."""
    made = copy_survey(survey_to_write(request, pk), request.user, database_now())  # type: ignore[arg-type]
    messages.success(request, _("This is a draft copy. The original is unchanged."))
    return redirect("feedback:survey-edit", request.programme.slug, made.pk)


@require_POST
@requires("survey.write")
def survey_delete(request: ScopedRequest, pk: int) -> HttpResponse:
    """Delete a draft, and go back to the list."""
    survey, slug = survey_to_write(request, pk), request.programme.slug
    try:
        delete_survey(survey)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("feedback:survey-edit", slug, pk)
    messages.success(request, _("“%(title)s” has been deleted.") % {"title": survey.name})
    return redirect("feedback:survey-list", slug)


def _change(request: ScopedRequest, survey: Survey, language: str, form: TextsForm) -> Survey:
    user: Any = request.user
    if isinstance(form, SurveyForm):
        return change_survey(survey, form.survey, user, database_now(), form.seen)
    write_texts(survey, language, form.texts, user, database_now(), form.seen)
    return survey


def _accepted(form: TextsForm, verb: Any, *args: object) -> Survey | None:
    """Return what the service made, or write its refusal on the form."""
    try:
        return verb(*args)  # type: ignore[no-any-return]
    except ValidationError as refusal:
        form.add_error(None, ValidationError(refusal.messages))
    except TextChangedError as changed:
        form.show_theirs(changed.text, changed.by)
    return None
