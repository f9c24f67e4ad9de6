"""Messages and surveys of the demonstration, written and decided by the cast."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from communications.approvals.services import approval as approvals
from communications.approvals.services import question as questions
from communications.messages.services.channel_text import (
    FormFrame,
    mark_channel_text,
    text_for,
    write_channel_text,
)
from communications.messages.services.message import MessageData, create_message, write_ready
from communications.messages.services.version import write_language
from communications.models import Approval, Message, Question
from feedback.models import Survey
from feedback.services.survey import SurveyData, SurveyTexts, create_survey
from onelift.demo.catalogue import MessageText, SurveyText, channel_texts
from onelift.demo.frame import Frame
from programmes.models import TextState
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.services.texts import mark

SENDER = "Claire Fontanel"
TEAM = "OneLift team"


@dataclass(frozen=True)
class Desk:
    """Where the programme manager writes and the CIO decides."""

    frame: Frame

    def write(self, text: MessageText, data: MessageData, now: datetime) -> Message:
        """Return a message of which each language is ready to be approved."""
        message = create_message(self.frame.programme, data, self.frame.manager, now)
        for language in in_order(text):
            self.write_language(message, text, language, now)
        return message

    def write_language(
        self, message: Message, text: MessageText, language: str, now: datetime
    ) -> None:
        """Write one language of a message, ready to be approved."""
        words = text.texts[language]
        write_ready(message, language, words.subject, words.body, self.frame.manager, now)

    def write_channels(self, message: Message, key: str, now: datetime) -> Message:
        """Write the texts of channels that a message has, ready to be approved; return it."""
        texts = channel_texts(key)
        for form in texts.forms:
            text = text_for(message, form, self.frame.manager, now)
            frame = FormFrame(copies=texts.copies if text.is_paper else None)
            for language in sorted(texts.texts, key=lambda code: code != SOURCE_LANGUAGE):
                words = texts.fields(form, language)
                write_channel_text(text, language, words, self.frame.manager, now, frame=frame)
                mark_channel_text(text, language, self.frame.manager, now)
        return message

    def draft(
        self, text: MessageText, data: MessageData, languages: list[str], now: datetime
    ) -> Message:
        """Return a message that is still being written."""
        message = create_message(self.frame.programme, data, self.frame.manager, now)
        for language in languages:
            words = text.texts[language]._asdict()
            write_language(message, language, words, self.frame.manager, now)
        return message

    def write_survey(self, text: SurveyText, data: SurveyData, now: datetime) -> Survey:
        """Return a survey whose invitation is ready to be approved in each language."""
        survey = create_survey(self.frame.programme, data, self.frame.manager, now)
        for language in in_order(text.invitation):
            mark(survey.invitation, language, TextState.State.REVIEW, self.frame.manager, now)
        return survey

    def ask(self, message: Message, now: datetime) -> Approval:
        """Let the programme manager ask for a decision."""
        return approvals.ask(message, self.frame.manager, now)

    def approve(self, message: Message, now: datetime) -> Approval:
        """Let the CIO approve what waits."""
        waiting = message.approvals.waiting().get()
        return approvals.approve(waiting, self.frame.cio, waiting.fingerprint, now)

    def refuse(self, message: Message, reason: str, now: datetime) -> Approval:
        """Let the CIO send back what waits."""
        return approvals.refuse(message.approvals.waiting().get(), self.frame.cio, reason, now)

    def ask_back(self, message: Message, text: str, now: datetime) -> Question:
        """Let the CIO ask about what waits."""
        return questions.ask_back(message.approvals.waiting().get(), self.frame.cio, text, now)


def in_order(text: MessageText) -> list[str]:
    """Return the languages of a text, the source first."""
    return sorted(text.texts, key=lambda language: language != SOURCE_LANGUAGE)


def frame_of(text: MessageText, **schedule_and_audience: Any) -> MessageData:
    """Return a message's frame; level, purpose and key points are those of the text."""
    return MessageData(
        purpose=text.purpose,
        key_points="\n".join(text.key_points),
        level=text.level,
        **{"sender": TEAM, **schedule_and_audience},
    )


def survey_of(text: SurveyText, name: str, **schedule_and_audience: Any) -> SurveyData:
    """Return a survey with the frame of its invitation and all its texts."""
    return SurveyData(
        name=name,
        frame=MessageData(text.invitation.purpose, TEAM, **schedule_and_audience),
        texts={language: survey_texts(text, language) for language in in_order(text.invitation)},
    )


def survey_texts(text: SurveyText, language: str) -> SurveyTexts:
    invitation = text.invitation.texts[language]
    return SurveyTexts(
        subject=invitation.subject,
        body=invitation.body,
        questions={question.kind: question.texts[language] for question in text.questions},
        options=[o[language] for question in text.questions for o in question.options],
    )
