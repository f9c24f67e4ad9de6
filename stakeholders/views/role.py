"""Who has which role in a programme."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programmes.access import ScopedRequest, requires
from programmes.forms.refusal import accepts
from stakeholders.forms.role import RoleForm
from stakeholders.models import User
from stakeholders.services.role import give_role, take_role


@require_http_methods(["GET", "POST"])
@requires("setup.write")
def role_list(request: ScopedRequest) -> HttpResponse:
    """Show who has which role, and give one."""
    giver = cast(User, request.user)
    form = RoleForm(request.POST or None, giver=giver, programme=request.programme)
    if form.is_valid() and accepts(form, give_role, giver, request.programme, **form.cleaned_data):
        sentence = _("%(email)s has the role.") % {"email": form.cleaned_data["email"]}
        messages.success(request, sentence)
        return redirect("stakeholders:role-list", request.programme.slug)
    roles = request.programme.roles.select_related("user", "region", "stream")
    roles = roles.order_by("kind", "user__email")
    return render(request, "stakeholders/roles.html", {"form": form, "roles": roles})


@require_POST
@requires("setup.write")
def role_take(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take a role away."""
    role = get_object_or_404(request.programme.roles, pk=pk)
    try:
        take_role(cast(User, request.user), role)
        messages.success(request, _("%(user)s no longer has the role.") % {"user": role.user})
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("stakeholders:role-list", request.programme.slug)
