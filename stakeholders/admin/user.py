"""Accounts, roles and groups of rights in the admin."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programmes.admin.tables import LookedAtInline, TableAdmin, has_rows
from programmes.database.clock import database_now
from stakeholders.accounts.forms.account import AccountForm
from stakeholders.accounts.forms.role import RoleAdminForm
from stakeholders.accounts.services.account import (
    drop_second_factor,
    send_password_link,
    write_account,
)
from stakeholders.accounts.services.invitation import invite
from stakeholders.accounts.services.role import is_needed, take_role, write_role
from stakeholders.models import Role, User

apps.get_app_config("auth").verbose_name = _("Access")
# The address is a field of the account; the others hold secrets.
admin.site.unregister([EmailAddress, Authenticator, Group])


class RightsAdmin(TableAdmin):
    """Who may do what: administrators write it; other staff look, where a group lets them.

    So nobody gives rights above their own, to themselves or through another's account.
    """

    def has_add_permission(self, request: Any) -> bool:
        """Allow administrators alone."""
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Allow administrators alone."""
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Allow administrators alone."""
        return bool(request.user.is_superuser)


@admin.register(Group)
class GroupAdmin(RightsAdmin, DjangoGroupAdmin):
    """What staff who are no administrators may look at or write here."""

    list_display = ("name",)
    list_filter = (has_rows("user", _("accounts"), _("With accounts"), _("Without accounts")),)
    search_fields = ("name", "user__email")
    search_help_text = _("Group name, or email address of an account")


class RoleInline(LookedAtInline):
    """The roles of a user, to look at: each is given, changed and taken away on its own page."""

    model = Role
    fk_name = "user"
    fields = ("kind", "programme", "region", "stream", "languages", "given_by", "given_at")
    readonly_fields = fields
    show_change_link = True

    def get_queryset(self, request: Any) -> Any:
        """Read the roles with what they name."""
        related = ("programme", "region", "stream", "given_by", "user")
        return super().get_queryset(request).select_related(*related)


@admin.register(User)
class UserAdmin(RightsAdmin):
    """Accounts, known by their mail address. Passwords are neither shown nor set here."""

    form = AccountForm
    owned = ("account.EmailAddress", "mfa.Authenticator")
    ordering = ("email",)
    list_display = (
        "email",
        "first_name",
        "last_name",
        "language",
        "is_staff",
        "is_active",
        "last_login",
    )
    list_filter = ("is_staff", "is_superuser", "is_active", "roles__kind", "language")
    search_fields = ("email", "first_name", "last_name")
    readonly_fields = ("last_login", "date_joined")
    date_hierarchy = "date_joined"
    autocomplete_fields = ("groups",)
    inlines = (RoleInline,)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "email",
                    "first_name",
                    "last_name",
                    "language",
                    "time_zone",
                    "approval_notice",
                )
            },
        ),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    actions = ("send_link", "drop_factor")

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        write_account(obj)

    def get_inlines(self, request: Any, obj: Any) -> Any:
        """Show no roles of somebody who is not there yet."""
        return self.inlines if obj else ()

    @admin.action(description=_("Send a link to set a password"), permissions=["change"])
    def send_link(self, request: Any, queryset: Any) -> None:
        """Mail each of those who were chosen."""
        sent = sum(send_password_link(user) for user in queryset.filter(is_active=True))
        text = ngettext("%(n)s link was sent.", "%(n)s links were sent.", sent) % {"n": sent}
        self.message_user(request, text, messages.SUCCESS if sent else messages.ERROR)

    @admin.action(description=_("Reset second factor"), permissions=["change"])
    def drop_factor(self, request: Any, queryset: Any) -> None:
        """Let those who were chosen set up another; the audit trail keeps it."""
        now = database_now()
        dropped = sum(drop_second_factor(user, request.user, now) for user in queryset)
        text = ngettext(
            "%(n)s second factor was reset.", "%(n)s second factors were reset.", dropped
        )
        self.message_user(request, text % {"n": dropped})


@admin.register(Role)
class RoleAdmin(RightsAdmin):
    """Roles: given, changed and taken away as on the page of a programme, and noted as there."""

    form = RoleAdminForm
    settled = ("user", "programme")
    list_display = ("user", "kind", "programme", "region", "stream", "given_by", "given_at")
    list_filter = ("kind", "programme", "region")
    list_select_related = ("user", "programme", "region", "stream", "given_by")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    autocomplete_fields = ("user", "programme", "region", "stream")
    readonly_fields = ("given_by", "given_at")
    date_hierarchy = "given_at"
    ordering = ("user__email", "pk")

    def save_model(self, request: Any, obj: Role, form: Any, change: bool) -> None:
        """Write who gives it, as the services do, and tell whoever gets it by mail."""
        write_role(request.user, obj, database_now())
        if not change and not invite(obj):
            text = _("The role was assigned, but no email could be sent. Tell %(user)s yourself.")
            self.message_user(request, text % {"user": obj.user}, messages.WARNING)

    def delete_model(self, request: Any, obj: Role) -> None:
        """Take it away."""
        take_role(request.user, obj, database_now())

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Take all of them away, or as many as the programmes can do without."""
        for role in queryset:
            try:
                take_role(request.user, role, database_now())
            except ValidationError as refusal:
                self.message_user(request, " ".join(refusal.messages), messages.ERROR)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse for the last manager of a programme."""
        return super().has_delete_permission(request, obj) and not (obj and is_needed(obj))
