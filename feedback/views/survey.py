"""Surveys of a programme: the list, making one, and changing it one language at a time."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from feedback.forms.survey import (
    NewSurveyForm,
    SurveyForm,
    TextsForm,
    survey_initial,
    texts_initial,
)
from feedback.models import Question, Survey
from feedback.queries.questionnaire import questions_of, written_texts
from feedback.queries.survey import survey_lines
from feedback.services.survey import change_survey, create_survey, write_texts
from feedback.translation import SOURCE, complete_languages
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.services.texts import TextChangedError


@require_GET
@requires("survey.read")
def survey_list(request: ScopedRequest) -> HttpResponse:
    """Show what people are asked, and how many answered."""
    lines = survey_lines(request.scope)
    return render(request, "feedback/survey_list.html", {"lines": lines})


@require_http_methods(["GET", "POST"])
@requires("survey.write")
def survey_add(request: ScopedRequest) -> HttpResponse:
    """Make a survey; its invitation is then approved like any message."""
    form = NewSurveyForm(request.POST or None, programme=request.programme)
    if form.is_valid() and (survey := _accepted(form, _create, request, form)):
        return redirect("feedback:survey-edit", request.programme.slug, survey.pk)
    return render(request, "feedback/survey_form.html", {"form": form, "language": SOURCE})


def _create(request: ScopedRequest, form: SurveyForm) -> Survey:
    return create_survey(request.programme, form.survey, request.user, database_now())  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
@requires("survey.translate")
def survey_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Change a survey: all of it in English, the texts in any other language that one writes."""
    surveys = Survey.objects.within(request.scope)
    survey = get_object_or_404(surveys.select_related("invitation__audience"), pk=pk)
    language = _language_to_write(request)
    questions = questions_of(survey)
    form = _form_of(request, survey, questions, language)
    if form.is_valid() and _accepted(form, _change, request, survey, language, form):
        return redirect(request.get_full_path())
    languages = request.programme.languages
    context = {
        "form": form,
        "survey": survey,
        "language": language,
        "languages": languages,
        "writable": _writable(request),
        "ready": complete_languages(questions, languages),
    }
    return render(request, "feedback/survey_form.html", context)


def _form_of(
    request: ScopedRequest, survey: Survey, questions: Sequence[Question], language: str
) -> TextsForm:
    data = request.POST or None
    if language == SOURCE:
        initial = survey_initial(survey, questions)
        return SurveyForm(data, programme=request.programme, initial=initial)
    count = sum(len(question.options.all()) for question in questions)
    english = written_texts(survey, questions, SOURCE)
    initial = texts_initial(survey, questions, language)
    form = TextsForm(data, count=count, english=english, initial=initial)
    form.speak(language)
    return form


def _language_to_write(request: ScopedRequest) -> str:
    """Return the language asked for, or the first that the user writes.

    Raises:
        Http404: the programme does not have the language.
        PermissionDenied: the user does not write it.
    """
    writable = _writable(request)
    language = request.GET.get("language", next(iter(writable), SOURCE))
    if language not in request.programme.languages:
        raise Http404
    if language not in writable:
        raise PermissionDenied
    return language


def _writable(request: ScopedRequest) -> list[str]:
    """Return the languages whose texts of a survey the user writes; English belongs to the team."""
    languages = [code for code in request.programme.languages if code != SOURCE]
    is_team = request.scope.may("survey.write")
    return [SOURCE, *languages] if is_team else request.scope.writable(languages)


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
        form.show_theirs(changed.text)
    return None
