"""A logo as somebody uploads it, and as it is kept: drawn again, so that only its pixels stay."""

import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST_BYTES = 300_000
# Pixels on the longer side. A file of 160 KB may unfold to hundreds of megabytes.
LONGEST_SIDE = 2000
# By the name of each format in Pillow: how a file is called, its type, and its kind of pixels.
FORMATS = {"PNG": ("logo.png", "image/png", "RGBA"), "JPEG": ("logo.jpg", "image/jpeg", "RGB")}


def kept_logo(logo: Any) -> SimpleUploadedFile:
    """Return the logo to keep: the same picture without anything else that the file held.

    Raises:
        ValidationError: mail programs cannot show it, or it is too large, which its head tells
            before anything is unfolded.
    """
    if logo.image.format not in FORMATS:
        raise forms.ValidationError(_("Save the logo as PNG or JPEG and choose it again."))
    if max(logo.image.size) > LONGEST_SIDE:
        text = _("Make the logo at most %(pixels)s pixels wide and high, and choose it again.")
        raise forms.ValidationError(text % {"pixels": LONGEST_SIDE})
    check_weight(logo.size)
    name, content_type, mode = FORMATS[logo.image.format]
    content = _drawn_again(logo, logo.image.format, mode)
    check_weight(len(content))
    return SimpleUploadedFile(name, content, content_type)


def check_weight(size: int) -> None:
    """Raise ValidationError for more bytes than a mail should carry."""
    if size > LARGEST_BYTES:
        raise forms.ValidationError(_("Make the logo smaller than 300 kB and choose it again."))


def _drawn_again(logo: Any, kind: str, mode: str) -> bytes:
    logo.seek(0)
    written = io.BytesIO()
    try:
        with Image.open(logo, formats=[kind]) as image:
            turned = ImageOps.exif_transpose(image).convert(mode)
    except (OSError, SyntaxError, ValueError) as error:
        text = forms.ImageField.default_error_messages["invalid_image"]
        raise forms.ValidationError(text, code="invalid_image") from error
    bare = Image.new(mode, turned.size)
    bare.paste(turned)
    bare.save(written, kind, optimize=True)
    return written.getvalue()
