"""A visitor of the production shape, who comes through the proxy in front of it."""

import http.client
import re
from urllib.parse import urlencode

from tests.operations.seed import PASSWORD
from tests.operations.shape import HOST, Shape
from tests.waiting import HANGS

PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}


class Answer(http.client.HTTPResponse):
    """An answer with its body read."""

    body: bytes


def ask(shape: Shape, path: str, method="GET", body=None, port=0, **headers: str) -> Answer:
    """Ask as the proxy in front does; return the answer with its body read."""
    connection = http.client.HTTPConnection("127.0.0.1", port or shape.port, timeout=HANGS)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, {**PROXY, **named})
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def cookies_of(answer: Answer) -> dict[str, str]:
    found = answer.headers.get_all("Set-Cookie") or []
    return dict(cookie.split(";")[0].split("=", 1) for cookie in found)


def sign_in(shape: Shape, port: int = 0) -> tuple[Answer, str]:
    """Return the answer to signing in, and the cookies of the session."""
    page = ask(shape, "/accounts/login/", port=port)
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)[1].decode()
    form = {"login": shape.seeded["email"], "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = ask(
        shape,
        "/accounts/login/",
        "POST",
        urlencode(form),
        port,
        Content_Type="application/x-www-form-urlencoded",
        Referer=f"https://{HOST}/accounts/login/",
        Cookie=f"csrftoken={cookies_of(page)['csrftoken']}",
    )
    return answer, "; ".join(f"{n}={v}" for n, v in cookies_of(answer).items())
