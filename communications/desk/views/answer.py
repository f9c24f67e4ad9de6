"""Naming the messages that answer an impact."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communications.desk.forms.answer import AnswerForm
from communications.messages.models import Message
from communications.messages.queries.answer import titles_of
from communications.messages.services.answer import answer_impact, take_answer_back
from programmes.access import ScopedRequest, requires
from programmes.design.undo import offer_undo
from stakeholders.register.views.impact import own_impact


@require_POST
@requires("register.write")
def answer_give(request: ScopedRequest, impact: int) -> HttpResponse:
    """Say that a message answers an impact."""
    own = own_impact(request, impact)
    form = AnswerForm(request.POST, scope=request.scope, impact=own)
    if form.is_valid():
        message = form.cleaned_data["message"]
        answer_impact(message, own)
        said = _("“%(title)s” now covers this impact.") % {
            "title": titles_of([message])[message.pk]
        }
        offer_undo(request, said, _address(request, "take-back", impact, message.pk))
    elif request.POST.get("message"):
        raise Http404
    else:
        messages.warning(request, _("Choose the message that covers this impact."))
    return redirect("dashboards:impact-show", request.programme.slug, impact)


@require_POST
@requires("register.write")
def answer_take_back(request: ScopedRequest, impact: int, pk: int) -> HttpResponse:
    """Say that a message does not answer an impact."""
    own, message = own_impact(request, impact), _message(request, pk)
    take_answer_back(message, own)
    said = _("“%(title)s” no longer covers this impact.") % {
        "title": titles_of([message])[message.pk]
    }
    offer_undo(request, said, _address(request, "again", impact, pk))
    return redirect("dashboards:impact-show", request.programme.slug, impact)


@require_POST
@requires("register.write")
def answer_again(request: ScopedRequest, impact: int, pk: int) -> HttpResponse:
    """Say again that a message answers an impact."""
    own, message = own_impact(request, impact), _message(request, pk)
    answer_impact(message, own)
    messages.success(
        request,
        _("“%(title)s” now covers this impact.") % {"title": titles_of([message])[message.pk]},
    )
    return redirect("dashboards:impact-show", request.programme.slug, impact)


def _message(request: ScopedRequest, pk: int) -> Message:
    found = Message.objects.within(request.scope.of_plan)
    message: Message = get_object_or_404(found, pk=pk)
    return message


def _address(request: ScopedRequest, act: str, impact: int, pk: int) -> str:
    return reverse(f"communications:answer-{act}", args=[request.programme.slug, impact, pk])
