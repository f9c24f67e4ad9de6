"""A short form that opened inside another page, shown alone while something in it is wrong."""

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def typed_again(
    request: HttpRequest, form: Form, *, title: str, save: str, cancel_url: str
) -> HttpResponse:
    """Return the page of a form that was not taken, with everything that was typed.

    Args:
        request: the request that brought it.
        form: the form with its errors; hidden fields go along.
        title: what is being written.
        save: the label of the button, as on the page that the form stood on.
        cancel_url: the page that the form stood on.
    """
    context = {"form": form, "title": title, "save": save, "cancel_url": cancel_url}
    return render(request, "programmes/typed_again.html", context)
