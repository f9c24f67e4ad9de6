"""How a service's refusal reaches the form that asked for it."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import BaseForm


def accepts(form: BaseForm, verb: Callable[..., Any], *args: object, **kwargs: object) -> Any:
    """Call a service with what a valid form holds; a refusal becomes errors of the form.

    Returns:
        What the service made or changed; None if it refused. Then the form keeps what was
        typed and says why.

    """
    try:
        return verb(*args, **kwargs)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return None
