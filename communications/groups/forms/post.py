"""Ticking off what was posted by hand."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.dispatches.models import Post
from programmes.design.fields import DayField


class PostedForm(forms.Form):
    """On which day and where somebody has posted it."""

    posted_on: Any = DayField(label=_("Posted on"))
    place = forms.CharField(
        label=_("Where"),
        max_length=200,
        help_text=_("For example, the name of the WeChat group or the board at the entrance."),
    )

    def __init__(self, data: Any = None, *, post: Post, today: date) -> None:
        super().__init__(data, initial={"posted_on": today}, auto_id=f"id_{post.pk}_%s")
        self.post, self.today = post, today

    def clean_posted_on(self) -> date:
        """Refuse a day that has not come, and one before it was due."""
        found: date = self.cleaned_data["posted_on"]
        if found > self.today:
            raise ValidationError(
                _("This date is in the future. Mark it as posted once it is posted.")
            )
        if (self.post.due_at.date() - found).days > 1:
            raise ValidationError(_("This date is before the post was due. Check the date."))
        return found
