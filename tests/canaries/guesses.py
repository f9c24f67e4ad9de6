"""What somebody may write into an address by hand: the keys of rows that are hidden from them."""

from collections.abc import Mapping
from typing import Any

from programmes.models import Region
from stakeholders.models import Audience, Persona

# Whose keys a reader tries; others those of the second programme and of none.
OWNERS_OF = {
    **dict.fromkeys(("rosa", "otto"), ("two", "nowhere", "china", "desk")),
    "pia": ("one", "nowhere", "china", "desk"),
}
Rows = Mapping[str, Mapping[str, list[Any]]]


def guesses(rows: Rows, reader: str) -> dict[str, list[str]]:
    """Return the values to try, by the name of the parameter."""
    owners = OWNERS_OF.get(reader, ("two", "nowhere"))

    def keys(label: str) -> list[str]:
        return [str(key) for owner in owners for key in rows[owner].get(label, ())]

    regions, personas = keys("programmes.Region"), keys("stakeholders.Persona")
    messages = keys("communications.Message")
    own = Audience.objects.filter(message__in=messages).values_list("pk", flat=True)
    places = {
        "site": keys("programmes.Site"),
        "region": [*regions, *Region.objects.filter(pk__in=regions).values_list("slug", flat=True)],
        "wave": keys("programmes.Wave"),
        "business_line": keys("programmes.BusinessLine"),
        "persona": [*personas, *_slugs(personas)],
    }
    lines = [f"{kind}:{key}" for kind, found in places.items() for key in found]
    saved = keys("stakeholders.Audience")
    return {
        **places,
        **{f"not_{name}": found for name, found in places.items()},
        "stream": keys("programmes.Stream"),
        "audience": [str(pk) for pk in own],
        "version": keys("communications.Approval"),
        "message": messages,
        **dict.fromkeys(("impact", "impacts", "besides"), keys("stakeholders.Impact")),
        **dict.fromkeys(("saved", "not_saved", "also", "first", "second", "of", "open"), saved),
        **dict.fromkeys(("person", "shown_person"), keys("stakeholders.Person")),
        "add": lines,
        "who": [line.replace(":", "=") for line in lines],
        "q": ["canary"],
    }


def _slugs(personas: list[str]) -> list[str]:
    return list(Persona.objects.filter(pk__in=personas).values_list("slug", flat=True))
