"""The public page behind a personal link: no sign-in, no cookie, and a GET changes nothing."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.rendering import reading_language
from feedback.access import slow_down_guesses
from feedback.forms.answer import AnswerForm, is_own_nonce, new_nonce
from feedback.models import Invitation
from feedback.queries.invitation import find_invitation, questions_put_to
from feedback.rendering import page_in
from feedback.services.answer import is_repeat, record_answers
from feedback.translation import complete_languages

View = Callable[[HttpRequest, str], HttpResponse]


def sealed(view: View) -> View:
    """Keep a page out of caches and search engines, and its address out of other sites' logs."""

    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return wrapped


# The link itself is the right to answer, and no cookie is: see docs/decisions/survey-links.md.
@csrf_exempt
@sealed
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions of a link, or take the answers."""
    invitation = find_invitation(token, timezone.now())
    if invitation is None:
        return _nothing_here(request)
    if request.method == "POST":
        return _take(request, invitation)
    if invitation.is_answered:
        return _nothing_here(request)
    questions = questions_put_to(invitation)
    form = AnswerForm(questions, initial={"nonce": new_nonce(invitation)})
    return _page(request, invitation, "public/survey.html", form)


def _take(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    nonce = request.POST.get("nonce", "")
    if not is_own_nonce(invitation, nonce):
        return _nothing_here(request)
    form = AnswerForm(questions_put_to(invitation), data=request.POST)
    if not invitation.is_answered and not form.is_valid():
        return _page(request, invitation, "public/survey.html", form, status=422)
    if not _is_taken(invitation, form, nonce):
        return _nothing_here(request)
    return _page(request, invitation, "public/thanks.html", form)


def _is_taken(invitation: Invitation, form: AnswerForm, nonce: str) -> bool:
    now = timezone.now()
    if invitation.is_answered:
        return is_repeat(invitation.pk, nonce, now)
    return record_answers(invitation.pk, form.answer, nonce, now)


def _page(
    request: HttpRequest, invitation: Invitation, template: str, form: AnswerForm, status: int = 200
) -> HttpResponse:
    survey = invitation.segment.survey
    languages = complete_languages(form.questions, survey.programme.languages)
    language = _language_of(request, invitation, languages)
    context = {
        "form": form,
        "survey": survey,
        "programme": survey.programme,
        "languages": languages,
    }
    return page_in(language, request, template, context, status)


def _language_of(request: HttpRequest, invitation: Invitation, languages: list[str]) -> str:
    """Return the language chosen on the page, else that of the mail."""
    chosen = request.GET.get("lang", "")
    delivery = invitation.link.delivery
    mailed = delivery.language or delivery.person.language
    return chosen if chosen in languages else reading_language(mailed, languages) or languages[0]


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """Answer the same to any link that opens nothing, in the browser's language."""
    slow_down_guesses(timezone.now())
    language = translation.get_language_from_request(request)
    return page_in(language, request, "public/no_survey.html", {}, status=404)
