"""Surveys and the emails about needs in Django's admin, to look at.

There is no page for answers, comments, invitations or segments, and none for figures: those who
may read them find them on the page of the survey. Where a stranger wants an answer is on no page.
"""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from feedback.models import Edition, NeedMail, Question, Survey
from programmes.admin.tables import LookedAtAdmin, LookedAtInline


class QuestionInline(LookedAtInline):
    """The questions of a survey, with the answers that a choice offers."""

    model = Question
    fields = ("order", "kind", "text", "is_required", "offered")
    readonly_fields = ("offered",)

    def get_queryset(self, request: Any) -> Any:
        """Read the questions with their options."""
        return super().get_queryset(request).prefetch_related("options")

    @admin.display(description=_("answers"))
    def offered(self, question: Question) -> str:
        """Return the answers of a choice."""
        return " · ".join(str(one) for one in question.options.all()) or "–"


@admin.register(Survey)
class SurveyAdmin(LookedAtAdmin):
    """Surveys with their questions; answers are shown in editions alone."""

    list_display = ("name", "programme", "smallest_group", "open_days", "closed_at")
    list_filter = ("programme", ("closed_at", admin.EmptyFieldListFilter))
    list_select_related = ("programme",)
    search_fields = ("name", "programme__name")
    inlines = (QuestionInline,)


@admin.register(Edition)
class EditionAdmin(LookedAtAdmin):
    """When figures were published; not the figures."""

    fields = ("survey", "number", "published_at")
    list_display = ("survey", "number", "published_at")
    list_filter = ("survey__programme", "published_at")
    list_select_related = ("survey",)
    search_fields = ("survey__name",)
    date_hierarchy = "published_at"
    ordering = ("-published_at", "-pk")


@admin.register(NeedMail)
class NeedMailAdmin(LookedAtAdmin):
    """Emails about needs, without what is missing and the addresses of strangers."""

    list_display = ("kind", "due_at", "state", "reason")
    list_filter = ("state", "kind", "need__programme")
    list_select_related = ()
    search_fields = ("=message_id",)
    exclude = ("need", "address", "fence", "lease_until")
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-pk")
