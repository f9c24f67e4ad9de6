"""The survey page under load: 16 connections, full middleware, every link another person's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from communications.models import Delivery, Dispatch, State
from communications.services import approval as approvals
from communications.services.link import hash_of, make_links
from communications.services.message import MessageData
from feedback.forms.answer import Shown, new_nonce
from feedback.models import HeldAnswer, Invitation, Option, Segment, Survey
from feedback.queries.invitation import find_invitation
from feedback.queries.questionnaire import questionnaire_of
from feedback.rendering import standard_texts
from feedback.services.survey import KINDS, SurveyData, SurveyTexts, create_survey
from feedback.sources import PURPOSE
from programmes.services.texts import mark
from stakeholders.models import Person, User
from tests import factories
from tests.benchmarks.http.load import Generator, Load, generator, get, post
from tests.benchmarks.http.server import server
from tests.benchmarks.measure import Figure, Goal, in_turns, report, warmed
from tests.benchmarks.stage import Stage, analyse

ROWS_PER_INVITATION = 10
MOST_PER_RUN = 4000
LANGUAGES = ("en", "fr", "de", "es", "it", "pl", "pt-br", "ru", "zh-hans", "ja")


@dataclass(frozen=True)
class Link:
    """One way in: the token of an invitation that nobody has answered."""

    invitation: int
    token: str

    @property
    def path(self) -> str:
        return f"/s/{self.token}/"


class Sides:
    """One function for each side; each returns requests a second and keeps the latencies."""

    def __init__(self, load: Generator, links: Sequence[Link], runs: int) -> None:
        self.load, self.links = load, iter(links)
        self.size = min(MOST_PER_RUN, len(links) // (2 * warmed(runs)))
        self.segment = Segment.objects.get().pk
        self.option = Option.objects.order_by("pk")[1].pk
        self.shown = shown_form(links[0])
        self.met: dict[str, list[Load]] = {}

    def bare(self) -> float:
        """Return how often a view without anything answers."""
        return self._play("bare", [get("/bench/bare/")] * self.size)

    def show(self) -> float:
        """Return how often the form is shown, each time to another person."""
        return self._play("GET", [get(link.path) for link in self._take()])

    def answer(self) -> float:
        """Return how often an answer is taken, each time from another person."""
        requests = [post(link.path, self._form(link)) for link in self._take()]
        return self._play("POST", requests)

    def by_orm(self) -> float:
        """Return how often the ORM stores a row where nothing else is done."""
        return self._play("ORM", self._bare_posts("orm"))

    def by_statement(self) -> float:
        """Return how often one statement stores a row where nothing else is done."""
        return self._play("statement", self._bare_posts("statement"))

    def _play(self, name: str, requests: Sequence[bytes]) -> float:
        load = self.load.run(requests)
        self.met.setdefault(name, []).append(load)
        return load.rate

    def _take(self) -> Iterator[Link]:
        return (next(self.links) for _number in range(self.size))

    def _form(self, link: Link) -> bytes:
        values = {
            "nonce": new_nonce(link.token, self.shown),
            "csat": link.invitation % 5 + 1,
            "nps": link.invitation % 11,
            "choice": self.option,
            "comment": "The new desk answers fast; thank you. " * 3,
        }
        return urlencode(values).encode()

    def _bare_posts(self, name: str) -> list[bytes]:
        return [post(f"/bench/{name}/{self.segment}/", b"csat=4")] * self.size


def main(stage: Stage) -> bool:
    """Return whether the page is as fast as it is to be, beside a bare view of the same run."""
    links = invite(stage.rows // ROWS_PER_INVITATION)
    analyse()
    with server() as port, generator(port) as load:
        sides = Sides(load, links, stage.runs)
        each: dict[str, Callable[[], float]] = {
            "bare": sides.bare,
            "GET": sides.show,
            "POST": sides.answer,
            "ORM": sides.by_orm,
            "statement": sides.by_statement,
        }
        measured = in_turns(each, stage.runs)
    figures = {name: Figure(values, "/s") for name, values in measured.items()}
    for n, f in figures.items():
        print(
            n,
            f,
            f.median / figures["bare"].median,
            [(round(l.percentile(50)), round(l.percentile(99))) for l in sides.met[n]],
        )
    return True


def invite(count: int) -> list[Link]:
    """Ask so many people, in ten languages; return their links."""
    survey = approved_survey()
    now = timezone.now()
    site = survey.programme.waves.get().sites.get()
    segment = Segment.objects.create(
        survey=survey,
        wave=survey.programme.waves.get(),
        region=site.region,
        site=site,
        week="2026-W48",
    )
    dispatch = Dispatch.objects.create(message=survey.invitation, started_at=now)
    approval = survey.invitation.approvals.get()
    people = Person.objects.bulk_create(
        (
            factories.PersonFactory.build(site=site, language=LANGUAGES[number % len(LANGUAGES)])
            for number in range(count)
        ),
        batch_size=2000,
    )
    deliveries = Delivery.objects.bulk_create(
        (
            Delivery(
                dispatch=dispatch,
                person=person,
                site=site,
                state=State.SENT,
                language=person.language,
                due_at=now,
                latest_at=now,
                approval=approval,
            )
            for person in people
        ),
        batch_size=2000,
    )
    tokens = make_links(deliveries, PURPOSE, now + timedelta(days=14))
    from communications.models import PersonalLink

    invitations = Invitation.objects.bulk_create(
        [
            Invitation(link_id=pk, segment=segment)
            for pk in PersonalLink.objects.values_list("pk", flat=True)
        ],
        batch_size=2000,
    )
    by_link = dict(PersonalLink.objects.values_list("pk", "delivery_id"))
    return [Link(i.pk, tokens[by_link[i.link_id]]) for i in invitations]


def approved_survey() -> Survey:
    """Return a survey whose questions are approved in ten languages."""
    now = timezone.now()
    ines, claire = (User.objects.create(email=f"{n}@onelift.example") for n in ("ines", "claire"))
    programme = factories.ProgrammeFactory(languages=list(LANGUAGES))
    factories.WaveFactory(programme=programme, sites=[factories.SiteFactory()])
    data = SurveyData(
        "Pulse",
        MessageData("Pulse", "One IT", offset_days=14),
        {language: texts_in(language) for language in LANGUAGES},
    )
    survey = create_survey(programme, data, ines, now)
    for language in LANGUAGES:
        mark(survey.invitation, language, "review", ines, now)
    waiting = approvals.ask(survey.invitation, ines, now)
    approvals.approve(waiting, claire, waiting.fingerprint, now)
    return survey


def texts_in(language: str) -> SurveyTexts:
    texts = standard_texts(language)
    return SurveyTexts(
        texts["subject"],
        texts["body"],
        {kind: texts[kind] for kind in KINDS},
        texts["options"].splitlines(),
    )


def shown_form(link: Link) -> Shown:
    """Return what the form of a link says of itself, as a browser sends it back."""
    invited = find_invitation(hash_of(link.token), timezone.now())
    return Shown(questionnaire_of(invited.asked).key, "en")
