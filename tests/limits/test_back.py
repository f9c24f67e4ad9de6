"""The way back from a refused request."""

from django.test import RequestFactory
from django.urls import reverse

from onelift.limits.back import way_back


def test_the_way_back_from_a_message_is_its_page_though_its_route_adds_something():
    address = reverse("communications:text-confirm-all", args=["one-it", 5])
    page = reverse("communications:message-show", args=["one-it", 5])
    assert way_back(RequestFactory().post(address)) == page
