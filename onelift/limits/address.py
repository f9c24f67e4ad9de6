"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from onelift.configuration.environment import EMBEDDED

# Whoever has one IPv6 address has as many as they like, up to here.
IPV6_PREFIX = 64


def address_of(request: HttpRequest) -> str:
    """Return the network address of whoever asks; of IPv6, the network that it lies in.

    ``X-Forwarded-For`` is believed when one of our proxies hands the request over, and as many
    entries from its end as there are proxies: a visitor may have written the others.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    proxies: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if proxies < 1 or proxies > len(hops) or not is_proxy(peer):
        return network_of(peer) or peer
    return network_of(hops[-proxies].strip()) or network_of(peer) or peer


def is_proxy(peer: str) -> bool:
    """Tell whether a proxy of ours may have this address."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(each, strict=False) for each in settings.TRUSTED_PROXIES)


def unnamed_proxies() -> str:
    """Return why web must not listen where it is told to, or nothing.

    Other machines reach it there, and it would believe the wrong ones or none.
    """
    is_asked = not EMBEDDED and settings.ALLAUTH_TRUSTED_PROXY_COUNT > 0
    if not is_asked or settings.ARE_PROXIES_NAMED or is_own_machine(settings.BIND):
        return ""
    return (
        f"Web listens on {settings.BIND}, which other machines can reach: set TRUSTED_PROXIES to "
        "the networks that your proxies are in, or leave it empty to believe none."
    )


def is_own_machine(host: str) -> bool:
    """Tell whether only processes of this machine reach what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def network_of(text: str) -> str:
    """Return an address, or the network of an IPv6 address; empty if it is none."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or IPv6Network((int(address), IPV6_PREFIX), strict=False).network_address)
