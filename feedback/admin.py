"""Surveys in Django's admin, to look at. There is no page for answers, comments or invitations."""

from django.contrib import admin

from feedback.models import Edition, Survey
from programmes.admin.tables import LookedAtAdmin


@admin.register(Survey)
class SurveyAdmin(LookedAtAdmin):
    """Surveys."""

    list_display = ("name", "programme", "smallest_group", "open_days", "closed_at")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("name",)


@admin.register(Edition)
class EditionAdmin(LookedAtAdmin):
    """What has been published."""

    list_display = ("survey", "number", "published_at")
    list_filter = ("survey__programme",)
    list_select_related = ("survey",)
    search_fields = ("survey__name",)
