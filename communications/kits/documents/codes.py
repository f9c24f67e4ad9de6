"""QR codes as SVG: dark on what lies below, without the quiet zone that a layout leaves."""

import io

import segno

INK = "#131929"


def qr_svg(address: str) -> str:
    """Return the code of an address, of error level M: it may lose 15 % and is still read."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, dark=INK, light=None, xmldecl=False, svgns=True, scale=4
    )
    return out.getvalue().decode()
