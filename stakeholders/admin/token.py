"""Tokens of other systems in the admin: administrators make them for any programme."""

from typing import Any

from django.contrib import admin
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from programmes.database.clock import database_now
from programmes.forms.token import TokenAdminForm
from programmes.models import ApiToken
from programmes.services.token import make_token, revoke_token
from stakeholders.admin.user import RightsAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(RightsAdmin):
    """Tokens: made once, revoked, and kept, so that the trail can name them."""

    form = TokenAdminForm
    fields = ("programme", "name", "rights", "expires_at")
    list_display = (
        "name",
        "programme",
        "made_by",
        "made_at",
        "expires_at",
        "revoked_at",
        "used_at",
    )
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "programme")
    list_select_related = ("programme", "made_by")
    search_fields = ("name", "programme__name", "made_by__email")
    autocomplete_fields = ("programme",)
    date_hierarchy = "made_at"
    actions = ("revoke",)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Keep a token as it was made; in the list, administrators revoke."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: ApiToken, form: Any, change: bool) -> None:
        given = obj.programme, obj.name, form.cleaned_data["rights"], obj.expires_at
        token, request.token_made = make_token(*given, request.user, database_now())
        obj.__dict__.update(token.__dict__)

    def response_add(self, request: Any, obj: ApiToken, post_url_continue: Any = None) -> Any:
        """Show the token, once."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "token": obj}
        context |= {"secret": request.token_made, "title": _("Copy the token now")}
        return TemplateResponse(request, "admin/token_shown.html", context)

    @admin.action(description=_("Revoke tokens"), permissions=["change"])
    def revoke(self, request: Any, queryset: Any) -> None:
        """Let what was chosen open nothing any more."""
        for token in queryset:
            revoke_token(token, request.user, database_now())
