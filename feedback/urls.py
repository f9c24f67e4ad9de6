"""Addresses of this floor."""

from django.urls import path

from feedback.needs.views import need, public, work
from feedback.views import answer, results, survey, survey_typed

app_name = "feedback"
LISTENING = "p/<slug:programme>/listening/"
NEEDS = f"{LISTENING}needs/"
ONE = f"{NEEDS}<int:pk>/"
urlpatterns = [
    path("s/<str:token>/", answer.answer, name="answer-give"),
    path(LISTENING, survey.survey_list, name="survey-list"),
    path(f"{LISTENING}new/", survey.survey_add, name="survey-add"),
    path(f"{LISTENING}look/", survey_typed.survey_look, name="survey-look"),
    path(f"{LISTENING}new/draft/", survey_typed.survey_draft, name="new-draft"),
    path(f"{LISTENING}<int:pk>/draft/", survey_typed.survey_draft, name="survey-draft"),
    path(f"{LISTENING}<int:pk>/copy/", survey.survey_copy, name="survey-copy"),
    path(f"{LISTENING}<int:pk>/delete/", survey.survey_delete, name="survey-delete"),
    path(f"{LISTENING}<int:pk>/", results.results, name="results-show"),
    path(f"{LISTENING}<int:pk>/edit/", survey.survey_edit, name="survey-edit"),
    path("need/<slug:slug>/", public.need_tell, name="need-tell"),
    path(NEEDS, need.need_list_page, name="need-list"),
    path(f"{NEEDS}new/", need.need_report, name="need-report"),
    path(ONE, need.need_show, name="need-show"),
    path(f"{ONE}withdraw/", need.need_withdraw, name="need-withdraw"),
    path(f"{ONE}study/", work.need_study, name="need-study"),
    path(f"{ONE}study/undo/", work.need_study_undo, name="need-study-undo"),
    path(f"{ONE}answer/", work.need_answer, name="need-answer"),
    path(f"{ONE}answer/undo/", work.need_answer_undo, name="need-answer-undo"),
    path(f"{ONE}join/<int:other>/", work.need_join, name="need-join"),
    path(f"{ONE}separate/", work.need_separate, name="need-separate"),
    path(f"{ONE}mail/delivered/", work.need_mail_delivered, name="need-mail-delivered"),
    path(f"{ONE}mail/again/", work.need_mail_again, name="need-mail-again"),
]
