from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import pytest

from communications.approvals.services.approval import approve, ask
from communications.dispatches.services.link import token_of_link
from communications.messages.services.message import MessageData
from communications.models import Approval, Delivery, Dispatch, State
from feedback.models import Invitation, Option, Survey
from feedback.services.answer import AnswerData, record_answers
from feedback.services.grouping import fix_groups
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from feedback.sources import SurveySource
from feedback.suppression import AnswerGroup
from programmes.models import Site, WaveSite
from programmes.services.texts import mark
from tests import factories
from tests.conftest import Cast

ENGLISH = SurveyTexts(
    subject="How was it?",
    body="Tell us: {{survey_link}}",
    questions={
        "csat": "How satisfied are you?",
        "nps": "Would you recommend it?",
        "choice": "What did you use?",
        "comment": "What else?",
    },
    options=["Phone", "Chat <b>"],
)
SPANISH = SurveyTexts(
    subject="¿Qué tal?",
    body="Cuéntanos: {{survey_link}}",
    questions={
        "csat": "¿Está satisfecho?",
        "nps": "¿Lo recomendaría?",
        "choice": "¿Qué ha usado?",
        "comment": "¿Algo más?",
    },
    options=["Teléfono", "Chat"],
)
DATA = SurveyData(
    name="Two weeks after go-live",
    frame=MessageData("Two weeks on", "One IT", offset_days=14, local_time=time(10)),
    texts={"en": ENGLISH, "es": SPANISH},
)


@dataclass
class Asked:
    """A survey that has been sent, and its ways to answer."""

    survey: Survey
    dispatch: Dispatch
    now: object
    source: SurveySource = field(default_factory=SurveySource)
    sizes: dict[AnswerGroup, int] = field(default_factory=dict)

    def group(self, sizes: Mapping[Site, int]) -> None:
        """Fix in which groups sites are counted, as approval does, by how many are asked there."""
        self.sizes |= {self.place(site): size for site, size in sizes.items()}
        fix_groups(self.survey, self.sizes)

    def place(self, site: Site) -> AnswerGroup:
        return AnswerGroup(self.wave_site(site).wave_id, site.region_id, site.pk)

    def wave_site(self, site: Site) -> WaveSite:
        places = WaveSite.objects.select_related("wave", "site__region")
        return places.get(site=site, wave__programme=self.survey.programme)

    def approve(self, cast: Cast) -> Approval:
        """Let the CIO approve the English and the Spanish of the survey as they are."""
        version = self.request(cast)
        return approve(version, cast.claire, version.fingerprint, self.now)

    def request(self, cast: Cast) -> Approval:
        """Let the manager ask the CIO to approve them."""
        for language in ("en", "es"):
            mark(self.survey.invitation, language, "review", cast.ines, self.now)
        return ask(self.survey.invitation, cast.ines, self.now)

    def plan(self, site: Site, count: int, state: str = State.SENT) -> list[Delivery]:
        """Let mails to so many people be on their way; a site without a group gets one first."""
        if not self.survey.sites.filter(site=site).exists():
            self.group({site: count})
        deliveries = [
            Delivery.objects.create(
                dispatch=self.dispatch,
                person=factories.PersonFactory(site=site, language=site.language),
                site=site,
                state=state,
                language=site.language,
                due_at=self.now,
                latest_at=self.now + timedelta(days=1),
            )
            for _ in range(count)
        ]
        self.source.planned(self.dispatch, self.wave_site(site), self.now)
        return deliveries

    def ask(self, site: Site, count: int) -> list[Invitation]:
        deliveries = self.plan(site, count)
        self.source.context(deliveries, self.now)
        return [Invitation.objects.get(link__delivery=delivery) for delivery in deliveries]

    def answer(self, invitation: Invitation, **values: object) -> None:
        assert record_answers(self.token(invitation), AnswerData(**values), "nonce", self.now)

    def token(self, invitation: Invitation) -> str:
        return token_of_link(invitation.link)

    @property
    def options(self) -> list[Option]:
        return list(Option.objects.filter(question__survey=self.survey))


@pytest.fixture
def data() -> SurveyData:
    return DATA


def make_asked(cast: Cast, now: datetime) -> Asked:
    survey = create_survey(cast.programme, replace(DATA, name="Pulse"), cast.ines, now)
    dispatch = Dispatch.objects.create(message=survey.invitation, started_at=now)
    return Asked(survey, dispatch, now)


@pytest.fixture
def asked(cast, now) -> Asked:
    return make_asked(cast, now)
