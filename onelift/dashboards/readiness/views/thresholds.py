"""The thresholds of all rules, which count for each wave of the programme."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from onelift.dashboards.readiness.queries.thresholds import threshold_rows
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.forms.readiness import ThresholdForm
from programmes.forms.refusal import accepts
from programmes.queries.readiness import ReadinessRule, rule_named
from programmes.queries.wave_readiness import Setting, settings_of
from programmes.services.readiness import set_threshold
from stakeholders.models import User


@require_GET
@requires("readiness.read")
def threshold_list(request: ScopedRequest) -> HttpResponse:
    """Show what each rule asks for, and who owns it."""
    return _page(request)


@require_http_methods(["GET", "POST"])
@requires("readiness.write")
def threshold_edit(request: ScopedRequest, key: str) -> HttpResponse:
    """Change what a rule asks for; the form stands in the row of the rule."""
    rule = rule_or_404(key)
    form = threshold_form(request, rule)
    if form.is_valid() and sets_threshold(request, rule, form):
        return redirect("dashboards:threshold-list", request.programme.slug)
    return _page(request, form=form, opened=key)


def rule_or_404(key: str) -> ReadinessRule:
    rule = rule_named(key)
    if rule is None:
        raise Http404
    return rule


def threshold_form(request: ScopedRequest, rule: ReadinessRule) -> ThresholdForm:
    """Return the form of a rule; whoever has a role in the programme may own it."""
    users = User.objects.filter(is_active=True, roles__programme=request.programme)
    setting = settings_of(request.programme).get(rule.key) or Setting(rule.steps)
    owners = users.order_by("last_name", "first_name", "pk").distinct()
    return ThresholdForm(request.POST or None, setting=setting, users=owners)


def sets_threshold(request: ScopedRequest, rule: ReadinessRule, form: ThresholdForm) -> bool:
    """Save what a valid form says, and say so; tell whether it was accepted."""
    reason, user = form.cleaned_data["reason"], request.user
    given = (request.programme, rule, form.setting, reason, user, database_now())
    if not accepts(form, set_threshold, *given):
        return False
    text = _("“%(rule)s” was saved. It applies to all waves.")
    messages.success(request, text % {"rule": rule.label})
    return True


def _page(request: ScopedRequest, **more: Any) -> HttpResponse:
    context = {
        "rows": threshold_rows(request.programme),
        "may_write": request.scope.may("readiness.write"),
    }
    return render(request, "dashboards/thresholds.html", {**context, **more})
