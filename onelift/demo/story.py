"""What has happened in the demonstration, and what happens when it starts.

The past is lived through by the services that a user's clicks call, each at its own moment; its
mails go to a server that discards them. The present is only approved: the worker sends it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from communications.mailroom.channels.mail import RelayConfig
from communications.messages.services.version import write_language
from communications.models import Message
from events.services.informed import refresh_informed
from feedback.models import Survey
from onelift.demo.adapting import adapt, adapted
from onelift.demo.answers import answer
from onelift.demo.catalogue import channel_keys, message_text, survey_text
from onelift.demo.clockwork import Scene, play
from onelift.demo.crowds import opt_some_out
from onelift.demo.frame import DAY, Frame, build
from onelift.demo.groups import hang_up, make_channels
from onelift.demo.impacts import answer_impacts, say_stages
from onelift.demo.kits import change_number, make_kit, take_kit
from onelift.demo.meetings import come, fill, make_meetings
from onelift.demo.needs import needs_of
from onelift.demo.relay import discarding_relay
from onelift.demo.reviews import let_sign, review_texts
from onelift.demo.writing import SENDER, TEAM, Desk, frame_of, in_order, survey_of
from programmes.models import BusinessLine, TextState, Wave
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.plan import hand_over
from programmes.services.readiness import refresh_all
from programmes.services.texts import mark
from programmes.services.value import record_figures
from stakeholders.audiences.services.audience import lines_of

FOUNDED, FIRST_TEXTS = timedelta(days=150), timedelta(days=145)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# The present was approved so long ago that the worker sends it at once; the past ends here.
PRESENT = 10 * MINUTE
# Asked after the others were decided, so that the CIO gets one mail about it.
WAITS = 9 * MINUTE
# Days after the question, and the share of those left who answer then.
ANSWERED = ((1, 0.18), (3, 0.16), (6, 0.12))
FEW_LINES = ("Information technology", "Medical affairs", "Finance & procurement")
MANY_LINES = ("Commercial operations", "Research & development")
HANDED_OVER_DAYS, TOLD_IN_GROUPS = 60, 6 * DAY
STALE, MISSING = "es", "ko"
_REFUSAL = "So far it only says hello. Please say what changes, from which day and for whom."
_QUESTION = "Who answers in Spanish on the first day if that text is not ready?"
# So long ago the portal began to measure.
WEEK, MEASURED_WEEKS = timedelta(weeks=1), 12

Writer = Callable[[datetime], Message]


@transaction.atomic
def load(now: datetime, told: Callable[[float], None] = lambda _share: None) -> Frame:
    """Make the demonstration as it stands at a moment, all or nothing.

    ``told`` hears now and then how much of the past is written, between 0 and 1.
    """
    frame = build(now - FOUNDED, now)
    let_sign(frame.programme, TEAM, frame.cio, frame.manager, now - FOUNDED)
    story = Story(frame, now)
    with discarding_relay() as port:
        scenes = [*story.past(), *story.present()]
        play(scenes, now - PRESENT, RelayConfig(host="127.0.0.1", port=port), told)
    answer_impacts(frame.programme)
    say_stages(frame.programme)
    refresh_informed(frame.programme, now)
    refresh_all(now)
    return frame


class Story:
    """Who wrote, approved and answered what, and when."""

    def __init__(self, frame: Frame, now: datetime) -> None:
        self.frame, self.now = frame, now
        self.desk = Desk(frame)
        self.pilot, self.wave1, self.wave2, *self.last = frame.waves.values()

    def past(self) -> list[Scene]:
        """Return what was said and answered before today, and what is approved for later."""
        coming = [self.wave2, *self.last]
        return [
            *self.told("announcement", offset_days=-35, waves=coming, sender=SENDER),
            *self.told("week_before", offset_days=-7, waves=coming),
            *self.told("day_one", offset_days=0, local_time=time(8), waves=[self.wave1, *coming]),
            *self.adapted(),
            *self.told("after_two_weeks", offset_days=14, **self.from_saved("hands_on")),
            *self.told_who_wants_it(),
            *self.asked_week_on(),
            *self.told_in_groups(),
            *self.met(),
            self.handed_over(),
            *self.kit_taken(),
            *self.measured(),
            *needs_of(self.frame.programme, self.now),
        ]

    def adapted(self) -> list[Scene]:
        """Return how a plant got words of its own, on paper, once the core was approved."""
        message = Message.objects.get(purpose=message_text(adapted().message).purpose)
        at = self.now - FIRST_TEXTS + 5 * DAY
        return [Scene(at, lambda now: adapt(self.frame, message, now))]

    def measured(self) -> list[Scene]:
        """Return the weeks in which the portal kept what its objectives stood at."""
        programme = self.frame.programme
        return [
            Scene(
                self.now - PRESENT - weeks * WEEK,
                lambda now: record_figures(programme, now),
            )
            for weeks in range(MEASURED_WEEKS, -1, -1)
        ]

    def kit_taken(self) -> list[Scene]:
        """Return how a region took its kit along, and what has changed in it since."""
        programme, wave = self.frame.programme, self.wave2
        acts = ((13, make_kit), (12, take_kit), (4, change_number))
        return [
            Scene(self.now - days * DAY, lambda now, act=act: act(programme, wave, now))  # type: ignore[misc]
            for days, act in acts
        ]

    def told_who_wants_it(self) -> list[Scene]:
        """Return what nobody needs for their work, and how some then opted out of such mails."""
        data = {"offset_days": 42, "waves": [self.pilot], "is_optional": True, **self.few()}
        *decided, approved = self.told("you_said_we_did", **data)
        after = self.pilot.go_live_on + 43 * DAY
        programme = self.frame.programme
        gone = Scene(evening(self.now, after), lambda now: opt_some_out(programme, now))
        return [*decided, approved, gone]

    def told_in_groups(self) -> list[Scene]:
        """Return what went to groups too: one post waits for somebody, one was hung up."""
        day, programme = self.now.date() - TOLD_IN_GROUPS, self.frame.programme
        data = {"fixed_on": day, "latest_hours": 240, "waves": [self.pilot, self.wave1]}
        channels = make_channels(programme)
        hung_up_at = evening(self.now, day + 3 * DAY)
        return [
            *self.told("where_help_is", channels=channels, **data, **self.few()),
            Scene(hung_up_at, lambda now: hang_up(programme, self.frame.manager, now)),
        ]

    def met(self) -> list[Scene]:
        """Return how events were approved, and when people registered or came."""
        events = make_meetings(self.frame, self.now, self.now - FIRST_TEXTS)
        messages = [one for event in events for one in (event.invitation, event.reminder) if one]
        decided = [scene for message in messages for scene in self.decided(message)]
        last = self.now - WAITS - MINUTE
        past = [event for event in events if event.ends_at < self.now]
        filled = [
            Scene(
                event.starts_at - 7 * DAY if event in past else last,
                lambda now, event=event: fill(event, now, is_past=event in past),  # type: ignore[misc]
            )
            for event in events
        ]
        came = [Scene(one.ends_at, lambda _now, one=one: come(one)) for one in past]  # type: ignore[misc]
        return [*decided, *filled, *came]

    def from_saved(self, key: str) -> dict[str, Any]:
        """Return the lines of a saved audience, which the message then remembers."""
        saved = self.frame.audiences[key]
        return vars(replace(lines_of(saved), follows=saved))

    def few(self) -> dict[str, Any]:
        """Return an audience of some business lines."""
        return {"business_lines": list(BusinessLine.objects.filter(name__in=FEW_LINES))}

    def present(self) -> list[Scene]:
        """Return what is on the desks now: two approved a moment ago, one waits, one is begun."""
        return [
            Scene(self.now - 5 * DAY, self.begin_year_end),
            Scene(self.now - 3 * DAY, self.begin_what_changes),
            Scene(self.now - WAITS, self.ask_what_changes),
            Scene(self.now - WAITS + MINUTE, self.ask_back),
            *self.at_once(self.interruption, minutes=40),
            *self.at_once(self.pulse, minutes=30),
        ]

    def told(self, key: str, **data: Any) -> list[Scene]:
        """Return the scenes of a message that was written and approved early on."""
        at = self.now - FIRST_TEXTS
        text = message_text(key)
        message = self.desk.write(text, frame_of(text, **data), at)
        if key in channel_keys():
            self.desk.write_channels(message, key, at)
        return self.decided(message)

    def decided(self, message: Message) -> list[Scene]:
        """Return how an early message was asked for, and approved the day after."""
        at = self.now - FIRST_TEXTS
        return [
            Scene(at + 2 * DAY, lambda now: self.desk.ask(message, now)),
            Scene(at + 3 * DAY, lambda now: self.desk.approve(message, now)),
        ]

    def asked_week_on(self) -> list[Scene]:
        """Return the question a week after each go-live, with the answers of those who are live."""
        text = survey_text()
        data = survey_of(
            text,
            "One week after go-live",
            offset_days=7,
            local_time=time(10),
            business_lines=list(BusinessLine.objects.filter(name__in=MANY_LINES)),
        )
        survey = self.desk.write_survey(text, data, self.now - FIRST_TEXTS)
        live = (self.pilot, self.wave1)
        answers = [scene for wave in live for scene in self.answered(survey, wave)]
        return [*self.decided(survey.invitation), *answers]

    def answered(self, survey: Survey, wave: Wave) -> list[Scene]:
        """Return when people of a wave answered, at about the end of the day."""
        asked_on = wave.go_live_on + 7 * DAY
        return [
            Scene(moment, lambda now, share=share: answer(survey, wave, share, now))  # type: ignore[misc]
            for days, share in ANSWERED
            if (moment := evening(self.now, asked_on + days * DAY)) < self.now - PRESENT
        ]

    def handed_over(self) -> Scene:
        """Return the hand-over of the pilot sites to Run."""
        day = self.pilot.go_live_on + HANDED_OVER_DAYS * DAY
        by = self.frame.manager
        return Scene(evening(self.now, day), lambda now: hand_over(self.pilot, day, now, by))

    def at_once(self, write: Writer, minutes: int) -> list[Scene]:
        """Return how something urgent was written, asked for and approved within the hour."""
        message = write(self.now - minutes * MINUTE)
        return [
            Scene(self.now - 20 * MINUTE, lambda now: self.desk.ask(message, now)),
            Scene(self.now - PRESENT, lambda now: self.desk.approve(message, now)),
        ]

    def interruption(self, now: datetime) -> Message:
        """Tell those who went live two weeks ago that the chat is down, whatever the hour."""
        text = message_text("service_interruption")
        return self.desk.write(text, frame_of(text, waves=[self.wave1], **self.urgent()), now)

    def pulse(self, now: datetime) -> Message:
        """Ask some business lines of the live sites how good the help is."""
        text = survey_text()
        live = [self.pilot, self.wave1]
        data = survey_of(text, "Monthly pulse", waves=live, **self.few(), **self.urgent())
        return self.desk.write_survey(text, data, now).invitation

    def urgent(self) -> dict[str, Any]:
        """Return a schedule that is due in each time zone, at any hour of any weekday.

        09:00 of yesterday (UTC) has passed everywhere, and has not passed by 72 hours anywhere.
        """
        yesterday = self.now.date() - DAY
        return {"fixed_on": yesterday, "latest_hours": 72, "is_urgent": True}

    def begin_what_changes(self, now: datetime) -> None:
        """Let the CIO refuse a message that only greets in English and one more language."""
        text = message_text("what_changes")
        data = frame_of(text, offset_days=-14, waves=[self.wave2])
        self.what_changes = message = self.desk.draft(text, data, [], now)
        greeting = text.texts[SOURCE_LANGUAGE]._asdict() | {"body": "Hello {{ first_name }},"}
        write_language(message, SOURCE_LANGUAGE, greeting, self.frame.manager, now)
        mark(message, SOURCE_LANGUAGE, TextState.State.REVIEW, self.frame.manager, now)
        self.desk.write_language(message, text, STALE, now)
        self.desk.ask(message, now)
        self.desk.refuse(message, _REFUSAL, now + 4 * HOUR)

    def ask_what_changes(self, now: datetime) -> None:
        """Let the message wait for the CIO again: one translation is stale, one is missing."""
        text, message = message_text("what_changes"), self.what_changes
        for language in in_order(text):
            if language not in (STALE, MISSING):
                self.desk.write_language(message, text, language, now - DAY)
        review_texts(message, self.frame.manager, now - DAY)
        self.desk.ask(message, now)

    def ask_back(self, now: datetime) -> None:
        """Let the CIO want to know something first, which the manager has not answered."""
        self.desk.ask_back(self.what_changes, _QUESTION, now)

    def begin_year_end(self, now: datetime) -> None:
        """Let a message of the CIO stand as a draft in two languages."""
        text = message_text("year_end")
        day = self.now.date() + 21 * DAY
        data = frame_of(text, sender=SENDER, fixed_on=day, **self.from_saved("offices"))
        self.desk.draft(text, data, [SOURCE_LANGUAGE, "fr"], now)


def evening(now: datetime, day: date) -> datetime:
    """Return 16:00 of a day, in the zone of ``now``."""
    return datetime.combine(day, time(16), now.tzinfo)
