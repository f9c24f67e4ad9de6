"""Addresses of this floor, within a programme but for those of programs."""

from django.urls import URLPattern, URLResolver, include, path

from communications.adaptations.queries.asked import asked_for
from communications.adaptations.views import (
    adaptation,
    adaptation_deciding,
    adaptation_look,
    adaptation_preview,
    adaptation_review,
    confirming,
)
from communications.approvals.views import review as reviewing
from communications.approvals.views import sender
from communications.desk.views import (
    answer,
    approval,
    channel_text,
    delivery,
    dispatch,
    editor,
    erasure,
    following,
    history,
    message,
    moving,
    question,
    reach,
    review,
    text,
    text_typed,
    together,
)
from communications.dispatches.views import bounce, linkcount, optout
from communications.groups import feeds
from communications.groups.views import channel, post
from communications.kits.views import kit, kit_link

app_name = "communications"

channel_texts: list[URLPattern | URLResolver] = [
    path("<slug:form>/propose/", channel_text.channel_text_propose, name="channel-text-propose"),
    path("<slug:form>/remove/", channel_text.channel_text_remove, name="channel-text-remove"),
    path(
        "<slug:form>/<slug:language>/",
        include(
            [
                path("", channel_text.channel_text_edit, name="channel-text-edit"),
                path("ready/", channel_text.channel_text_ready, name="channel-text-ready"),
                path("confirm/", channel_text.channel_text_confirm, name="channel-text-confirm"),
                path("picture/", channel_text.channel_text_picture, name="channel-text-picture"),
                path("file/", channel_text.channel_text_file, name="channel-text-file"),
            ]
        ),
    ),
]
messages: list[URLPattern | URLResolver] = [
    path("", message.message_list, name="message-list"),
    path("new/", editor.message_add, name="message-add"),
    path("new/look/", editor.message_look, name="new-look"),
    path("new/draft/", editor.message_draft, name="new-draft"),
    path("<int:pk>/", message.message_show, {"asked_for": asked_for}, name="message-show"),
    path("<int:pk>/edit/", editor.message_edit, name="message-edit"),
    path("<int:pk>/look/", editor.message_look, name="message-look"),
    path("<int:pk>/draft/", editor.message_draft, name="message-draft"),
    path("<int:pk>/earlier/", moving.message_move, {"way": -1}, name="message-earlier"),
    path("<int:pk>/later/", moving.message_move, {"way": 1}, name="message-later"),
    path("<int:pk>/copy/", moving.message_copy, name="message-copy"),
    path("<int:pk>/delete/", moving.message_delete, name="message-delete"),
    path("<int:pk>/history/", history.message_history, name="message-history"),
    path("<int:pk>/restore/", history.message_restore, name="message-restore"),
    path("<int:pk>/confirm/", confirming.text_confirm_all, name="text-confirm-all"),
    path("<int:pk>/ask/", approval.approval_ask, name="approval-ask"),
    path("<int:pk>/review/", reviewing.review_add, name="review-add"),
    path("<int:pk>/channels/", include(channel_texts)),
    path("<int:pk>/for/", adaptation.adaptation_add, name="adaptation-add"),
    path("<int:pk>/<slug:language>/", text.text_edit, name="text-edit"),
    path("<int:pk>/<slug:language>/look/", text_typed.text_look, name="text-look"),
    path("<int:pk>/<slug:language>/draft/", text_typed.text_draft, name="text-draft"),
    path("<int:pk>/<slug:language>/ready/", text.text_ready, name="text-ready"),
    path("<int:pk>/<slug:language>/confirm/", text.text_confirm, name="text-confirm"),
    path("<int:pk>/<slug:language>/preview/", text.message_preview, name="message-preview"),
    path("<int:pk>/<slug:language>/try/", text.message_try, name="message-try"),
]
adaptations = [
    path("<int:pk>/", adaptation.adaptation_show, name="adaptation-show"),
    path("<int:pk>/edit/", adaptation.adaptation_edit, name="adaptation-edit"),
    path("<int:pk>/people/", adaptation.adaptation_people, name="adaptation-people"),
    path("<int:pk>/remove/", adaptation.adaptation_remove, name="adaptation-remove"),
    path("<int:pk>/ready/", adaptation.adaptation_ready, name="adaptation-ready"),
    path("<int:pk>/ask/", adaptation.adaptation_ask, name="adaptation-ask"),
    path("<int:pk>/review/", adaptation_review.adaptation_review, name="adaptation-review"),
    path("<int:pk>/preview/", adaptation_preview.adaptation_preview, name="adaptation-preview"),
    path("<int:pk>/look/", adaptation_look.adaptation_look, name="adaptation-look"),
    path("<int:pk>/draft/", adaptation_look.adaptation_draft, name="adaptation-draft"),
    path(
        "<int:pk>/paper/<slug:form>/",
        adaptation_preview.adaptation_paper,
        name="adaptation-paper",
    ),
    path("versions/<int:pk>/approve/", adaptation_deciding.approve, name="adaptation-approve"),
    path("versions/<int:pk>/refuse/", adaptation_deciding.refuse, name="adaptation-refuse"),
    path("versions/<int:pk>/withdraw/", adaptation_deciding.withdraw, name="adaptation-withdraw"),
    path("versions/<int:pk>/undo/", adaptation_deciding.undo, name="adaptation-undo"),
    path("points/<int:pk>/agree/", adaptation_deciding.agree, name="adaptation-agree"),
    path("points/<int:pk>/disagree/", adaptation_deciding.disagree, name="adaptation-disagree"),
]
approvals = [
    path("<int:pk>/approve/", approval.approval_approve, name="approval-approve"),
    path("<int:pk>/together/", together.approval_together, name="approval-together"),
    path("<int:pk>/blackout/", together.blackout_decide, name="blackout-decide"),
    path("<int:pk>/blackout/undo/", together.blackout_undo, name="blackout-undo"),
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
    path("<int:pk>/reach/people/", reach.reach_people, name="reach-people"),
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
reviews = [
    path("", review.review_list, name="review-list"),
    path("<int:pk>/", review.review_show, name="review-show"),
    path("<int:pk>/preview/", review.review_preview, name="review-preview"),
    path("<int:pk>/done/", reviewing.review_done, name="review-done"),
    path("<int:pk>/call-off/", reviewing.review_call_off, name="review-call-off"),
    path("<int:pk>/reopen/", reviewing.review_reopen, name="review-reopen"),
    path("<int:pk>/comment/", reviewing.review_comment, name="review-comment"),
    path("comments/<int:pk>/answer/", reviewing.review_answer, name="review-answer"),
    path("comments/<int:pk>/resolve/", reviewing.review_resolve, name="review-resolve"),
    path(
        "comments/<int:pk>/unresolve/",
        reviewing.review_resolve,
        {"is_open": True},
        name="review-unresolve",
    ),
]
senders = [
    path("", sender.sender_list, name="sender-list"),
    path("new/", sender.sender_add, name="sender-add"),
    path("<int:pk>/consent/", sender.sender_consent, name="sender-consent"),
    path("<int:pk>/decline/", sender.sender_decline, name="sender-decline"),
    path("<int:pk>/revoke/", sender.sender_revoke, name="sender-revoke"),
    path("<int:pk>/remove/", sender.sender_remove, name="sender-remove"),
    path("<int:pk>/restore/", sender.sender_restore, name="sender-restore"),
]
rooms = [
    path("messages/", include(messages)),
    path("messages/adaptations/", include(adaptations)),
    path("approvals/", include(approvals)),
    path("questions/", include(questions)),
    path("dispatches/", include(dispatches)),
    path("deliveries/", include(deliveries)),
    path("posts/", include(posts)),
    path("kit/", include(kits)),
    path("people/audience/", include(audiences)),
    path("people/impacts/<int:impact>/answers/", include(answers)),
    path("setup/channels/", include(channels)),
    path("reviews/", include(reviews)),
    path("setup/senders/", include(senders)),
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
