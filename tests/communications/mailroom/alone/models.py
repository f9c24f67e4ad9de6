"""One kind of posting: a greeting."""

from django.db import models

from communications.mailroom.models import Posting


class Greeting(Posting):
    """A greeting to an address."""

    to = models.EmailField()
