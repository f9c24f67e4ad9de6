"""Name the digest of each image in Dockerfile and docker-compose.yml, as its registry has it now.

A tag moves and a digest does not. The digest is that of the index over all architectures, where the
registry has one. Either all images get theirs, or no file is touched.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from http.client import HTTPException, HTTPMessage
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit

# The portal's guarded client reads its settings, and is not for whoever builds an image.
from urllib.request import Request, urlopen  # noqa: TID251

ROOT = Path(__file__).resolve().parent.parent
FILES = ("Dockerfile", "docker-compose.yml")
NAMED = re.compile(
    r"^(?P<before>(?:# syntax=|FROM (?:--\S+ +)*| +image: *))"
    r"(?P<name>[^\s@$]+)(?:@sha256:[0-9a-f]{64})?(?=\s|$)",
    re.MULTILINE,
)
STAGE = re.compile(r"^FROM .* AS (\S+)", re.MULTILINE | re.IGNORECASE)
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
SECONDS = 5
LONGEST = 4 * 1024 * 1024
# Of all architectures together, and of a single one.
TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class RegistryError(Exception):
    """A registry that gives no digest, with a sentence that says why."""


@dataclass(frozen=True)
class Image:
    """An image, as a registry is asked for it."""

    registry: str
    path: str
    tag: str

    @property
    def address(self) -> str:
        return f"{self.registry}/v2/{self.path}/manifests/{self.tag}"


def image(name: str, hub: str) -> Image:
    """Return which image a name means; one without a host lies in Docker Hub."""
    host, slash, rest = name.partition("/")
    is_host = bool(slash) and ("." in host or ":" in host or host == "localhost")
    path, _colon, tag = (rest if is_host else name).partition(":")
    if is_host:
        registry = f"{'http' if is_here(host) else 'https'}://{host}"
        return Image(registry, path, tag or "latest")
    return Image(hub, path if "/" in path else f"library/{path}", tag or "latest")


def is_here(host: str) -> bool:
    """Return whether a host is this machine, which is asked without TLS, as Docker does."""
    return re.fullmatch(r"(localhost|127(\.\d+){3})(:\d+)?", host) is not None


@cache
def digest(asked: Image) -> str:
    """Return the digest that a registry has for an image.

    Raises:
        RegistryError: it has none, or does not answer.
    """
    try:
        return found(asked, {"Accept": ", ".join(TYPES)})
    except HTTPError as error:
        reason = "does not have it" if error.code == 404 else f"responded with {error.code}"
    except URLError as error:
        reason = f"is not responding: {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        reason = f"does not respond like a registry: {error}"
    raise RegistryError(f"{asked.path}:{asked.tag}: {asked.registry} {reason}.")


def found(asked: Image, headers: dict[str, str]) -> str:
    """Ask for the digest, with a token if the registry wants one.

    Raises:
        ValueError: what answers is no registry, such as the page of a proxy.
    """
    try:
        said, _body = fetch(asked.address, headers, "HEAD")
    except HTTPError as error:
        if error.code != 401 or "Authorization" in headers:
            raise
        bearer = token(error.headers.get("WWW-Authenticate", ""), asked)
        return found(asked, {**headers, "Authorization": f"Bearer {bearer}"})
    if said.get_content_type() not in TYPES:
        raise ValueError("what it sent is not a manifest")
    told = said.get("Docker-Content-Digest", "")
    if DIGEST.fullmatch(told):
        return told
    _said, body = fetch(asked.address, headers)
    return f"sha256:{sha256(body).hexdigest()}"


def token(challenge: str, asked: Image) -> str:
    """Return a token for nobody in particular, from where the registry says that it is given.

    Raises:
        ValueError: the registry names no such place, or the place gives none.
    """
    words = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    realm = urlsplit(words.pop("realm", ""))
    if realm.scheme != "https" and not (realm.scheme == "http" and is_here(realm.netloc)):
        raise ValueError("it asks for a password")
    query = urlencode({"scope": f"repository:{asked.path}:pull", **words})
    _said, body = fetch(f"{realm.geturl()}?{query}", {})
    given = json.loads(body)
    return str(given.get("token") or given["access_token"]) if isinstance(given, dict) else ""


def fetch(address: str, headers: dict[str, str], method: str = "GET") -> tuple[HTTPMessage, bytes]:
    """Return the headers and the body of an answer."""
    request = Request(address, headers=headers, method=method)  # noqa: S310
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        body = answer.read(LONGEST + 1)
        if len(body) > LONGEST:
            raise ValueError("its response is too long")
        return answer.headers, body


def pinned(text: str, hub: str) -> str:
    """Return a file with the digest of each image that it names."""
    stages = {"scratch", *STAGE.findall(text)}

    def named(match: re.Match[str]) -> str:
        name = match["name"]
        if name in stages:
            return match[0]
        return f"{match['before']}{name}@{digest(image(name, hub))}"

    return NAMED.sub(named, text)


def changes(folder: Path, hub: str) -> Iterator[tuple[Path, str]]:
    """Yield each file that names other digests than the registries, and what it is to hold."""
    for path in (folder / name for name in FILES):
        text = path.read_text(encoding="utf-8")
        if (new := pinned(text, hub)) != text:
            yield path, new


def main() -> None:
    """Pin all images, or say in a sentence why none was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT)
    parser.add_argument("--hub", default="https://registry-1.docker.io")
    given = parser.parse_args()
    try:
        found_changes = list(changes(given.folder, given.hub.rstrip("/")))
    except RegistryError as error:
        sys.exit(f"{error} No file was changed.")
    for path, text in found_changes:
        path.write_text(text, encoding="utf-8")
        print(f"{path.name} now pins the digests of its images.")
    if not found_changes:
        print("All digests are up to date. No file was changed.")


if __name__ == "__main__":
    main()
