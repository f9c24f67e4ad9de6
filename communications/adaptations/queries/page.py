"""What the page of an adaptation shows beside its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from communications.adaptations.queries.forms import EMAIL, WORDS
from communications.approvals.queries.reviewers import ReadBy
from communications.kits.services.fitting import unfit_in
from communications.messages.models import Adaptation, AdaptationVersion
from communications.messages.models.adapted import AdaptedContent, Texts
from communications.messages.models.form_content import FormContent
from programmes.models import Programme
from programmes.queries.texts import TextStatus
from programmes.scope import Scope
from stakeholders.models import User


@dataclass(frozen=True)
class Tab:
    """One form of an adaptation; ``state`` is that of its text in the language of the page."""

    form: str
    name: str
    state: str


def tabs_of(statuses: Mapping[str, Mapping[str, TextStatus]], language: str) -> list[Tab]:
    """Return the forms that the people of an adaptation get."""
    return [Tab(form, str(WORDS[form]), found[language].state) for form, found in statuses.items()]


def languages_for(programme: Programme, scope: Scope) -> list[str]:
    """Return the languages that somebody may write an adaptation in.

    Those of their role; who has none of their own, such as a regional IT manager, writes any.
    """
    own = scope.languages or programme.languages
    return [code for code in programme.languages if code in own]


def first_language(adaptation: Adaptation, languages: Sequence[str]) -> str:
    """Return the language that a page opens in: the site's, if that is the user's to write."""
    site = adaptation.site.language if adaptation.site else ""
    return site if site in languages else languages[0]


def texts_by_form(content: AdaptedContent) -> dict[str, Texts]:
    """Return the texts of a content by form, its email too."""
    return {EMAIL: content.languages, **content.forms}


@dataclass(frozen=True)
class Shown:
    """A version of an adaptation, or the draft, as readers see it.

    ``readings`` say who has read its new texts, ``signers`` in which CIOs' name it is sent.
    """

    version: AdaptationVersion | None
    content: AdaptedContent
    readings: Sequence[ReadBy] = ()
    signers: Sequence[User] = ()

    @property
    def read(self) -> list[ReadBy]:
        """Return the texts that are new and that somebody has read."""
        return [one for one in self.readings if one.names]

    @property
    def unread(self) -> list[ReadBy]:
        """Return those that nobody has read."""
        return [one for one in self.readings if not one.names]

    @property
    def unfit(self) -> list[str]:
        """Return in words which of its papers cannot be printed, and why."""
        return unfit_in(self.content.papers)

    @property
    def frames(self) -> list[tuple[str, FormContent]]:
        """Return its papers that have a last day or a number of copies, with their names."""
        papers = self.content.papers.items()
        return [(str(WORDS[form]), one) for form, one in papers if one.until_on or one.copies]

    @property
    def texts(self) -> list[tuple[str, str, list[str]]]:
        """Return each text: the name of its form, its language, its lines."""
        return [
            (str(WORDS.get(form, form)), code, [line for line in text.values() if line])
            for form, texts in texts_by_form(self.content).items()
            for code, text in texts.items()
        ]


def version_shown(adaptation: Adaptation, scope: Scope) -> AdaptationVersion | None:
    """Return the version that waits, else the one that stands; who reads no drafts gets that."""
    found = {one.state: one for one in adaptation.versions.within(scope)}
    return found.get(AdaptationVersion.State.WAITING) or found.get(AdaptationVersion.State.APPROVED)
