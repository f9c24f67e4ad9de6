"""Addresses of this floor, within a programme but for those of programs."""

from django.urls import include, path

from communications.desk.views import (
    answer,
    approval,
    delivery,
    dispatch,
    erasure,
    following,
    message,
    moving,
    question,
    reach,
    text,
)
from communications.dispatches.views import bounce, linkcount, optout
from communications.groups import feeds
from communications.groups.views import channel, post
from communications.kits.views import kit, kit_link

app_name = "communications"

messages = [
    path("", message.message_list, name="message-list"),
    path("new/", message.message_add, name="message-add"),
    path("<int:pk>/", message.message_show, name="message-show"),
    path("<int:pk>/edit/", message.message_edit, name="message-edit"),
    path("<int:pk>/earlier/", moving.message_move, {"weeks": -1}, name="message-earlier"),
    path("<int:pk>/later/", moving.message_move, {"weeks": 1}, name="message-later"),
    path("<int:pk>/ask/", approval.approval_ask, name="approval-ask"),
    path("<int:pk>/<slug:language>/", text.text_edit, name="text-edit"),
    path("<int:pk>/<slug:language>/ready/", text.text_ready, name="text-ready"),
    path("<int:pk>/<slug:language>/confirm/", text.text_confirm, name="text-confirm"),
    path("<int:pk>/<slug:language>/preview/", text.message_preview, name="message-preview"),
    path("<int:pk>/<slug:language>/try/", text.message_try, name="message-try"),
]
approvals = [
    path("<int:pk>/approve/", approval.approval_approve, name="approval-approve"),
    path("<int:pk>/refuse/", approval.approval_refuse, name="approval-refuse"),
    path("<int:pk>/undo/", approval.approval_undo, name="approval-undo"),
    path("<int:pk>/withdraw/", approval.approval_withdraw, name="approval-withdraw"),
    path("<int:pk>/question/", question.question_ask, name="question-ask"),
]
persons = [
    path("data/", erasure.person_take, name="person-take"),
    path("erase/", erasure.person_erase, name="person-erase"),
]
questions = [path("<int:pk>/answer/", question.question_answer, name="question-answer")]
dispatches = [
    path("<int:pk>/", dispatch.dispatch_show, name="dispatch-show"),
    path("<int:pk>/pause/", dispatch.dispatch_pause, name="dispatch-pause"),
    path("<int:pk>/resume/", dispatch.dispatch_resume, name="dispatch-resume"),
    path("<int:pk>/cancel/", dispatch.dispatch_cancel, name="dispatch-cancel"),
    path("<int:pk>/reach/", reach.dispatch_reach, name="dispatch-reach"),
    path("<int:pk>/deliveries/", delivery.delivery_list, name="delivery-list"),
]
deliveries = [
    path("<int:pk>/delivered/", delivery.delivery_delivered, name="delivery-delivered"),
    path("<int:pk>/again/", delivery.delivery_again, name="delivery-again"),
]
posts = [
    path("", post.post_list, name="post-list"),
    path("<int:pk>/done/", post.post_done, name="post-done"),
    path("<int:pk>/delivered/", post.post_delivered, name="post-delivered"),
    path("<int:pk>/again/", post.post_resend, name="post-again"),
]
audiences = [path("<int:pk>/follow/", following.audience_follow, name="audience-follow")]
answers = [
    path("", answer.answer_give, name="answer-give"),
    path("<int:pk>/take-back/", answer.answer_take_back, name="answer-take-back"),
    path("<int:pk>/again/", answer.answer_again, name="answer-again"),
]
channels = [
    path("", channel.channel_list, name="channel-list"),
    path("<int:pk>/test/", channel.channel_test, name="channel-test"),
]
kits = [
    path("", kit.kit_show, name="kit-show"),
    path("download/", kit.kit_download, name="kit-download"),
    path("files/<int:pk>/again/", kit.kit_again, name="kit-again"),
    path("versions/<int:pk>/picture/", kit.kit_picture, name="kit-picture"),
    path("links/", kit_link.link_add, name="kit-link-add"),
    path("links/<int:pk>/withdraw/", kit_link.link_withdraw, name="kit-link-withdraw"),
]
rooms = [
    path("messages/", include(messages)),
    path("approvals/", include(approvals)),
    path("questions/", include(questions)),
    path("dispatches/", include(dispatches)),
    path("deliveries/", include(deliveries)),
    path("posts/", include(posts)),
    path("kit/", include(kits)),
    path("people/audience/", include(audiences)),
    path("people/impacts/<int:impact>/answers/", include(answers)),
    path("setup/channels/", include(channels)),
]

urlpatterns = [
    # For those who got a mail, without sign-in.
    path("o/<str:token>/", optout.opt_out_show, name="opt-out-show"),
    path("l/<str:token>/", linkcount.link_open, name="link-open"),
    path("k/<str:token>/", kit_link.kit_open, name="kit-open"),
    path("k/<str:token>/<int:pk>/", kit_link.kit_file, name="kit-file"),
    path("feeds/<int:pk>/<str:token>/", feeds.feed_show, name="feed-show"),
    path("p/<slug:programme>/", include(rooms)),
    path("people/<int:pk>/", include(persons)),
    # For programs; no programme is named, since a mail names its own.
    path("hooks/bounces/", bounce.bounce_take, name="bounce-take"),
]
