"""A regional IT manager follows every link, and meets nothing of another region."""

from urllib.parse import urldefrag

import pytest

pytestmark = pytest.mark.django_db(transaction=True)

MOST_PAGES = 80


def links_on(page, root: str) -> set[str]:
    """Return the addresses of the programme to which a page leads."""
    found = page.eval_on_selector_all(
        "a[href]:not([download]), iframe[src]",
        "all => all.map(a => new URL(a.getAttribute('href') || a.src, document.baseURI).href)",
    )
    return {urldefrag(link).url for link in found if link.startswith(root)}


@pytest.mark.journey
def test_rosa_follows_every_link_and_meets_her_own_region_only(page, live_server, world, signed_in):
    root = f"{live_server.url}/p/one-it/"
    signed_in(page, world.users["rosa"])
    waiting, seen = [f"{root}regions/iberia/"], set()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        seen.add(address)
        answer = page.goto(address)
        assert answer.status == 200, address
        content = page.content()
        for canary in world.canaries:
            assert canary not in content, (address, canary)
        waiting += sorted(links_on(page, root) - seen - set(waiting))
    assert len(seen) > 10
    assert any("/messages/" in address for address in seen)
    assert page.goto(f"{root}regions/china/").status == 404
