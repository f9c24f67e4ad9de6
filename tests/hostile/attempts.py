"""The inputs: each value in each place, shuffled by a seed, as many as are asked for."""

import hashlib
import hmac
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote_from_bytes, urlencode, urlsplit

from tests.hostile import files
from tests.hostile.crawl import Form, Found
from tests.hostile.portal import HOOK_SECRET
from tests.hostile.values import ALL, LINES, NUMBERS, PLACES, SCRIPTS

STRANGER = "stranger"
BOUNDARY = "onelift-hostile"
# Parameters that some page reads, tried on every page.
PARAMETERS = [
    *("q", "lang", "page", "site", "region", "wave", "kind", "state", "next", "from", "sort"),
    *("programme", "persona", "stream", "view", "week", "who", "about", "id", "all", "o", "_popup"),
    *("pk__in", "region__id__exact", "e", "_to_field", "_changelist_filters", "term", "code"),
]
HEADERS = [
    *("Host", "Accept-Language", "Accept-Encoding", "Referer", "Origin", "User-Agent", "Range"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-ID", "HX-Request"),
    *(
        "HX-Current-URL",
        "HX-Target",
        "If-None-Match",
        "If-Modified-Since",
        "Content-Type",
        "Cookie",
    ),
    *("Authorization", "Forwarded", "Purpose", "X-HTTP-Method-Override", "Transfer-Encoding"),
]
COOKIES = ["sessionid", "csrftoken", "django_language", "messages", "theme"]
TOKENS = ["s", "o", "l", "k", "e", "t", "c", "me"]
# What takes something away goes last, so that there is something to try before.
LAST = ("delete", "remove", "erase", "take", "withdraw", "cancel", "opt", "close", "discard")
# How many of a hundred inputs are of each kind.
SHARES = {"parameters": 26, "paths": 12, "headers": 10, "forms": 38, "uploads": 5, "hooks": 5}
SHARES |= {"tokens": 4}


@dataclass(frozen=True)
class Attempt:
    """One request that no browser would send."""

    kind: str
    role: str
    method: str
    address: str
    what: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_last(self) -> bool:
        return self.method == "POST" and any(word in self.address for word in LAST)


def chosen(offered: Mapping[str, Found], count: int, seed: int) -> list[Attempt]:
    """Return about so many attempts, in the order in which they are sent."""
    chance = random.Random(seed)
    kinds = {
        "parameters": _parameters(offered, chance),
        "paths": _paths(offered, chance),
        "headers": _headers(offered, chance),
        "forms": _forms(offered, chance),
        "uploads": _uploads(offered, chance),
        "hooks": _hooks(chance),
        "tokens": _tokens(chance),
    }
    taken = [
        next(kinds[kind]) for kind, share in SHARES.items() for _ in range(count * share // 100 + 1)
    ]
    chance.shuffle(taken)
    return sorted(taken, key=lambda one: one.is_last)


def encoded(value: str) -> str:
    """Return a value for an address or a form; halves of characters as the bytes that they are."""
    return quote_from_bytes(value.encode("utf-8", "surrogatepass"), safe="")


def form_of(values: list[tuple[str, str]]) -> bytes:
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in values).encode()


def _pages(offered: Mapping[str, Found], chance: random.Random) -> Iterator[tuple[str, str]]:
    pages = [(role, page) for role, found in offered.items() for page in found.pages]
    while True:
        chance.shuffle(pages)
        yield from pages


def _parameters(offered: Mapping[str, Found], chance: random.Random) -> Iterator[Attempt]:
    for role, page in _pages(offered, chance):
        parts = urlsplit(page)
        own = parse_qsl(parts.query, keep_blank_values=True)
        name = chance.choice([*(name for name, _value in own), *PARAMETERS])
        value = chance.choice(ALL)
        rest = [one for one in own if one[0] != name]
        query = form_of([*rest, (name, value)]).decode()
        yield Attempt(
            "parameters", role, "GET", f"{parts.path}?{query}"[:7900], f"{name}={value!r}"
        )


def _paths(offered: Mapping[str, Found], chance: random.Random) -> Iterator[Attempt]:
    for role, page in _pages(offered, chance):
        pieces = urlsplit(page).path.strip("/").split("/")
        place, value = chance.randrange(len(pieces)), chance.choice(ALL)
        pieces[place] = encoded(value)
        method = chance.choice(["GET", "GET", "POST"])
        path = f"/{'/'.join(pieces)}/"[:7900]
        yield Attempt("paths", role, method, path, repr(value))


def _headers(offered: Mapping[str, Found], chance: random.Random) -> Iterator[Attempt]:
    for role, page in _pages(offered, chance):
        name = chance.choice(HEADERS)
        value = chance.choice(ALL)
        if name == "Cookie":
            quoted = "".join(
                char if char.isalnum() else f"\\{ord(char) % 256:03o}" for char in value[:200]
            )
            value = f'{chance.choice(COOKIES)}="{quoted}"'
        # What no server takes as one header is not the portal's to judge.
        one_line = "".join(char for char in value if char.isprintable() or char == "\t")[:3000]
        yield Attempt("headers", role, "GET", page, f"{name}: {value!r}", {name: one_line})


def _all_forms(offered: Mapping[str, Found]) -> list[tuple[str, Form]]:
    return [(role, form) for role, found in offered.items() for form in found.forms]


def _forms(offered: Mapping[str, Found], chance: random.Random) -> Iterator[Attempt]:
    forms = [one for one in _all_forms(offered) if one[1].names()]
    while True:
        chance.shuffle(forms)
        for role, form in forms:
            own = form.pressed(chance.randrange(60))
            name, value = chance.choice(form.names()), chance.choice(ALL)
            changed = [one for one in own if one[0] != name]
            way = chance.random()
            if way > 0.05:
                changed.append((name, value))
            if way > 0.9:  # all texts at once, so that what is stored is shown somewhere
                scripts = [*SCRIPTS, *PLACES, *LINES]
                changed = [
                    (one, chance.choice(scripts) if not old or old[:1].isalpha() else old)
                    for one, old in own
                ]
            yield _sent(role, form, changed, f"{name}={value!r}")


def _sent(role: str, form: Form, values: list[tuple[str, str]], what: str) -> Attempt:
    if form.method == "GET":
        address = f"{form.action.partition('?')[0]}?{form_of(values).decode()}"[:7900]
        return Attempt("forms", role, "GET", address, what)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Attempt("forms", role, "POST", form.action, what, kind, form_of(values))


def _uploads(offered: Mapping[str, Found], chance: random.Random) -> Iterator[Attempt]:
    forms = [one for one in _all_forms(offered) if one[1].files]
    made = files.hostile()
    while True:
        role, form = chance.choice(forms)
        label, content = chance.choice(made)
        name = chance.choice([*ALL, "people.csv", "people.xlsx", "logo.png"])
        own = form.pressed(chance.randrange(60))
        parts = [_part(one, value.encode("utf-8", "replace")) for one, value in own]
        parts += [_part(one, content, name) for one in form.files]
        body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        yield Attempt("uploads", role, "POST", form.action, f"{label} as {name!r}", kind, body)


def _part(name: str, content: bytes, file: str | None = None) -> bytes:
    disposition = f'form-data; name="{name}"'
    if file is not None:
        quoted = file.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "")
        disposition += f'; filename="{quoted}"'
    head = f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n"
    return head.encode("utf-8", "surrogatepass") + content + b"\r\n"


