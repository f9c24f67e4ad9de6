"""The page of a survey: its questions, how they look on a phone, who is asked when."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from communications.desk.queries.glance import glance_of
from communications.messages.forms.frame import as_typed
from communications.models import Message
from feedback.forms.survey import (
    NewSurveyForm,
    SurveyForm,
    survey_initial,
    texts_initial,
)
from feedback.forms.texts import TextsForm
from feedback.models import Question, Survey
from feedback.queries.questionnaire import written_texts
from feedback.services.survey import are_answers_settled
from feedback.translation import SOURCE, complete_languages
from programmes.access import ScopedRequest


def survey_to_write(request: ScopedRequest, pk: int) -> Survey:
    """Return a survey in view, or answer 404."""
    surveys = Survey.objects.within(request.scope)
    return get_object_or_404(surveys.select_related("invitation__audience"), pk=pk)


def writable_of(request: ScopedRequest) -> list[str]:
    """Return the languages whose texts of a survey the user writes; English belongs to the team."""
    languages = [code for code in request.programme.languages if code != SOURCE]
    is_team = request.scope.may("survey.write")
    return [SOURCE, *languages] if is_team else request.scope.writable(languages)


def language_to_write(request: ScopedRequest) -> str:
    """Return the language asked for, or the first that the user writes.

    Raises:
        Http404: the programme does not have the language.
        PermissionDenied: the user does not write it.
    """
    writable = writable_of(request)
    language = request.GET.get("language", next(iter(writable), SOURCE))
    if language not in request.programme.languages:
        raise Http404
    if language not in writable:
        raise PermissionDenied
    return language


def form_of(
    request: ScopedRequest,
    survey: Survey | None,
    language: str,
    questions: Sequence[Question] = (),
) -> TextsForm:
    """Return the form of a survey with its questions in one language; English is all of it."""
    data = request.POST or None
    if survey is None:
        return NewSurveyForm(data, programme=request.programme)
    if language == SOURCE:
        initial = survey_initial(survey, questions)
        return SurveyForm(data, programme=request.programme, initial=initial)
    form = TextsForm(
        data,
        count=sum(len(question.options.all()) for question in questions),
        english=written_texts(survey, questions, SOURCE),
        asked=[question.kind for question in questions],
        initial=texts_initial(survey, questions, language),
    )
    form.speak(language)
    return form


def looks_of(request: ScopedRequest, form: SurveyForm) -> dict[str, Any]:
    """Return what the page says of who is asked when."""
    form.is_valid()
    rule, schedule = form.rule_so_far(request.programme), form.schedule_so_far()
    glance = glance_of(Message(programme=request.programme), rule, schedule, request.scope)
    return {
        "look": form,
        "glance": glance,
        "schedule": schedule,
        "lacking": len(form.unfilled) + len(glance.lacks),
    }


def survey_page(
    request: ScopedRequest,
    form: TextsForm,
    language: str,
    survey: Survey | None = None,
    questions: Sequence[Question] = (),
) -> HttpResponse:
    """Show the form with the phone, and with who is asked when where all of it is written."""
    languages = request.programme.languages
    context: dict[str, Any] = {
        "form": form,
        "survey": survey,
        "language": language,
        "languages": languages,
        "shown_language": request.POST.get("shown_language", language),
        "writable": writable_of(request),
        "seconds": sum(block.seconds for block in form.blocks),
    }
    if isinstance(form, SurveyForm):
        look = form if form.is_bound else SurveyForm(as_typed(form), programme=request.programme)
        context |= looks_of(request, look)
    if survey:
        context["ready"] = complete_languages(questions, languages)
        context["is_deletable"] = not survey.invitation.approvals.exists()
        context["is_settled"] = context["is_sent"] = are_answers_settled(survey)
    return render(request, "feedback/survey_form.html", context)
