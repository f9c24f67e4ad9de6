"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

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
