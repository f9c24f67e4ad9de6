"""What forms hold beside their fields."""

from uuid import uuid4

from django import template
from django.utils.html import format_html

register = template.Library()

# The field that tells two forms apart; see ``programmes.views.once``.
ONCE = "once"


@register.simple_tag
def once() -> str:
    """Put a key into a form, by which it is taken once."""
    return format_html('<input type="hidden" name="{}" value="{}">', ONCE, uuid4().hex)