def _hooks(chance: random.Random) -> Iterator[Attempt]:
    names = ["return_path", "message_id", "recipient", "status", "reply", "other"]
    bodies = [b"", b"[]", b"null", b"{", b"[" * 50_000, b'{"a":' * 5_000, b"\xff\xfe", b"9" * 5000]
    while True:
        event = {name: chance.choice(ALL) for name in chance.sample(names, chance.randint(1, 6))}
        body = json.dumps(event).encode() if chance.random() > 0.1 else chance.choice(bodies)
        if chance.random() > 0.8:
            event = {name: chance.choice([1, None, [], {"a": []}, 1e308, True]) for name in names}
            body = json.dumps(event).encode()
        signature = hmac.new(HOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
        if chance.random() > 0.8:
            signature = chance.choice(ALL).encode("ascii", "ignore").decode()
        signature = "".join(char for char in signature if char.isprintable())[:500]
        sent = {"X-OneLift-Signature": signature, "Content-Type": "application/json"}
        yield Attempt("hooks", STRANGER, "POST", "/hooks/bounces/", repr(event)[:200], sent, body)


def _tokens(chance: random.Random) -> Iterator[Attempt]:
    while True:
        value, room = chance.choice([*ALL, *NUMBERS]), chance.choice([*TOKENS, "feeds/1"])
        tail = chance.choice(
            ["", "", "calendar/", "1/", f"?{urlencode({'lang': value[:50]}, errors='replace')}"]
        )
        method = chance.choice(["GET", "POST"])
        yield Attempt(
            "tokens", STRANGER, method, f"/{room}/{encoded(value)}/{tail}"[:7900], repr(value)
        )
