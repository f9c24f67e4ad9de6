"""Addresses of this floor, all within a programme."""

from django.urls import include, path

from communications.views import approval, delivery, dispatch, following, message, question, text

app_name = "communications"

messages = [
    path("", message.message_list, name="message-list"),
    path("new/", message.message_add, name="message-add"),
    path("<int:pk>/", message.message_show, name="message-show"),
    path("<int:pk>/edit/", message.message_edit, name="message-edit"),
    path("<int:pk>/ask/", approval.approval_ask, name="approval-ask"),
    path("<int:pk>/<slug:language>/", text.text_edit, name="text-edit"),
    path("<int:pk>/<slug:language>/ready/", text.text_ready, name="text-ready"),
    path("<int:pk>/<slug:language>/confirm/", text.text_confirm, name="text-confirm"),
    path("<int:pk>/<slug:language>/preview/", text.message_preview, name="message-preview"),
]
approvals = [
    path("<int:pk>/approve/", approval.approval_approve, name="approval-approve"),
    path("<int:pk>/refuse/", approval.approval_refuse, name="approval-refuse"),
    path("<int:pk>/undo/", approval.approval_undo, name="approval-undo"),
    path("<int:pk>/withdraw/", approval.approval_withdraw, name="approval-withdraw"),
    path("<int:pk>/question/", question.question_ask, name="question-ask"),
]
questions = [path("<int:pk>/answer/", question.question_answer, name="question-answer")]
dispatches = [
    path("<int:pk>/", dispatch.dispatch_show, name="dispatch-show"),
    path("<int:pk>/pause/", dispatch.dispatch_pause, name="dispatch-pause"),
    path("<int:pk>/resume/", dispatch.dispatch_resume, name="dispatch-resume"),
    path("<int:pk>/cancel/", dispatch.dispatch_cancel, name="dispatch-cancel"),
    path("<int:pk>/deliveries/", delivery.delivery_list, name="delivery-list"),
]
deliveries = [
    path("<int:pk>/delivered/", delivery.delivery_delivered, name="delivery-delivered"),
    path("<int:pk>/again/", delivery.delivery_again, name="delivery-again"),
]
audiences = [path("<int:pk>/follow/", following.audience_follow, name="audience-follow")]
rooms = [
    path("messages/", include(messages)),
    path("approvals/", include(approvals)),
    path("questions/", include(questions)),
    path("dispatches/", include(dispatches)),
    path("deliveries/", include(deliveries)),
    path("people/audience/", include(audiences)),
]

urlpatterns = [path("p/<slug:programme>/", include(rooms))]
