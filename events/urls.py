"""Addresses of this floor."""

from django.urls import path

from events.views import attendee, checkin, draft, event, event_typed, kit, mail, ticket

app_name = "events"
EVENTS = "p/<slug:programme>/events/"
ONE = f"{EVENTS}<slug:slug>/"
NAMES = f"{ONE}attendees/"
DOOR = f"{ONE}check-in/"
urlpatterns = [
    path("e/<str:token>/", ticket.event_open, name="event-open"),
    path("t/<str:token>/", ticket.ticket_show, name="ticket-show"),
    path("t/<str:token>/calendar/", ticket.ticket_calendar, name="ticket-calendar"),
    path("c/<str:token>/", ticket.code_show, name="code-show"),
    path(EVENTS, event.event_list, name="event-list"),
    path(f"{EVENTS}new/", event.event_add, name="event-add"),
    path(f"{EVENTS}new/look/", event_typed.event_look, name="event-look"),
    path(ONE, event.event_show, name="event-show"),
    path(f"{ONE}edit/", event.event_edit, name="event-edit"),
    path(f"{ONE}copy/", draft.event_copy, name="event-copy"),
    path(f"{ONE}delete/", draft.event_delete, name="event-delete"),
    path(f"{ONE}cancel/", event.event_cancel, name="event-cancel"),
    path(f"{ONE}poster/", kit.event_poster, name="event-poster"),
    path(f"{ONE}code/", kit.event_code, name="event-code"),
    path(f"{ONE}kit/", kit.event_kit, name="event-kit"),
    path(f"{ONE}kit/<int:pk>/picture/", kit.event_kit_picture, name="event-kit-picture"),
    path(NAMES, attendee.attendee_list, name="attendee-list"),
    path(f"{NAMES}<int:pk>/withdraw/", attendee.attendee_withdraw, name="attendee-withdraw"),
    path(f"{NAMES}mails/<int:pk>/delivered/", mail.mail_delivered, name="mail-delivered"),
    path(f"{NAMES}mails/<int:pk>/again/", mail.mail_again, name="mail-again"),
    path(f"{NAMES}<slug:kind>/", attendee.attendee_export, name="attendee-export"),
    path(DOOR, checkin.checkin_show, name="checkin-show"),
    path(f"{DOOR}scan/", checkin.checkin_scan, name="checkin-scan"),
    path(f"{DOOR}walk-in/", checkin.checkin_walk_in, name="checkin-walk-in"),
    path(f"{DOOR}<int:pk>/undo/", checkin.checkin_undo, name="checkin-undo"),
]
