"""Who has which role in a programme."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.back import came_from
from programmes.design.undo import offer_undo
from programmes.forms.refusal import accepts
from stakeholders.accounts.forms.role import PartForm, RoleForm
from stakeholders.accounts.models import Role, User
from stakeholders.accounts.queries.role import roles_in
from stakeholders.accounts.services.invitation import invite
from stakeholders.accounts.services.role import Was, change_role, give_role, restore_role, take_role

ON_A_PAGE = 50
SALT = "stakeholders.role"
UNDONE_WITHIN_SECONDS = 24 * 3600


@require_http_methods(["GET", "POST"])
@requires("role.read")
def role_list(request: ScopedRequest) -> HttpResponse:
    """Show who has which role, and give one; 403 for who only reads them."""
    if request.method == "POST" and not request.scope.may("setup.write"):
        raise PermissionDenied
    giver, programme = cast(User, request.user), request.programme
    form = RoleForm(request.POST or None, giver=giver, programme=programme)
    if form.is_valid() and (
        role := accepts(form, give_role, giver, programme, database_now(), **form.cleaned_data)
    ):
        say_given(request, role, is_told=invite(role))
        return redirect(came_from(request)) if came_from(request) else _to_list(request)
    roles = roles_in(programme, request.GET.get("q", ""))
    page = Paginator(roles, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "stakeholders/roles.html", {"form": form, "page": page})


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def role_edit(request: ScopedRequest, pk: int) -> HttpResponse:
    """Make a role another one."""
    role = _role(request, pk)
    changer, was = cast(User, request.user), Was.of(role)
    now: dict[str, Any] = {
        name: getattr(role, name) for name in ("kind", "region", "stream", "languages")
    }
    form = PartForm(request.POST or None, giver=changer, programme=request.programme, initial=now)
    if form.is_valid() and accepts(
        form, change_role, changer, role, database_now(), **form.cleaned_data
    ):
        _offer_back(request, _("%(user)s now has another role.") % {"user": role.user}, was)
        return _to_list(request)
    return render(
        request, "stakeholders/role_form.html", {"form": form, "role": _role(request, pk)}
    )


@require_POST
@requires("setup.write")
def role_take(request: ScopedRequest, pk: int) -> HttpResponse:
    role = _role(request, pk)
    was = Was.of(role)
    try:
        take_role(cast(User, request.user), role, database_now())
        _offer_back(request, _("%(user)s no longer has this role.") % {"user": role.user}, was)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _to_list(request)


@require_POST
@requires("setup.write")
def role_restore(request: ScopedRequest) -> HttpResponse:
    """Give back what a role was; the query of the address holds it, signed."""
    try:
        signed = request.GET.get("was", "")
        held = signing.loads(signed, salt=SALT, max_age=UNDONE_WITHIN_SECONDS)
    except signing.BadSignature as error:
        raise Http404 from error
    if held.pop("programme") != request.programme.pk:
        raise Http404
    try:
        role = restore_role(
            cast(User, request.user), request.programme, Was(**held), database_now()
        )
        messages.success(request, _("%(user)s has the role again.") % {"user": role.user})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _to_list(request)


def _role(request: ScopedRequest, pk: int) -> Role:
    return get_object_or_404(request.programme.roles.select_related("user"), pk=pk)


def _to_list(request: ScopedRequest) -> HttpResponse:
    """Show the list; whoever took their own role away goes where they still may."""
    still = request.programme.roles.filter(user=request.user, kind=Role.Kind.PROGRAMME_MANAGER)  # type: ignore[misc]
    if not still.exists():
        return redirect("stakeholders:home-show")
    return redirect("stakeholders:role-list", request.programme.slug)


def _offer_back(request: ScopedRequest, sentence: str, was: Was) -> None:
    held = signing.dumps(was.to_json() | {"programme": request.programme.pk}, salt=SALT)
    url = reverse("stakeholders:role-restore", args=[request.programme.slug])
    offer_undo(request, sentence, f"{url}?{urlencode({'was': held})}")


def say_given(request: ScopedRequest, role: Role, *, is_told: bool) -> None:
    """Say that somebody has a role, and whether an email told them."""
    if is_told:
        sentence = _("%(email)s now has the role. We sent them an email.")
        messages.success(request, sentence % {"email": role.user.email})
        return
    sentence = _(
        "%(email)s now has the role, but the email could not be sent. Tell them "
        "yourself, and send them this link: %(url)s"
    )
    url = request.build_absolute_uri(reverse("account_reset_password"))
    messages.warning(request, sentence % {"email": role.user.email, "url": url})
