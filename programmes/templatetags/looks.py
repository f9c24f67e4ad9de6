"""How things look: icons and status marks, the same on every page."""

from django import template

register = template.Library()
