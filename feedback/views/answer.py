"""The public page behind a personal link: no sign-in, no cookie, and a GET changes nothing."""

from datetime import datetime
from functools import lru_cache
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.messages.rendering import reading_language
from feedback.forms.answer import AnswerForm, ShownQuestion, new_nonce, shown_with
from feedback.queries.invitation import Invited, find_invitation, open_link
from feedback.queries.mark import is_spent
from feedback.queries.questionnaire import (
    KEPT,
    Questionnaire,
    kept_questionnaire,
    questionnaire_of,
)
from feedback.services.answer import is_repeat, record_answers
from programmes.design.page import page_in
from programmes.design.sealed import sealed

# Where a page that is kept gets the nonce of each form; nobody can write this into a text.
NONCE = get_random_string(40)


# The link itself is the right to answer, and no cookie is: see docs/decisions/survey-links.md.
@csrf_exempt
@sealed
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions of a link, or take the answers."""
    if request.method == "POST":
        return _take(request, token)
    invited = find_invitation(token, timezone.now())
    # A link that opens nothing is asked after as well: a miss takes as long as a used link.
    if is_spent(invited.mark if invited else uuid4()) or invited is None:
        return _nothing_here(request)
    asked = questionnaire_of(invited.asked)
    language = _language_of(request, invited, asked)
    nonce = new_nonce(token, ShownQuestion(asked.key, language))
    return HttpResponse(_empty_form(asked, language).replace(NONCE, nonce))


def _take(request: HttpRequest, token: str) -> HttpResponse:
    """Take the answers to the form that was shown; one that is in order costs two statements."""
    nonce, now = request.POST.get("nonce", ""), timezone.now()
    shown = shown_with(token, nonce)
    asked = _asked_with(token, shown, now) if shown else None
    if shown is None or asked is None:
        return _nothing_here(request)
    language = shown.language if shown.language in asked.languages else asked.languages[0]
    form = AnswerForm(asked.questions[language], data=request.POST)
    if not form.is_valid() and _is_open(token, now):
        return HttpResponse(_form_page(asked, language, form), status=422)
    if not _is_taken(token, form, nonce, now):
        return _nothing_here(request)
    return HttpResponse(_thanks(asked, language))


def _asked_with(token: str, shown: ShownQuestion, now: datetime) -> Questionnaire | None:
    """Return what a form asked; what the link asks now, if this process has not shown that."""
    if kept := kept_questionnaire(shown.key):
        return kept
    invited = find_invitation(token, now)
    return questionnaire_of(invited.asked) if invited else None


def _is_open(token: str, now: datetime) -> bool:
    opened = open_link(token, now)
    return opened is not None and not is_spent(opened.mark)


def _is_taken(token: str, form: AnswerForm, nonce: str, now: datetime) -> bool:
    if form.is_valid():
        return record_answers(token, form.answer, nonce, now)
    return is_repeat(token, nonce, now)


@lru_cache(KEPT)
def _empty_form(asked: Questionnaire, language: str) -> str:
    """Return the page that is the same for all who are asked this, but for the nonce."""
    form = AnswerForm(asked.questions[language], initial={"nonce": NONCE})
    return _form_page(asked, language, form)


def _form_page(asked: Questionnaire, language: str, form: AnswerForm) -> str:
    context = {"form": form, "asked": asked, "programme": asked.programme}
    return page_in(language, "public/survey.html", {**context, "languages": asked.languages})


@lru_cache(KEPT)
def _thanks(asked: Questionnaire, language: str) -> str:
    return page_in(language, "public/thanks.html", {"programme": asked.programme})


def _language_of(request: HttpRequest, invited: Invited, asked: Questionnaire) -> str:
    """Return the language chosen on the page, else that of the mail."""
    chosen, languages = request.GET.get("lang", ""), asked.languages
    if chosen in languages:
        return chosen
    return reading_language(invited.language, languages) or languages[0]


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer the same to any link that opens nothing, in the browser's language."""
    page = _nothing(translation.get_language_from_request(request))
    return HttpResponse(page, status=404)


@lru_cache(KEPT)
def _nothing(language: str) -> str:
    return page_in(language, "public/no_survey.html", {})
