"""The world with its canaries: who walks through it, and what each of them met and tried."""

from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.urls import reverse

from stakeholders.models import User
from tests.canaries.digest import changes, digest
from tests.canaries.guesses import guesses
from tests.canaries.intruding import INTRUDER, let_in
from tests.canaries.replaying import Trials, try_all
from tests.canaries.walk import Walk
from tests.test_access import TABLE

# They walk nowhere: they try what others have opened, or what the table of access names.
VISITORS = ("cleo", INTRUDER)


@dataclass
class Ground:
    """The world with its canaries.

    Attributes:
        keys: the ids that rows of the table of access name.
        words: owner and column by word.
        rows: the keys of each owner's rows, by model.
        slug: of the second programme.
        shared: the ids of the people at the sites of both programmes.
        walks: what each reader met, by name.
        tried: what came of the requests of neighbours, by who tried them.
        mingled: the addresses in a programme where both regions meet.

    """

    keys: dict[str, Any]
    users: dict[str, int]
    words: dict[str, str]
    rows: dict[str, dict[str, list[Any]]]
    slug: str
    shared: set[int]
    walks: dict[str, Walk] = field(default_factory=dict)
    tried: dict[str, Trials] = field(default_factory=dict)
    mingled: list[str] = field(default_factory=list)

    def walk(self, name: str) -> Walk:
        """Return the walk of a reader, made once: home, the table of access and whatever follows.

        Pia asks in her programme for what the table names in the first one. An administrator
        guesses nothing: she may all. A visitor goes nowhere of their own accord.
        """
        user = User.objects.get(pk=self.users[name])
        if name not in self.walks:
            tried = {} if name in ("ada", "mei") else guesses(self.rows, name)
            client = Client(headers={"accept-language": "en"})
            walk = Walk(let_in(client) if name == INTRUDER else client, tried)
            walk.client.force_login(user)
            before = digest()
            walk.go([] if name in VISITORS else self._starts(name))
            walk.changed = changes(before, digest())
            self.walks[name] = walk
        # The session went with the test in which it began.
        self.walks[name].client.force_login(user)
        return self.walks[name]

    def _starts(self, name: str) -> list[str]:
        slug = self.slug if name == "pia" else "one-it"
        own = ["/p/three/overview/"] if name == "pia" else []
        mingled = [f"/p/{slug}/{way}" for way in self.mingled]
        return [*mingled, *own, *starts_of(self.keys, slug)]

    def trials(self, name: str) -> Trials:
        """Return what a reader tried of what neighbours may, once, as the reader."""
        self.walk(name)
        if name not in self.tried:
            self.tried[name] = try_all(self, name)
        return self.tried[name]


def starts_of(keys: dict[str, Any], slug: str) -> list[str]:
    """Return home, and the address of each row of the table that can be asked for, by slug."""
    named = {**keys, "one-it": slug}
    rows = [row for row in TABLE["routes"] if "405" not in str(row.get("GET", 405))]
    return ["/"] + [
        reverse(row["route"], kwargs={n: named.get(k, k) for n, k in row.get("with", {}).items()})
        for row in rows
    ]
