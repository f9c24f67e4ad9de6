"""The fonts of documents: those of three pinned packages, whatever the machine has.

Inter sets what is Latin or Cyrillic, Noto the rest. A test holds the hashes of their files.
"""

from functools import cache
from pathlib import Path

import fontpkg_inter
import manimgx_fonts
import manimgx_fonts_cjk
import typst


def font_folders() -> list[str]:
    inter = Path(fontpkg_inter.__file__).parent / "files"
    noto = (Path(one.__file__).parent for one in (manimgx_fonts, manimgx_fonts_cjk))
    return [str(folder) for folder in (inter, *noto)]


@cache
def fonts() -> typst.Fonts:
    """Return the fonts, looked up once in a process."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=font_folders()
    )
