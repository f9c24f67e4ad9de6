"""What users settle about themselves, and where each of them lands."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from programmes.access import ScopedRequest
from programmes.design.back import own_path
from stakeholders.accounts.access import home_of
from stakeholders.accounts.forms.profile import DensityForm, LanguageForm, ProfileForm, ThemeForm
from stakeholders.accounts.models import User


@require_GET
@login_required
def home_show(request: HttpRequest) -> HttpResponseBase:
    """Send users to the first page of their role."""
    return redirect(home_of(_me(request)))


@require_GET
@login_required
def programme_show(request: ScopedRequest, programme: str) -> HttpResponseBase:
    """Send users to their first page in one programme, if they have a role there."""
    if getattr(request, "programme", None) is None:
        raise Http404(programme)
    return redirect(home_of(_me(request), request.programme))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile_edit(request: HttpRequest) -> HttpResponse:
    """Show and save one's own profile; the answer speaks the language just chosen."""
    user = _me(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("Profile saved."))
        return redirect("stakeholders:profile-edit")
    return render(request, "stakeholders/profile.html", {"form": form})


@require_POST
@login_required
def language_set(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen in the top bar."""
    return _settle(request, LanguageForm(request.POST, instance=_me(request)))


@require_POST
@login_required
def theme_set(request: HttpRequest) -> HttpResponse:
    """Keep the theme chosen in the top bar."""
    return _settle(request, ThemeForm(request.POST, instance=_me(request)))


@require_POST
@login_required
def density_set(request: HttpRequest) -> HttpResponse:
    """Keep the height of rows chosen in the user's menu."""
    return _settle(request, DensityForm(request.POST, instance=_me(request)))


def _me(request: HttpRequest) -> User:
    return cast(User, request.user)


def _settle(request: HttpRequest, form: "ModelForm[User]") -> HttpResponse:
    """Save what a form of one choice holds, if it is one, and go back to the page."""
    if form.is_valid():
        form.save()
    return redirect(own_path(request.POST.get("next", "")) or "/")
