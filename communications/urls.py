"""Addresses of this floor."""

from django.urls import include, path

from communications.views import approval, message, text

app_name = "communications"

messages = [
    path("messages/", message.message_list, name="message-list"),
    path("messages/new/", message.message_add, name="message-add"),
    path("messages/<int:pk>/", message.message_show, name="message-show"),
    path("messages/<int:pk>/edit/", message.message_edit, name="message-edit"),
    path("messages/<int:pk>/ask/", approval.approval_ask, name="approval-ask"),
    path("messages/<int:pk>/<slug:language>/", text.text_edit, name="text-edit"),
    path("messages/<int:pk>/<slug:language>/ready/", text.text_ready, name="text-ready"),
    path("messages/<int:pk>/<slug:language>/confirm/", text.text_confirm, name="text-confirm"),
    path(
        "messages/<int:pk>/<slug:language>/preview/", text.message_preview, name="message-preview"
    ),
    path("approvals/<int:pk>/approve/", approval.approval_approve, name="approval-approve"),
    path("approvals/<int:pk>/refuse/", approval.approval_refuse, name="approval-refuse"),
    path("approvals/<int:pk>/undo/", approval.approval_undo, name="approval-undo"),
    path("approvals/<int:pk>/withdraw/", approval.approval_withdraw, name="approval-withdraw"),
]

urlpatterns = [path("p/<slug:programme>/", include(messages))]
