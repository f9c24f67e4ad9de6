"""Copying a survey, and deleting a draft."""

from communications.models import Message
from feedback.models import Survey
from feedback.services.survey import create_survey
from programmes.models import TextState
from stakeholders.models import Audience
from tests.feedback.conftest import DATA

ROOT = "/p/one-it/listening/"


def words(survey):
    return [
        (each.kind, each.is_required, each.text_en, each.text_es, option and option.text_es)
        for each in survey.questions.all()
        for option in [*each.options.all(), None]
    ]


def test_a_copy_is_a_draft_with_all_texts_and_its_own_invitation(asked, cast, as_user):
    answer = as_user(cast.ines).post(f"{ROOT}{asked.survey.pk}/copy/")
    made = Survey.objects.exclude(pk=asked.survey.pk).get()
    assert answer.url == f"{ROOT}{made.pk}/edit/"
    assert made.name == f"Copy of {asked.survey.name}"
    assert words(made) == words(asked.survey)
    assert made.invitation_id != asked.survey.invitation_id
    assert made.invitation.body_en == asked.survey.invitation.body_en
    assert made.invitation.offset_days == asked.survey.invitation.offset_days
    assert not made.invitation.approvals.exists()
    assert not made.segments.exists()


def test_a_draft_is_deleted_whole(cast, now, as_user):
    before = (Message.objects.count(), Audience.objects.count(), TextState.objects.count())
    survey = create_survey(cast.programme, DATA, cast.ines, now)
    client = as_user(cast.ines)
    assert "Delete draft" in client.get(f"{ROOT}{survey.pk}/edit/").content.decode()
    assert client.post(f"{ROOT}{survey.pk}/delete/").url == ROOT
    assert not Survey.objects.exists()
    after = (Message.objects.count(), Audience.objects.count(), TextState.objects.count())
    assert after == before


def test_what_was_shown_for_decision_stays(asked, cast, now, as_user):
    survey = asked.survey
    client, url = as_user(cast.ines), f"{ROOT}{survey.pk}/"
    if not survey.invitation.approvals.exists():
        asked.approve(cast)
    answer = client.post(f"{url}delete/", follow=True).content.decode()
    assert "Only a draft that was never in review can be deleted." in answer
    assert "Delete draft" not in answer
    assert Survey.objects.filter(pk=survey.pk).exists()
