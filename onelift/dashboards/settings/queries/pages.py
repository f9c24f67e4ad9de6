"""All pages of the settings, in the groups of their list, and who may open each."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.models import Programme
from programmes.scope import Scope


@dataclass(frozen=True)
class SettingsPage:
    """One entry of the list.

    Attributes:
        key: its name in the checks of ``marks``.
        action: what a reader must be allowed to do there.
        below: how the names of the views begin that belong to it too.
        words: by which it is found beside its label.
        is_of_installation: whether it names no programme.
        anchor: the part of the page that it leads to, if not the whole.
        is_until_done: whether it is there only while first steps are left.

    """

    key: str
    label: str | Promise
    route: str
    action: str
    below: tuple[str, ...] = ()
    words: str | Promise = ""
    is_of_installation: bool = False
    anchor: str = ""
    is_until_done: bool = False

    def is_open(self, scope: Scope) -> bool:
        """Tell whether a reader may open it from a page with this scope."""
        if self.is_of_installation:
            return self.action in scope.installation
        return scope.programme is not None and scope.may(self.action)

    def url(self, programme: Programme | None) -> str:
        """Return its address; a page of a programme needs that programme."""
        slugs = [] if self.is_of_installation or programme is None else [programme.slug]
        return reverse(self.route, args=slugs) + self.anchor

    def holds(self, view_name: str) -> bool:
        """Tell whether a view is this page or belongs to it."""
        is_whole = view_name == self.route and not self.anchor
        return is_whole or view_name.startswith(self.below or "-")


@dataclass(frozen=True)
class SettingsGroup:
    """Some pages under one heading."""

    key: str
    label: str | Promise
    pages: tuple[SettingsPage, ...]


GROUPS = (
    SettingsGroup(
        "programme",
        _("The programme"),
        (
            SettingsPage(
                "start",
                _("First steps"),
                "start:programme-start",
                "setup.write",
                is_until_done=True,
            ),
            SettingsPage(
                "programme",
                _("Programme"),
                "programmes:programme-edit",
                "setup.write",
                words=_("name, dates, languages, load limit"),
            ),
            SettingsPage(
                "waves",
                _("Waves and sites"),
                "dashboards:setup",
                "setup.read",
                ("programmes:wave-",),
                words=_("dates, go-live, hand-over"),
            ),
            SettingsPage(
                "services",
                _("Services"),
                "programmes:service-list",
                "setup.read",
                ("programmes:service-",),
            ),
            SettingsPage(
                "streams",
                _("Streams"),
                "programmes:stream-list",
                "setup.read",
                ("programmes:stream-",),
            ),
            SettingsPage(
                "contacts",
                _("Support contacts"),
                "programmes:support-list",
                "setup.read",
                ("programmes:support-",),
                words=_("service desk, telephone, hours"),
            ),
            SettingsPage(
                "blackouts",
                _("Blackouts"),
                "programmes:blackout-list",
                "setup.read",
                ("programmes:blackout-",),
                words=_("quiet days"),
            ),
            SettingsPage(
                "thresholds",
                _("Thresholds"),
                "dashboards:threshold-list",
                "readiness.read",
                ("dashboards:threshold-edit",),
                words=_("readiness, rules, owners"),
            ),
            SettingsPage(
                "objectives",
                _("Objectives"),
                "stakeholders:objective-list",
                "objective.list",
                words=_("goals, values"),
            ),
        ),
    ),
    SettingsGroup(
        "speech",
        _("Communication"),
        (
            SettingsPage(
                "channels",
                _("Channels"),
                "communications:channel-list",
                "channel.read",
                ("communications:channel-",),
                words=_("chat, webhook, feed"),
            ),
            SettingsPage(
                "senders",
                _("Senders"),
                "communications:sender-list",
                "sender.read",
                ("communications:sender-",),
                words=_("names, consent"),
            ),
            SettingsPage("languages", _("Languages"), "dashboards:language-list", "setup.read"),
            SettingsPage(
                "brand",
                _("Brand"),
                "programmes:brand-edit",
                "setup.write",
                words=_("colours, logo"),
            ),
        ),
    ),
    SettingsGroup(
        "rights",
        _("Access"),
        (
            SettingsPage(
                "roles",
                _("People and roles"),
                "stakeholders:role-list",
                "role.read",
                ("stakeholders:role-",),
                words=_("accounts, rights"),
            ),
            SettingsPage(
                "tokens",
                _("API tokens"),
                "programmes:token-list",
                "token.write",
                ("programmes:token-",),
                words=_("other systems"),
            ),
            SettingsPage("trail", _("Audit trail"), "dashboards:trail-show", "trail.read"),
        ),
    ),
    SettingsGroup(
        "running",
        _("Operations"),
        (
            SettingsPage(
                "begin",
                _("First steps"),
                "start:start-show",
                "programme.place",
                ("start:importer-", "start:cio-"),
                is_of_installation=True,
                is_until_done=True,
            ),
            SettingsPage(
                "status",
                _("Status"),
                "dashboards:status-show",
                "status.read",
                ("dashboards:status-",),
                words=_("connections, mail server, backup"),
                is_of_installation=True,
            ),
            SettingsPage(
                "alarms",
                _("Alarms"),
                "dashboards:status-show",
                "status.read",
                words=_("emails when something is stuck"),
                is_of_installation=True,
                anchor="#alarms",
            ),
            SettingsPage(
                "programmes",
                _("Programmes and sites"),
                "stakeholders:programme-list",
                "programme.place",
                ("stakeholders:programme-place", "stakeholders:programme-add", "start:sites-"),
                is_of_installation=True,
            ),
            SettingsPage(
                "audit",
                _("Full audit trail"),
                "dashboards:audit-show",
                "trail.all",
                is_of_installation=True,
            ),
        ),
    ),
)


def pages_for(
    scope: Scope, *, is_begun: bool = True
) -> Iterator[tuple[SettingsGroup, SettingsPage]]:
    """Yield the pages that a reader may open; ``is_begun`` tells that no first step is left."""
    for group in GROUPS:
        for page in group.pages:
            if page.is_open(scope) and not (page.is_until_done and is_begun):
                yield group, page
