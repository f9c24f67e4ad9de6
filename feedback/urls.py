"""Addresses of this floor."""

from django.urls import path

from feedback.views import answer

app_name = "feedback"
urlpatterns = [
    path("s/<str:token>/", answer.answer, name="answer-give"),
]
