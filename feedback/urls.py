"""Addresses of this floor."""

from django.urls import path

from feedback.views import answer, results, survey

app_name = "feedback"
LISTENING = "p/<slug:programme>/listening/"
urlpatterns = [
    path("s/<str:token>/", answer.answer, name="answer-give"),
    path(LISTENING, survey.survey_list, name="survey-list"),
    path(f"{LISTENING}new/", survey.survey_add, name="survey-add"),
    path(f"{LISTENING}<int:pk>/", results.results, name="results-show"),
    path(f"{LISTENING}<int:pk>/edit/", survey.survey_edit, name="survey-edit"),
]
