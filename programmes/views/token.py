"""The tokens of a programme: listed, made and shown once, revoked."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from programmes.forms.refusal import accepts
from programmes.forms.token import TokenForm
from programmes.models import ApiToken
from programmes.services.token import make_token, revoke_token

# What the form proposes.
USUAL = timedelta(days=90)


@require_GET
@requires("token.write")
def token_list(request: ScopedRequest) -> HttpResponse:
    """Show the tokens of a programme, the newest first, and none of the secrets."""
    found = ApiToken.objects.within(request.scope).select_related("made_by")
    page, now = page_of(request, found), database_now()
    rights = dict(ApiToken.Right.choices)
    rows = [
        {
            "token": token,
            "state": token.state_at(now),
            "rights": [rights[one] for one in token.rights if one in rights],
        }
        for token in page
    ]
    return render(request, "programmes/token_list.html", {"rows": rows, "page": page})


@require_http_methods(["GET", "POST"])
@requires("token.write")
def token_add(request: ScopedRequest) -> HttpResponse:
    """Make a token; the answer is the only page that ever shows it."""
    now = database_now()
    form = TokenForm(request.POST or None, initial={"expires_at": (now + USUAL).date()})
    if form.is_valid() and (made := _made(request, form, now)):
        token, secret = made
        context = {"token": token, "secret": secret}
        return render(request, "programmes/token_shown.html", context)
    return render(request, "programmes/token_form.html", {"form": form})


def _made(request: ScopedRequest, form: TokenForm, now: datetime) -> tuple[ApiToken, str] | None:
    given = form.cleaned_data["name"], form.cleaned_data["rights"], form.end()
    found = accepts(form, make_token, request.programme, *given, request.user, now)
    return found if found else None


@require_POST
@requires("token.write")
def token_revoke(request: ScopedRequest, pk: int) -> HttpResponse:
    """Let a token open nothing any more."""
    tokens = ApiToken.objects.within(request.scope)
    token = revoke_token(get_object_or_404(tokens, pk=pk), request.user, database_now())
    messages.success(request, _("“%(name)s” is revoked.") % {"name": token.name})
    return redirect("programmes:token-list", request.programme.slug)
