"""The survey page under load: 16 connections, full middleware, every link another person's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from urllib.parse import urlencode

from django.utils import timezone

from communications.approvals.services import approval as approvals
from communications.dispatches.services.link import make_links
from communications.messages.services.message import MessageData
from communications.models import Delivery, Dispatch, PersonalLink, State
from feedback.forms.answer import ShownQuestion, new_nonce
from feedback.models import Invitation, Option, Segment, Survey
from feedback.queries.invitation import PURPOSE, find_invitation
from feedback.queries.questionnaire import questionnaire_of
from feedback.rendering import standard_texts
from feedback.services.survey import KINDS, SurveyData, SurveyTexts, create_survey
from programmes.services.texts import mark
from stakeholders.models import Person, User
from tests import factories
from tests.benchmarks.http.load import Generator, Load, generator, get, post
from tests.benchmarks.http.server import server
from tests.benchmarks.measure import Figure, Goal, in_turns, report, warmed, written
from tests.benchmarks.stage import Stage, analyse

ROWS_PER_INVITATION = 10
MOST_PER_RUN = 4000
BATCH = 2000
LANGUAGES = ("en", "fr", "de", "es", "it", "pl", "pt-br", "ru", "zh-hans", "ja")
GET_SHARE = 0.3
POST_SHARE = 0.35
P99_MILLISECONDS = 100
OTHERS = {
    "statement": "peer: one statement without middleware",
    "handler": "limit: Django's handler without middleware",
}


@dataclass(frozen=True)
class Link:
    """One way in: the token of an invitation that nobody has answered."""

    number: int
    token: str

    @property
    def path(self) -> str:
        return f"/s/{self.token}/"


class Sides:
    """One function for each side; each returns requests a second and keeps what it met."""

    def __init__(self, load: Generator, links: Sequence[Link], runs: int) -> None:
        self.load, self.links = load, iter(links)
        self.size = min(MOST_PER_RUN, len(links) // (2 * warmed(runs)))
        self.segment = Segment.objects.get().pk
        self.option = Option.objects.order_by("pk")[1].pk
        self.shown = shown_form(links[0])
        self.met: dict[str, list[Load]] = {}

    def bare(self) -> float:
        """Return how often a view that does nothing answers behind the same middleware."""
        return self._play("bare", [get("/bench/behind/")] * self.size)

    def handler(self) -> float:
        """Return how often Django's handler answers without any middleware."""
        return self._play("handler", [get("/bench/bare/")] * self.size)

    def show(self) -> float:
        """Return how often the form is shown, each time to another person."""
        return self._play("show", [get(link.path) for link in self._take()])

    def answer(self) -> float:
        """Return how often an answer is taken, each time from another person."""
        return self._play("answer", [post(link.path, self._form(link)) for link in self._take()])

    def by_orm(self) -> float:
        """Return how often the ORM stores a row where nothing else is done."""
        return self._play("orm", self._bare_posts("orm"))

    def by_statement(self) -> float:
        """Return how often one statement stores a row where nothing else is done."""
        return self._play("statement", self._bare_posts("statement"))

    def latency(self, name: str, percent: int) -> float:
        """Return the median over the runs of a percentile of the latencies, in milliseconds."""
        loads = self.met[name][1:] or self.met[name]
        return median(load.percentile(percent) for load in loads)

    def _play(self, name: str, requests: Sequence[bytes]) -> float:
        load = self.load.run(requests)
        self.met.setdefault(name, []).append(load)
        return load.rate

    def _take(self) -> Iterator[Link]:
        return (next(self.links) for _number in range(self.size))

    def _form(self, link: Link) -> bytes:
        values = {
            "nonce": new_nonce(link.token, self.shown),
            "csat": link.number % 5 + 1,
            "nps": link.number % 11,
            "choice": self.option,
            "comment": "The new desk answers fast; thank you. " * 3,
        }
        return urlencode(values).encode()

    def _bare_posts(self, name: str) -> list[bytes]:
        return [post(f"/bench/{name}/{self.segment}/", b"csat=4")] * self.size


