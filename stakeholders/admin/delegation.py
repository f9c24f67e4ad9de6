"""Who decides for whom, in the admin: to look at."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programmes.admin.tables import LookedAtAdmin
from stakeholders.models import Delegation


@admin.register(Delegation)
class DelegationAdmin(LookedAtAdmin):
    """Delegations, named and ended on the page of decisions."""

    list_display = ("user", "given_by", "programme", "from_on", "until_on", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "programme")
    list_select_related = ("user", "given_by", "programme")
    search_fields = ("user__email", "given_by__email", "user__last_name", "given_by__last_name")
    search_help_text = _("Name or email address of either person")
    date_hierarchy = "from_on"
