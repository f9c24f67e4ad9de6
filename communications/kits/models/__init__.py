"""Files of kits, and links to them."""

from communications.kits.models.kit import KitDownload, KitFile, KitVersion
from communications.kits.models.kit_link import KitLink

__all__ = [
    "KitDownload",
    "KitFile",
    "KitLink",
    "KitVersion",
]
