"""The public page behind a personal link: no sign-in, no cookie, and a GET changes nothing."""

from collections.abc import Callable
from functools import lru_cache, wraps

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.rendering import reading_language
from feedback.access import slow_down_guesses
from feedback.forms.answer import AnswerForm, is_own_nonce, new_nonce
from feedback.queries.invitation import Invited, find_invitation
from feedback.queries.questionnaire import KEPT, Questionnaire, questionnaire_of
from feedback.rendering import page_in
from feedback.services.answer import is_repeat, record_answers

View = Callable[[HttpRequest, str], HttpResponse]
# Where a page that is kept gets the nonce of each form; nobody can write this into a text.
NONCE = get_random_string(40)


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
    invited = find_invitation(token, timezone.now())
    if invited is None:
        return _nothing_here(request)
    if request.method == "POST":
        return _take(request, invited)
    if invited.is_answered:
        return _nothing_here(request)
    asked = questionnaire_of(invited.asked)
    page = _empty_form(asked, _language_of(request, invited, asked))
    return HttpResponse(page.replace(NONCE, new_nonce(invited.pk)))


def _take(request: HttpRequest, invited: Invited) -> HttpResponse:
    nonce = request.POST.get("nonce", "")
    if not is_own_nonce(invited.pk, nonce):
        return _nothing_here(request)
    asked = questionnaire_of(invited.asked)
    language = _language_of(request, invited, asked)
    form = AnswerForm(asked.questions[language], data=request.POST)
    if not invited.is_answered and not form.is_valid():
        return HttpResponse(_form_page(asked, language, form), status=422)
    if not _is_taken(invited, form, nonce):
        return _nothing_here(request)
    return HttpResponse(_thanks(asked, language))


def _is_taken(invited: Invited, form: AnswerForm, nonce: str) -> bool:
    now = timezone.now()
    if invited.is_answered:
        return is_repeat(invited.pk, nonce, now)
    return record_answers(invited.pk, form.answer, nonce, now)


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
    slow_down_guesses(timezone.now())
    page = _nothing(translation.get_language_from_request(request))
    return HttpResponse(page, status=404)


@lru_cache(KEPT)
def _nothing(language: str) -> str:
    return page_in(language, "public/no_survey.html", {})
