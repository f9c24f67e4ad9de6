"""The support contacts of a site."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from django.db.models import Q

from programmes.models import Programme, Site, SupportContact, WaveSite
from programmes.models.programme import WaveSiteQuerySet
from programmes.scope import Scope


@dataclass(frozen=True)
class Support:
    """The ways to help at one place.

    ``days`` are ISO weekday digits, empty where nothing is said of the hours.
    """

    phone: str = ""
    dialled: str = ""
    mail: str = ""
    link: str = ""
    days: str = ""
    opens_at: time | None = None
    closes_at: time | None = None

    @property
    def is_anybody(self) -> bool:
        return bool(self.phone or self.mail or self.link)

    @property
    def is_round_the_clock(self) -> bool:
        """Tell whether it never closes on its days."""
        return self.opens_at is not None and self.opens_at == self.closes_at


def support_at(programme: Programme, site: Site | None) -> Support:
    """Return the ways to help at a site, or without one those of the programme (one query)."""
    where = Q(site=None) | Q(site=site) if site else Q(site=None)
    return merged(programme.support_contacts.filter(where))


def merged(contacts: Iterable[SupportContact]) -> Support:
    """Return the ways to help that a site's contact and its programme's make together."""
    ranked = sorted(contacts, key=lambda contact: contact.site_id is None)
    phone = next((one for one in ranked if one.phone), SupportContact())
    has_hours = bool(phone.phone) and phone.opens_at is not None
    return Support(
        phone=phone.phone,
        dialled=phone.dialled,
        mail=next((one.mail for one in ranked if one.mail), ""),
        link=next((one.link for one in ranked if one.link), ""),
        days=phone.days if has_hours else "",
        opens_at=phone.opens_at if has_hours else None,
        closes_at=phone.closes_at if has_hours else None,
    )


@dataclass(frozen=True)
class SupportRow:
    """A site, its own contact if it has one, and what readers there are told."""

    site: Site
    own: SupportContact | None
    support: Support


def places_with_support(scope: Scope) -> WaveSiteQuerySet:
    """Return the sites of a programme in view, by name."""
    places: WaveSiteQuerySet = WaveSite.objects.within(scope)
    return places.select_related("site").order_by("site__name", "pk")


def lacking_support(
    places: Iterable[WaveSite], programme: Programme, scope: Scope
) -> list[WaveSite]:
    """Return the places where nobody can be asked, in one query more."""
    places = list(places)
    rows = support_rows(places, programme, scope)
    return [p for p, row in zip(places, rows, strict=True) if not row.support.is_anybody]


def support_rows(
    places: Iterable[WaveSite], programme: Programme, scope: Scope
) -> list[SupportRow]:
    """Return some sites with their contacts, in one query more."""
    contacts = {one.site_id: one for one in programme.support_contacts.within(scope)}
    default = contacts.get(None)
    found = [(place.site, contacts.get(place.site_id)) for place in places]
    return [SupportRow(s, own, merged(c for c in (own, default) if c)) for s, own in found]
