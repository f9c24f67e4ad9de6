"""The step between a counted link of a mail and its page: no sign-in, no cookie.

A GET counts nothing, so that scanners, previews and prefetching do not: the script of the page
counts, and goes on. Without a script the page is a link, which nobody counts.
"""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from communications.dispatches.services.linkcount import CountedLink, count, link_behind
from programmes.design.page import page_in
from programmes.design.sealed import opens_nothing, sealed

# Of those machines that run scripts, those that say what they are.
MACHINES = re.compile(r"bot|crawl|spider|scan|preview|headless|safelinks|proofpoint", re.IGNORECASE)


# Nothing of anybody is changed, and the address is all that a browser has.
@csrf_exempt
@sealed
@require_http_methods(["GET", "HEAD", "POST"])
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """Show where a link leads and go on, or count that somebody does."""
    link = link_behind(token)
    if link is None:
        return opens_nothing(request)
    if request.method != "POST":
        return HttpResponse(_page(link))
    if not _is_machine(request):
        count(link)
    return HttpResponse(status=204)


def _is_machine(request: HttpRequest) -> bool:
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    agent = request.headers.get("User-Agent", "")
    return "prefetch" in purpose or not agent or bool(MACHINES.search(agent))


def _page(link: CountedLink) -> str:
    context = {
        "programme": link.approval.message.programme,
        "target": link.target,
        "host": urlsplit(link.target).hostname,
    }
    return page_in(link.language, "public/link.html", context)