def main(stage: Stage) -> bool:
    """Return whether the page is as fast as it is to be, beside a bare view of the same run."""
    links = invite(approved_survey(), stage.rows // ROWS_PER_INVITATION)
    analyse()
    with server() as port, generator(port) as load:
        sides = Sides(load, links, stage.runs)
        turns = {
            "bare": sides.bare,
            "handler": sides.handler,
            "show": sides.show,
            "answer": sides.answer,
            "orm": sides.by_orm,
            "statement": sides.by_statement,
        }
        figures = {n: Figure(v, "/s") for n, v in in_turns(turns, stage.runs).items()}
    is_shown = reported("Survey page, GET", "show", GET_SHARE, figures, sides)
    is_answered = reported("Survey page, POST", "answer", POST_SHARE, figures, sides)
    return is_shown and is_answered


def reported(title: str, name: str, share: float, figures: dict[str, Figure], sides: Sides) -> bool:
    """Print one side beside all others; return whether it reaches its goals."""
    ratio, p99 = figures[name].median / figures["bare"].median, sides.latency(name, 99)
    is_good = report(
        f"{title}: 16 connections, {sides.size:,} requests a run",
        figures[name],
        peer=("one ORM insert without middleware", figures["orm"]),
        limit=("a bare view behind the same middleware", figures["bare"]),
        goals=(
            Goal(f"≥ {share} × the bare view", ratio >= share),
            Goal(f"p99 ≤ {P99_MILLISECONDS} ms", p99 <= P99_MILLISECONDS),
        ),
    )
    for other, words in OTHERS.items():
        against = written(figures[name].median / figures[other].median, "")
        print(f"  {words:<46}{figures[other]}   ratio {against}")
    for each in (name, "bare"):
        half = written(sides.latency(each, 50), "ms")
        print(f"  latency of {each}: p50 {half}, p99 {written(sides.latency(each, 99), 'ms')}")
    return is_good


def invite(survey: Survey, count: int) -> list[Link]:
    """Ask so many people, in ten languages; return their links."""
    now, deliveries = timezone.now(), delivered(survey, count)
    tokens = make_links(deliveries, PURPOSE, now + timedelta(days=survey.open_days))
    wave = survey.programme.waves.get()
    site = wave.sites.get()
    segment = Segment.objects.create(survey=survey, wave=wave, region=site.region, site=site)
    links = PersonalLink.objects.filter(delivery__dispatch__message=survey.invitation)
    Invitation.objects.bulk_create(
        [Invitation(link=link, segment=segment) for link in links], batch_size=BATCH
    )
    return [Link(number, token) for number, token in enumerate(tokens.values())]


def delivered(survey: Survey, count: int) -> list[Delivery]:
    """Return the rows of mails that so many people got."""
    site, now = survey.programme.waves.get().sites.get(), timezone.now()
    languages = [LANGUAGES[number % len(LANGUAGES)] for number in range(count)]
    people = Person.objects.bulk_create(
        [factories.PersonFactory.build(site=site, language=language) for language in languages],
        batch_size=BATCH,
    )
    same = {
        "dispatch": Dispatch.objects.create(message=survey.invitation, started_at=now),
        "approval": survey.invitation.approvals.get(),
        "site": site,
        "state": State.SENT,
        "due_at": now,
        "latest_at": now,
    }
    rows = [Delivery(person=person, language=person.language, **same) for person in people]
    return Delivery.objects.bulk_create(rows, batch_size=BATCH)


def approved_survey() -> Survey:
    """Return a survey whose questions are approved in ten languages."""
    now = timezone.now()
    mails = (f"{name}@onelift.example" for name in ("ines", "claire"))
    ines, claire = (User.objects.get_or_create(email=mail)[0] for mail in mails)
    programme = factories.ProgrammeFactory(languages=list(LANGUAGES))
    factories.WaveFactory(programme=programme, sites=[factories.SiteFactory()])
    frame = MessageData("Pulse", "One IT", offset_days=14)
    texts = {language: texts_in(language) for language in LANGUAGES}
    survey = create_survey(programme, SurveyData("Pulse", frame, texts), ines, now)
    for language in LANGUAGES:
        mark(survey.invitation, language, "review", ines, now)
    waiting = approvals.ask(survey.invitation, ines, now)
    approvals.approve(waiting, claire, waiting.fingerprint, now)
    return survey


def texts_in(language: str) -> SurveyTexts:
    texts = standard_texts(language)
    questions = {kind: texts[kind] for kind in KINDS}
    return SurveyTexts(texts["subject"], texts["body"], questions, texts["options"].splitlines())


def shown_form(link: Link) -> ShownQuestion:
    """Return what the form of a link says of itself, as a browser sends it back."""
    invited = find_invitation(link.token, timezone.now())
    return ShownQuestion(questionnaire_of(invited.asked).key, "en")
