"""Addresses of this floor."""

from django.urls import path

from communications.views import delivery, dispatch

app_name = "communications"
PROGRAMME = "p/<slug:programme>/"
DISPATCH = f"{PROGRAMME}dispatches/<int:pk>/"
DELIVERY = f"{PROGRAMME}deliveries/<int:pk>/"

dispatches = [
    path(DISPATCH, dispatch.dispatch_show, name="dispatch-show"),
    path(f"{DISPATCH}pause/", dispatch.dispatch_pause, name="dispatch-pause"),
    path(f"{DISPATCH}resume/", dispatch.dispatch_resume, name="dispatch-resume"),
    path(f"{DISPATCH}cancel/", dispatch.dispatch_cancel, name="dispatch-cancel"),
    path(f"{DISPATCH}deliveries/", delivery.delivery_list, name="delivery-list"),
    path(f"{DELIVERY}delivered/", delivery.delivery_delivered, name="delivery-delivered"),
    path(f"{DELIVERY}again/", delivery.delivery_again, name="delivery-again"),
]

urlpatterns = dispatches
