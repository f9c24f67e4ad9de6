"""The steps as a reader sees them: what is done, what comes next, and who takes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onelift.start.progress import STEPS, Progress
from onelift.start.roles import may_appoint
from onelift.start.setup_facts import SetupFacts
from programmes.design import formats
from programmes.models import Programme, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.scope import Scope
from stakeholders.accounts.access import lacks_second_factor
from stakeholders.models import Role, User

MANAGER, CIO = Role.Kind.PROGRAMME_MANAGER, Role.Kind.CIO
ADMINISTRATOR, HR = Role.Kind.ADMINISTRATOR, Role.Kind.HR_IMPORTER

TITLES: dict[str, str | Promise] = {
    "programme": gettext_lazy("Start the programme"),
    "sites": gettext_lazy("Choose the sites"),
    "wave": gettext_lazy("Plan the pilot"),
    "people": gettext_lazy("Import people"),
    "roles": gettext_lazy("Assign roles"),
    "message": gettext_lazy("Explain why"),
}
# What must be there before a step can be taken.
NEEDS = {"wave": "sites", "people": "sites", "roles": "programme", "message": "wave"}


@dataclass(frozen=True)
class Link:
    """Where something is done or seen, and what the button or link says."""

    url: str
    label: str | Promise


@dataclass(frozen=True)
class Step:
    """One step of the list.

    Attributes:
        text: what is to do or, once it is done, what was made.
        link: the button to press, or where to see what was made; only where the reader may.
        before: the step that must be done first, if it is not.
        role: who takes the step, where the reader cannot.
        names: who has that role.

    """

    key: str
    number: int
    title: str | Promise
    text: str
    is_done: bool
    is_next: bool
    link: Link | None = None
    before: Link | None = None
    role: str | Promise = ""
    names: str = ""


@dataclass(frozen=True)
class Reader:
    """Who looks at the list, at what: the page it stands on, and what they may there."""

    user: User
    scope: Scope
    progress: Progress
    facts: SetupFacts
    page: str

    def may(self, action: str) -> bool:
        """Tell whether the reader may do something in the programme or the installation."""
        return self.scope.may(action) or action in self.scope.installation

    def link(self, label: str, action: str, route: str, *args: object) -> Link | None:
        """Return a link to a page, if the reader may open it."""
        return Link(reverse(route, args=args), label) if self.may(action) else None

    def form(self, label: str, action: str, route: str, *args: object) -> Link | None:
        """Return a link to a form that leads back here, if the reader may send it."""
        link = self.link(label, action, route, *args)
        return link and Link(f"{link.url}?{urlencode({'next': self.page})}", label)

    def appointing(
        self, text: str, label: str, route: str, *args: object
    ) -> tuple[str, Link | None]:
        """Return a text and the link to give a role, which administrators alone do."""
        if not may_appoint(self.user):
            return text, None
        if lacks_second_factor(self.user):
            text += " " + _("You need a second factor for this and will be asked to set it up.")
        return text, self.form(label, "programme.place", route, *args)

    @property
    def programme(self) -> Programme | None:
        """Return the programme of the list, if it has been started."""
        return self.progress.programme

    @property
    def slug(self) -> str:
        """Return the address of the programme, or nothing."""
        return self.programme.slug if self.programme else ""


# What a step has to say: its text, the link, and the kind of role that takes it otherwise.
Said = tuple[str, Link | None, str]


def steps_for(reader: Reader) -> list[Step]:
    return [_step(reader, key, number) for number, key in enumerate(STEPS, 1)]


def _step(reader: Reader, key: str, number: int) -> Step:
    is_done = key in reader.progress.done
    text, link, kind = (DONE if is_done else TO_DO)[key](reader)
    needed = NEEDS.get(key, "")
    is_early = not is_done and bool(needed) and needed not in reader.progress.done
    is_for_others = not is_done and link is None
    return Step(
        key=key,
        number=number,
        title=TITLES[key],
        text=text,
        is_done=is_done,
        is_next=key == reader.progress.next,
        link=None if is_early else link,
        before=Link(f"#{needed}", TITLES[needed]) if is_early else None,
        role=Role.Kind(kind).label if is_for_others and not is_early else "",
        names=formats.enumeration(reader.facts.holders.get(kind, ())[:3]),
    )


def _start(reader: Reader) -> Said:
    text = _("Its name, purpose, dates and languages. You become its manager.")
    label = _("Start programme")
    return text, reader.link(label, "programme.start", "stakeholders:programme-add"), ADMINISTRATOR


def _choose_sites(reader: Reader) -> Said:
    if not reader.facts.known_sites:
        text = _("One file lists all sites with their region, time zone and language.")
        return (
            text,
            reader.form(_("Import sites"), "site.import", "start:sites-import"),
            ADMINISTRATOR,
        )
    text = _("People at these sites join the programme as soon as their site is in a wave.")
    if not reader.programme:
        return text, None, ADMINISTRATOR
    place = "stakeholders:programme-place"
    return (
        text,
        reader.form(_("Choose sites"), "programme.place", place, reader.slug),
        ADMINISTRATOR,
    )


def _plan_wave(reader: Reader) -> Said:
    text = _("Choose one or two sites and a go-live date. Messages and surveys follow from it.")
    label, wave = _("Choose pilot sites"), reader.facts.wave
    if wave:
        return (
            text,
            reader.form(label, "setup.write", "programmes:wave-edit", reader.slug, wave.pk),
            MANAGER,
        )
    if not reader.programme:
        return text, None, MANAGER
    return text, reader.form(label, "setup.write", "programmes:wave-add", reader.slug), MANAGER


def _import_people(reader: Reader) -> Said:
    if reader.facts.holders.get(HR) or reader.may("import.run"):
        text = _(
            "One file from the personnel system lists all employees. You see the effect before "
            "anything changes."
        )
        return text, reader.link(_("Import people"), "import.run", "stakeholders:import-add"), HR
    text = _("An HR importer imports the personnel file. No one has this role yet.")
    return *reader.appointing(text, _("Choose HR importer"), "start:importer-add"), ADMINISTRATOR


def _give_roles(reader: Reader) -> Said:
    text = _(
        "A programme needs a manager and a CIO, who approves messages. Everyone else sees their "
        "own page once they have a role."
    )
    kind = ADMINISTRATOR if not reader.facts.holders.get(CIO) else MANAGER
    if not reader.programme:
        return text, None, kind
    label = _("Assign roles")
    if reader.may("setup.write") and (reader.user.is_superuser or kind == MANAGER):
        return text, reader.form(label, "setup.write", "stakeholders:role-list", reader.slug), kind
    if kind == MANAGER:
        return text, None, kind
    return *reader.appointing(text, _("Choose CIO"), "start:cio-add", reader.slug), kind


def _write_message(reader: Reader) -> Said:
    message = reader.facts.message
    if message is None:
        text = _("Write the first message: what changes, for whom, and what stays.")
        if not reader.programme:
            return text, None, MANAGER
        label, page = _("Write the first message"), "communications:message-add"
        return text, reader.link(label, "message.write", page, reader.slug), MANAGER
    page, of = "communications:message-show", [reader.slug, message.pk]
    if not reader.facts.is_ready:
        text = _("“%(title)s” is a draft. Mark its English text as ready for review.")
        page, of = "communications:text-edit", [*of, SOURCE_LANGUAGE]
        label, kind, action = _("Open English text"), MANAGER, "message.write"
    elif reader.facts.waits:
        text = _("“%(title)s” is with the CIO for approval. Nothing is sent before that.")
        label, kind, action = _("Open message"), CIO, "message.read"
    else:
        text = _("“%(title)s” is ready. Ask the CIO for approval, then it can be sent.")
        label, kind, action = _("Ask for approval"), MANAGER, "approval.ask"
    return text % {"title": message.title}, reader.link(label, action, page, *of), kind


def _started(reader: Reader) -> Said:
    programme = cast(Programme, reader.programme)
    words = {
        "name": programme.name,
        "start": formats.long_day(programme.starts_on),
        "end": formats.long_day(programme.ends_on),
    }
    link = reader.form(_("Change"), "setup.write", "programmes:programme-edit", reader.slug)
    return _("%(name)s, %(start)s to %(end)s") % words, link, MANAGER


def _sites_chosen(reader: Reader) -> Said:
    count = reader.facts.sites
    text = ngettext("%(number)s site", "%(number)s sites", count)
    link = reader.form(_("Change"), "programme.place", "stakeholders:programme-place", reader.slug)
    link = link or reader.link(_("Show"), "people.count", "dashboards:site-list", reader.slug)
    return text % {"number": formats.number(count)}, link, ADMINISTRATOR


def _wave_planned(reader: Reader) -> Said:
    wave = cast(Wave, reader.facts.wave)
    words = {"wave": wave.name, "day": formats.day(wave.go_live_on)}
    link = reader.form(_("Change"), "setup.write", "programmes:wave-edit", reader.slug, wave.pk)
    link = link or reader.link(_("Show"), "setup.read", "dashboards:setup", reader.slug)
    return _("%(wave)s goes live on %(day)s") % words, link, MANAGER


def _people_imported(reader: Reader) -> Said:
    count = reader.facts.people
    text = ngettext("%(number)s person at these sites", "%(number)s people at these sites", count)
    link = reader.link(_("Show"), "people.count", "dashboards:people-list", reader.slug)
    return text % {"number": formats.number(count)}, link, HR


def _roles_given(reader: Reader) -> Said:
    held = [(kind, reader.facts.holders.get(kind, [])) for kind in (MANAGER, CIO)]
    words = [
        _("%(role)s: %(names)s") % {"role": kind.label, "names": formats.enumeration(names[:3])}
        for kind, names in held
    ]
    link = reader.form(_("Change"), "setup.write", "stakeholders:role-list", reader.slug)
    return " · ".join(words), link, MANAGER


def _message_approved(reader: Reader) -> Said:
    message = reader.facts.message
    if message is None:
        return _("The first message is approved"), None, CIO
    page = "communications:message-show"
    link = reader.link(_("Show"), "message.read", page, reader.slug, message.pk)
    return _("“%(title)s” is approved") % {"title": message.title}, link, CIO


TO_DO: dict[str, Callable[[Reader], Said]] = {
    "programme": _start,
    "sites": _choose_sites,
    "wave": _plan_wave,
    "people": _import_people,
    "roles": _give_roles,
    "message": _write_message,
}
DONE: dict[str, Callable[[Reader], Said]] = {
    "programme": _started,
    "sites": _sites_chosen,
    "wave": _wave_planned,
    "people": _people_imported,
    "roles": _roles_given,
    "message": _message_approved,
}
