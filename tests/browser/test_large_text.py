"""Main pages with text twice as large, and in the narrowest window: whole, and nothing on another.

Words may not meet words, a card holds what is in it, and the page does not scroll sideways.
"""

import pytest
from django.utils import timezone

from communications.dispatches.services.link import token_of
from tests.feedback.conftest import make_asked

pytestmark = pytest.mark.django_db(transaction=True)

LOOKS = ((1280, "200%"), (640, "200%"), (320, "100%"))
PAGES = (
    *("overview/", "plan/", "plan/?view=list", "decisions/", "find/?q=barcelona"),
    *("messages/", "messages/new/", "messages/{sent}/", "messages/{draft}/edit/"),
    *("messages/{sent}/es/", "listening/{survey}/edit/", "events/{event}/", "events/{event}/edit/"),
    *("regions/iberia/", "people/impacts/", "people/stakeholders/", "people/coverage/"),
    *("people/streams/{stream}/", "settings/", "setup/roles/", "kit/?region=iberia"),
)
PUBLIC = (
    *("/accounts/login/", "/me/one-it/analyst/?site=barcelona", "/t/{ticket}/", "/e/{event}/"),
    *("/k/{kit-token}/", "/s/{answer}/"),
)
WRONG = """size => {
  document.documentElement.style.fontSize = size;
  const found = [], isShown = (one) => one.checkVisibility({ visibilityProperty: true });
  const say = (one) => (one.innerText || one.getAttribute("aria-label") || "").slice(0, 50);
  const wider = document.documentElement.scrollWidth - innerWidth;
  if (wider > 0) found.push(`${wider} px wider than the window`);
  for (const one of document.querySelectorAll(".ol-top :is(a, summary, button, input)")) {
    const box = one.getBoundingClientRect();
    const isIn = box.left >= 0 && box.right <= innerWidth && one.scrollWidth <= one.clientWidth + 2;
    if (box.width && isShown(one) && one.tagName !== "INPUT" && !isIn && !one.closest(".pane"))
      found.push(`cut in the header: ${say(one)}`);
  }
  const framed = "main :is(.ol-card, .btn, .ol-chip, .ol-head, .ol-row)";
  for (const one of document.querySelectorAll(framed))
    if (isShown(one) && one.clientWidth && one.scrollWidth > one.clientWidth + 2
        && getComputedStyle(one).overflowX !== "auto"
        && !one.matches(".visually-hidden, .visually-hidden-focusable"))
      found.push(`wider than its frame: ${one.className} ${say(one)}`);

  // The middle of each line of words, where nothing that scrolls cuts it.
  const lines = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isFree = (up) => !["fixed", "sticky"].includes(getComputedStyle(up).position);
  while (walker.nextNode()) {
    const node = walker.currentNode, owner = node.parentElement, above = [];
    for (let up = owner; up; up = up.parentElement) above.push(up);
    if (!node.textContent.trim() || !isShown(owner) || !above.every(isFree)
        || owner.closest("svg, .visually-hidden, script, textarea, select")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const cuts = above.filter((up) => getComputedStyle(up).overflowX !== "visible")
      .map((up) => up.getBoundingClientRect());
    for (const box of range.getClientRects()) {
      const left = Math.max(box.left, ...cuts.map((cut) => cut.left));
      const right = Math.min(box.right, ...cuts.map((cut) => cut.right));
      const [top, bottom] = [box.top + box.height / 4, box.bottom - box.height / 4];
      if (right - left > 2) lines.push({ node, left, right, top, bottom });
    }
  }
  lines.sort((one, other) => one.top - other.top);
  lines.forEach((one, n) => {
    for (let m = n + 1; m < lines.length && lines[m].top < one.bottom - 2; m++) {
      const other = lines[m];
      const shared = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      if (other.node !== one.node && shared > 3)
        found.push(`${one.node.textContent.trim()} meets ${other.node.textContent.trim()}`);
    }
  });
  return [...new Set(found)];
}"""


def look_at(page, addresses):
    """Return what is wrong with pages in each look."""
    wrong = []
    for address in addresses:
        page.set_viewport_size({"width": LOOKS[0][0], "height": 900})
        assert page.goto(address).status == 200, address
        for width, size in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{address} {width} {size}: {each}" for each in page.evaluate(WRONG, size)]
    return wrong


def test_pages_for_staff_hold_large_text_and_a_narrow_window(page, live_server, world, signed_in):
    signed_in(page, world.users["ines"])
    root = f"{live_server.url}/p/one-it/"
    addresses = [root + each.format(**world.keys) for each in PAGES]
    addresses[addresses.index(f"{root}settings/")] = f"{live_server.url}/settings/"
    wrong = look_at(page, addresses)
    assert not wrong, "\n".join(wrong)


def test_public_pages_hold_large_text_and_a_narrow_window(page, live_server, world, cast):
    now = timezone.now()
    invitation = make_asked(cast, now).ask(cast.barcelona, 5)[0]
    keys = {**world.keys, "answer": token_of(invitation.link.delivery, "survey")}
    wrong = look_at(page, [live_server.url + each.format(**keys) for each in PUBLIC])
    assert not wrong, "\n".join(wrong)
