"""What the page of a survey says while somebody types: who is asked when, and how it looks."""

from collections.abc import Iterator
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from feedback.forms.answer import AnswerForm
from feedback.forms.survey import SurveyForm
from feedback.forms.texts import TextsForm
from feedback.models.survey import SMALLEST_GROUP
from feedback.queries.questionnaire import (
    AskedQuestion,
    Questionnaire,
    Sender,
    questions_of,
    written_texts,
)
from feedback.rendering import standard_texts
from feedback.views.survey_page import form_of, language_to_write, looks_of, survey_to_write
from programmes.access import ScopedRequest, requires
from programmes.design.page import page_in

# The public page with its own style and script; the frame keeps it from everything else.
PREVIEW_POLICY = {
    "sandbox": ["allow-scripts"],
    "default-src": [NONE],
    "style-src": [SELF],
    "script-src": [SELF],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "frame-ancestors": [SELF],
}


@require_POST
@requires("survey.write")
def survey_look(request: ScopedRequest) -> HttpResponse:
    """Answer with what is typed in short: audience, time, what is missing; nothing is kept.

    ``settled`` in the address says that it is approved or waits for it.
    """
    form = SurveyForm(request.POST, programme=request.programme)
    context = {**looks_of(request, form), "is_look": True, "is_sent": "settled" in request.GET}
    return render(request, "feedback/_survey_look.html", context)


@csp(PREVIEW_POLICY)
@require_POST
@requires("survey.translate")
def survey_draft(request: ScopedRequest, pk: int | None = None) -> HttpResponse:
    """Answer with the public page that the typed texts make, for a frame; nothing is kept."""
    survey = survey_to_write(request, pk) if pk else None
    questions = questions_of(survey) if survey else []
    written, programme = language_to_write(request), request.programme
    form = form_of(request, survey, written, questions)
    shown = request.POST.get("shown_language", "")
    shown = shown if shown in programme.languages else written
    texts = {name: form[name].value() or "" for name in form.QUESTIONS}
    if shown != written:
        texts = written_texts(survey, questions, shown) if survey else {}
    if not any(texts.values()):
        texts = standard_texts(shown)
    return HttpResponse(_page(request, shown, tuple(_questions(form, texts))))


def _page(request: ScopedRequest, language: str, questions: tuple[AskedQuestion, ...]) -> str:
    """Return the public page of some questions, open at the one that is being written."""
    asked = Questionnaire(
        programme=Sender(request.programme.name, request.programme.slug),
        smallest_group=SMALLEST_GROUP,
        languages=(language,),
        questions={language: questions},
        key="",
    )
    context = {
        "form": AnswerForm(questions, initial={"nonce": ""}),
        "asked": asked,
        "programme": asked.programme,
        "languages": (),
        "first": request.POST.get("shown_question", ""),
    }
    return page_in(language, "public/survey.html", context)


def _questions(form: TextsForm, texts: dict[str, Any]) -> Iterator[AskedQuestion]:
    lines = str(texts["options"]).splitlines()
    options = tuple(enumerate((line.strip() for line in lines if line.strip()), start=1))
    for kind in form.order:
        own = options if kind == "choice" else ()
        yield AskedQuestion(kind, str(texts[kind]), kind in form.required_kinds, own)
