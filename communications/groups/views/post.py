"""What somebody posts by hand, and settling a post in doubt."""

from datetime import datetime
from typing import cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from communications.dispatches.models import Post
from communications.groups.forms.post import PostedForm
from communications.groups.queries.post import done_by_hand, task_lines, tasks_at
from communications.groups.services.post import (
    confirm_posted,
    post_again,
    tick_off,
    version_to_post,
)
from communications.messages.services.refusal import RefusedError
from programmes.access import ScopedRequest, requires
from programmes.database.clock import database_now
from programmes.design.paging import page_of
from stakeholders.models import User

TASKS = 20


@require_GET
@requires("post.read")
def post_list(request: ScopedRequest) -> HttpResponse:
    """Show what waits to be posted by hand, with its text to copy, and what was done lately."""
    return list_page(request)


@require_POST
@requires("post.write")
def post_done(request: ScopedRequest, pk: int) -> HttpResponse:
    """Tick off what was posted by hand, with its day and place."""
    post, now = post_in(request, pk), database_now()
    form = PostedForm(request.POST, post=post, today=timezone.localdate(now))
    try:
        version_to_post(post, now)
        if not form.is_valid():
            return list_page(request, form)
        typed = (form.cleaned_data["posted_on"], form.cleaned_data["place"])
        tick_off(post, *typed, cast(User, request.user), now)
        messages.success(request, _("Marked as posted."))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    return redirect("communications:post-list", request.programme.slug)


@require_POST
@requires("dispatch.resolve")
def post_delivered(request: ScopedRequest, pk: int) -> HttpResponse:
    """Take somebody's word that a post in doubt stands there."""
    post = post_in(request, pk)
    confirm_posted(post, cast(User, request.user), database_now())
    return redirect("communications:dispatch-show", request.programme.slug, post.dispatch_id)


@require_POST
@requires("dispatch.resolve")
def post_resend(request: ScopedRequest, pk: int) -> HttpResponse:
    """Post what is in doubt again, on somebody's risk that it stands there twice."""
    post = post_in(request, pk)
    post_again(post, cast(User, request.user), database_now())
    return redirect("communications:dispatch-show", request.programme.slug, post.dispatch_id)


def post_in(request: ScopedRequest, pk: int) -> Post:
    """Return a post of the programme that reaches a site in view; 404 without."""
    posts = Post.objects.within(request.scope).select_related(
        "channel", "dispatch__message__programme"
    )
    return get_object_or_404(posts, pk=pk)


def list_page(request: ScopedRequest, refused: PostedForm | None = None) -> HttpResponse:
    """Show the list; ``refused`` is the form that was not accepted, with what was typed."""
    now = database_now()
    page = task_page(request, refused, now)
    may_write = request.scope.may("post.write")
    context = {
        "tasks": [
            (line, form_of(line.post, refused, now) if may_write else None)
            for line in task_lines(page, now)
        ],
        "page": page,
        "done": done_by_hand(request.scope, now),
        "form": refused,
    }
    return render(request, "communications/post_list.html", context, status=422 if refused else 200)


def task_page(request: ScopedRequest, refused: PostedForm | None, now: datetime) -> Page[Post]:
    """Return a page of what waits: the one asked for, or that of the form that was refused."""
    tasks = tasks_at(request.scope, now)
    if refused is None:
        return page_of(request, tasks, TASKS)
    waiting = list(tasks.values_list("pk", flat=True))
    before = waiting.index(refused.post.pk) if refused.post.pk in waiting else 0
    return Paginator(tasks, TASKS).get_page(before // TASKS + 1)


def form_of(post: Post, refused: PostedForm | None, now: datetime) -> PostedForm:
    """Return the form of one post, as it was typed if it was refused."""
    if refused is not None and refused.post.pk == post.pk:
        return refused
    return PostedForm(post=post, today=timezone.localdate(now))
